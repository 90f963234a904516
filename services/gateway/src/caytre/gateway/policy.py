"""Who may ask the gateway what. Forwarded requests are judged by the service that owns the record."""

from __future__ import annotations

from caytre.core.caller import ROLES
from caytre.core.policy import Policy, Rule

#: Views are for everybody but those who run the platform; which records are in them is decided by each record's
#: present row. A journey tells operators when something happened, not what is in a record.
READERS = Rule(*(role for role in ROLES if role != "operator"))
EVERYBODY = Rule(*ROLES)

policy = Policy(
    {
        "agreement.view": READERS,
        "partner.view": READERS,
        "record.view": READERS,
        "lineage.view": READERS,
        "place.view": READERS,
        "worklist.view": READERS,
        "board.view": READERS,
        "journey.view": EVERYBODY,
        "changes.read": READERS,
    }
)

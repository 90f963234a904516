"""Who may ask the gateway what. Forwarded requests are judged by the service that owns the record."""

from __future__ import annotations

from caytre.core.caller import ROLES
from caytre.core.policy import Policy, Rule

#: Everybody with a role reads views; which records are in them is decided by each record's present row.
EVERYBODY = Rule(*ROLES)

policy = Policy(
    {
        "agreement.view": EVERYBODY,
        "partner.view": EVERYBODY,
        "journey.view": EVERYBODY,
        "changes.read": EVERYBODY,
    }
)

"""Who may do what with deadlines, calendar, directory and notifications. What is not here is allowed to nobody."""

from __future__ import annotations

from caytre.core.caller import ROLES
from caytre.core.policy import Policy, Rule

_LOCALITY = ("locality_officer", "locality_approver", "locality_chair")
_MINISTRY = ("ministry_officer", "ministry_approver")
_READERS = Rule(*_LOCALITY, *_MINISTRY, "consultee", "mission_officer", "organiser", "auditor", "integration")
_EVERYBODY = Rule(*ROLES)

_of_the_province = Rule(*_LOCALITY, scope="own")
_asked = Rule("consultee", *_MINISTRY, "mission_officer", scope="consulted")
_mission = Rule("mission_officer", scope="country")
_directory = (Rule("locality_approver", scope="own"), Rule(*_MINISTRY), Rule("mission_officer", scope="consulted"))

policy = Policy(
    {
        "changes.read": _READERS,
        "journey.read": _EVERYBODY,
        "calendar.read": _EVERYBODY,
        "calendar.override": Rule("ministry_approver", "operator"),
        "timer.read": _EVERYBODY,
        "deadline.read": _READERS,
        "deadline.waive": (Rule("locality_approver", "locality_chair", scope="own"), Rule("ministry_approver")),
        "deadline.acknowledge": (_of_the_province, _asked, _mission),
        "recipient.read": _READERS,
        "recipient.read_confidential": (*_directory, Rule("auditor")),
        "recipient.register": _directory,
        "recipient.amend": _directory,
        "notification.read": _READERS,
        "notification.acknowledge": (_of_the_province, _asked, _mission, Rule(*_MINISTRY)),
    }
)

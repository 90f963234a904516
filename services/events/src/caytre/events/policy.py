"""Who may do what with events and what comes of them. What is not here is allowed to nobody."""

from __future__ import annotations

from caytre.core.caller import ROLES
from caytre.core.policy import Policy, Rule

_OFFICERS = ("locality_officer", "locality_approver")
_LOCALITY = (*_OFFICERS, "locality_chair")
_MINISTRY = ("ministry_officer", "ministry_approver")
_READERS = Rule(*_LOCALITY, *_MINISTRY, "consultee", "mission_officer", "organiser", "auditor", "integration")

_of_the_province = Rule(*_OFFICERS, scope="own")
_organisers = Rule(*_OFFICERS, "organiser", scope="own")
_lead_of_the_province = Rule("locality_approver", scope="own")
_chair = Rule("locality_chair", scope="own")
_asked = Rule("consultee", *_MINISTRY, "mission_officer", scope="consulted")
_confidential = (Rule(*_LOCALITY, "organiser", scope="own"), Rule(*_MINISTRY, "auditor"))
_recorders = (_of_the_province, Rule("integration", scope="own"), Rule(*_MINISTRY))
_classifiers = (_lead_of_the_province, _chair, Rule("ministry_approver"))

policy = Policy(
    {
        "changes.read": _READERS,
        "journey.read": Rule(*ROLES),
        "event.read": _READERS,
        "event.read_confidential": _confidential,
        "event.draft": _organisers,
        "event.record": _recorders,
        "event.amend": _organisers,
        "event.plan": _organisers,
        "event.settle_competence": _lead_of_the_province,
        "event.apply": _of_the_province,
        "event.request_opinions": _of_the_province,
        "event.give_opinion": _asked,
        "event.record_reply": _lead_of_the_province,
        "event.decide": _chair,
        "event.record_pm_decision": _lead_of_the_province,
        "event.run": _organisers,
        "event.report": _organisers,
        "event.cancel": _organisers,
        "event.classify": _classifiers,
        "registration.read": _READERS,
        "registration.read_confidential": _confidential,
        "registration.register": Rule(*_OFFICERS, *_MINISTRY, "mission_officer", "organiser", "integration"),
        "registration.change": (Rule(*_OFFICERS, "organiser", "integration", scope="own"), Rule(*_MINISTRY)),
        "registration.moderate": _organisers,
        "meeting.read": _READERS,
        "meeting.read_confidential": _confidential,
        "meeting.request": (Rule(*_OFFICERS, "organiser", "integration", scope="own"), Rule(*_MINISTRY)),
        "meeting.answer": (Rule(*_OFFICERS, "organiser", "integration", scope="own"), Rule(*_MINISTRY)),
        "meeting.tell": _organisers,
        "lead.read": _READERS,
        "lead.read_confidential": _confidential,
        "lead.open": (_organisers, Rule(*_MINISTRY, "mission_officer")),
        "lead.record": _recorders,
        "lead.pursue": _of_the_province,
        "lead.classify": _classifiers,
        "outcome.read": _READERS,
        "outcome.read_confidential": _confidential,
        "outcome.claim": _of_the_province,
        "outcome.record": _recorders,
        "outcome.amend": _of_the_province,
        "outcome.confirm": (_lead_of_the_province, _chair, Rule(*_MINISTRY)),
        "outcome.withdraw": (_lead_of_the_province, _chair, Rule("ministry_approver")),
        "outcome.classify": _classifiers,
    }
)

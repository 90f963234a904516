"""Who may do what with plans, delegations and visits. What is not here is allowed to nobody.

These records are known to the localities they belong to, to the ministry, to auditors and, where it concerns their
country, to missions. Another locality learns of a delegation only what a conflict shows of it.
"""

from __future__ import annotations

from caytre.core.caller import ROLES
from caytre.core.policy import Policy, Rule

_OFFICERS = ("locality_officer", "locality_approver")
_LOCALITY = (*_OFFICERS, "locality_chair")
_MINISTRY = ("ministry_officer", "ministry_approver")
_of_the_province = Rule(*_OFFICERS, scope="own")
_lead_of_the_province = Rule("locality_approver", scope="own")
_chair = Rule("locality_chair", scope="own")
_readers = (
    Rule(*_LOCALITY, "integration", scope="own"),
    Rule(*_MINISTRY, "auditor"),
    Rule("mission_officer", scope="country"),
)
_confidential = (Rule(*_LOCALITY, scope="own"), Rule(*_MINISTRY, "auditor"))
_recorders = (_of_the_province, Rule("integration", scope="own"), Rule(*_MINISTRY))

policy = Policy(
    {
        "changes.read": Rule(*_LOCALITY, *_MINISTRY, "mission_officer", "auditor", "integration"),
        "journey.read": Rule(*ROLES),
        "annual_plan.read": _readers,
        "annual_plan.draft": _of_the_province,
        "annual_plan.record": _recorders,
        "annual_plan.revise": _of_the_province,
        "annual_plan.submit": _of_the_province,
        "annual_plan.advise": (_lead_of_the_province, Rule(*_MINISTRY)),
        "annual_plan.send_back": (_lead_of_the_province, _chair),
        "annual_plan.approve": _chair,
        "annual_plan.adjust": _of_the_province,
        "annual_plan.withdraw": _lead_of_the_province,
        "annual_plan.close": _lead_of_the_province,
        "delegation.read": _readers,
        "delegation.read_confidential": _confidential,
        "delegation.draft": _of_the_province,
        "delegation.record": _recorders,
        "delegation.revise": _of_the_province,
        "delegation.decide_procedure": _lead_of_the_province,
        "delegation.submit": _of_the_province,
        "delegation.review": _lead_of_the_province,
        "delegation.decide": _chair,
        "delegation.amend": _of_the_province,
        "delegation.travel": _of_the_province,
        "delegation.report": _of_the_province,
        "delegation.accept_report": _lead_of_the_province,
        "delegation.cancel": _of_the_province,
        "delegation.link": (_of_the_province, Rule(*_MINISTRY)),
        "finding.read": _readers,
        "finding.answer": (_lead_of_the_province, Rule(*_MINISTRY)),
        "invitation.read": _readers,
        "invitation.read_confidential": _confidential,
        "invitation.draft": _of_the_province,
        "invitation.record": _recorders,
        "invitation.extend": _of_the_province,
        "invitation.channel": (_of_the_province, Rule(*_MINISTRY)),
        "invitation.reply": (_of_the_province, Rule(*_MINISTRY), Rule("mission_officer", scope="country")),
        "invitation.lapse": _of_the_province,
        "invitation.link": (_of_the_province, Rule(*_MINISTRY)),
        "follow_up.read": _readers,
        "follow_up.manage": _of_the_province,
        "visit.read": _readers,
        "visit.read_confidential": _confidential,
        "visit.request": _of_the_province,
        "visit.record": _recorders,
        "visit.amend": _of_the_province,
        "visit.check_partner": _lead_of_the_province,
        "visit.publish_programme": (_of_the_province, Rule(*_MINISTRY)),
        "visit.decide": _chair,
        "visit.receive": _of_the_province,
        "visit.report": _of_the_province,
        "visit.close": _lead_of_the_province,
        "visit.cancel": _of_the_province,
        "visit.link": (_of_the_province, Rule(*_MINISTRY)),
    }
)

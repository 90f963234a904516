"""Who may do what with partners, agreements, their plans and successions. What is not here is allowed to nobody."""

from __future__ import annotations

from caytre.core.caller import ROLES
from caytre.core.policy import Policy, Rule

_OFFICERS = ("locality_officer", "locality_approver")
_LOCALITY = (*_OFFICERS, "locality_chair")
_MINISTRY = ("ministry_officer", "ministry_approver")
_READERS = Rule(*_LOCALITY, *_MINISTRY, "consultee", "mission_officer", "organiser", "auditor", "integration")

_of_the_province = Rule(*_OFFICERS, scope="own")
_lead_of_the_province = Rule("locality_approver", scope="own")
_chair = Rule("locality_chair", scope="own")
_asked = Rule("consultee", *_MINISTRY, "mission_officer", scope="consulted")
_verifiers = (Rule(*_MINISTRY), Rule("mission_officer", scope="country"))
_confidential = (Rule(*_LOCALITY, scope="own"), Rule(*_MINISTRY, "auditor"))

policy = Policy(
    {
        "changes.read": _READERS,
        "journey.read": Rule(*ROLES),
        "partner.read": _READERS,
        "partner.read_confidential": (*_confidential, Rule("mission_officer", scope="country")),
        "partner.register": Rule(*_OFFICERS, *_MINISTRY, "mission_officer", "integration"),
        "partner.record": (_of_the_province, Rule("integration", scope="own"), Rule(*_MINISTRY)),
        "partner.amend": (_of_the_province, *_verifiers),
        "partner.correct_country": (_lead_of_the_province, *_verifiers),
        "partner.merge": Rule(*_MINISTRY),
        "partner.classify": (_lead_of_the_province, Rule("ministry_approver")),
        "partner.request_verification": Rule(*_OFFICERS, *_MINISTRY),
        "partner.verify": _verifiers,
        "partner.revoke": Rule("ministry_approver"),
        "agreement.read": _READERS,
        "agreement.read_confidential": _confidential,
        "agreement.propose": _of_the_province,
        "agreement.record": (_of_the_province, Rule("integration", scope="own"), Rule(*_MINISTRY)),
        "agreement.amend": _of_the_province,
        "agreement.decide_procedure": _lead_of_the_province,
        "agreement.waive_verification": _lead_of_the_province,
        "agreement.send_for_opinion": _of_the_province,
        "agreement.withdraw_request": _lead_of_the_province,
        "agreement.give_opinion": _asked,
        "agreement.record_reply": _lead_of_the_province,
        "agreement.answer_comment": _of_the_province,
        "agreement.record_no_reply": _chair,
        "agreement.close_consultation": _of_the_province,
        "agreement.escalate": (_lead_of_the_province, _chair),
        "agreement.record_pm_opinion": _lead_of_the_province,
        "agreement.decide": _chair,
        "agreement.sign": _of_the_province,
        "agreement.enter_into_force": _of_the_province,
        "agreement.file_report": _of_the_province,
        "agreement.cancel": _of_the_province,
        "agreement.classify": (_lead_of_the_province, _chair, Rule("ministry_approver")),
        "plan.read": _READERS,
        "plan.draft": _of_the_province,
        "plan.amend": _of_the_province,
        "plan.approve": (_lead_of_the_province, _chair),
        "plan.carry_out": _of_the_province,
        "plan.abandon": (_lead_of_the_province, _chair),
        "succession.read": _READERS,
        "succession.assign": (_lead_of_the_province, _chair),
        "succession.notify": _of_the_province,
        "succession.resolve": _chair,
        "succession.close": _lead_of_the_province,
    }
)

"""Who may do what: every act of the service, by every role, of the own and of another province."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.agreements_office import PEOPLE, TODAY, Office

OWN = {"officer", "lead"}
ASKED = {"ministry", "approver", "police"}
PAPER = {"document": {"number": "1/CV"}}
SIGNATURE = {"signed_on": TODAY, "texts": []}

#: Path of an act on an agreement that is being consulted on, its body, and who may issue it at all.
ACTS: dict[str, tuple[Any, set[str]]] = {
    "amendments": ({"rationale": "x"}, OWN),
    "dossier/OPINION/LETTER": ({}, OWN),
    "waivers": ({"partner_id": "01980000-0000-7000-8000-000000000001", "reason": "x"}, {"lead"}),
    "procedure": ({"version": 2, "adopt": False, "reason": "x"}, {"lead"}),
    "consultation": ({}, OWN),
    "consultation/closure": (None, OWN),
    "opinions/MPS/dossier": (None, {"police"}),
    "opinions/MOFA/dossier": (None, {"ministry", "approver"}),
    "opinions/MPS": ({"answer": "agree", **PAPER}, {"police"}),
    "opinions/MOFA": ({"answer": "agree", **PAPER}, {"ministry", "approver"}),
    "opinions/MPS/return": ({"reason": "x"}, {"police"}),
    "opinions/MOD": ({"answer": "agree", **PAPER}, set()),
    "opinions/MPS/receipt": (PAPER, {"lead"}),
    "opinions/MPS/paper-reply": ({"answer": "agree", **PAPER}, {"lead"}),
    "opinions/MPS/comments/0": ({"resolution": "x"}, OWN),
    "opinions/MPS/no-reply": ({"reason": "x"}, {"chair"}),
    "escalation": (PAPER, {"lead", "chair"}),
    "escalation/dossier": (PAPER, {"lead"}),
    "escalation/opinion": ({"consent": True, **PAPER}, {"lead"}),
    "approval": ({"authority": "PC_CHAIR", **PAPER}, {"chair"}),
    "refusal": ({"authority": "PC_CHAIR", "reason": "x", **PAPER}, {"chair"}),
    "authorisation": ({"authority": "PC_CHAIR", "office": "x", **PAPER}, {"chair"}),
    "signature": (SIGNATURE, OWN),
    "entry-into-force": ({"on": TODAY}, OWN),
    "reports/PM_REPORT": ({"filed_on": TODAY, **PAPER}, OWN),
    "cancellation": ({"reason": "x"}, OWN),
    "classification": ({"sensitivity": "internal"}, {"lead", "chair", "approver"}),
}
#: What agencies say: who is asked at all passes the policy, and is then told to speak for itself.
SPOKEN = {f"opinions/{agency}{act}" for agency in ("MPS", "MOFA", "MOD") for act in ("", "/dossier", "/return")}
READERS = set(PEOPLE) - {"operator"}
SEES_RESTRICTED = {"officer", "lead", "chair", "ministry", "approver", "police", "embassy", "auditor", "system"}
READS_CONFIDENTIAL = {"officer", "lead", "chair", "ministry", "approver", "auditor"}


async def consulting(office: Office, sensitivity: str) -> dict[str, Any]:
    agreement = await office.consulting(title_vi="Hồ sơ thử quyền", confidential_note="ghi chú")
    if sensitivity == "restricted":
        body = {"sensitivity": sensitivity, "confirm_published_history_stays": True}
        agreement = await office.act(agreement, "classification", body, PEOPLE["lead"])
    return agreement


@pytest.mark.parametrize("sensitivity", ["internal", "restricted"])
async def test_every_act_is_open_to_those_roles_and_to_no_other(office: Office, sensitivity: str) -> None:
    agreement = await consulting(office, sensitivity)
    # A version that never was: who may act is told that it is stale, before any rule is asked and nothing changes.
    for path, (body, allowed) in ACTS.items():
        for name, person in PEOPLE.items():
            answer = await office.post(f"/agreements/{agreement['id']}/{path}", body, by=person, version=999)
            case = f"{name} {path}: {answer.text}"
            if name in allowed or (path in SPOKEN and name in ASKED and answer.status_code == 412):
                assert answer.status_code == 412, case
            elif sensitivity == "restricted" and name not in SEES_RESTRICTED:
                assert answer.status_code in {403, 404}, case
                assert "Hồ sơ" not in answer.text, case
            else:
                assert answer.status_code == 403, case


@pytest.mark.parametrize(("agency", "by"), [("MPS", "ministry"), ("MOFA", "police"), ("MOFA", "army")])
@pytest.mark.parametrize("act", ["", "/dossier", "/return"])
async def test_an_agency_speaks_only_for_itself(office: Office, agency: str, by: str, act: str) -> None:
    agreement = await office.consulting()
    bodies = {"": {"answer": "agree", **PAPER}, "/dossier": None, "/return": {"reason": "x"}}
    path = f"/agreements/{agreement['id']}/opinions/{agency}{act}"
    answer = await office.post(path, bodies[act], by=PEOPLE[by], version=agreement["version"])
    assert answer.status_code == 403


async def test_reading_is_open_to_roles_that_read_and_a_restricted_record_to_those_it_concerns(office: Office) -> None:
    for sensitivity, seeing in (("internal", READERS), ("restricted", SEES_RESTRICTED)):
        agreement = await consulting(office, sensitivity)
        for name, person in PEOPLE.items():
            one = await office.get(f"/agreements/{agreement['id']}", person)
            listed = await office.get("/agreements?limit=200", person)
            whole = await office.get(f"/agreements/{agreement['id']}/confidential", person)
            case = f"{name} {sensitivity}"
            expected = 200 if name in seeing else 403 if name == "operator" else 404
            assert one.status_code == expected, case
            assert "ghi chú" not in one.text, case
            if name == "operator":
                assert listed.status_code == 403
                continue
            found = [item for item in listed.json()["items"] if item["id"] == agreement["id"]]
            assert bool(found) == (name in seeing), case
            assert (whole.status_code == 200) == (name in READS_CONFIDENTIAL), case


PARTNER_ACTS: dict[str, tuple[Any, set[str]]] = {
    "amendments": ({"subdivision": "x"}, {"officer", "lead", "ministry", "approver", "embassy"}),
    "aliases": ({"alias": "x"}, {"officer", "lead", "ministry", "approver", "embassy"}),
    "merger": ({"into": "01980000-0000-7000-8000-000000000001", "reason": "x"}, {"ministry", "approver"}),
    "classification": ({"sensitivity": "internal"}, {"lead", "approver"}),
    "verification": ({}, {"officer", "lead", "neighbour", "ministry", "approver"}),
    "verification/start": (None, {"ministry", "approver", "embassy"}),
    "verification/confirmation": ({"evidence": []}, {"ministry", "approver", "embassy"}),
    "verification/rejection": ({"reason": "x"}, {"ministry", "approver", "embassy"}),
    "verification/revocation": ({"reason": "x"}, {"approver"}),
}


async def test_every_act_on_a_partner_is_open_to_those_roles_and_to_no_other(office: Office) -> None:
    partner = await office.partner()
    for path, (body, allowed) in PARTNER_ACTS.items():
        for name, person in PEOPLE.items():
            answer = await office.post(f"/partners/{partner['id']}/{path}", body, by=person, version=999)
            assert answer.status_code == (412 if name in allowed else 403), f"{name} {path}: {answer.text}"


async def test_only_officers_of_the_province_propose_for_it(office: Office) -> None:
    partner = await office.partner(verified=False)
    for name, person in PEOPLE.items():
        answer = await office.post("/agreements", office.proposal(partner), by=person)
        assert answer.status_code == (201 if name in OWN else 403), name

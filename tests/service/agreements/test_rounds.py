"""Rounds over HTTP: returned on paper, asked no more, and submitted to the Prime Minister again."""

from __future__ import annotations

from tests.builders.agreements_office import CHAIR, LEAD, MINISTRY, NEIGHBOUR, OFFICER, PAPER, POLICE, Office


async def test_a_return_on_paper_brings_the_draft_back_and_is_the_lead_s_to_record(office: Office) -> None:
    agreement = await office.consulting()
    path = f"/agreements/{agreement['id']}/opinions/MPS/paper-return"
    body = {"reason": "thiếu bản dịch", "missing": ["DRAFT_VI"], "document": PAPER}
    for by, status in ((OFFICER, 403), (POLICE, 403), (NEIGHBOUR, 403)):
        assert (await office.post(path, body, by=by, version=agreement["version"])).status_code == status
    undated = await office.post(path, body | {"document": {"number": "1"}}, by=LEAD, version=agreement["version"])
    assert (undated.status_code, undated.json()["type"]) == (422, "/problems/document-undated")
    agreement = await office.act(agreement, "opinions/MPS/paper-return", body, LEAD)
    assert agreement["status"] == "DRAFT"
    police = next(opinion for opinion in agreement["opinions"] if opinion["agency"] == "MPS")
    assert police["return_document"]["number"] == PAPER["number"]
    agreement = await office.act(agreement, "dossier/OPINION/DRAFT_VI", {"document": PAPER})
    agreement = await office.act(agreement, "consultation", {})
    police = next(opinion for opinion in agreement["opinions"] if opinion["agency"] == "MPS")
    assert (police["round"], police["earlier"][0]["text"]) == (2, "thiếu bản dịch")


async def test_an_agency_that_does_not_exist_is_not_asked(office: Office) -> None:
    draft = await office.papers(await office.draft(), "OPINION")
    path = f"/agreements/{draft['id']}/consultation"
    for body, pointer in (({"related": ["MPI"]}, "#/related"), ({"voluntary": ["NOBODY"]}, "#/voluntary")):
        refused = await office.post(path, body, version=draft["version"])
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/agency-not-known")
        assert refused.json()["errors"][0]["pointer"] == pointer


async def test_an_agency_asked_in_error_reads_a_restricted_record_no_more(office: Office) -> None:
    agreement = await office.consulting()
    classification = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    agreement = await office.act(agreement, "classification", classification, LEAD)
    path = f"/agreements/{agreement['id']}"
    assert (await office.get(path, POLICE)).status_code == 200
    reason = {"reason": "không liên quan đến an ninh"}
    refused = await office.post(f"{path}/opinions/MPS/withdrawal", reason, version=agreement["version"])
    assert refused.status_code == 403
    await office.act(agreement, "opinions/MPS/withdrawal", reason, LEAD)
    assert (await office.get(path, POLICE)).status_code == 404
    said = await office.database.worker.fetchval("SELECT type FROM outbox ORDER BY id DESC LIMIT 1")
    assert said == "caytre.agreement.opinion_request_withdrawn.v1"


async def test_a_late_disagreement_is_submitted_to_the_prime_minister_again(office: Office) -> None:
    agreement = await office.papers(await office.draft(), "OPINION")
    agreement = await office.act(agreement, "consultation", {"related": ["MPS"], "voluntary": ["MOD"]})
    for agency, by, answer in (("MOFA", MINISTRY, "agree"), ("MPS", POLICE, "disagree")):
        agreement = await office.act(agreement, f"opinions/{agency}/dossier", by=by)
        opinion = {"answer": answer, "text": "lý do", "document": PAPER}
        agreement = await office.act(agreement, f"opinions/{agency}", opinion, by)
    for round in (1, 2):
        agreement = await office.papers(agreement, "PM")
        agreement = await office.act(agreement, "escalation", {"document": PAPER}, LEAD)
        agreement = await office.act(agreement, "escalation/dossier", {"document": PAPER}, LEAD)
        assert agreement["escalation"]["round"] == round
        agreement = await office.act(agreement, "escalation/opinion", {"consent": True, "document": PAPER}, LEAD)
        assert agreement["status"] == "CLEARED"
        if round == 1:
            late = {"answer": "disagree", "text": "lý do", "document": PAPER}
            agreement = await office.act(agreement, "opinions/MOD/paper-reply", late, LEAD)
            assert agreement["status"] == "CONSULTING"
    assert [each["disagreements"][0]["agency"] for each in agreement["earlier_escalations"]] == ["MPS"]
    approval = {"authority": "PC_CHAIR", "document": PAPER}
    assert (await office.act(agreement, "approval", approval, CHAIR))["status"] == "APPROVED"

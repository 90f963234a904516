"""Partners and agreements over HTTP, from the first act to the last, and what others hear of it."""

from __future__ import annotations

import json

from caytre.agreements.model import Agreement, Partner
from caytre.contracts.agreements import MESSAGES, read_state
from tests.builders.agreements_office import (
    APPROVER,
    CHAIR,
    EMBASSY,
    LEAD,
    MINISTRY,
    PAPER,
    POLICE,
    SIGNATURE,
    TODAY,
    Office,
)


async def said(office: Office, id: str) -> list[str]:
    rows = await office.database.worker.fetch("SELECT type FROM outbox WHERE record_id = $1 ORDER BY id", id)
    return [row["type"].split(".")[2] for row in rows]


async def test_an_agreement_lives_from_the_proposal_to_the_statutory_report(office: Office) -> None:
    agreement = await office.signed(effective_from=TODAY, expires_on="2031-01-09", signer_names=["Người Ký"])
    agreement = await office.act(agreement, "entry-into-force", {"on": TODAY})
    for kind in ("PM_REPORT", "MOFA_COPY"):
        agreement = await office.act(agreement, f"reports/{kind}", {"filed_on": TODAY, "document": PAPER})
    assert agreement["status"] == "IN_FORCE"
    heard = await said(office, agreement["id"])
    assert heard[0] == "proposed"
    assert heard[-4:] == ["signed", "entered_into_force", "statutory_report_filed", "statutory_report_filed"]
    assert heard.count("dossier_completed") == heard.count("opinion_given") == 2
    assert "Người Ký" not in json.dumps(agreement, ensure_ascii=False)


async def test_a_disagreement_goes_to_the_prime_minister_and_back(office: Office) -> None:
    agreement = await office.answered(police="disagree")
    closing = await office.post(f"/agreements/{agreement['id']}/consultation/closure", version=agreement["version"])
    assert (closing.status_code, closing.json()["type"].rsplit("/", 1)[1]) == (409, "disagreement-goes-to-pm")
    agreement = await office.papers(agreement, "PM")
    agreement = await office.act(agreement, "escalation", {"document": PAPER}, CHAIR)
    agreement = await office.act(agreement, "escalation/dossier", {"document": PAPER}, LEAD)
    agreement = await office.act(agreement, "escalation/opinion", {"consent": True, "document": PAPER}, LEAD)
    assert agreement["status"] == "CLEARED"
    agreement = await office.act(
        agreement, "refusal", {"authority": "PC_CHAIR", "document": PAPER, "reason": "no budget"}, CHAIR
    )
    assert agreement["status"] == "REFUSED"


async def test_a_dossier_comes_back_and_comments_are_answered(office: Office) -> None:
    agreement = await office.consulting()
    agreement = await office.act(
        agreement, "opinions/MPS/return", {"reason": "no translation", "missing": ["DRAFT_VI"]}, POLICE
    )
    agreement = await office.act(agreement, "amendments", {"rationale": "a better one", "renewal": {"kind": "none"}})
    agreement = await office.papers(agreement, "OPINION")
    agreement = await office.act(agreement, "consultation", {})
    for agency, by in (("MOFA", MINISTRY), ("MPS", POLICE)):
        agreement = await office.act(agreement, f"opinions/{agency}/dossier", by=by)
        body = {"answer": "agree_with_comments", "comments": ["shorten it"], "document": PAPER}
        agreement = await office.act(agreement, f"opinions/{agency}", body, by)
        agreement = await office.act(agreement, f"opinions/{agency}/comments/0", {"resolution": "done"})
    agreement = await office.act(agreement, "consultation/closure")
    agreement = await office.act(agreement, "cancellation", {"reason": "overtaken"})
    assert (agreement["status"], agreement["opinions"][1]["round"]) == ("CANCELLED", 2)


async def test_another_signs_with_an_authorisation_and_a_waiver_lets_agencies_be_asked(office: Office) -> None:
    partner = await office.partner(verified=False)
    agreement = await office.papers(await office.draft(partner), "OPINION")
    refused = await office.post(f"/agreements/{agreement['id']}/consultation", {}, version=agreement["version"])
    assert refused.json()["type"].endswith("partner-not-verified")
    agreement = await office.act(agreement, "waivers", {"partner_id": partner["id"], "reason": "a visit"}, LEAD)
    assert (await office.act(agreement, "consultation", {}))["status"] == "CONSULTING"
    agreement = await office.approved()
    body = {"authority": "PC_CHAIR", "office": "Giám đốc Sở Ngoại vụ", "document": PAPER}
    agreement = await office.act(agreement, "authorisation", body, CHAIR)
    text = {"sha256": "cd" * 32, "size": 1, "media_type": "application/pdf", "language": "vi"}
    signature = {**SIGNATURE, "by_authorised": True, "texts": [text]}
    agreement = await office.act(agreement, "signature", signature)
    assert agreement["signing"]["signers"][0]["office"] == "Giám đốc Sở Ngoại vụ"


async def test_a_partner_is_verified_rejected_revoked_renamed_and_merged(office: Office) -> None:
    partner = await office.partner()
    partner = await office.act(partner, "verification/revocation", {"reason": "fraud", "document": PAPER}, APPROVER)
    partner = await office.act(partner, "verification", {"verifier": "EMBASSY-KR", "reason": "again"})
    partner = await office.act(partner, "verification/start", by=EMBASSY)
    partner = await office.act(partner, "verification/rejection", {"reason": "dissolved"}, EMBASSY)
    partner = await office.act(partner, "amendments", {"subdivision": "Gyeonggi", "aliases": ["Another"]})
    partner = await office.act(partner, "aliases", {"alias": "A Third"})
    survivor = await office.partner()
    partner = await office.act(partner, "merger", {"into": survivor["id"], "reason": "one city"}, MINISTRY)
    assert (partner["status"], partner["merged_into"]) == ("MERGED", survivor["id"])
    assert (await said(office, partner["id"]))[-5:] == [
        "verification_started",
        "rejected",
        "amended",
        "alias_added",
        "merged",
    ]


async def test_every_message_is_in_the_contract_and_its_state_is_the_stored_document(office: Office) -> None:
    agreement = await office.signed()
    rows = await office.database.worker.fetch("SELECT type, data::text AS data, record_id, version FROM outbox")
    for row in rows:
        data = json.loads(row["data"])
        MESSAGES[row["type"]].model_validate(data)
        assert read_state(row["type"], data["state"]).version == row["version"]
    last = [json.loads(row["data"])["state"] for row in rows if str(row["record_id"]) == agreement["id"]][-1]
    document = await office.database.worker.fetchval("SELECT document::text FROM agreement")
    assert last == json.loads(document) == agreement
    assert Agreement.from_parts(last).open_text() == Agreement.from_parts(json.loads(document)).open_text()


async def test_a_restricted_record_leaves_only_envelopes_and_its_reading_is_recorded(office: Office) -> None:
    partner = await office.partner()
    agreement = await office.draft(partner, title_vi="Một tiêu đề kín")
    asked = {"sensitivity": "restricted"}
    path = f"/agreements/{agreement['id']}"
    refused = await office.post(f"{path}/classification", asked, by=LEAD, version=agreement["version"])
    assert refused.json()["type"].endswith("history-stays-published")
    agreement = await office.act(agreement, "classification", asked | {"confirm_published_history_stays": True}, LEAD)
    assert "title_vi" not in agreement
    assert (await said(office, agreement["id"]))[-1] == "withdrawn"
    last = await office.database.worker.fetchval("SELECT data::text FROM outbox ORDER BY id DESC LIMIT 1")
    assert set(json.loads(last)) <= {"deadlines", "settles", "state"}
    assert "kín" not in last
    seen = await office.get(path)
    assert seen.json()["title_vi"] == "Một tiêu đề kín"
    readings = await office.database.command.fetch("SELECT record_id, reader FROM reading")
    assert [(str(row["record_id"]), row["reader"]) for row in readings] == [(agreement["id"], "officer (desk-tests)")]
    agreement = await office.act(agreement, "amendments", {"rationale": "still possible"})
    assert "rationale" not in agreement


async def test_personal_names_and_contacts_are_read_apart_and_the_reading_is_recorded(office: Office) -> None:
    person = await office.partner(
        verified=False,
        type="individual",
        names={"vi": "Người Minh Họa"},
        contacts=[{"name": "Thư ký", "phone": "0900"}],
        localities=["VN-P-2025-33"],
    )
    assert "Minh Họa" not in json.dumps(person, ensure_ascii=False)
    open_part = await office.get(f"/partners/{person['id']}")
    assert "Minh Họa" not in open_part.text
    whole = await office.get(f"/partners/{person['id']}/confidential")
    assert whole.json()["contacts"][0]["name"] == "Thư ký"
    assert whole.headers["cache-control"] == "no-store"
    assert (await office.get(f"/partners/{person['id']}/confidential", POLICE)).status_code == 403
    assert Partner.model_validate(whole.json()).names.vi == "Người Minh Họa"
    assert await office.database.command.fetchval("SELECT count(*) FROM reading") == 1


async def test_a_chair_decides_in_the_office_its_token_names(office: Office) -> None:
    agreement = await office.act(await office.answered(), "consultation/closure")
    council = {**CHAIR, "organisation": "PCOUNCIL-HY"}
    body = {"authority": "PC_CHAIR", "document": PAPER}
    path = f"/agreements/{agreement['id']}/approval"
    refused = await office.post(path, body, by=council, version=agreement["version"])
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong-authority")
    assert (await office.act(agreement, "approval", body, CHAIR))["status"] == "APPROVED"

"""Agreements follow what happens to their partners: made restricted, found to be persons, of another country."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from caytre.agreements.consumers import consumers
from caytre.contracts.agreements import (
    PartnerAmended,
    PartnerCountryCorrected,
    PartnerMerged,
    PartnerRevoked,
    PartnerVerified,
    PartnerWithdrawn,
)
from caytre.contracts.message import Message
from caytre.core.testing import Log, deliver
from tests.builders.agreements_office import APPROVER, EMBASSY, LEAD, MINISTRY, NEIGHBOUR, OFFICER, PAPER, TODAY, Office

_RESTRICTED = {"sensitivity": "restricted", "confirm_published_history_stays": True}
_EVIDENCE = [{"kind": "registry_extract", "summary": "trích lục"}]


async def _heard(office: Office, partner: dict[str, Any], message: Message) -> None:
    log = Log("agreements")
    said = log.say(message.TYPE, UUID(partner["id"]), message, sequence=partner["version"])
    await deliver(consumers, office.database, [said])


async def _found(office: Office, words: str, by: Any = OFFICER) -> list[str]:
    listed = await office.get(f"/agreements?search={words}", by)
    return [item["id"] for item in listed.json()["items"]]


async def test_an_agreement_is_not_found_by_the_name_of_a_restricted_partner(office: Office) -> None:
    partner = await office.partner(names={"vi": "Công ty Sao Khuê"}, type="company", localities=["VN-P-2025-33"])
    other = await office.partner(names={"vi": "Hiệp hội Trúc Lâm"}, type="business_association")
    agreement = await office.draft(
        partner, foreign_parties=[{"partner_id": partner["id"]}, {"partner_id": other["id"]}]
    )
    assert await _found(office, "sao khue", NEIGHBOUR) == [agreement["id"]]
    await office.act(partner, "classification", _RESTRICTED, LEAD)
    await _heard(office, partner, PartnerWithdrawn())
    assert await _found(office, "sao khue", NEIGHBOUR) == []
    assert await _found(office, "truc lam", NEIGHBOUR) == [agreement["id"]]
    shown = await office.get(f"/agreements/{agreement['id']}", NEIGHBOUR)
    assert "Sao Khuê" not in shown.text
    assert [party["name"] for party in shown.json()["foreign_parties"]] == [None, "Hiệp hội Trúc Lâm"]
    fresh = await office.draft(partner)
    assert "Sao Khuê" not in str(fresh)


async def test_a_restricted_agreement_too_names_a_restricted_partner_no_more(office: Office) -> None:
    partner = await office.partner(names={"vi": "Công ty Sao Khuê"}, type="company", localities=["VN-P-2025-33"])
    agreement = await office.draft(partner, sensitivity="restricted")
    await office.act(partner, "classification", _RESTRICTED, LEAD)
    await _heard(office, partner, PartnerWithdrawn())
    assert "Sao Khuê" not in (await office.get(f"/agreements/{agreement['id']}")).text


async def test_an_agreement_names_no_person(office: Office) -> None:
    partner = await office.partner(names={"vi": "Jane Example"}, type="other", localities=["VN-P-2025-33"])
    agreement = await office.draft(partner)
    await office.act(partner, "amendments", {"type": "individual"})
    await _heard(office, partner, PartnerAmended(fields=("type",)))
    assert "Jane" not in (await office.get(f"/agreements/{agreement['id']}")).text
    assert await _found(office, "jane") == []


async def test_a_corrected_country_is_verified_anew_and_followed_by_agreements(office: Office) -> None:
    partner = await office.partner(localities=["VN-P-2025-33"])
    agreement = await office.draft(partner)
    body = {"country": "JP", "reason": "sổ đăng ký ghi khác", "evidence": _EVIDENCE}
    path = f"/partners/{partner['id']}/country"
    refused = await office.post(path, body, by=NEIGHBOUR, version=partner["version"])
    assert refused.status_code == 403
    bare = await office.post(path, body | {"evidence": []}, by=LEAD, version=partner["version"])
    assert (bare.status_code, bare.json()["type"]) == (409, "/problems/evidence-missing")
    partner = await office.act(partner, "country", body, LEAD)
    assert (partner["country"], partner["verified_until"], partner["verification"]["status"]) == (
        "JP",
        None,
        "REQUESTED",
    )
    message = PartnerCountryCorrected(before="KR", after="JP", reason="sổ đăng ký ghi khác")
    await _heard(office, partner, message)
    shown = await office.get(f"/agreements/{agreement['id']}")
    assert [party["country"] for party in shown.json()["foreign_parties"]] == ["JP"]
    listed = await office.get("/agreements?country=JP")
    assert [item["id"] for item in listed.json()["items"]] == [agreement["id"]]
    gone = await office.post(f"/partners/{partner['id']}/verification/start", by=EMBASSY, version=partner["version"])
    assert gone.status_code in {403, 404}
    evidence = {"evidence": _EVIDENCE}
    partner = await office.act(partner, "verification/confirmation", evidence, MINISTRY)
    assert partner["verification"]["round"] == 2


async def test_a_name_is_free_again_where_a_corrected_partner_does_not_belong(office: Office) -> None:
    named: dict[str, Any] = {"names": {"vi": "Thành phố Trăng Non"}, "localities": ["VN-P-2025-33"]}
    partner = await office.partner(verified=False, **named)
    body = {"country": "JP", "reason": "sổ đăng ký ghi khác", "evidence": _EVIDENCE}
    await office.act(partner, "country", body, LEAD)
    other = {"type": "foreign_locality", "country": "KR", "names": named["names"]}
    assert (await office.post("/partners", other)).status_code == 201
    twin = await office.post("/partners", other | {"country": "JP"})
    assert (twin.status_code, twin.json()["type"]) == (409, "/problems/possible-duplicate")


async def _flags(office: Office, agreement: dict[str, Any]) -> list[str]:
    shown = (await office.get(f"/agreements/{agreement['id']}")).json()
    return [flag["why"] for flag in shown["partner_flags"]]


async def _revoked(office: Office, partner: dict[str, Any]) -> dict[str, Any]:
    return await office.act(partner, "verification/revocation", {"reason": "x", "document": PAPER}, APPROVER)


async def _verified(office: Office, partner: dict[str, Any]) -> dict[str, Any]:
    partner = await office.act(partner, "verification", {"verifier": "MOFA"})
    return await office.act(partner, "verification/confirmation", {"evidence": _EVIDENCE}, MINISTRY)


async def _said_of(office: Office, agreement: dict[str, Any]) -> list[str]:
    rows = await office.database.worker.fetch(
        "SELECT type FROM outbox WHERE record_id = $1 AND type LIKE '%.partner_%' ORDER BY id", UUID(agreement["id"])
    )
    return [row["type"].split(".")[2] for row in rows]


REVOKED = PartnerRevoked(round=1, reason="x")
VERIFIED = PartnerVerified(round=2, verifier="MOFA", valid_until=date.fromisoformat(TODAY))


async def test_an_open_agreement_says_that_its_partner_is_vouched_for_no_more_until_it_is_again(office: Office) -> None:
    partner = await office.partner()
    draft, hidden = await office.draft(partner), await office.draft(partner, sensitivity="restricted")
    signed, other = await office.signed(partner), await office.draft()
    partner = await _revoked(office, partner)
    await _heard(office, partner, REVOKED)
    flags = [await _flags(office, each) for each in (draft, hidden, signed, other)]
    assert flags == [["REVOKED"], ["REVOKED"], [], []]
    partner = await _verified(office, partner)
    await _heard(office, partner, VERIFIED)
    assert [await _flags(office, each) for each in (draft, hidden)] == [[], []]
    assert await _said_of(office, draft) == ["partner_flagged", "partner_cleared"]


async def test_a_partner_that_was_verified_before_its_revocation_was_heard_is_not_flagged(office: Office) -> None:
    revoked = await _revoked(office, await office.partner())
    draft = await office.draft(revoked)
    await _heard(office, await _verified(office, revoked), VERIFIED)
    await _heard(office, revoked, REVOKED)
    assert (await _flags(office, draft), await _said_of(office, draft)) == ([], [])


async def test_a_flagged_duplicate_is_vouched_for_by_the_partner_that_it_was_merged_into(office: Office) -> None:
    partner, survivor = await office.partner(), await office.partner()
    draft = await office.draft(partner)
    partner = await _revoked(office, partner)
    await _heard(office, partner, REVOKED)
    assert await _flags(office, draft) == ["REVOKED"]
    merged = await office.act(partner, "merger", {"into": survivor["id"], "reason": "x"}, MINISTRY)
    await _heard(office, merged, PartnerMerged(into=UUID(survivor["id"]), reason="x"))
    assert await _flags(office, draft) == []

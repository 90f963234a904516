"""Agreements follow what happens to their partners: made restricted, found to be persons, of another country."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from caytre.agreements.consumers import consumers
from caytre.contracts.agreements import PartnerAmended, PartnerCountryCorrected, PartnerWithdrawn
from caytre.contracts.message import Message
from caytre.core.testing import Log, deliver
from tests.builders.agreements_office import EMBASSY, LEAD, MINISTRY, NEIGHBOUR, OFFICER, Office

_RESTRICTED = {"sensitivity": "restricted", "confirm_published_history_stays": True}
_EVIDENCE = [{"kind": "registry_extract", "summary": "trích lục"}]


async def _heard(office: Office, partner: dict[str, Any], message: Message) -> None:
    log = Log("agreements")
    await deliver(consumers, office.database, [log.say(message.TYPE, UUID(partner["id"]), message)])


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

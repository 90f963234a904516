"""Pages, lists and search from the gateway's own views, behind the real agreements service."""

from __future__ import annotations

import pytest

from tests.builders.agreements_office import (
    ARMY,
    AUDITOR,
    CHAIR,
    EMBASSY,
    ENTRY,
    LEAD,
    MINISTRY,
    NEIGHBOUR,
    OFFICER,
    OPERATOR,
    POLICE,
    SYSTEM,
    Person,
)
from tests.service.gateway.conftest import House


async def restricted(house: House) -> dict[str, str]:
    """An agreement of Hưng Yên under consultation with MOFA and MPS that was made restricted."""
    agreement = await house.office.consulting(title_vi="Thỏa thuận kín đáo")
    body = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    return await house.office.act(agreement, "classification", body, CHAIR)


async def test_the_page_of_an_agreement_composes_what_the_topics_said(house: House) -> None:
    partner = await house.office.partner(names={"vi": "Thành phố Busan Minh Họa"})
    signed = await house.office.signed(partner)
    await house.front.carry(house.office)
    answer = await house.front.get(f"/views/agreements/{signed['id']}", accept_language="en")
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["agreement"]["status"] == "SIGNED"
    assert page["labels"]["status"] == "Signed"
    [shown] = page["partners"]
    assert shown["present"]["verification"] | {"verified_until": None} == {
        "status": "VERIFIED",
        "label": "Verified",
        "verifier": {"code": "MOFA", "name": "Ministry of Foreign Affairs"},
        "verified_until": None,
        "valid_today": True,
    }
    assert page["places"]["responsible"]["name"] == "Hung Yen Province"
    assert page["procedure"]["citations"][0]["law"]
    assert {rule["mark"] for rule in page["procedure"]["deadlines"]} <= {"", "unverified"}
    types = [act["type"] for act in page["timeline"]]
    assert types[0] == "caytre.agreement.signed.v1"
    assert types[-1] == "caytre.agreement.proposed.v1"
    states = {(due["code"], due["discriminator"]): due["state"] for due in page["obligations"]}
    assert states["AGR_OPINION", "MPS"] == "met"
    assert states["AGR_PM_REPORT", ""] == "open"
    assert page["provenance"]["weakest"]["origin"] == "act"
    [part] = page["parts"]
    assert (part["part"], part["status"]) == ("agreements", "ok")
    assert part["record"].startswith("1.")
    vietnamese = (await house.front.get(f"/views/agreements/{signed['id']}")).json()
    assert vietnamese["labels"]["status"] == "Đã ký"


async def test_an_imported_agreement_shows_then_and_now_and_its_weakest_source(house: House) -> None:
    recorded = await house.office.post("/agreements/recordings?mode=apply", ENTRY, by=SYSTEM)
    assert recorded.status_code in {200, 201}, recorded.text
    await house.front.carry(house.office)
    listed = (await house.front.get("/views/agreements?locality=Hưng Yên", accept_language="en")).json()
    [line] = listed["items"]
    page = (await house.front.get(f"/views/agreements/{line['id']}", accept_language="en")).json()
    [party] = page["places"]["parties"]
    assert party["name_at_signing"] == "Tỉnh Thái Bình"
    assert party["responsible"]["name"] == "Hung Yen Province"
    assert page["provenance"]["origin"] == page["provenance"]["weakest"]["origin"] == "imported"
    assert page["procedure"] is None


async def test_the_page_of_a_partner_lists_its_agreements(house: House) -> None:
    partner = await house.office.partner()
    drafts = [await house.office.draft(partner) for _ in range(2)]
    await house.office.draft()
    await house.front.carry(house.office)
    page = (await house.front.get(f"/views/partners/{partner['id']}", accept_language="en")).json()
    assert [line["id"] for line in page["agreements"]] == [draft["id"] for draft in reversed(drafts)]
    assert page["labels"]["country"] == "South Korea" or page["labels"]["country"].endswith("Korea")
    assert page["verification"]["valid_today"] is True


async def test_an_organisation_of_many_countries_is_shown_without_one(house: House) -> None:
    names = {"vi": "Tổ chức Minh Họa"}
    partner = await house.office.partner(type="international_organisation", names=names, country=None)
    draft = await house.office.draft(partner)
    await house.front.carry(house.office)
    page = (await house.front.get(f"/views/partners/{partner['id']}")).json()
    assert (page["labels"]["type"], page["labels"]["country"]) == ("Tổ chức quốc tế", None)
    [party] = (await house.front.get(f"/views/agreements/{draft['id']}")).json()["partners"]
    assert (party["country"], party["country_name"]) == (None, None)
    [line] = (await house.front.get(f"/views/agreements?partner={partner['id']}")).json()["items"]
    assert line["partners"] == [{"id": partner["id"], "name": "Tổ chức Minh Họa", "country": None}]
    html = (await house.front.get(f"/views/agreements/{draft['id']}", accept="text/html")).text
    assert "Tổ chức Minh Họa</a>:" in html
    html = (await house.front.get(f"/views/partners/{partner['id']}", accept="text/html")).text
    assert "<dt>Nước</dt>" not in html


async def test_lists_find_without_accents_filter_and_go_on_by_cursor(house: House) -> None:
    partner = await house.office.partner(names={"vi": "Tỉnh Chungcheong Minh Họa"})
    ids = [(await house.office.draft(partner, title_vi=f"Thỏa thuận đào tạo nghề số {n}"))["id"] for n in range(5)]
    await house.office.draft(title_vi="Bản ghi nhớ du lịch 100%")
    await house.front.carry(house.office)
    found = (await house.front.get("/views/agreements?q=NGHE dao tao chungcheong&limit=2")).json()
    assert [line["id"] for line in found["items"]] == ids[:2:-1]
    seen, cursor = [], ""
    while True:
        page = (await house.front.get(f"/views/agreements?q=nghe%20dao%20chungcheong&limit=2{cursor}")).json()
        seen += [line["id"] for line in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == ids[::-1]
    assert len((await house.front.get("/views/agreements?q=100%25")).json()["items"]) == 1
    assert (await house.front.get("/views/agreements?q=%25%25_")).json()["items"] == []
    for query in ("status=SIGNED", "field=HEALTH", "locality=Cao Bằng", "signed_from=2026-01-01"):
        assert (await house.front.get(f"/views/agreements?{query}")).json()["items"] == [], query
    for query in ("status=DRAFT&status=SIGNED", f"partner={partner['id']}", "locality=VN-P-2008-34", "origin=act"):
        assert (await house.front.get(f"/views/agreements?{query}")).json()["items"], query
    foreign = await house.front.get(f"/views/agreements?q=other&cursor={found['next']}")
    assert foreign.status_code == 400


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("locality=33", "locality"),
        ("locality=Atlantis", "locality"),
        ("locality=", "locality"),
        ("locality=Hưng Yên&locality=Huế", "locality"),
        ("partner=01980000-0000-7000-8000-00000000dead", "partner"),
        ("field=FISHING", "field"),
        ("status=SINGED", "status"),
        ("sensitivity=secret", "sensitivity"),
        ("origin=nowhere", "origin"),
        ("signed_from=1754092800", "signed_from"),
        ("signed_to=2026-1-2", "signed_to"),
        ("expires_to=0001-01-01", "expires_to"),
        ("staus=SIGNED", "staus"),
    ],
)
async def test_a_filter_that_means_nothing_is_refused_and_named(house: House, query: str, parameter: str) -> None:
    for language in ("vi", "en"):
        answer = await house.front.get(f"/views/agreements?{query}", accept_language=language)
        assert answer.status_code == 422, answer.text
        [error] = answer.json()["errors"]
        assert (error["in"], error["parameter"].partition("/")[0]) == ("query", parameter)
        assert error["detail"]


async def test_a_name_that_a_unit_shares_with_what_it_was_formed_from_is_clear(house: House) -> None:
    draft = await house.office.draft()
    await house.front.carry(house.office)
    for place in ("Hưng Yên", "Thái Bình", "VN-P-2008-33", "VN-P-2025-33", "hung yen"):
        [line] = (await house.front.get(f"/views/agreements?locality={place}")).json()["items"]
        assert line["id"] == draft["id"], place


async def test_whom_a_restricted_partner_does_not_concern_cannot_ask_for_its_agreements(house: House) -> None:
    hidden = await house.office.partner()
    made = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    await house.office.act(hidden, "classification", made, by={**LEAD, "roles": ["ministry_approver"]})
    await house.front.carry(house.office)
    unknown = "01980000-0000-7000-8000-00000000dead"
    for road in (f"/views/agreements?partner={hidden['id']}", f"/agreements?partner={hidden['id']}"):
        refused = await house.front.get(road, by=NEIGHBOUR)
        nothing = await house.front.get(road.replace(hidden["id"], unknown), by=NEIGHBOUR)
        assert refused.status_code == nothing.status_code == 422
        assert refused.json()["errors"] == nothing.json()["errors"]


async def test_who_runs_the_platform_reads_no_records(house: House) -> None:
    hidden = await restricted(house)
    await house.front.carry(house.office)
    for road in (f"/views/agreements/{hidden['id']}", "/views/agreements", "/changes", f"/agreements/{hidden['id']}"):
        assert (await house.front.get(road, by=OPERATOR)).status_code == 403, road
    assert (await house.front.get(f"/journey/{hidden['id']}", by=OPERATOR)).status_code == 404


@pytest.mark.parametrize("stranger", [NEIGHBOUR, ARMY], ids=["neighbour", "army"])
async def test_whom_a_restricted_record_does_not_concern_learns_nothing_of_it(house: House, stranger: Person) -> None:
    hidden = await restricted(house)
    [said, *_] = await house.front.carry(house.office)
    messages = await house.office.get(f"/journey/{hidden['id']}", by=AUDITOR)
    first = messages.json()["messages"][0]["message"]
    nothing = "01980000-0000-7000-8000-00000000dead"
    for road in ("/views/agreements/{}", "/journey/{}", "/agreements/{}"):
        answer = await house.front.get(road.format(hidden["id"]), by=stranger)
        unknown = await house.front.get(road.format(nothing), by=stranger)
        assert answer.status_code == unknown.status_code == 404, road
        assert answer.json()["type"] == unknown.json()["type"]
    assert (await house.front.get(f"/journey/{first}", by=stranger)).status_code == 404
    for query in ("", "?q=kin dao", "?sensitivity=restricted", "?locality=Hưng Yên"):
        listed = await house.front.get(f"/views/agreements{query}", by=stranger)
        assert hidden["id"] not in listed.text, query
    changes = await house.front.get("/changes", by=stranger)
    assert hidden["id"] not in changes.text
    token = {"consistency_token": f"agreement/{hidden['id']}@1"}
    assert (await house.front.get("/views/agreements", by=stranger, **token)).status_code == 404
    assert said.key not in (await house.front.get(f"/views/agreements/{hidden['id']}", by=stranger)).text


@pytest.mark.parametrize("reader", [OFFICER, MINISTRY, AUDITOR, POLICE, EMBASSY], ids=lambda person: str(person["sub"]))
async def test_whom_it_concerns_reads_its_content_from_its_owner_as_themselves(house: House, reader: Person) -> None:
    hidden = await restricted(house)
    await house.front.carry(house.office)
    held = await house.front.database.worker.fetchval("SELECT document FROM agreement_view WHERE id = $1", hidden["id"])
    assert "kín đáo" not in held
    answer = await house.front.get(f"/views/agreements/{hidden['id']}", by=reader)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["agreement"]["title_vi"] == "Thỏa thuận kín đáo"
    assert [(part["part"], part["status"]) for part in page["parts"]] == [("agreements", "ok"), ("content", "ok")]
    assert {act["changed"] is None for act in page["timeline"]} == {True}
    audited = await house.office.database.worker.fetchval("SELECT count(*) FROM reading")
    assert audited > 0


async def test_without_its_owner_a_restricted_record_stays_an_envelope(house: House) -> None:
    hidden = await restricted(house)
    await house.front.carry(house.office)
    house.front.app.state.upstreams._origins["agreements"] = house.front.app.state.upstreams._origins[
        "agreements"
    ].copy_with(port=1)
    answer = await house.front.get(f"/views/agreements/{hidden['id']}")
    assert answer.status_code == 200
    page = answer.json()
    assert "title_vi" not in page["agreement"]
    assert page["parts"][1]["status"] == "unavailable"
    consulted = await house.front.get(f"/views/agreements/{hidden['id']}", by=POLICE)
    unknown = await house.front.get("/views/agreements/01980000-0000-7000-8000-00000000dead", by=POLICE)
    assert consulted.status_code == unknown.status_code == 503


async def test_pages_for_people_are_the_same_views_and_escape_what_they_show(house: House) -> None:
    partner = await house.office.partner(names={"vi": "<script>alert(1)</script>"})
    draft = await house.office.draft(partner, title_vi='Thỏa thuận "<b>đậm</b>"')
    hidden = await restricted(house)
    await house.front.carry(house.office)
    paths = (f"/views/agreements/{draft['id']}", f"/views/partners/{partner['id']}", f"/journey/{draft['id']}")
    for path in (*paths, f"/views/agreements/{hidden['id']}"):
        for language in ("vi", "en"):
            answer = await house.front.get(path, accept="text/html,*/*;q=0.5", accept_language=language)
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].startswith("text/html")
            assert f'<html lang="{language}">' in answer.text
            assert "<script>alert" not in answer.text
            assert "<b>đậm" not in answer.text
            assert "script-src" not in answer.headers["content-security-policy"]
            assert "default-src 'none'" in answer.headers["content-security-policy"]
    problem = await house.front.get("/views/agreements/01980000-0000-7000-8000-00000000dead", accept="text/html")
    assert problem.headers["content-type"] == "application/problem+json"

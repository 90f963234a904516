"""The register and the partners as lists: filters, search without accents, pages that miss nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.agreements_office import ENTRY, LEAD, MINISTRY, NEIGHBOUR, Office


async def recorded(office: Office, number: str, **changed: Any) -> str:
    entry = ENTRY | {"source": ENTRY["source"] | {"number": number}} | changed
    answer = await office.post("/agreements/recordings?mode=apply", entry, by=MINISTRY)
    id: str = answer.json()["id"]
    return id


async def ids(office: Office, query: str, path: str = "/agreements") -> list[str]:
    answer = await office.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


@pytest.fixture(scope="module")
async def register(shared: Office) -> dict[str, str]:
    japan = [{"name": "Đại học Minh Họa", "country": "JP", "type": "university"}]
    return {
        "old": await recorded(shared, "1", signed_on="2015-03-01", register_no="07/TT", rationale="Đào tạo"),
        "vague": await recorded(shared, "2", title_vi="Thỏa thuận đầu tư Đại Đồng", fields=["INVESTMENT"]),
        "japan": await recorded(shared, "3", foreign_parties=japan, status="EXPIRED", signed_on="12/2022"),
        "border": await recorded(
            shared, "4", localities=["Cao Bằng"], title_vi="Chợ biên giới", signed_on="2024-01-01"
        ),
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["border", "japan", "vague", "old"]),
        ("sort=signed", ["border", "japan", "vague", "old"]),
        ("status=EXPIRED", ["japan"]),
        ("status=EXPIRED&status=IN_FORCE&country=JP", ["japan"]),
        ("locality=VN-P-2008-34", ["japan", "vague", "old"]),
        ("responsible_locality=VN-P-2025-33", ["japan", "vague", "old"]),
        ("responsible_locality=VN-P-2008-04", ["border"]),
        ("responsible_locality=Thái Bình", ["japan", "vague", "old"]),
        ("locality=Thái Bình", ["japan", "vague", "old"]),
        ("country=KR", ["border", "vague", "old"]),
        ("field=INVESTMENT", ["vague"]),
        ("origin=imported", ["border", "japan", "vague", "old"]),
        ("sensitivity=public", []),
        ("procedure_superseded=true", []),
        ("procedure_superseded=false&register_no=07/TT", ["old"]),
        ("register_no=07/TT", ["old"]),
        ("external_system=so-ngoai-vu&external_id=4", ["border"]),
        ("signed_from=2019-02-01&signed_to=2019-02-28", ["vague"]),
        ("signed_from=2022-12-31", ["border", "japan"]),
        ("signed_to=2015-12-31", ["old"]),
        ("search=dai dong", ["vague"]),
        ("search=ĐẠI HỌC minh", ["japan"]),
        ("search=cho bien gioi", ["border"]),
        ("search=100%25_", []),
        ("search=thai binh", ["japan", "vague", "old"]),
    ],
)
async def test_a_filter_finds_what_it_names(
    shared: Office, register: dict[str, str], query: str, expected: list[str]
) -> None:
    assert await ids(shared, query) == [register[name] for name in expected]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("staus=EXPIRED", "staus"),
        ("status=EXPIERD", "status"),
        ("locality=33", "locality"),
        ("locality=Hưng Yên", "locality"),
        ("locality=VN-P-2025-99", "locality"),
        ("responsible_locality=33", "responsible_locality"),
        ("responsible_locality=Atlantis", "responsible_locality"),
        ("country=ZZ", "country"),
        ("country=kr", "country"),
        ("partner=01980000-0000-7000-8000-00000000dead", "partner"),
        ("field=FISHING", "field"),
        ("origin=nowhere", "origin"),
        ("procedure=NONE", "procedure"),
        ("procedure_superseded=perhaps", "procedure_superseded"),
        ("signed_from=1754092800", "signed_from"),
        ("sort=newest&sort=signed", "sort"),
    ],
)
async def test_a_filter_that_means_nothing_is_refused_and_named(shared: Office, query: str, parameter: str) -> None:
    answer = await shared.get(f"/agreements?{query}")
    assert answer.status_code == 422, answer.text
    [error] = answer.json()["errors"]
    assert (error["in"], error["parameter"]) == ("query", parameter)


async def test_pages_follow_each_other_and_name_the_position_they_were_read_at(
    shared: Office, register: dict[str, str]
) -> None:
    for sort in ("newest", "signed"):
        seen: list[str] = []
        path: str | None = f"/agreements?limit=3&sort={sort}"
        while path is not None:
            answer = await shared.get(path)
            seen += [item["id"] for item in answer.json()["items"]]
            assert answer.json()["position"] == 0
            path = answer.links["next"]["url"] if "next" in answer.links else None
        assert len(seen) == len(set(seen)) == len(register)


async def test_a_cursor_fits_only_its_own_list(shared: Office, register: dict[str, str]) -> None:
    cursor = (await shared.get("/agreements?limit=2")).json()["next"]
    assert len(register) == 4
    assert (await shared.get(f"/agreements?limit=2&status=EXPIRED&cursor={cursor}")).status_code == 400


async def test_a_restricted_record_is_listed_as_an_envelope_to_those_who_may_know_of_it(office: Office) -> None:
    kept = await office.draft(await office.partner(), title_vi="Hồ sơ kín", sensitivity="restricted")
    listed = (await office.get("/agreements", LEAD)).json()["items"]
    assert [item["id"] for item in listed] == [kept["id"]]
    assert "title_vi" not in listed[0]
    assert (await office.get("/agreements", NEIGHBOUR)).json()["items"] == []
    assert (await office.get("/agreements?search=ho so", LEAD)).json()["items"] == []


async def test_partners_are_found_by_country_type_name_and_verification(office: Office) -> None:
    city = await office.partner(names={"vi": "Thành phố Đồng Tre"})
    firm = await office.partner(verified=False, type="company", country="JP", names={"en": "Bamboo Ltd"})
    assert await ids(office, "country=KR", "/partners") == [city["id"]]
    assert await ids(office, "type=company", "/partners") == [firm["id"]]
    assert await ids(office, "search=dong tre", "/partners") == [city["id"]]
    assert await ids(office, f"verified_on={city['verified_until']}", "/partners") == [city["id"]]
    assert await ids(office, "status=MERGED", "/partners") == []


async def test_a_record_is_not_sent_again_to_who_has_it(office: Office) -> None:
    draft = await office.draft()
    headers = office.headers(LEAD) | {"if-none-match": '"1"'}
    answer = await office.http.get(f"/agreements/{draft['id']}", headers=headers)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')

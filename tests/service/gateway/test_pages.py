"""What people read on the pages: illustration is named, restricted partners are not, and problems are explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.builders.agreements_office import LEAD, MINISTRY, NEIGHBOUR, OFFICER, PAPER, Person
from tests.builders.desk import Issuer
from tests.builders.front import a_front, serving
from tests.service.gateway.conftest import House

INVENTED = "VN-X-2025-X02"
MADE_UP: Person = {"sub": "invented", "roles": ["locality_officer"], "localities": [INVENTED]}
PAGE: dict[str, Any] = {"accept": "text/html"}


async def test_what_is_played_at_an_invented_place_says_so_on_every_page(house: House) -> None:
    partner = await house.office.partner(verified=False, by=MADE_UP)
    made = await house.office.post("/agreements", house.office.proposal(partner, locality=INVENTED), by=MADE_UP)
    assert made.status_code == 201, made.text
    real = await house.office.draft()
    await house.front.carry(house.office)
    played, other = f"/views/agreements/{made.json()['id']}", f"/views/agreements/{real['id']}"
    shown = (await house.front.get(played, by=MADE_UP)).json()["provenance"]
    assert (shown["origin"], shown["weakest"]["origin"], shown["illustration"]) == ("act", "illustration", True)
    assert (await house.front.get(other)).json()["provenance"]["weakest"]["origin"] == "act"
    for path in (played, f"/views/partners/{partner['id']}", f"/journey/{made.json()['id']}"):
        for language, words in (("vi", "Minh họa: không phải hồ sơ thật"), ("en", "Illustration: not a real record")):
            page = await house.front.get(path, by=MADE_UP, accept_language=language, **PAGE)
            assert f'<p class="banner" role="note">{words}</p>' in page.text, path
    for path in (other, f"/journey/{real['id']}"):
        assert "banner" not in (await house.front.get(path, **PAGE)).text.partition("<body>")[2]


async def test_the_name_of_a_partner_that_became_restricted_is_not_repeated(house: House) -> None:
    name = "Thành phố Kín Minh Họa"
    partner = await house.office.partner(names={"vi": name})
    draft = await house.office.draft(partner)
    body = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    await house.office.act(partner, "classification", body, LEAD)
    await house.front.carry(house.office)
    for reader in (OFFICER, NEIGHBOUR):
        page = await house.front.get(f"/views/agreements/{draft['id']}", by=reader)
        assert page.json()["agreement"]["foreign_parties"][0]["name"] is None
        assert page.json()["partners"][0]["label"] == "Hạn chế tiếp cận"
        html = await house.front.get(f"/views/agreements/{draft['id']}", by=reader, **PAGE)
        listed = await house.front.get("/views/agreements", by=reader)
        assert listed.json()["items"][0]["partners"][0]["name"] is None
        assert name not in page.text + html.text + listed.text
        assert "Hạn chế tiếp cận" in html.text
        assert "Chưa xác minh" not in html.text


async def test_a_partner_page_names_who_verified_it(house: House) -> None:
    partner = await house.office.partner()
    await house.front.carry(house.office)
    html = (await house.front.get(f"/views/partners/{partner['id']}", **PAGE)).text
    assert "<dt>Kết quả xác minh có hiệu lực đến</dt>" in html
    assert "(bên xác minh: Bộ Ngoại giao)" in html


async def test_the_page_of_an_agreement_shows_its_papers_and_its_opinions(house: House) -> None:
    agreement = await house.office.consulting(register_no="12/TT-HY")
    agreement = await house.office.act(agreement, "opinions/MOFA/dossier", by=MINISTRY)
    await house.front.carry(house.office)
    path = f"/views/agreements/{agreement['id']}"
    page = (await house.front.get(path, accept_language="en")).json()
    assert page["case"]["register_no"] == "12/TT-HY"
    [dossier] = [each for each in page["case"]["dossiers"] if each["code"] == "OPINION"]
    assert dossier["items"][0]["document"]["number"] == PAPER["number"]
    assert {item["mark"] for item in dossier["items"]} == {"unverified"}
    opinions = {each["agency"]: each for each in page["case"]["opinions"]}
    assert opinions["MOFA"]["agency_label"] == "Ministry of Foreign Affairs"
    assert page["timeline"][0]["detail"] == "Ministry of Foreign Affairs"
    [due] = page["obligations"]
    assert (due["basis"], due["basis_label"]) == ("law", "Law 70/2020/QH14, Art. 19(2)")
    html = (await house.front.get(path, **PAGE)).text
    for words in (
        "12/TT-HY",
        "Ý kiến bằng văn bản",
        "Nhận đủ hồ sơ",
        "khoản 2 Điều 19 Luật 70/2020/QH14",
        "12/UBND-NgV",
    ):
        assert words in html, words


async def test_a_journey_says_places_and_times_as_vietnamese_does(house: House) -> None:
    draft = await house.office.draft()
    await house.front.carry(house.office)
    html = (await house.front.get(f"/journey/{draft['id']}", **PAGE)).text
    assert "epoch 1, vị trí " in html
    assert ",0 ms" in html
    assert ".0 ms" not in html


async def test_a_problem_that_only_a_service_knows_is_explained_at_the_gateway(
    tmp_path: Path, issuer: Issuer, urls: dict[str, str]
) -> None:
    async def explain(request: Request) -> Response:
        known = request.path_params["code"] == "of-tomorrow"
        return HTMLResponse("<p>Giải thích</p>", 200 if known else 404, {"Content-Language": "vi"})

    async with (
        serving(FastAPI(routes=[Route("/problems/{code}", explain)])) as origin,
        a_front(tmp_path, issuer, urls["gateway"], {"agreements": origin}) as front,
    ):
        explained = await front.http.get("/problems/of-tomorrow")
        assert (explained.status_code, explained.headers["content-language"]) == (200, "vi")
        assert "Giải thích" in explained.text
        assert (await front.http.get("/problems/of-nobody")).status_code == 404
        assert "not-found" in (await front.http.get("/problems/not-found")).text
    async with a_front(tmp_path, issuer, urls["gateway"], {"agreements": "http://127.0.0.1:1"}) as front:
        assert (await front.http.get("/problems/of-tomorrow")).status_code == 503

"""Words that pages say, without a page."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from caytre.contracts.message import Provenance
from caytre.contracts.origins import PARTS
from caytre.gateway.model import STATES
from caytre.gateway.pages import place, since
from caytre.gateway.presenting.origins import illustrated_in_part, illustrates, provenance
from caytre.gateway.presenting.partners import verification
from caytre.gateway.presenting.places import agency_name
from caytre.reference.citing import cite_text


@pytest.mark.parametrize(
    ("carried", "vi", "en"),
    [
        ("Luật 70/2020/QH14, 19(2)", "khoản 2 Điều 19 Luật 70/2020/QH14", "Law 70/2020/QH14, Art. 19(2)"),
        ("Law 70/2020/QH14, Art. 19", "Điều 19 Luật 70/2020/QH14", "Law 70/2020/QH14, Art. 19"),
        ("Nghị định 134/2025/NĐ-CP, None", "Nghị định 134/2025/NĐ-CP", "Decree 134/2025/NĐ-CP"),
        ("Quy chế, mục II", "Quy chế, mục II", "Quy chế, mục II"),
    ],
)
def test_the_law_is_cited_as_lawyers_of_each_language_do(carried: str, vi: str, en: str) -> None:
    assert (cite_text(carried, "vi"), cite_text(carried, "en")) == (vi, en)
    assert cite_text(None, "vi") is None


def test_elapsed_times_and_places_are_written_as_each_language_does() -> None:
    start, end = "2026-11-22T01:00:00+00:00", "2026-11-22T01:00:00.021800+00:00"
    assert (since(end, start, "vi"), since(end, start, "en")) == ("+21,8 ms", "+21.8 ms")
    assert (place("1.699", "vi"), place("1.699", "en")) == ("epoch 1, vị trí 699", "epoch 1, position 699")
    assert place(None, "vi") == ""


def test_offices_of_the_procedure_go_by_their_names() -> None:
    assert agency_name("PRIME_MINISTER", "vi") == "Thủ tướng Chính phủ"
    assert agency_name("MOFA", "en") == "Ministry of Foreign Affairs"
    assert agency_name("MPS", "vi") == "Bộ Công an"
    assert agency_name("EMBASSY-KR", "vi") == "Đại sứ quán Việt Nam tại Hàn Quốc"
    assert agency_name("XYZ", "vi") == "XYZ"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"localities": ["VN-X-2025-X02"]}, True),
        ({"responsible_locality": "VN-X-2025-X02"}, True),
        ({"provenance": {"origin": "illustration"}}, True),
        ({"external_refs": [{"system": "caytre-demo", "id": "1"}]}, True),
        ({"localities": ["VN-P-2025-33", "VN-P-9999-99"], "provenance": {"origin": "imported"}}, False),
        ({}, False),
    ],
)
def test_a_record_illustrates_by_its_origin_its_system_or_its_place(
    document: dict[str, object], expected: bool
) -> None:
    assert illustrates(document) is expected


def test_an_illustrated_part_makes_the_page_no_stronger_than_an_illustration() -> None:
    trip = {"provenance": {"origin": "sourced"}, "report": {"provenance": {"origin": "illustration"}}}
    shown = provenance(trip, (), "en")
    assert (shown["origin"], shown["weakest"]["origin"]) == ("sourced", "illustration")
    assert (shown["illustration"], shown["illustrated_part"]) == (False, True)
    assert not illustrated_in_part({"provenance": {"origin": "sourced"}, "report": {"provenance": {"origin": "act"}}})
    assert not illustrated_in_part({**trip, "localities": ["VN-X-2025-X02"]}), "all of it is one"


def test_every_part_of_a_state_that_says_where_it_comes_from_is_counted() -> None:
    found = {
        name
        for state in STATES.values()
        for name, field in state.model_fields.items()
        for shape in (field.annotation, *get_args(field.annotation))
        if getattr(getattr(shape, "model_fields", {}).get("provenance"), "annotation", None) is Provenance
    }
    assert found == {*PARTS, "links"}, "links are worth what lineage says"


def test_an_envelope_is_not_taken_for_a_partner_that_nobody_verified() -> None:
    today = date(2026, 11, 22)
    assert verification({"id": "x", "sensitivity": "restricted"}, "vi", today)["label"] == "Hạn chế tiếp cận"
    assert verification({"type": "company", "status": "ACTIVE"}, "vi", today)["label"] == "Chưa xác minh"

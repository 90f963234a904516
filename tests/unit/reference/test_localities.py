import json
import unicodedata
from datetime import date
from importlib.resources import files

import pytest

from caytre.reference import localities
from caytre.reference.dates import parse_date
from caytre.reference.localities import (
    AmbiguousLocality,
    CodeNeedsDate,
    LocalityNotValid,
    LocalityType,
    NotYetFormed,
    UnknownLocality,
)

BEFORE = date(2025, 6, 30)
AFTER = date(2025, 7, 1)


def test_there_were_63_units_before_the_merger_and_34_after_it() -> None:
    assert len(localities.all_localities(date(2024, 12, 31))) == 63
    assert len(localities.all_localities(BEFORE)) == 63
    after = localities.all_localities(AFTER)
    assert len(after) == 34
    assert sum(unit.type is LocalityType.CITY for unit in after) == 6


def test_the_merger_made_23_units_of_52() -> None:
    formed = [unit for unit in localities.all_localities(AFTER) if unit.valid_from == AFTER]
    assert len(formed) == 23
    assert sum(len(unit.predecessors) for unit in formed) == 52


def test_every_unit_that_ended_has_one_successor_that_begins_the_next_day() -> None:
    for unit in localities.all_localities(illustration=True):
        if unit.valid_to is None:
            assert unit.successors == ()
            continue
        (successor,) = localities.successors(unit.id)
        assert successor.valid_from is not None
        assert (successor.valid_from - unit.valid_to).days == 1


def test_a_merged_unit_carries_the_code_of_one_it_was_formed_from() -> None:
    for unit in localities.all_localities(AFTER, illustration=True):
        if unit.predecessors:
            assert unit.code in {older.code for older in localities.predecessors(unit.id)}


def test_no_two_units_of_a_day_share_a_code_or_a_name() -> None:
    for day in (BEFORE, AFTER):
        units = localities.all_localities(day, illustration=True)
        assert len({unit.code for unit in units}) == len(units)
        for unit in units:
            for text in (unit.name_vi, unit.short_name_vi, unit.name_en, unit.short_name_en, *unit.aliases):
                assert localities.resolve(text, day) == unit


def test_identity_is_made_of_arrangement_and_code() -> None:
    for unit in localities.all_localities(illustration=True):
        kind, year = ("X" if unit.illustration else "P"), (unit.valid_from.year if unit.valid_from else 2008)
        assert unit.id == f"VN-{kind}-{year}-{unit.code}"


def test_the_same_code_means_another_unit_at_another_date() -> None:
    assert localities.resolve("33", BEFORE).id == "VN-P-2008-33"
    assert localities.resolve("33", AFTER).id == "VN-P-2025-33"
    assert localities.resolve("15", BEFORE).short_name_vi == "Yên Bái"
    assert localities.resolve("15", AFTER).short_name_vi == "Lào Cai"


def test_a_bare_code_without_a_date_is_refused() -> None:
    with pytest.raises(CodeNeedsDate) as refused:
        localities.resolve("33")
    assert {unit.id for unit in refused.value.candidates} == {"VN-P-2008-33", "VN-P-2025-33"}
    with pytest.raises(CodeNeedsDate):
        localities.resolve("04")  # even where it is one unit today: the next merger may change that


def test_a_name_without_a_date_is_refused_only_where_it_is_ambiguous() -> None:
    assert localities.resolve("Thái Bình").id == "VN-P-2008-34"
    with pytest.raises(AmbiguousLocality, match="VN-P-2025-33"):
        localities.resolve("Hưng Yên")


def test_a_name_of_another_time_is_refused_with_what_it_was() -> None:
    with pytest.raises(LocalityNotValid) as refused:
        localities.resolve("Thái Bình", AFTER)
    assert [unit.id for unit in refused.value.candidates] == ["VN-P-2008-34"]
    assert "2025-07-01" in str(refused.value)


def test_a_date_that_is_not_exact_resolves_when_the_unit_is_the_same_over_it() -> None:
    assert localities.resolve("Hưng Yên", parse_date("đầu năm 2023")).id == "VN-P-2008-33"
    assert localities.resolve("Hưng Yên", parse_date("cuối năm 2025")).id == "VN-P-2025-33"
    with pytest.raises(AmbiguousLocality):
        localities.resolve("Hưng Yên", parse_date("năm 2025"))


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("TP. HCM", "VN-P-2008-79"),
        ("TP.HCM", "VN-P-2008-79"),
        ("Tp. Hồ Chí Minh.", "VN-P-2008-79"),
        ("T.P Hồ Chí Minh", "VN-P-2008-79"),
        ("T. Quảng Ninh", "VN-P-2008-22"),
        ("T.T. Huế", "VN-P-2008-46"),
        ("Thủ đô Hà Nội", "VN-P-2008-01"),
        ("TỈNH QUẢNG\N{NO-BREAK SPACE}NINH,", "VN-P-2008-22"),
        ("Đắc Lắk", "VN-P-2008-66"),
        ("TPHCM", "VN-P-2008-79"),
        ("Tp Hồ Chí Minh", "VN-P-2008-79"),
        ("Ho Chi Minh City", "VN-P-2008-79"),
        ("Hanoi", "VN-P-2008-01"),
        ("ha noi", "VN-P-2008-01"),
        ("tỉnh thái bình", "VN-P-2008-34"),
        (unicodedata.normalize("NFD", "Thừa Thiên - Huế"), "VN-P-2008-46"),
        ("Bà Rịa-Vũng Tàu", "VN-P-2008-77"),
        ("Ba Ria Vung Tau Province", "VN-P-2008-77"),
        ("Đắc Lắc", "VN-P-2008-66"),
        ("Dak Lak", "VN-P-2008-66"),
        ("Kontum", "VN-P-2008-62"),
        ("VN-20", "VN-P-2008-34"),
        ("VN-P-2008-34", "VN-P-2008-34"),
        (" vn-p-2025-33 ", "VN-P-2025-33"),
        ("Minh Hoa Tre", "VN-X-2008-X01"),
        ("x01", "VN-X-2008-X01"),
    ],
)
def test_a_unit_is_found_by_every_usual_way_of_writing_it(text: str, id: str) -> None:
    assert localities.resolve(text, date(2023, 12, 1)).id == id


@pytest.mark.parametrize("text", ["", "Hà Tây", "99", "Tỉnh", "VN-P-1990-33"])
def test_what_is_no_unit_is_unknown(text: str) -> None:
    with pytest.raises(UnknownLocality):
        localities.resolve(text, BEFORE)
    with pytest.raises(UnknownLocality):
        localities.get(text)


def test_the_responsible_unit_follows_the_merger() -> None:
    assert localities.current("VN-P-2008-34", BEFORE).short_name_vi == "Thái Bình"
    assert localities.current("VN-P-2008-34", AFTER).id == "VN-P-2025-33"
    assert localities.current("VN-P-2025-33", AFTER).id == "VN-P-2025-33"


def test_no_unit_answers_for_a_day_before_it_was_formed() -> None:
    with pytest.raises(NotYetFormed, match="Hung Yen"):
        localities.current("VN-P-2025-33", BEFORE)


def test_a_unit_the_merger_left_alone_keeps_its_identity() -> None:
    cao_bang = localities.resolve("Cao Bằng", BEFORE)
    assert cao_bang == localities.resolve("Cao Bằng", AFTER)
    assert cao_bang.valid_to is None
    assert localities.current(cao_bang.id, AFTER) == cao_bang


def test_hue_succeeded_thua_thien_hue_half_a_year_before_the_merger() -> None:
    assert localities.resolve("46", date(2024, 12, 31)).name_vi == "Tỉnh Thừa Thiên Huế"
    assert localities.resolve("46", date(2025, 1, 1)).name_vi == "Thành phố Huế"
    assert localities.current("VN-P-2008-46", AFTER).id == "VN-P-2025-46"


def test_a_lineage_names_the_unit_last() -> None:
    assert [unit.id for unit in localities.lineage("VN-P-2025-33")] == ["VN-P-2008-33", "VN-P-2008-34", "VN-P-2025-33"]


def test_a_beginning_that_is_not_recorded_is_marked_unverified() -> None:
    for unit in localities.all_localities():
        assert unit.source
        assert unit.verified == (unit.valid_from is not None)


def test_invented_units_say_so_and_are_listed_only_when_asked_for() -> None:
    assert not any(unit.illustration for unit in localities.all_localities())
    invented = [unit for unit in localities.all_localities(illustration=True) if unit.illustration]
    assert len([unit for unit in invented if unit.valid_on(BEFORE)]) == 12
    assert len([unit for unit in invented if unit.valid_on(AFTER)]) == 6
    assert all("Minh Họa" in unit.name_vi and unit.id.startswith("VN-X-") for unit in invented)


def test_a_border_is_stated_only_with_its_source() -> None:
    bordering = [unit for unit in localities.all_localities() if unit.borders]
    assert [unit.short_name_vi for unit in bordering] == ["Cao Bằng"]
    assert bordering[0].borders[0].source


def test_the_data_is_stored_in_normal_form() -> None:
    text = (files("caytre.reference") / "data" / "localities.json").read_text("utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert len(json.loads(text)["rows"]) == 87


def test_the_next_change_is_the_first_day_without_units_that_ended() -> None:
    assert localities.next_change(date(2023, 1, 1)) == date(2025, 1, 1)
    assert localities.next_change(date(2025, 1, 1)) == localities.next_change(date(2025, 6, 30)) == date(2025, 7, 1)
    assert localities.next_change(date(2025, 7, 1)) is None

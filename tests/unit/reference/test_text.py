import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caytre.reference.text import duplicate_key, normalise, search_key


def test_a_decomposed_name_is_stored_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "Thừa Thiên Huế")
    assert decomposed != "Thừa Thiên Huế"
    assert normalise(decomposed) == "Thừa Thiên Huế"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hội nghị  ĐẦU tư", "hoi nghi dau tu"),
        ("Đà Nẵng", "da nang"),
        ("Ðà Nẵng", "da nang"),  # typed with the Icelandic letter
        ("Thưở ấy, ƯỚC MƠ", "thuo ay, uoc mo"),
        (unicodedata.normalize("NFD", "Nghệ An – Thừa Thiên Huế"), "nghe an - thua thien hue"),
        ("ＨÀ　ＮỘＩ", "ha noi"),
        (" \tQuảng\u00a0Trị\n", "quang tri"),
        ("Cần\u200b Thơ\ufeff", "can tho"),
        ("Łódź, Tromsø, Straße", "lodz, tromso, strasse"),
        ("", ""),
    ],
)
def test_a_search_key_has_no_accents_no_case_and_single_spaces(text: str, key: str) -> None:
    assert search_key(text) == key


def test_marks_that_make_another_word_in_other_scripts_stay() -> None:
    assert search_key("ガ") != search_key("カ")
    assert search_key("경기도") == "경기도"
    assert search_key("ประเทศไทย") == "ประเทศไทย"


@given(st.text())
def test_a_search_key_is_its_own_search_key_in_any_normal_form(text: str) -> None:
    key = search_key(text)
    assert search_key(key) == key
    assert search_key(unicodedata.normalize("NFD", text)) == key


@pytest.mark.parametrize(
    "name",
    ["Công ty TNHH Tre Xanh", "TRE XANH CO., LTD.", "Tre Xanh Co. Ltd", "Công ty Cổ phần Tre Xanh", "tre-xanh JSC"],
)
def test_names_of_one_organisation_share_a_duplicate_key(name: str) -> None:
    assert duplicate_key(name) == "tre xanh"


def test_a_legal_form_inside_a_name_is_a_word() -> None:
    assert duplicate_key("Hiệp hội Co Tu Hà Nội") == "hiep hoi co tu ha noi"


def test_a_name_that_is_only_a_legal_form_keeps_it() -> None:
    assert duplicate_key("Co., Ltd.") == "co ltd"


def test_letters_of_an_abbreviation_join() -> None:
    assert duplicate_key("K.K. Minh Họa") == duplicate_key("KK Minh Họa")

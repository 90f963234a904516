"""Words as provinces write them: states, offices, countries, types, with accents in parts, blanks and full stops."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from caytre.cli.importing.agreement_words import FORMS, LANGUAGES, STATUSES, language_code
from caytre.cli.importing.organs import Organ, organ_of
from caytre.cli.importing.partners import PARTNERS
from caytre.cli.importing.register_words import ORIGINS, PARTNER_TYPES, SENSITIVITIES
from caytre.cli.importing.vocabulary import Vocabulary
from tests.builders.registers import body_of, one_row, reason


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Đã ký", "SIGNED"),
        ("ĐÃ KÝ KẾT", "SIGNED"),
        ("Đang hiệu lực", "IN_FORCE"),
        ("đang có hiệu lực.", "IN_FORCE"),
        ("Còn\N{NO-BREAK SPACE}hiệu lực", "IN_FORCE"),
        ("Còn hiệu  lực", "IN_FORCE"),
        ("Tạm ngừng thực hiện", "SUSPENDED"),
        ("Hết hiệu lực", "EXPIRED"),
        ("Đã hết hiệu lực", "EXPIRED"),
        ("DA HET HIEU LUC", "EXPIRED"),
        ("- Hết hạn;", "EXPIRED"),
        ("Chấm dứt hiệu lực", "TERMINATED"),
        ("Hủy bỏ", "TERMINATED"),
        ("Huỷ bỏ", "TERMINATED"),
        (unicodedata.normalize("NFD", "Đã hủy bỏ"), "TERMINATED"),
        ("Đã rút khỏi", "WITHDRAWN"),
        ("Được thay thế", "REPLACED"),
    ],
)
def test_a_status_is_understood(tmp_path: Path, text: str, status: str) -> None:
    assert body_of(one_row(tmp_path, {"Tình trạng": text}))["status"] == status


def test_a_remark_behind_a_word_is_told_and_not_taken_over(tmp_path: Path) -> None:
    row = one_row(tmp_path, {"Tình trạng": "Hết hiệu lực (từ 2020)"})
    assert body_of(row)["status"] == "EXPIRED"
    assert [note.vi for note in row.notes] == ["Tình trạng: không lấy “từ 2020”"]


def test_an_unknown_word_is_refused_with_those_that_are_known_and_the_nearest(tmp_path: Path) -> None:
    vi, en = reason(one_row(tmp_path, {"Tình trạng": "Hết hiệu luc rồi"}))
    assert vi == (
        "ô G2 (Tình trạng) “Hết hiệu luc rồi”: không có trong danh mục; hãy dùng: Đã ký, Đang hiệu lực, Tạm đình chỉ, "
        "Hết hiệu lực, Chấm dứt, Rút khỏi, Bị thay thế; có phải là “Hết hiệu lực”?"
    )
    assert en.endswith("is “Hết hiệu lực” meant?")


@pytest.mark.parametrize("vocabulary", [FORMS, STATUSES, LANGUAGES, ORIGINS, PARTNER_TYPES, SENSITIVITIES])
def test_no_word_stands_for_two_things(vocabulary: Vocabulary) -> None:
    for code, words in vocabulary.words.items():
        for word in (code, *words):
            found = vocabulary.find(word)
            assert found is not None
            assert found.code == code


@pytest.mark.parametrize("text", ["Tiếng Hàn", "Hàn", "tiếng hàn.", "Hàn Quốc", "Korean", "ko"])
def test_a_language_is_understood(text: str) -> None:
    assert language_code(text) == "ko"


@pytest.mark.parametrize(
    ("text", "organ"),
    [
        ("Ủy ban nhân dân", Organ("PROVINCE_PC", None, None)),
        ("UBND tỉnh", Organ("PROVINCE_PC", None, None)),
        ("UBND Thành phố", Organ("PROVINCE_PC", None, None)),
        ("UBND tỉnh Quảng Ninh", Organ("PROVINCE_PC", None, "tỉnh Quảng Ninh")),
        ("UBND TP. Hải Phòng", Organ("PROVINCE_PC", None, "TP. Hải Phòng")),
        ("Uỷ ban nhân dân Tp Hồ Chí Minh.", Organ("PROVINCE_PC", None, "Tp Hồ Chí Minh")),
        ("ỦY BAN NHÂN DÂN TỈNH QUẢNG NINH", Organ("PROVINCE_PC", None, "TỈNH QUẢNG NINH")),
        ("HĐND tỉnh Lào Cai", Organ("PROVINCE_PCOUNCIL", None, "tỉnh Lào Cai")),
        ("Sở Ngoại vụ tỉnh Lào Cai", Organ("DEPARTMENT", "Sở Ngoại vụ tỉnh Lào Cai", "tỉnh Lào Cai")),
        ("Sở Du lịch TP.HCM", Organ("DEPARTMENT", "Sở Du lịch TP.HCM", "TP.HCM")),
        ("Sở Y tế Thái Bình", Organ("DEPARTMENT", "Sở Y tế Thái Bình", "Thái Bình")),
        ("Sở", Organ("DEPARTMENT", None, None)),
        (
            "UBND xã Minh Họa, huyện Minh Họa, tỉnh Hà Giang",
            Organ("BORDER_COMMUNE", "UBND xã Minh Họa, huyện Minh Họa, tỉnh Hà Giang", "tỉnh Hà Giang"),
        ),
        (
            "Hội Liên hiệp Phụ nữ tỉnh Hà Giang",
            Organ("ORG_PROVINCIAL", "Hội Liên hiệp Phụ nữ tỉnh Hà Giang", "tỉnh Hà Giang"),
        ),
        ("PROVINCE_PC", Organ("PROVINCE_PC", None, None)),
        ("UBND huyện Minh Họa", None),
        ("Tỉnh Sơn La", None),
        ("Sông Minh Họa", None),
    ],
)
def test_an_office_is_told_from_its_province(text: str, organ: Organ | None) -> None:
    assert organ_of(text) == organ


@pytest.mark.parametrize(
    ("locality", "signatory", "found"),
    [
        ("UBND tỉnh Quảng Ninh", "", ("VN-P-2008-22", "PROVINCE_PC", None)),
        ("QUẢNG NINH", "HĐND tỉnh Quảng Ninh", ("VN-P-2008-22", "PROVINCE_PCOUNCIL", None)),
        ("TP. HCM", "UBND TP", ("VN-P-2008-79", "PROVINCE_PC", None)),
        ("Sở Du lịch Tp Hồ Chí Minh", "", ("VN-P-2008-79", "DEPARTMENT", "Sở Du lịch Tp Hồ Chí Minh")),
        ("Quảng Ninh", "Sở Ngoại vụ", ("VN-P-2008-22", "DEPARTMENT", "Sở Ngoại vụ")),
    ],
)
def test_who_signed_is_read_from_either_column(
    tmp_path: Path, locality: str, signatory: str, found: tuple[str, str, str | None]
) -> None:
    body = body_of(one_row(tmp_path, {"Địa phương": locality, "Cơ quan ký": signatory}))
    assert (*body["localities"], body["signatory_type"], body.get("organisation")) == found


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"Cơ quan ký": "UBND tỉnh Lào Cai", "Địa phương": "Quảng Ninh"}, "là của Tỉnh Lào Cai, không phải Tỉnh Quảng"),
        (
            {"Cơ quan ký": "HĐND tỉnh", "Địa phương": "UBND tỉnh Lào Cai"},
            "khác với “UBND tỉnh Lào Cai”",
        ),
        ({"Cơ quan ký": "UBND huyện Minh Họa"}, "không phải cơ quan ký thỏa thuận"),
        ({"Địa phương": "Sở Ngoại vụ"}, "“Sở Ngoại vụ” không nêu tỉnh"),
        ({"Địa phương": "Quảng Nin"}, "có phải là “Quảng Ninh”?"),
    ],
)
def test_offices_that_contradict_or_sign_none_are_refused(tmp_path: Path, changes: dict[str, str], says: str) -> None:
    assert says in reason(one_row(tmp_path, changes))[0]


def test_several_provinces_stand_in_one_cell(tmp_path: Path) -> None:
    body = body_of(one_row(tmp_path, {"Địa phương": "UBND tỉnh Lào Cai; UBND tỉnh Hà Giang"}))
    assert body["localities"] == ["VN-P-2008-10", "VN-P-2008-02"]


@pytest.mark.parametrize(
    ("cell", "country", "parties"),
    [
        ("Thành phố A; Thành phố B", "Nhật", [("Thành phố A", "JP"), ("Thành phố B", "JP")]),
        ("Thành phố A\nThành phố B", "LB Nga\nCHDCND Lào", [("Thành phố A", "RU"), ("Thành phố B", "LA")]),
        ("1. Tỉnh A;\n2. Tỉnh B", "Hàn quốc", [("Tỉnh A", "KR"), ("Tỉnh B", "KR")]),
        ("- Tỉnh A\n- Tỉnh B\n- Tỉnh C", "Lào; Lào; Hoa Kỳ/Mỹ", [("Tỉnh A", "LA"), ("Tỉnh B", "LA"), ("Tỉnh C", "US")]),
        ("Tỉnh A; Tỉnh B", "Lào; Lào; Lào", [("Tỉnh A", "LA"), ("Tỉnh B", "LA")]),
        ("Trung tâm Giao lưu\nquốc tế Minh Họa", "Nhật", [("Trung tâm Giao lưu quốc tế Minh Họa", "JP")]),
        ("3M Minh Họa", "Nhật", [("3M Minh Họa", "JP")]),
    ],
)
def test_several_partners_stand_in_one_cell(
    tmp_path: Path, cell: str, country: str, parties: list[tuple[str, str]]
) -> None:
    row = one_row(tmp_path, {"Đối tác": cell, "Nước": country})
    assert [(one["name"], one["country"]) for one in body_of(row)["foreign_parties"]] == parties
    assert row.entry is not None
    assert len(row.entry.shared) == len(parties)
    assert any("đọc thành" in note.vi for note in row.notes) is (len(parties) > 1)


def test_as_many_countries_as_partners_or_one_for_all(tmp_path: Path) -> None:
    vi, en = reason(one_row(tmp_path, {"Đối tác": "A; B; C", "Nước": "Nhật; Lào"}))
    assert vi.startswith("ô E2 (Nước) “Nhật; Lào”: nêu 2 mục cho 3 đối tác")
    assert "one for each in their order" in en


def test_an_organisation_of_many_countries_stands_beside_one_with_a_country(tmp_path: Path) -> None:
    changes = {"Đối tác": "Tổ chức Minh Họa", "Loại đối tác": "Tổ chức quốc tế", "Nước": ""}
    assert body_of(one_row(tmp_path, changes))["foreign_parties"] == [
        {"name": "Tổ chức Minh Họa", "type": "international_organisation"}
    ]


def test_a_list_of_partners_keeps_where_rows_come_from_also_when_nothing_was_published(tmp_path: Path) -> None:
    changes = {"Nguồn": "Sổ đối tác", "Số phát biểu": "14", "Ngày công bố": "2020"}
    own = body_of(one_row(tmp_path, changes, PARTNERS))["source"]
    assert (own["system"], own["origin"], own["statement"], own["date"]) == ("so-doi-tac", "imported", "14", "2020")
    published = body_of(one_row(tmp_path, changes | {"Xuất xứ": "nguồn công khai"}, PARTNERS))["source"]
    assert (published["system"], published["publication"]) == ("so-thu", "Sổ đối tác")


def test_a_row_of_a_list_of_partners_is_one_partner(tmp_path: Path) -> None:
    assert "mỗi dòng là một đối tác" in reason(one_row(tmp_path, {"Đối tác": "A; B"}, PARTNERS))[0]

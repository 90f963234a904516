"""Lists of delegations as provinces keep them: who, where, when, and that no name leaves the confidential part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from caytre.cli.importing.book import read_book
from caytre.cli.importing.delegations import DELEGATIONS
from caytre.cli.importing.people import Person, person_of, post_of
from caytre.cli.importing.trip_words import AHEAD, CHANNELS, DIRECTIONS, ITEM_STATUSES, TRIP_STATUSES
from caytre.cli.importing.vocabulary import Vocabulary
from tests.builders.registers import TRAVELLED, body_of, one_row, reason, write_register


def trip(folder: Path, changes: dict[str, str]) -> dict[str, Any]:
    return body_of(one_row(folder, changes, DELEGATIONS))


def test_a_row_is_a_delegation(tmp_path: Path) -> None:
    said = trip(
        tmp_path,
        {
            "Thành viên": "1. Trần Thị Minh Họa, Giám đốc Sở Ngoại vụ; 2. Phiên dịch",
            "Số người": "5",
            "Kênh đối ngoại": "Đối ngoại nhân dân",
            "Mục đích": "Gặp hiệp hội; Thăm trường",
            "Kinh phí": "350 triệu",
            "Mức độ": "công khai",
        },
    )
    assert said["members"] == [
        {"number": 1, "role": "head", "rank": "Phó Chủ tịch UBND tỉnh", "post": "pc_vice_chair",
         "name": "Nguyễn Văn Minh Họa"},
        {"number": 2, "role": "member", "rank": "Giám đốc Sở Ngoại vụ", "post": "director",
         "name": "Trần Thị Minh Họa"},
        {"number": 3, "role": "member", "rank": "Phiên dịch", "post": "other"},
        {"number": 4, "role": "member", "post": "other"},
        {"number": 5, "role": "member", "post": "other"},
    ]  # fmt: skip
    assert (said["departs"], said["returns"], said["stops"]) == ("2023-05-04", "2023-05-10", [{"country": "KR"}])
    assert (said["localities"], said["status"], said["channel"]) == (["VN-X-2008-X01"], "RETURNED", "people")
    assert said["purposes"] == ["Gặp hiệp hội", "Thăm trường"]
    assert (said["budget"]["amount"], said["sensitivity"]) == ("350000000", "public")


@pytest.mark.parametrize(
    ("changes", "departs", "returns"),
    [
        ({"Từ ngày": "đầu năm 2023", "Đến ngày": ""}, "đầu năm 2023", None),
        ({"Từ ngày": "", "Đến ngày": "", "Thời gian": "tháng 5/2023"}, "tháng 5/2023", None),
        ({"Từ ngày": "", "Đến ngày": "", "Thời gian": "early 2023"}, "early 2023", None),
        ({"Từ ngày": "", "Đến ngày": "", "Thời gian": "04 - 10/05/2023"}, "2023-05-04", "2023-05-10"),
        ({"Từ ngày": "", "Đến ngày": "", "Thời gian": "29/12-03/01/2023"}, "2022-12-29", "2023-01-03"),
        ({"Từ ngày": "", "Đến ngày": "", "Thời gian": "từ 4.5 đến 10.5.2023"}, "2023-05-04", "2023-05-10"),
        ({"Đến ngày": "", "Số ngày": "7 ngày"}, "2023-05-04", "2023-05-10"),
        ({"Từ ngày": "45050", "Đến ngày": "", "Số ngày": "1"}, None, None),
    ],
)
def test_when_it_was_away_is_kept_as_exactly_as_it_is_told(
    tmp_path: Path, changes: dict[str, str], departs: str | None, returns: str | None
) -> None:
    row = one_row(tmp_path, changes, DELEGATIONS)
    if departs is None:
        assert [problem.column for problem in row.problems] == ["Từ ngày"]
    else:
        assert (body_of(row)["departs"], body_of(row).get("returns")) == (departs, returns)


def test_two_days_that_are_not_so_many_as_is_written_are_taken_over_and_told(tmp_path: Path) -> None:
    row = one_row(tmp_path, {"Số ngày": "5"}, DELEGATIONS)
    assert body_of(row)["returns"] == "2023-05-10"
    assert [note.en for note in row.notes] == ["Số ngày: between the two days lie 7; the two days are taken over"]


def test_stops_have_cities_and_days(tmp_path: Path) -> None:
    text = "Hàn Quốc (Seoul): 04/05/2023 - 07/05/2023; Nhật Bản (Osaka) 07-10/05/2023"
    assert trip(tmp_path, {"Nước đến": text})["stops"] == [
        {"country": "KR", "city": "Seoul", "arrives": "2023-05-04", "leaves": "2023-05-07"},
        {"country": "JP", "city": "Osaka", "arrives": "2023-05-07", "leaves": "2023-05-10"},
    ]
    assert trip(tmp_path, {"Nước đến": "Lào, Thái Lan và Campuchia"})["stops"] == [
        {"country": "LA"},
        {"country": "TH"},
        {"country": "KH"},
    ]


def test_a_running_number_counts_within_province_and_year(tmp_path: Path) -> None:
    row = one_row(tmp_path, {"Mã đoàn": "", "STT": "3"}, DELEGATIONS)
    assert body_of(row)["source"]["number"] == "VN-X-2008-X01/2023/OUT/3"


@pytest.mark.parametrize(
    ("changes", "vi", "en"),
    [
        ({"Trạng thái": "Dự kiến"}, "đoàn chưa đi thì không lấy vào", "has not left is not taken over"),
        ({"Trạng thái": "Xong"}, "hãy dùng: Đang đi, Đã về", "it can be: Đang đi"),
        ({"Đến ngày": "03/05/2023"}, "ngày về trước ngày đi", "returns before it departs"),
        ({"Từ ngày": "31/02/2023"}, "tháng 2/2023 chỉ có 28 ngày", "there is no day 31"),
        ({"Số người": "1", "Thành viên": "Phiên dịch"}, "ít hơn 2 người được nêu", "is less than the 2 named"),
        ({"Nước đến": "Hàn Quốc: hai ngày"}, "không có nước nào", "no country is called"),
        (
            {"Tên đoàn": "Đoàn do NGUYỄN VĂN MINH HỌA dẫn đầu"},
            "nêu họ tên người trong đoàn, chỉ được giữ ở phần mật",
            "names a person of the delegation",
        ),
        ({"Số ngày": "mấy hôm"}, "không phải là số ngày", "is no number of days"),
    ],
)
def test_a_reason_says_what_is_expected(tmp_path: Path, changes: dict[str, str], vi: str, en: str) -> None:
    vietnamese, english = reason(one_row(tmp_path, changes, DELEGATIONS))
    assert vi in vietnamese
    assert en in english


def test_an_empty_status_is_taken_as_returned_and_told(tmp_path: Path) -> None:
    row = one_row(tmp_path, {"Trạng thái": ""}, DELEGATIONS)
    assert body_of(row)["status"] == "RETURNED"
    assert [note.vi for note in row.notes] == ["Trạng thái: trống; được lấy là đã về"]


def test_what_came_of_it_is_told_as_not_taken_over(tmp_path: Path) -> None:
    book = read_book(write_register(tmp_path / "so.csv", TRAVELLED | {"Kết quả": "Tốt"}), DELEGATIONS)
    assert "Tốt" not in str(body_of(book.rows[0]))
    assert [remark.en for remark in book.remarks] == ["Columns that are not taken over: Kết quả."]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Phó Chủ tịch UBND tỉnh", Person(None, "Phó Chủ tịch UBND tỉnh")),
        ("Nguyễn Văn Minh Họa, Phó Chủ tịch UBND tỉnh", Person("Nguyễn Văn Minh Họa", "Phó Chủ tịch UBND tỉnh")),
        ("Ông Trần Minh Họa - Giám đốc Sở Ngoại vụ", Person("Trần Minh Họa", "Giám đốc Sở Ngoại vụ")),
        ("Đ/c Phó Chủ tịch UBND tỉnh Lê Thị Minh Họa", Person("Lê Thị Minh Họa", "Phó Chủ tịch UBND tỉnh")),
        ("Phó Giám đốc Sở Y tế, Y Minh Họa", Person("Y Minh Họa", "Phó Giám đốc Sở Y tế")),
        ("Giám đốc Sở Du lịch; PGS.TS. Phạm Minh Họa", Person("Phạm Minh Họa", "Giám đốc Sở Du lịch")),
        ("Chủ tịch UBND tỉnh Hà Giang", Person(None, "Chủ tịch UBND tỉnh Hà Giang")),
        ("Chủ tịch UBND Thái Nguyên", Person(None, "Chủ tịch UBND Thái Nguyên")),
        ("Bí thư Đoàn TNCS Hồ Chí Minh", Person(None, "Bí thư Đoàn TNCS Hồ Chí Minh")),
        (
            "Hoàng Minh Họa, Ủy viên Ban Thường vụ Tỉnh ủy, Trưởng Ban Tuyên giáo",
            Person("Hoàng Minh Họa", "Ủy viên Ban Thường vụ Tỉnh ủy, Trưởng Ban Tuyên giáo"),
        ),
        ("Nguyen Van Minh Hoa, Pho Giam doc", Person("Nguyen Van Minh Hoa", "Pho Giam doc")),
        ("Minh Họa", Person("Minh Họa", None)),
        ("Nguyễn Minh Họa, Trần Minh Họa", Person("Nguyễn Minh Họa, Trần Minh Họa", None)),
        ("", Person(None, None)),
    ],
)
def test_what_is_not_certainly_an_office_is_kept_as_a_name(text: str, person: Person) -> None:
    assert person_of(text) == person


def test_a_head_without_an_office_is_told(tmp_path: Path) -> None:
    row = one_row(tmp_path, {"Trưởng đoàn": "Nguyễn Văn Minh Họa"}, DELEGATIONS)
    assert body_of(row)["members"] == [{"number": 1, "role": "head", "post": "other", "name": "Nguyễn Văn Minh Họa"}]
    assert [note.en for note in row.notes] == ["Trưởng đoàn: names no office; kept in confidence as a name"]


@pytest.mark.parametrize(
    ("rank", "post"),
    [
        ("Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh", "party_secretary"),
        ("Phó Bí thư Tỉnh ủy, Chủ tịch UBND tỉnh", "pc_chair"),
        ("Phó Bí thư Thường trực Thành ủy", "deputy_secretary"),
        ("Phó Chủ tịch Thường trực Ủy ban nhân dân thành phố", "pc_vice_chair"),
        ("Chủ tịch Hội đồng nhân dân tỉnh", "council_president"),
        ("Phó Chủ tịch HĐND tỉnh", "other"),
        ("Chủ tịch UBND huyện Minh Họa", "other"),
        ("Giám đốc Sở Ngoại vụ", "director"),
        ("Phó Giám đốc Sở Ngoại vụ", "other"),
        ("Giám đốc Công ty Minh Họa", "other"),
        (None, "other"),
    ],
)
def test_the_post_of_a_leader_is_told_by_the_office(rank: str | None, post: str) -> None:
    assert post_of(rank) == post


@pytest.mark.parametrize("vocabulary", [AHEAD, CHANNELS, DIRECTIONS, ITEM_STATUSES, TRIP_STATUSES])
def test_no_word_stands_for_two_things(vocabulary: Vocabulary) -> None:
    for code, words in vocabulary.words.items():
        found = {known.code for word in (code, *words) if (known := vocabulary.find(word))}
        assert found == {code}


def test_no_word_is_both_ahead_and_over() -> None:
    words = [word for listed in AHEAD.words.values() for word in listed]
    assert [word for word in words if TRIP_STATUSES.find(word)] == []

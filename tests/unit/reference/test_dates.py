from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from caytre.reference.dates import FuzzyDate, ImpossibleDate, Precision, UnreadableDate, parse_date

DAY = (date(2023, 3, 15), date(2023, 3, 15), Precision.DAY)
MONTH = (date(2023, 3, 1), date(2023, 3, 31), Precision.MONTH)
QUARTER = (date(2023, 1, 1), date(2023, 3, 31), Precision.QUARTER)
EARLY = (date(2023, 1, 1), date(2023, 4, 30), Precision.SEASON)
MIDDLE = (date(2023, 5, 1), date(2023, 8, 31), Precision.SEASON)
LATE = (date(2022, 9, 1), date(2022, 12, 31), Precision.SEASON)
YEAR = (date(2023, 1, 1), date(2023, 12, 31), Precision.YEAR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-03-15", DAY),
        ("2023-03-15 00:00:00", DAY),
        ("15/03/2023", DAY),
        ("15/3/2023", DAY),
        ("15-3-2023", DAY),
        ("15.03.2023", DAY),
        ("ngày 15/3/2023", DAY),
        ("Ngày 15 tháng 3 năm 2023", DAY),
        ("15 tháng Ba, 2023", DAY),
        ("15 March 2023", DAY),
        ("15th of Mar. 2023", DAY),
        ("March 15, 2023", DAY),
        ("3/2023", MONTH),
        ("03-2023", MONTH),
        ("2023-03", MONTH),
        ("tháng 3/2023", MONTH),
        ("tháng 3 năm 2023", MONTH),
        ("Tháng Ba năm 2023", MONTH),
        ("March 2023", MONTH),
        ("Mar 2023", MONTH),
        ("quý I/2023", QUARTER),
        ("Quý 1 năm 2023", QUARTER),
        ("Q1 2023", QUARTER),
        ("Q1/2023", QUARTER),
        ("2023-Q1", QUARTER),
        ("first quarter of 2023", QUARTER),
        ("the 1st quarter of 2023", QUARTER),
        ("đầu năm 2023", EARLY),
        ("Đầu 2023", EARLY),
        ("early 2023", EARLY),
        ("beginning of 2023", EARLY),
        ("giữa năm 2023", MIDDLE),
        ("mid-2023", MIDDLE),
        ("cuối năm 2022", LATE),
        ("late 2022", LATE),
        ("the end of 2022", LATE),
        ("năm 2023", YEAR),
        ("2023", YEAR),
        (2023, YEAR),
        ("in 2023", YEAR),
        (date(2023, 3, 15), DAY),
        (datetime(2023, 3, 15, 9, 30), DAY),  # noqa: DTZ001 - a spreadsheet's cell has no zone
        ("đầu tháng 12/2023", (date(2023, 12, 1), date(2023, 12, 10), Precision.RANGE)),
        ("giữa tháng 12 năm 2023", (date(2023, 12, 11), date(2023, 12, 20), Precision.RANGE)),
        ("late February 2024", (date(2024, 2, 21), date(2024, 2, 29), Precision.RANGE)),
        ("6 tháng đầu năm 2023", (date(2023, 1, 1), date(2023, 6, 30), Precision.RANGE)),
        ("second half of 2023", (date(2023, 7, 1), date(2023, 12, 31), Precision.RANGE)),
        ("2021-2023", (date(2021, 1, 1), date(2023, 12, 31), Precision.RANGE)),
        ("giai đoạn 2016 – 2025", (date(2016, 1, 1), date(2025, 12, 31), Precision.RANGE)),
        ("từ 2021 đến tháng 5/2025", (date(2021, 1, 1), date(2025, 5, 31), Precision.RANGE)),
        ("2021 to May 2025", (date(2021, 1, 1), date(2025, 5, 31), Precision.RANGE)),
        ("14-16/3/2023", (date(2023, 3, 14), date(2023, 3, 16), Precision.RANGE)),
        ("14/3/2023 - 16/4/2023", (date(2023, 3, 14), date(2023, 4, 16), Precision.RANGE)),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_stated(
    text: str | int | date, expected: tuple[date, date, Precision]
) -> None:
    read = parse_date(text)
    assert (read.earliest, read.latest, read.precision) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "chưa rõ",
        "31/02/2023",
        "29/02/2023",
        "15/13/2023",
        "13/2023",
        "tháng 0 năm 2023",
        "15/03/23",
        "đầu năm",
        "quý V/2023",
        "45000",
        "15/03-2023",
        "2025 đến 2023",
        "2023-03-15 17:00:00Z",
        "mùa xuân 2023",
        "tháng 3",
        "2023 đến",
    ],
)
def test_what_would_need_guessing_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(UnreadableDate) as refused:
        parse_date(text)
    assert refused.value.text == text


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("31/02/2023", "tháng 2/2023 chỉ có 28 ngày, không có ngày 31", "there is no day 31 in 2/2023, which has 28"),
        ("2023-04-31", "tháng 4/2023 chỉ có 30 ngày, không có ngày 31", "there is no day 31 in 4/2023, which has 30"),
        ("12/31/2023", "không có tháng 31; thứ tự là", "there is no month 31; the order is day/month/year"),
    ],
)
def test_a_day_that_no_calendar_has_is_told(text: str, vi: str, en: str) -> None:
    with pytest.raises(ImpossibleDate) as impossible:
        parse_date(text)
    assert vi in impossible.value.vi
    assert en in impossible.value.en


def test_only_a_date_to_the_day_is_exact() -> None:
    assert parse_date("15/03/2023").exact == date(2023, 3, 15)
    assert parse_date("đầu năm 2023").exact is None
    assert parse_date("tháng 3/2023").exact is None


def test_the_words_of_the_source_stay() -> None:
    assert parse_date(" Đầu năm 2023 ").text == "Đầu năm 2023"


def test_a_date_survives_json() -> None:
    early = parse_date("đầu năm 2023")
    assert FuzzyDate.model_validate_json(early.model_dump_json()) == early


def test_a_span_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValidationError, match="after the latest"):
        FuzzyDate(text="?", earliest=date(2023, 2, 1), latest=date(2023, 1, 1), precision=Precision.RANGE)
    with pytest.raises(ValidationError, match="one day"):
        FuzzyDate(text="?", earliest=date(2023, 1, 1), latest=date(2023, 1, 2), precision=Precision.DAY)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_is_read_back_from_both_ways_of_writing_it(day: date) -> None:
    assert parse_date(day.isoformat()).exact == day
    assert parse_date(f"{day.day}/{day.month}/{day.year}").exact == day


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = parse_date(text)
    except UnreadableDate:
        return
    assert read.text == text.strip()
    assert read.earliest <= read.latest

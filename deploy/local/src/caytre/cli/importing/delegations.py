"""Delegations that went abroad or are abroad, as lists of provinces tell them: one row, one delegation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from caytre.cli.importing import register_columns as register
from caytre.cli.importing import trip_columns as trip
from caytre.cli.importing.cells import Cells
from caytre.cli.importing.columns import Column
from caytre.cli.importing.destinations import stops
from caytre.cli.importing.hosts import Partners
from caytre.cli.importing.kind import Kind
from caytre.cli.importing.money import money
from caytre.cli.importing.people import Person, keep_names_apart, person_of, post_of, size_of
from caytre.cli.importing.rows import Entry, Row, given
from caytre.cli.importing.setting import places_of, running_number
from caytre.cli.importing.spans import Span, span, stated
from caytre.cli.importing.trip_words import AHEAD, CHANNELS, TRIP_STATUSES
from caytre.reference.dates import FuzzyDate
from caytre.reference.text import search_key

COLUMNS = (
    register.SOURCE,
    trip.NUMBER,
    trip.RUNNING,
    trip.LOCALITY,
    trip.ORGANISATION,
    replace(trip.TITLE, required=True),
    trip.PURPOSE,
    register.FIELDS,
    Column("channel", "Kênh đối ngoại", ("Kênh", "Channel")),
    trip.COUNTRIES,
    trip.TIME,
    Column("departs", "Ngày đi", ("Từ ngày", "Ngày xuất cảnh", "Ngày khởi hành", "Departs on", "From")),
    Column("returns", "Ngày về", ("Đến ngày", "Ngày nhập cảnh", "Ngày kết thúc", "Returns on", "To")),
    trip.DAYS,
    trip.LEADER,
    trip.RANK,
    Column(
        "members",
        "Thành viên",
        ("Thành phần đoàn", "Thành phần", "Danh sách thành viên", "Các thành viên", "Members"),
        longest=20_000,
    ),
    trip.SIZE,
    Column("business", "Doanh nghiệp tham gia", ("Doanh nghiệp", "Doanh nghiệp cùng đi", "Business"), longest=10_000),
    trip.BUDGET,
    trip.BUDGET_SOURCE,
    Column("status", "Trạng thái", ("Tình trạng", "Tình trạng thực hiện", "Status")),
    trip.REASON,
    trip.HOST,
    trip.PAPER,
    Column(
        "result", "Kết quả", ("Kết quả chuyến đi", "Kết quả chính", "Báo cáo", "Result"), taken=False, longest=20_000
    ),
    *register.LAST,
)
_HELP = """Take over lists of delegations that went abroad or are abroad.

Needed are a number (or STT), the name of the delegation, the country and the
time. Names of the head and of members are kept in the confidential part of
the record, offices are not; what is not certainly an office counts as a name.
A delegation that is still ahead comes in by its plan, or is entered here.
Nothing that fell due in the past sends mail.
"""
_EXAMPLES = """
\b
  caytre import delegations examples/stock/delegations.xlsx --dry-run
  caytre import delegations doan-ra-2023.xlsx --source "Sổ đoàn ra của Sở"
  caytre import delegations doan-ra-2023.xlsx --update --report ket-qua.xlsx
"""


#: Days that a delegation can be away, as the platform has it.
_LONGEST = 180


def read(row: Row) -> Entry | None:
    """What a row of a list of delegations says."""
    cells = row.cells
    title, when = cells.required("title"), _away(cells)
    places = places_of(row, when.first)
    year = when.first.earliest.year if when.first else None
    row.external = row.external or running_number(cells, places[0].id if places else None, year, "OUT")
    visited = stops(cells, "countries")
    if cells.text("countries") is None:
        cells.missing("countries")
    status = _status(cells)
    origin = row.origin()
    reason = cells.text("reason")
    body: dict[str, Any] = {
        "source": row.listed(origin),
        "localities": [place.id for place in places],
        "organisation": cells.text("organisation"),
        "status": status,
        "title": title,
        "channel": cells.word("channel", CHANNELS),
        "purposes": cells.listed("purpose"),
        "fields": row.fields(),
        "departs": stated(when.first),
        "returns": stated(when.last),
        "stops": visited,
        "members": _members(cells),
        "business": cells.listed("business"),
        "budget_source": cells.text("budget_source"),
        "budget": money(cells, "budget"),
        "reason": reason if status in {"CANCELLED", "REJECTED"} else None,
        "sensitivity": row.sensitivity(),
    }
    return Entry(given(body))


async def complete(row: Row, partners: Partners) -> None:
    """Put the hosts at the stop in their country, else at the first one."""
    visited = row.entry.body.get("stops", []) if row.entry else []
    for host in await partners.hosts(row.cells, [stop["country"] for stop in visited]):
        stop = next((stop for stop in visited if stop["country"] == host.country), visited[0])
        stop.setdefault("hosts", []).append({"partner_id": host.id})


def _away(cells: Cells) -> Span:
    """First and last day, from their own columns or from one for both; one that is missing by the number of days."""
    both = span(cells, "time")
    first, last = cells.day("departs") or both.first, cells.day("returns") or both.last
    if first is None and not any(cells.text(name) for name in ("time", "departs")):
        cells.missing("departs" if cells.has("departs") and not cells.has("time") else "time")
    if first and last and last.latest < first.earliest:
        name = "returns" if cells.text("returns") else "time"
        cells.problem(name, vi=f"ngày về trước ngày đi ({first.text})", en=f"returns before it departs ({first.text})")
    days = _days(cells)
    if first and first.exact and days:
        if last is None:
            last = FuzzyDate.on_day(first.exact + timedelta(days=days - 1))
        elif last.exact and (counted := (last.exact - first.exact).days + 1) != days:
            cells.note("days", vi=f"từ ngày đi đến ngày về là {counted} ngày; lấy theo hai ngày đó",
                       en=f"between the two days lie {counted}; the two days are taken over")  # fmt: skip
    return Span(first, last)


def _days(cells: Cells) -> int | None:
    text = cells.text("days")
    plain = search_key(text or "").removesuffix("ngay").strip()
    if text and not (plain.isdecimal() and 1 <= int(plain) <= _LONGEST):
        cells.problem("days", vi="không phải là số ngày, như 7", en="is no number of days, such as 7")
        return None
    return int(plain) if plain else None


def _status(cells: Cells) -> str | None:
    text = cells.text("status")
    if text is None:
        cells.note("status", vi="trống; được lấy là đã về", en="is empty; taken over as returned")
        return "RETURNED"
    if AHEAD.find(text):
        cells.problem(
            "status",
            vi="đoàn chưa đi thì không lấy vào từ danh sách này; hãy nhập kế hoạch (caytre import plans) hoặc lập hồ "
            "sơ đoàn trên hệ thống",
            en="a delegation that has not left is not taken over from such a list; import the plan (caytre import "
            "plans) or enter the delegation here",
        )
        return None
    return cells.word("status", TRIP_STATUSES)


def _members(cells: Cells) -> list[dict[str, Any]]:
    """The head, the members that are listed, and so many more without name as the list counts."""
    head = _head(cells)
    people = ([head] if head else []) + [person_of(text) for text in cells.listed("members", repeated=True)]
    # The list of members often begins with the head.
    if head and head.name and len(people) > 1 and search_key(people[1].name or "") == search_key(head.name):
        people.pop(1)
    total = size_of(cells)
    if total and total < len(people):
        cells.problem(
            "size",
            vi=f"ít hơn {len(people)} người được nêu tên hoặc chức vụ",
            en=f"is less than the {len(people)} named",
        )
    people += [Person()] * ((total or 0) - len(people))
    keep_names_apart(cells, people, ("title", "purpose", "business", "reason"))
    found = []
    for number, person in enumerate(people, 1):
        role = "head" if head and number == 1 else "member"
        said = {"number": number, "role": role, "rank": person.rank, "post": post_of(person.rank), "name": person.name}
        found.append(given(said))
    return found


def _head(cells: Cells) -> Person | None:
    named, ranked = (person_of(cells.text(name) or "") for name in ("leader", "rank"))
    name, rank = named.name or ranked.name, ranked.rank or named.rank
    if not (name or rank):
        return None
    if rank is None:
        cells.note(
            "leader",
            vi="không thấy chức vụ; được giữ kín như họ tên",
            en="names no office; kept in confidence as a name",
        )
    return Person(name, rank)


DELEGATIONS = Kind(
    name="delegations",
    path="/delegations/recordings",
    columns=COLUMNS,
    read=read,
    help=_HELP,
    examples=_EXAMPLES,
    members={
        "localities": "locality",
        "departs_on": ("departs", "time"),
        "returns_on": ("returns", "time"),
        "stops": "countries",
        "purposes": "purpose",
        "source": "number",
    },
    complete=complete,
)

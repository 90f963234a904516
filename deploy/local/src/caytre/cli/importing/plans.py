"""Annual plans as provinces keep them: a row is one delegation; those of a province, year and direction are a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from caytre.cli.importing import register_columns as register
from caytre.cli.importing import trip_columns as trip
from caytre.cli.importing.cells import Cells
from caytre.cli.importing.columns import Column
from caytre.cli.importing.destinations import countries_of
from caytre.cli.importing.hosts import Partners
from caytre.cli.importing.kind import Kind
from caytre.cli.importing.money import money
from caytre.cli.importing.people import keep_names_apart, person_of, size_of
from caytre.cli.importing.rows import Entry, Row, given
from caytre.cli.importing.setting import direction_of, is_section, places_of, running_number, year_of
from caytre.cli.importing.sheet import text_of
from caytre.cli.importing.spans import months
from caytre.cli.importing.trip_words import ITEM_STATUSES
from caytre.reference.dates import FuzzyDate

COLUMNS = (
    register.SOURCE,
    trip.NUMBER,
    trip.RUNNING,
    trip.LOCALITY,
    Column("year", "Năm", ("Năm kế hoạch", "Kế hoạch năm", "Year")),
    Column("direction", "Chiều đoàn", ("Loại đoàn", "Đoàn ra/vào", "Ra/vào", "Direction")),
    trip.TITLE,
    trip.PURPOSE,
    replace(
        trip.COUNTRIES,
        synonyms=(*trip.COUNTRIES.synonyms, "Nước đến/đi", "Từ nước", "Đoàn từ nước", "Quốc tịch", "Nước khách đến từ"),
    ),
    replace(trip.TIME, required=True),
    trip.LEADER,
    trip.RANK,
    trip.SIZE,
    trip.BUDGET,
    trip.BUDGET_SOURCE,
    Column("status", "Trạng thái", ("Tình trạng", "Kết quả thực hiện", "Tình trạng thực hiện", "Status")),
    trip.REASON,
    replace(trip.ORGANISATION, taken=False),
    replace(trip.DAYS, taken=False),
    trip.HOST,
    trip.PAPER,
    *register.LAST,
)
_HELP = """Take over annual plans of delegations that leave or arrive.

Each row is one delegation that is planned. The rows of a province, a year
and a direction (đoàn ra, đoàn vào) make up one plan, which comes in as
approved; rows with new numbers are added to it later, and what a file does
not have stays. Needed are a number (or STT), a name or a purpose, a country
and the time in the year. Province, year and direction stand in columns, or
once in the title, the name of the sheet or the heading of a section.
"""
_EXAMPLES = """
\b
  caytre import plans examples/stock/plans.xlsx --dry-run
  caytre import plans ke-hoach-2026.xlsx --source "Kế hoạch của Sở Ngoại vụ"
  caytre import plans ke-hoach-2026.xlsx --update --report ket-qua.xlsx
"""
_DECEMBER = 12
#: A plan is kept as its most sensitive row asks for, and is an illustration when one of its rows is.
_CAREFUL = ("public", "internal", "restricted")
_ORIGINS = ("illustration", "imported", "sourced")


def read(row: Row) -> Entry | None:
    """What a row of a plan says."""
    cells = row.cells
    direction, year = direction_of(row), year_of(row)
    places = places_of(row, FuzzyDate.on_day(date(year, 1, 1)) if year else None)
    if len(places) > 1:
        cells.problem(
            "locality",
            vi="nêu nhiều tỉnh; mỗi kế hoạch là của một tỉnh, thành phố",
            en="names several provinces; a plan is of one",
        )
    head = _head(cells)
    title, purpose = cells.text("title"), cells.text("purpose")
    if not (title or purpose):
        cells.missing("purpose" if cells.has("purpose") else "title")
    when = _months(cells, year)
    item: dict[str, Any] = {
        "purpose": "\n".join(text for text in (title, purpose) if text),
        "countries": countries_of(cells, "countries"),
        "month_from": when.earliest.month if when else None,
        "month_to": when.latest.month if when else None,
        "head_rank": head,
        "size": size_of(cells),
        "budget_source": cells.text("budget_source"),
        "budget": money(cells, "budget"),
        "status": cells.word("status", ITEM_STATUSES),
        "reason": cells.text("reason"),
    }
    if not item["countries"]:
        cells.missing("countries")
    whole = {
        "origin": row.origin(),
        "sensitivity": row.sensitivity(),
        "locality": places[0].id if places else None,
        "year": year,
        "direction": direction,
    }
    row.external = row.external or running_number(cells, whole["locality"], year, direction)
    body = {"plan": whole, "item": {"number": row.external, **given(item)}}
    return Entry(body, whole=(row.source, str(whole["locality"]), str(year), str(direction)))


async def complete(row: Row, partners: Partners) -> None:
    """Name the partners who receive the delegation, or who come."""
    item = row.entry.body["item"] if row.entry else {}
    if found := await partners.hosts(row.cells, item.get("countries", [])):
        item["partner_ids"] = [host.id for host in found]


def join(rows: Sequence[Row]) -> dict[str, Any]:
    """The request for the plan that these rows are of. Its currency is that of its first amount."""
    entries = [row.entry.body for row in rows if row.entry]
    plan = entries[0]["plan"]
    origin = min((entry["plan"]["origin"] for entry in entries), key=_ORIGINS.index)
    place = f"{plan['locality']}/{plan['year']}/{plan['direction']}"
    source = rows[0].listed(origin) | {"number": place}
    budgets = [entry["item"]["budget"] for entry in entries if "budget" in entry["item"]]
    return given(
        {
            "source": source,
            "locality": plan["locality"],
            "year": plan["year"],
            "direction": plan["direction"],
            "currency": budgets[0]["currency"] if budgets else None,
            "sensitivity": max((entry["plan"]["sensitivity"] for entry in entries), key=_CAREFUL.index),
            "items": [entry["item"] for entry in entries],
        }
    )


def _head(cells: Cells) -> str | None:
    people = [person_of(text) for name in ("rank", "leader") if (text := cells.text(name))]
    keep_names_apart(cells, people, ("title", "purpose", "reason"))
    for person in people:
        if person.name:
            cells.note(
                "leader",
                vi="họ tên không được lấy vào kế hoạch; chỉ lấy chức vụ",
                en="the name is not taken over into a plan, only the office",
            )
    return next((person.rank for person in people if person.rank), None)


def _months(cells: Cells, year: int | None) -> FuzzyDate | None:
    if cells.text("time") is None:
        cells.missing("time")
        return None
    value = cells.value("time")
    if isinstance(value, date) or (isinstance(value, int) and value > _DECEMBER):
        when = cells.day("time")
    else:
        when = months(text_of(value), year) if year else None
    if year and when is None:
        cells.problem(
            "time",
            vi="không đọc được thời gian trong năm; cần “Tháng 5”, “Tháng 5-6”, “Quý II”, “6 tháng đầu năm” hoặc ngày "
            "như 04/05 - 10/05/2026",
            en="is no time of the year; “Tháng 5”, “Tháng 5-6”, “Quý II”, “6 tháng đầu năm” or days such as "
            "04/05 - 10/05/2026 are expected",
        )
    elif year and when and (when.earliest.year, when.latest.year) != (year, year):
        cells.problem("time", vi=f"nằm ngoài năm {year} của kế hoạch", en=f"lies outside {year}, the year of the plan")
        return None
    return when


PLANS = Kind(
    name="plans",
    path="/annual-plans/recordings",
    columns=COLUMNS,
    read=read,
    help=_HELP,
    examples=_EXAMPLES,
    members={
        "head_rank": ("rank", "leader"),
        "purpose": ("purpose", "title"),
        "month_from": "time",
        "month_to": "time",
        "source": "number",
        "items": "number",
    },
    join=join,
    parts="items",
    section=is_section,
    complete=complete,
)

"""A kind of register: its columns, what a row of it says, and the command that takes a row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from caytre.cli.importing.cells import Cells
from caytre.cli.importing.columns import Column, Layout
from caytre.cli.importing.hosts import Partners
from caytre.cli.importing.rows import Entry, Row, written_above
from caytre.cli.importing.sheet import Sheet

Read = Callable[[Row], Entry | None]
Complete = Callable[[Row, Partners], Awaitable[None]]
Join = Callable[[Sequence[Row]], dict[str, Any]]


def _never(_: str) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """What is imported; everything else (files, headers, reports, keys, dry run, update) is the same for all kinds.

    `read` returns what a row says, and None or anything when it told problems to `row.cells`. Rows are posted to `path`
    with the queries `mode` (`validate`, `apply`) and `update` and an Idempotency-Key; the answer has `outcome`
    (`created`, `unchanged`, `different`, `updated`), `id`, `version`, `differences` and `new_partners`. One of the
    columns is `number`, or `read` gives the row its number; rows name their source in `source` if that is one of the
    columns. `members` says from which column a member of the request comes, where the names differ; of several it is
    the first that the file has. `help` and `examples` are the command's.

    Where several rows make one record (`Entry.whole`), `join` makes the request of them, with a member `parts` in which
    each row has one entry; the answer has one for each under the same name. `section` tells the heading of a section
    that stands in a row of its own. `complete` adds to a row what only the platform knows, before the row is sent.
    """

    name: str
    path: str
    columns: tuple[Column, ...]
    read: Read
    help: str
    examples: str
    members: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    join: Join | None = None
    parts: str = ""
    section: Callable[[str], bool] = _never
    complete: Complete | None = None

    def row(self, file: str, sheet: Sheet, layout: Layout, at: int, source: str) -> Row:
        """Read the row at `at` (from 0); `source` is its source when it names none."""
        cells = Cells(sheet, layout, at)
        row = Row(file, sheet.name, at + 1, cells, cells.text("source") or source)
        row.external = cells.text("number") or ""
        row.above = written_above(sheet, layout, at)
        if isinstance(cells.value("number"), date):
            cells.problem(
                "number",
                vi="bảng tính đã đổi số này thành ngày; hãy định dạng cột là văn bản và gõ lại",
                en="the spreadsheet has made a date of this number; format the column as text and type it anew",
            )
        entry = self.read(row)
        if not row.external:
            cells.missing("number")
        row.entry = None if row.problems else entry
        return row

    def column_of(self, member: str, cells: Cells) -> str:
        """The column from which a member of the request comes."""
        named = self.members.get(member, member)
        columns = (named,) if isinstance(named, str) else named
        return next((column for column in columns if cells.has(column)), columns[0])

    def body(self, rows: Sequence[Row]) -> dict[str, Any]:
        """The request for these rows: one, or all that make up one record."""
        if self.join is not None:
            return self.join(rows)
        (row,) = rows
        return row.entry.body if row.entry else {}

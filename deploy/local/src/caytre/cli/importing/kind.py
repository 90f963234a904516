"""A kind of register: its columns, what a row of it says, and the command that takes a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from caytre.cli.importing.cells import Cells
from caytre.cli.importing.columns import Column, Layout
from caytre.cli.importing.rows import Entry, Row
from caytre.cli.importing.sheet import Sheet


@dataclass(frozen=True)
class Kind:
    """What is imported; everything else (files, headers, reports, keys, dry run, update) is the same for all kinds.

    `read` returns what a row says, and None or anything when it told problems to `row.cells`. Rows are posted to `path`
    with the queries `mode` (`validate`, `apply`) and `update` and an Idempotency-Key; the answer has `outcome`
    (`created`, `unchanged`, `different`, `updated`), `id`, `version`, `differences` and `new_partners`. One of the
    columns is `number`; rows name their source in `source` if that is one of them. `members` says from which column a
    member of the request comes, where the names differ. `help` and `examples` are the command's.
    """

    name: str
    path: str
    columns: tuple[Column, ...]
    read: Callable[[Row], Entry | None]
    help: str
    examples: str
    members: Mapping[str, str] = field(default_factory=dict)

    def row(self, file: str, sheet: Sheet, layout: Layout, at: int, source: str) -> Row:
        """Read the row at `at` (from 0); `source` is its source when it names none."""
        cells = Cells(sheet, layout, at)
        row = Row(file, sheet.name, at + 1, cells, cells.text("source") or source)
        row.external = cells.required("number") or ""
        if isinstance(cells.value("number"), date):
            cells.problem(
                "number",
                vi="bảng tính đã đổi số này thành ngày; hãy định dạng cột là văn bản và gõ lại",
                en="the spreadsheet has made a date of this number; format the column as text and type it anew",
            )
        entry = self.read(row)
        row.entry = None if row.problems else entry
        return row

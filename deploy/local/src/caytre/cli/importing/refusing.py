"""What the platform refuses a row for, as a person reads it: by cells of the file, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from caytre.cli.importing.kind import Kind
from caytre.cli.importing.problems import Problem
from caytre.cli.importing.rows import Row
from caytre.core.refusals import Words

#: What validation in general says in English is the library's own and about JSON; these speak of a cell.
_BY_CODE = {
    "missing": Words("thiếu giá trị bắt buộc", "is missing and has to be given"),
    "string-too-short": Words("quá ngắn", "is too short"),
    "string-too-long": Words("quá dài", "is too long"),
    "too-long": Words("quá nhiều mục", "lists too many"),
    "too-short": Words("quá ít mục", "lists too few"),
    "control-character": Words("có ký tự điều khiển hoặc xuống dòng", "has control characters or line breaks"),
}
_NOT_TAKEN = Words("giá trị không được nền tảng chấp nhận ở đây", "is a value that the platform does not take here")


def problems_of(
    rows: Sequence[Row], kind: Kind, en: Mapping[str, Any], vi: Mapping[str, Any]
) -> dict[int, list[Problem]]:
    """The problems of refused rows by their place; `en` and `vi` are the answers (RFC 9457) in the two languages.

    Where the answer blames parts of a record, only the rows of these are refused.
    """
    vietnamese = {error.get("pointer"): error for error in vi.get("errors") or ()}
    blamed: list[tuple[int | None, str, Words]] = []
    for error in en.get("errors") or ():
        part, member = _blamed(str(error.get("pointer", "")), kind)
        said = Words(_sentence(vietnamese.get(error.get("pointer"), vi)), _sentence(error))
        if name_of(en) == "invalid-request":
            said = _BY_CODE.get(str(error.get("code")), _NOT_TAKEN)
        blamed.append((part, member, said))
    of_parts = [one for one in blamed if one[0] is not None and one[0] < len(rows)]
    found: dict[int, list[Problem]] = {}
    for part, member, said in of_parts or blamed:
        for at in range(len(rows)) if part is None else (part,):
            cells = rows[at].cells
            found.setdefault(at, []).append(cells.about(kind.column_of(member, cells), said))
    return found or {at: [Problem(_whole(en, vi))] for at in range(len(rows))}


def _blamed(pointer: str, kind: Kind) -> tuple[int | None, str]:
    """Which part of the record a pointer (RFC 6901) leads into, and the member it names there."""
    path = pointer.removeprefix("#").strip("/").split("/")
    if kind.parts and path[0] == kind.parts and len(path) > 1 and path[1].isdecimal():
        return int(path[1]), path[2] if len(path) > 2 else ""
    return None, path[0]


def _whole(en: Mapping[str, Any], vi: Mapping[str, Any]) -> Words:
    if en.get("status", 0) >= 500:
        trace = f" (trace {en['trace_id']})" if en.get("trace_id") else ""
        return Words(
            f"nền tảng gặp lỗi khi xử lý dòng này{trace}; hãy chạy lại, nếu vẫn lỗi hãy báo người vận hành",
            f"the platform failed on this row{trace}; run it again, and tell the operators when it fails again",
        )
    if name_of(en) == "invalid-request":
        return _NOT_TAKEN
    return Words(_sentence(vi), _sentence(en))


def _sentence(said: Mapping[str, Any]) -> str:
    return str(said.get("detail") or said.get("title") or "")


def name_of(problem: Mapping[str, Any]) -> str:
    """The kebab-case name of a problem."""
    return str(problem.get("type", "")).rsplit("/", 1)[-1]

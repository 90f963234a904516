"""Agencies that are asked: ministries, offices of a province, missions abroad. Ministries begin and end on days.

The code of a provincial office is that of its kind, a hyphen and the identity of its unit (`POLICE-VN-P-2025-33`),
that of a mission its kind and its country (`EMBASSY-KR`).
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from caytre.reference import countries, localities, packaged
from caytre.reference.unclear import Unclear

#: How localities and agencies are named among machines.
_CODE = re.compile(r"[A-Z][A-Z0-9_-]+")


def is_code(name: str) -> bool:
    """Whether a locality or agency goes by its code here; else it is a body named in words."""
    return _CODE.fullmatch(name) is not None


class Agency(BaseModel):
    """An agency with its names; `valid_from` and `valid_to` are inclusive, None where a day is open or unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name_vi: str
    name_en: str
    kind: Literal["central", "provincial", "mission"]
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    verified: bool = False
    illustration: bool = False

    @property
    def vi(self) -> str:
        """The name as a Vietnamese sentence takes it."""
        return self.name_vi

    @property
    def en(self) -> str:
        """The name as an English sentence takes it."""
        return self.name_en

    def valid_on(self, day: date) -> bool:
        """Whether the agency exists on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class UnknownAgency(Unclear):
    """No agency has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(vi=f"không có cơ quan nào mang mã {code!r}", en=f"no agency has the code {code!r}")
        self.code = code


class AgencyNotValid(UnknownAgency):
    """The agency does not exist on the day; `successors` have its functions."""

    def __init__(self, agency: Agency, day: date, successors: tuple[Agency, ...]) -> None:
        heirs_vi = ", ".join(heir.name_vi for heir in successors)
        heirs_en = ", ".join(heir.name_en for heir in successors)
        Unclear.__init__(
            self,
            vi=f"{agency.name_vi} không tồn tại vào ngày {day.isoformat()}"
            + (f"; chức năng đã chuyển cho {heirs_vi}" if heirs_vi else ""),
            en=f"{agency.name_en} does not exist on {day.isoformat()}"
            + (f"; its functions passed to {heirs_en}" if heirs_en else ""),
        )
        self.code = agency.code


@lru_cache(maxsize=1000)
def get(code: str) -> Agency:
    """The agency of this code, whenever it existed. Raises :class:`UnknownAgency`."""
    row = _rows().get(code)
    if row is not None and row["kind"] == "central":
        return Agency.model_validate(row)
    kind, _, of = code.partition("-")
    row = _rows().get(kind)
    if row is None or row["kind"] == "central" or not of:
        raise UnknownAgency(code)
    if row["kind"] == "mission":
        return _mission(code, row, of)
    try:
        unit = localities.get(of)
    except localities.UnknownLocality:
        raise UnknownAgency(code) from None
    # Within a name the type of a unit is written small: "Sở Ngoại vụ tỉnh Hưng Yên".
    own = unit.name_vi[:1].lower() + unit.name_vi[1:]
    return Agency(
        code=code,
        name_vi=f"{row['name_vi']} {own}",
        name_en=f"{row['name_en']} {unit.name_en}",
        kind="provincial",
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        successors=tuple(f"{kind}-{successor}" for successor in unit.successors),
        illustration=unit.illustration,
    )


def _mission(code: str, row: dict[str, Any], of: str) -> Agency:
    try:
        country = countries.get(of)
    except countries.UnknownCountry:
        raise UnknownAgency(code) from None
    return Agency(
        code=code,
        name_vi=f"{row['name_vi']} {country.name_vi}",
        name_en=f"{row['name_en']} {country.name_en}",
        kind="mission",
    )


def existing(code: str, day: date) -> Agency:
    """The agency of this code, existing on the day. Raises :class:`UnknownAgency`, :class:`AgencyNotValid`."""
    agency = get(code)
    if not agency.valid_on(day):
        raise AgencyNotValid(agency, day, tuple(get(successor) for successor in agency.successors))
    return agency


def all_agencies() -> tuple[Agency, ...]:
    """The central agencies of all time, in the order in which lists show them; without those of illustrations."""
    central = (Agency.model_validate(row) for row in _rows().values() if row["kind"] == "central")
    return tuple(agency for agency in central if not agency.illustration)


@lru_cache(maxsize=1)
def _rows() -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in packaged.rows("agencies")}

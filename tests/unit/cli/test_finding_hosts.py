"""Hosts of delegations: names of a list become partners of the register, or are told as left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from caytre.cli.importing import delegations, plans
from caytre.cli.importing.hosts import Partners
from tests.builders.registers import body_of, one_row

HOST = "Cơ quan mời"
REGISTER = [
    {"id": "p-kr", "country": "KR", "names": {"vi": "Hiệp hội Minh Họa Sen"}, "aliases": ["Lotus Association"]},
    {"id": "p-jp", "country": "JP", "names": {"vi": "Hiệp hội Minh Họa Sen"}},
    {"id": "p-io", "country": None, "names": {"en": "Illustration Organisation"}},
    {"id": "p-kr-2", "country": "KR", "names": {"vi": "Đại học Minh Họa"}},
    {"id": "p-kr-3", "country": "KR", "names": {"en": "DAI HOC MINH HOA"}},
]


class Register:
    """Answers a search as the service does, with more than what was meant, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def look_up(self, path: str, query: Mapping[str, str]) -> Any:
        assert (path, query["status"]) == ("/partners", "ACTIVE")
        self.asked.append(query["search"])
        return {"items": REGISTER}


@pytest.fixture
def register() -> Register:
    return Register()


async def test_hosts_stand_at_the_stop_in_their_country(tmp_path: Path, register: Register) -> None:
    cells = {"Nước đến": "Hàn Quốc; Nhật Bản", HOST: "Lotus Association; Illustration Organisation"}
    row = one_row(tmp_path, cells, delegations.DELEGATIONS)
    await delegations.complete(row, Partners(register.look_up))
    assert body_of(row)["stops"] == [
        {"country": "KR", "hosts": [{"partner_id": "p-kr"}, {"partner_id": "p-io"}]},
        {"country": "JP"},
    ]
    assert row.notes == []


async def test_a_name_is_asked_once_and_told_apart_by_country(tmp_path: Path, register: Register) -> None:
    partners = Partners(register.look_up)
    found = []
    for country in ("Hàn Quốc", "Nhật Bản"):
        row = one_row(tmp_path, {"Nước đến": country, HOST: "HIỆP HỘI MINH HỌA SEN"}, plans.PLANS)
        await plans.complete(row, partners)
        found.append(body_of(row)["item"]["partner_ids"])
    assert found == [["p-kr"], ["p-jp"]]
    assert register.asked == ["HIỆP HỘI MINH HỌA SEN"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Công ty Minh Họa", "“Công ty Minh Họa” is not taken over: no partner of these countries has that name"),
        ("Đại học Minh Họa", "“Đại học Minh Họa” is not taken over: 2 partners of the register are called so"),
    ],
)
async def test_who_cannot_be_told_is_left_out_and_noted(
    tmp_path: Path, register: Register, name: str, says: str
) -> None:
    row = one_row(tmp_path, {HOST: name}, delegations.DELEGATIONS)
    await delegations.complete(row, Partners(register.look_up))
    assert body_of(row)["stops"] == [{"country": "KR"}]
    assert [note.en.startswith(f"{HOST}: {says}") for note in row.notes] == [True]

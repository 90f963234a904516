"""Who receives a delegation: a list has names, a record has partners of the register."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from caytre.cli.importing.cells import Cells
from caytre.reference.text import duplicate_key

#: Asks the platform: a path and its query.
LookUp = Callable[[str, Mapping[str, str]], Awaitable[Any]]
_LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Host:
    """A partner of the register."""

    id: str
    country: str | None


class Partners:
    """The register of partners, asked once for a name."""

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._known: dict[str, list[tuple[Host, frozenset[str]]]] = {}

    async def hosts(self, cells: Cells, countries: Sequence[str]) -> list[Host]:
        """The partners of these countries that the column `host` names; one that cannot be told is noted."""
        found: dict[str, Host] = {}
        for name in cells.listed("host"):
            named = [host for host in await self._named(name) if host.country is None or host.country in countries]
            if len(named) == 1:
                found[named[0].id] = named[0]
            elif named:
                cells.note(
                    "host",
                    vi=f"không lấy “{name}”: sổ đối tác có {len(named)} đối tác tên như vậy",
                    en=f"“{name}” is not taken over: {len(named)} partners of the register are called so",
                )
            else:
                cells.note(
                    "host",
                    vi=f"không lấy “{name}”: chưa có trong sổ đối tác của các nước đó (caytre import partners)",
                    en=f"“{name}” is not taken over: no partner of these countries has that name "
                    "(caytre import partners)",
                )
        return list(found.values())

    async def _named(self, name: str) -> list[Host]:
        key = duplicate_key(name)
        if key not in self._known:
            query = {"search": name[:_LONGEST_SEARCH], "status": "ACTIVE", "limit": "200"}
            answer = await self._look_up("/partners", query)
            self._known[key] = [(Host(one["id"], one.get("country")), _names(one)) for one in answer["items"]]
        return [host for host, names in self._known[key] if key in names]


def _names(partner: Mapping[str, Any]) -> frozenset[str]:
    names = [*(partner.get("names") or {}).values(), *(partner.get("aliases") or ())]
    return frozenset(duplicate_key(name) for name in names if name)

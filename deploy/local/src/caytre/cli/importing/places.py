"""The provinces that a row names, at the time it speaks of."""

from __future__ import annotations

from functools import lru_cache

from caytre.cli.importing.cells import Cells
from caytre.cli.importing.vocabulary import nearest
from caytre.reference import localities
from caytre.reference.dates import FuzzyDate
from caytre.reference.localities import Locality, LocalityNotValid, UnknownLocality


def place_of(cells: Cells, name: str, text: str, day: FuzzyDate | None) -> Locality | None:
    """The province that `text` from the column `name` means on the day; what cannot be told is a problem.

    Without a day only a name that never existed can be told.
    """
    try:
        return localities.resolve(text, day)
    except UnknownLocality as unknown:
        if isinstance(unknown, LocalityNotValid):
            cells.problem(name, vi=unknown.vi, en=unknown.en)
            return None
        meant = _like(text)
        cells.problem(
            name,
            vi="không có tỉnh, thành phố nào tên như vậy; cần tên như “Tỉnh Quảng Ninh”"
            + (f"; có phải là “{meant}”?" if meant else ""),
            en="no province is called so; a name such as “Tỉnh Quảng Ninh” is expected"
            + (f"; is “{meant}” meant?" if meant else ""),
        )
    except localities.AmbiguousLocality as ambiguous:
        if day is not None:
            cells.problem(name, vi=ambiguous.vi, en=ambiguous.en)
    return None


@lru_cache(maxsize=1024)
def _like(text: str) -> str | None:
    # Invented units are no guess for a real name. Kept, because a register repeats its misspellings.
    units = localities.all_localities(illustration="minh h" in text.casefold())
    return nearest(text, {name: name for unit in units for name in (unit.name_vi, unit.short_name_vi)})

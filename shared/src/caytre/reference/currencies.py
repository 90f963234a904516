"""Currencies of ISO 4217 that are legal tender somewhere now, as CLDR lists them."""

from __future__ import annotations

from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_precision

from caytre.reference.unclear import Unclear


class UnknownCurrency(Unclear):
    """No country uses a currency of this code."""

    def __init__(self, text: str) -> None:
        super().__init__(vi=f"không có đồng tiền nào mang mã {text!r}", en=f"no currency has the code {text!r}")
        self.text = text


def get(code: str) -> str:
    """The code itself, in capitals as ISO 4217 writes it. Raises :class:`UnknownCurrency`."""
    if code not in _in_use():
        raise UnknownCurrency(code)
    return code


def decimals(code: str) -> int:
    """How many digits after the point amounts in this currency have; none in đồng, won and yen."""
    return get_currency_precision(code)


@lru_cache(maxsize=1)
def _in_use() -> frozenset[str]:
    uses = get_global("territory_currencies")
    return frozenset(code for spans in uses.values() for code, _, until, tender in spans if until is None and tender)

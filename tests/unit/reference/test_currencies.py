"""Currencies that are in use, and how fine their amounts are."""

from __future__ import annotations

import pytest

from caytre.reference import currencies
from caytre.reference.currencies import UnknownCurrency


@pytest.mark.parametrize(("code", "decimals"), [("VND", 0), ("KRW", 0), ("JPY", 0), ("USD", 2), ("EUR", 2), ("KWD", 3)])
def test_a_currency_in_use_has_its_digits(code: str, decimals: int) -> None:
    assert (currencies.get(code), currencies.decimals(code)) == (code, decimals)


@pytest.mark.parametrize("code", ["DEM", "VNN", "XTS", "usd", "", "ABC"])
def test_a_currency_of_the_past_or_of_nobody_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency) as refused:
        currencies.get(code)
    assert "đồng tiền" in refused.value.vi

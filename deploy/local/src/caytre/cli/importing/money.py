"""Amounts as lists of delegations write them: "350.000.000 đồng", "350 triệu", "1,2 tỷ", "15.000 USD"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from caytre.cli.importing.cells import Cells
from caytre.cli.importing.sheet import Value, text_of
from caytre.core.refusals import Words
from caytre.reference.text import search_key

_SCALES = {
    "ty": Decimal(10) ** 9,
    "ti": Decimal(10) ** 9,
    "trieu": Decimal(10) ** 6,
    "trd": Decimal(10) ** 6,
    "nghin": Decimal(10) ** 3,
    "ngan": Decimal(10) ** 3,
}
_CURRENCIES = {
    "VND": ("dong", "d", "vnd", "₫"),
    "USD": ("usd", "do la my", "do la", "us dollar", "$"),
    "EUR": ("eur", "euro", "€"),
    "JPY": ("jpy", "yen nhat", "yen", "¥"),
    "KRW": ("krw", "won"),
    "CNY": ("cny", "nhan dan te", "ndt", "rmb"),
}


@dataclass(frozen=True)
class _Unit:
    scale: Decimal = Decimal(1)
    currency: str | None = None


_PLAIN = _Unit()
_CODES = {word: code for code, words in _CURRENCIES.items() for word in words}
_AMOUNT = re.compile(r"(?P<sign>[$€¥]?)\s*(?P<number>\d[\d.,\s]*?)\s*(?P<words>[a-z$€¥₫ ]*)")
_GROUPED = re.compile(r"\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*")
#: Less is no budget of a delegation in đồng: it is thousands or millions of which the unit was left out.
_LEAST_VND = 100_000
#: More is no delegation's: an amount in đồng stands under a header that says millions.
_MOST_VND = 10**12
_EXPECTED = Words(
    "cần số tiền kèm đơn vị, như “350 triệu đồng”, “350.000.000 đồng” hoặc “15.000 USD”; đơn vị cũng có thể nằm trong "
    "tiêu đề cột, như “Kinh phí (triệu đồng)”",
    "an amount with its unit is expected, such as “350 triệu đồng”, “350.000.000 đồng” or “15.000 USD”; the unit may "
    "stand in the header too, as in “Kinh phí (triệu đồng)”",
)


def money(cells: Cells, name: str) -> dict[str, Any] | None:
    """The amount in a cell as the API takes it; what cannot be read without guessing is a problem of the cell."""
    value = cells.value(name)
    if value is None:
        return None
    unit = re.search(r"[(\[](.*?)[)\]]", cells.header(name))
    found = _read(value, unit[1] if unit else "")
    if found is None:
        cells.problem(name, vi=_EXPECTED.vi, en=_EXPECTED.en)
        return None
    amount, currency = found
    if currency == "VND" and 0 < amount < _LEAST_VND:
        cells.problem(
            name, vi=f"quá nhỏ nếu tính bằng đồng; {_EXPECTED.vi}", en=f"is too little in đồng; {_EXPECTED.en}"
        )
        return None
    if currency == "VND" and amount > _MOST_VND:
        cells.problem(name, vi="quá lớn cho một đoàn; hãy xem lại đơn vị ở tiêu đề cột",
                      en="is too much for a delegation; look at the unit in the header")  # fmt: skip
        return None
    return {"amount": f"{round(amount, 2).normalize():f}", "currency": currency}


def _read(value: Value, header: str) -> tuple[Decimal, str] | None:
    headed = _unit(re.sub(r"^(?:don vi tinh|don vi|dvt) *:? *", "", search_key(header))) or _PLAIN
    if isinstance(value, int | float):
        return Decimal(str(value)) * headed.scale, headed.currency or "VND"
    match = _AMOUNT.fullmatch(search_key(text_of(value)).strip(" .,;"))
    number = _number(match["number"].strip()) if match else None
    if match is None or number is None:
        return None
    words = f"{match['sign']} {match['words']}".strip()
    said = _unit(words) if words else headed
    return (number * said.scale, said.currency or headed.currency or "VND") if said else None


def _unit(words: str) -> _Unit | None:
    """What words behind an amount stand for, None when one of them is not known."""
    first, _, rest = words.partition(" ")
    scale = _SCALES.get(first)
    named = (rest if scale else words).strip()
    if not words or (named and named not in _CODES):
        return None
    return _Unit(scale or Decimal(1), _CODES.get(named))


def _number(text: str) -> Decimal | None:
    if _GROUPED.fullmatch(text):
        return Decimal(re.sub(r"[., ]", "", text))
    if re.fullmatch(r"\d+(?:[.,]\d{1,2})?", text):
        return Decimal(text.replace(",", "."))
    if mixed := re.fullmatch(r"(\d{1,3}(?:([., ])\d{3})+)([.,])(\d{1,2})", text):
        whole = re.sub(r"[., ]", "", mixed[1])
        return Decimal(f"{whole}.{mixed[4]}") if mixed[2] != mixed[3] else None
    return None

"""Amounts of money: exact decimals in a currency of ISO 4217, never binary fractions."""

from __future__ import annotations

from decimal import Decimal

from caytre.contracts.events import Money
from caytre.core.refusals import Invalid, Refusal
from caytre.reference import currencies


class AmountNotPositive(Refusal):
    status = 422
    en = "An amount is more than zero."
    vi = "Số tiền phải lớn hơn không."


class FractionTooFine(Refusal):
    status = 422
    en = "Amounts in {currency} have {decimals} digits after the point."
    vi = "Số tiền bằng {currency} có {decimals} chữ số sau dấu thập phân."


class AmountNeedsCurrency(Refusal):
    status = 422
    en = "An outcome of the kind {kind} has an amount, its currency and what kind of amount it is."
    vi = "Kết quả loại {kind} phải có số tiền, loại tiền và loại số liệu."


#: What is counted in money: an outcome of these kinds is confirmed only with an amount.
IN_MONEY = frozenset({"FDI", "TRADE", "ODA", "AID"})


def ensure_money(money: Money | None, pointer: str) -> None:
    """Raises Invalid for an unknown currency, AmountNotPositive, FractionTooFine."""
    if money is None:
        return
    try:
        currencies.get(money.currency)
    except currencies.UnknownCurrency as unknown:
        raise Invalid(pointer=f"{pointer}/currency", reason=unknown) from unknown
    if not money.amount.is_finite() or money.amount <= 0:
        raise AmountNotPositive(pointer=f"{pointer}/amount")
    decimals = currencies.decimals(money.currency)
    if money.amount != money.amount.quantize(Decimal(1).scaleb(-decimals)):
        raise FractionTooFine(pointer=f"{pointer}/amount", currency=money.currency, decimals=decimals)

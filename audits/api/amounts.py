"""Stored amounts as they are told."""

from decimal import Decimal

THOUSAND = Decimal(1000)


def amount(stored: int | None) -> str | None:
    """An integer of 0.001 base unit as an exact decimal in base units, without trailing zeros."""
    if stored is None:
        return None
    whole = Decimal(stored) / THOUSAND
    return format(whole.quantize(Decimal(1)) if whole == whole.to_integral_value() else whole.normalize(), "f")

"""How amounts read in tables."""

from decimal import Decimal

from koprogo_app.foundation.i18n import number


def amount(cents: int | None, lang: str, *, blank: bool = False) -> str:
    """Cents as figures with two decimals, without the sign of the euro; nothing for None, or for 0 when `blank`."""
    if cents is None or (blank and not cents):
        return ""
    return number(Decimal(cents) / 100, lang, 2)

"""Shares as people type them: "1/3", "33,3333 %", "50%".

A number without a sign is a percentage: "50" is a half, "0,5" is half a percent, "1" is one percent. Only a fraction
with a bar ("1/1") or the percent sign leaves no doubt; `foundation.i18n.share_text` writes one of these back.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Final

from koprogo_app.law.refusal import refuse

MAX_DENOMINATOR: Final = 1_000_000_000
_SIMPLE: Final = 1_000
_NEAR: Final = Fraction(1, 10**10)
_READ: Final = 60
_LONGEST: Final = 40
_FRACTION: Final = re.compile(r"(\d{1,12})/(\d{1,12})")
_PERCENT: Final = re.compile(r"(\d{1,3}(?:[.,]\d{1,30})?)%?")


def parse_share(value: str | int | float | Decimal | Fraction, field: str = "share") -> Fraction:
    """Read a share as an exact fraction of the whole, more than 0 and at most 1.

    Text may be a fraction ("1/3", "½") or a percentage with comma or point ("33,3333 %"); a number without a sign, as
    text or as a number of the API, is a percentage. A percentage computed by a machine (33.333333333333336) becomes the
    simple fraction it stands for. Raises `Refused` on `field`, with the reason.
    """
    if isinstance(value, Fraction):
        return _checked(value, str(value), field)
    if isinstance(value, bool):
        raise _unreadable(str(value), field)
    given = value if isinstance(value, str) else format(Decimal(str(value)), "f")
    if len(given) > _READ:  # what is cut off would read as another share
        raise _unreadable(given, field)
    typed = _plain(given)
    if not typed:
        raise refuse("The share is missing.", field=field)
    if found := _FRACTION.fullmatch(typed):
        if int(found[2]) == 0:
            raise refuse("A fraction cannot be divided by 0.", field=field)
        return _checked(Fraction(int(found[1]), int(found[2])), typed, field)
    if found := _PERCENT.fullmatch(typed):
        return _checked(Fraction(found[1].replace(",", ".")) / 100, typed, field)
    raise _unreadable(typed, field)


def _plain(typed: str) -> str:
    """Without spaces; vulgar fractions and full-width signs as ordinary characters."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", typed)).replace("\u2044", "/")


def _checked(share: Fraction, typed: str, field: str) -> Fraction:
    if share <= 0:
        raise refuse("A share must be more than 0.", field=field)
    if share > 1:
        raise refuse("A share cannot be more than the whole (100 % or 1/1): “{typed}”.", field=field, typed=typed)
    if share.denominator <= MAX_DENOMINATOR:
        return share
    simple = share.limit_denominator(_SIMPLE)
    if abs(simple - share) <= _NEAR and simple > 0:
        return simple
    raise refuse("This share has too many digits; write it as a fraction, such as 1/3.", field=field)


def _unreadable(typed: str, field: str) -> Exception:
    return refuse(
        "“{typed}” is not a share. Write a fraction (1/3) or a percentage (33.33 %).",
        field=field,
        typed=typed[:_LONGEST],
    )

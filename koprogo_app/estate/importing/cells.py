"""Reading one cell: shares, areas, parts, addresses. Each function raises `Refused` with the reason in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.tables import Cell, cell_text
from koprogo_app.law.refusal import Refused, refuse
from koprogo_app.law.written import parse_share

MAX_SHARES: Final = 1_000_000_000
MAX_AREA: Final = Decimal("9999999.99")
_GROUPS: Final = re.compile(r"\d{1,3}(?:([ .,'’])\d{3})(?:\1\d{3})*")
_BARE: Final = re.compile(r"\d+(?:[.,]\d+)?")
_MONTHS: Final = (
    "jan|feb|fév|fev|mar|maa|mrt|mär|apr|avr|mai|mei|may|jun|jui|jul|aug|aoû|aou|sep|oct|okt|nov|dec|déc|dez"
)
_DATED: Final = re.compile(
    rf"\d{{1,2}}[-/. ](?:{_MONTHS})\w*\.?(?:[-/. ]\d{{2,4}})?|\d{{1,2}}/\d{{1,2}}/\d{{2,4}}", re.IGNORECASE
)
_EMAIL: Final = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"().]{2,}")
_PHONE: Final = re.compile(r"[+(]?[\d()/. +-]{5,40}(?:(?:ext|poste|x)\.? ?\d{1,5})?", re.IGNORECASE)


def shares(cell: Cell) -> tuple[int, int | None]:
    """The integer shares of a lot, and the deed total when the cell states it ("349/10.000", "349/10.000èmes")."""
    _not_a_date(cell)
    top, bar, bottom = cell_text(cell).partition("/")
    share = _whole(top.strip(), grouped=isinstance(cell, str))
    if not bar:
        return share, None
    total = _whole(re.sub(r"\D+$", "", bottom).strip())
    if share > total:
        raise refuse(N_("“{text}” is more than the whole."), text=cell_text(cell))
    return share, total


def area(cell: Cell) -> Decimal | None:
    """The area in m² with two decimals at most; nothing and 0 are None."""
    _not_a_date(cell)
    text = re.sub(r"\s*(?:m²|m2|qm|mètres? carrés?|sqm)\.?$", "", cell_text(cell), flags=re.IGNORECASE).strip()
    if not text:
        return None
    number = _decimal(text) if isinstance(cell, str) else Decimal(text)
    if number is None or not 0 <= number <= MAX_AREA:
        raise refuse(N_("“{text}” is not an area in m²."), text=text[:40])
    return number.quantize(Decimal("0.01")) or None


def is_bare_number(cell: Cell) -> bool:
    """Whether a part is written as a mere number, without % or /."""
    if isinstance(cell, bool):
        return False
    return isinstance(cell, (int, float)) or (isinstance(cell, str) and bool(_BARE.fullmatch(cell)))


def counts_from_one(cells: Iterable[Cell]) -> bool:
    """Whether the mere numbers of a column of parts count from 0 to 1 (0.5 is a half) rather than from 0 to 100."""
    numbers = [Decimal(cell_text(cell).replace(",", ".")) for cell in cells if is_bare_number(cell)]
    return bool(numbers) and max(numbers) <= 1


def part(cell: Cell, from_one: bool) -> Fraction | None:
    """The part of an owner in a lot as a fraction of the whole; None for an empty cell."""
    _not_a_date(cell)
    text = cell_text(cell)
    if not text:
        return None
    if from_one and is_bare_number(cell):
        return parse_share(Decimal(str(cell).replace(",", ".")) * 100)
    if isinstance(cell, float):
        return parse_share(cell)
    return parse_share(text)


def emails(text: str) -> list[str]:
    """The e-mail addresses of a cell, in lower case, without "mailto:" or a name around them."""
    parts = re.sub(r"mailto:|[<>]", " ", text, flags=re.IGNORECASE)
    found = [one for one in re.split(r"[;,/\s]+", parts) if "@" in one]
    if not found or not all(_EMAIL.fullmatch(one) and one.isascii() for one in found):
        raise refuse(N_("“{text}” is not an e-mail address."), text=text[:80])
    return [one.lower() for one in found]


def is_phone(text: str) -> bool:
    """Whether it reads as a telephone number."""
    return bool(_PHONE.fullmatch(text)) and sum(sign.isdigit() for sign in text) >= 6


def _whole(text: str, grouped: bool = True) -> int:
    """A whole number, with useless decimals and, when `grouped`, with separators of thousands."""
    if grouped and _GROUPS.fullmatch(text):
        text = re.sub(r"\D", "", text)
    text = re.sub(r"[.,]0+$", "", text)
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        raise refuse(N_("“{text}” is not a whole number of shares."), text=text[:40])
    if int(text) > MAX_SHARES:
        raise refuse(N_("“{text}” is more shares than a deed can hold."), text=text)
    return int(text)


def _decimal(text: str) -> Decimal | None:
    """A number with a comma or a point; with both, or three digits behind it, the first one groups thousands."""
    if _GROUPS.fullmatch(text):
        return Decimal(re.sub(r"\D", "", text))
    found = re.fullmatch(r"(\d{1,3}(?:[ .,'’]\d{3})+|\d+)(?:[.,](\d+))?", text, re.ASCII)
    if not found or len(text) > 20:
        return None
    return Decimal(re.sub(r"\D", "", found[1]) + "." + (found[2] or "0"))


def _not_a_date(cell: Cell) -> None:
    """A spreadsheet turns 1/3 into a day of March: say so, rather than guess."""
    if isinstance(cell, (date, datetime, time, timedelta)) or (isinstance(cell, str) and _DATED.fullmatch(cell)):
        raise _turned_into_date(cell_text(cell))


def _turned_into_date(text: str) -> Refused:
    return refuse(N_("The spreadsheet turned this value into a date ({text}). Format the column as text."), text=text)


def lot_number(cell: Cell, text: str, longest: int) -> str:
    """The number of a lot as written; a spreadsheet may have turned "1-2" into a date."""
    if not isinstance(cell, (str, int, float)):
        raise _turned_into_date(text)
    if len(text) > longest:
        raise refuse(N_("A lot number has at most {limit} characters."), limit=longest)
    return text

"""The accounting entries file in its French norm (fichier des écritures comptables, article A.47 A-1 of the French tax
procedure book): 18 columns, tab-separated, the amounts with a comma. Pure: rows in, text out."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

COLUMNS: Final = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip
"""The norm's names in the norm's order."""


def text(value: str) -> str:
    """A value without what would break a line or a column."""
    return " ".join(value.split())


def day(value: date | None) -> str:
    """A date as eight digits; empty for none."""
    return f"{value:%Y%m%d}" if value else ""


def amount(cents: int) -> str:
    """Cents as euros with a decimal comma and no separator: 1234,56."""
    return f"{cents // 100},{cents % 100:02d}"


def letters(place: int | None) -> str:
    """The name of a matching: AAA, AAB, … as accountants write it; empty for none."""
    if place is None:
        return ""
    found, rest = "", place - 1
    while rest or len(found) < 3:
        rest, digit = divmod(rest, 26)
        found = chr(65 + digit) + found
    return found


def file(rows: Iterable[Sequence[str]]) -> bytes:
    """The whole file in UTF-8, its first line the names of the columns."""
    return "".join("\t".join(row) + "\r\n" for row in (COLUMNS, *rows)).encode()


def name(enterprise_number: str, end: date) -> str:
    """The file's name: the enterprise number, FEC, the last day of the year."""
    return f"{enterprise_number or 'ACP'}FEC{end:%Y%m%d}.txt"

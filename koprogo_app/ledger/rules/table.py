"""Reading a chart or opening balances as another program exports them (CSV or XLSX): code, name, amount, person.

Nothing is guessed silently: what cannot be understood is a problem on its line.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from koprogo_app.estate.importing.workbook import workbook_sheets
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.numbers import parse_cents
from koprogo_app.law.refusal import Refused, refuse

MAX_BYTES: Final = 5_000_000
MAX_ROWS: Final = 20_000
_MAX_COLUMNS: Final = 50
_HEADER_WITHIN: Final = 15
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("compte", "n compte", "numero de compte", "no compte", "code", "code compte", "rekening", "rekeningnummer",
             "rekeningnr", "konto", "kontonummer", "kontonr", "account", "account number", "account code",
             "pcmn", "mar"),
    "label": ("libelle", "intitule", "nom du compte", "designation", "omschrijving", "benaming", "naam rekening",
              "bezeichnung", "kontobezeichnung", "label", "name", "account name", "description"),
    "debit": ("debit", "solde debiteur", "debet", "debetsaldo", "soll", "sollsaldo", "debit balance"),
    "credit": ("credit", "solde crediteur", "creditsaldo", "haben", "habensaldo", "credit balance"),
    "balance": ("solde", "saldo", "balance", "montant", "bedrag", "betrag", "amount"),
    "party": ("tiers", "coproprietaire", "fournisseur", "nom du tiers", "derde", "mede eigenaar", "leverancier",
              "dritter", "miteigentumer", "lieferant", "person", "third party", "co owner", "supplier", "owner"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, on a line of the file counted from 1 (0: the whole file)."""

    line: int
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """The sentence in a language."""
        return tr(lang, self.message, **self.params)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the file: an account's code, its name, cents (debit positive), and the person it belongs to."""

    line: int
    code: str
    label: str
    cents: int
    party: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: `amounts` tells whether it has balances or is a chart alone."""

    rows: tuple[TableRow, ...]
    amounts: bool
    problems: tuple[Problem, ...] = ()


def read_table(data: bytes, lang: str) -> Table:
    """Understands a file; numbers are read as in `lang`. Never raises for a bad file: see `problems`."""
    try:
        cells = _cells(data)
        header, columns = _header(cells)
    except Refused as refused:
        return Table((), False, (Problem(0, refused.refusal.message, refused.refusal.params),))
    rows: list[TableRow] = []
    problems: list[Problem] = []
    for line, row in enumerate(cells[header + 1 :], header + 2):
        values = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
        code = re.sub(r"[\s.]", "", values.get("code", ""))
        if not code or not any(values.values()):
            continue
        if not code.isascii() or not code.isdigit():
            continue  # a total or a title between two blocks
        try:
            rows.append(TableRow(line, code, values.get("label", ""), _cents(values, lang), values.get("party", "")))
        except Invalid as error:
            problems.append(Problem(line, error.message, error.params))
    if not rows and not problems:
        problems.append(Problem(0, N_("The file holds no account.")))
    return Table(tuple(rows), bool({"debit", "credit", "balance"} & columns.keys()), tuple(problems))


def _cents(values: Mapping[str, str], lang: str) -> int:
    def read(name: str) -> int:
        return _amount(values[name], lang, name) if values.get(name) else 0

    return read("debit") - read("credit") if values.get("debit") or values.get("credit") else read("balance")


def _amount(text: str, lang: str, field: str) -> int:
    """Cents; with two decimals the separators of another language leave no doubt."""
    try:
        return parse_cents(text, lang, field)
    except Invalid:
        if re.search(r"[.,]\d\d(\s*(€|EUR))?$", text):
            for other in ("nl", "en"):
                with suppress(Invalid):
                    return parse_cents(text, other, field)
        raise


def _cells(data: bytes) -> list[list[str]]:
    if not data.strip():
        raise refuse(N_("The file is empty."))
    if len(data) > MAX_BYTES:
        raise refuse(N_("The file is larger than {limit} MB."), limit=MAX_BYTES // 1_000_000)
    if data.startswith(b"PK\x03\x04"):
        sheets = [rows for _, rows in workbook_sheets(data, MAX_ROWS, _MAX_COLUMNS)]
        rows = max(sheets, key=len, default=[])
        return [[_shown(cell) for cell in row] for row in rows[:MAX_ROWS]]
    return _text_cells(data)


def _text_cells(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise refuse(N_("This kind of file cannot be read. Save the table as XLSX or CSV."))
    if "\x00" in text:
        raise refuse(N_("This kind of file cannot be read. Save the table as XLSX or CSV."))
    separator = max(";\t,|", key=text[:5000].count)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:MAX_ROWS]
    return list(csv.reader(lines, delimiter=separator))


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.2f}".replace(".", ",")
    return str(cell)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", "".join(c for c in letters if not unicodedata.combining(c))).split())


def _header(cells: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The heading row: the first that names the account's number."""
    for index, row in enumerate(cells[:_HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row):
            named = next((name for name, words in _WORDS.items() if _plain(cell) in words), None)
            if named and named not in columns:
                columns[named] = place
        if "code" in columns:
            return index, columns
    raise refuse(N_("No heading row was found. The first row must name the columns: Account, Name, Debit, Credit …"))


def same_name(text: str) -> str:
    """A person's name for comparison: its words in order of the alphabet, without accents or capitals."""
    return " ".join(sorted(_plain(text).split()))

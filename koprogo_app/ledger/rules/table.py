"""Reading a chart or opening balances as another program exports them (CSV or XLSX): code, name, amount, person.

Nothing is guessed silently: what cannot be understood is a problem on its line.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.numbers import parse_cents
from koprogo_app.foundation.tables import Cell, cell_text, named, plain, read_sheet, unescaped
from koprogo_app.law.refusal import Refused, refuse

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
_NAMES: Final = {word: name for name, words in _WORDS.items() for word in words}


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
        sheet = read_sheet(data, lambda heading: named(heading, _NAMES))
        if "code" not in sheet.columns:
            raise refuse(
                N_("No heading row was found. The first row must name the columns: Account, Name, Debit, Credit …")
            )
    except Refused as refused:
        return Table((), False, (Problem(0, refused.refusal.message, refused.refusal.params),))
    rows: list[TableRow] = []
    problems: list[Problem] = []
    for row in sheet.rows[sheet.header + 1 :]:
        values = {name: row.cells[place] for name, place in sheet.columns.items() if place < len(row.cells)}
        code = re.sub(r"[\s.]", "", _text(values, "code"))
        if not code.isascii() or not code.isdigit():
            continue  # nothing, a total, or a title between two blocks
        try:
            cents = _cents(values, lang)
        except Invalid as error:
            problems.append(Problem(row.line, error.message, error.params))
        else:
            rows.append(TableRow(row.line, code, _text(values, "label"), cents, _text(values, "party")))
    if not rows and not problems:
        problems.append(Problem(0, N_("The file holds no account.")))
    return Table(tuple(rows), bool({"debit", "credit", "balance"} & sheet.columns.keys()), tuple(problems))


def _text(values: Mapping[str, Cell], name: str) -> str:
    return unescaped(cell_text(values.get(name, "")))


def _cents(values: Mapping[str, Cell], lang: str) -> int:
    def read(name: str) -> int:
        cell = values.get(name, "")
        if isinstance(cell, float):
            return int(Decimal(f"{cell:.2f}") * 100)
        return _amount(cell_text(cell), lang, name) if cell != "" else 0

    halves = any(values.get(name, "") != "" for name in ("debit", "credit"))
    return read("debit") - read("credit") if halves else read("balance")


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


def same_name(text: str) -> str:
    """A person's name for comparison: its words in order of the alphabet, without accents or capitals."""
    return " ".join(sorted(plain(text).split()))

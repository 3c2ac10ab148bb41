"""The chart of the royal decree of 12 July 2012, in four languages, and the journals every ledger begins with."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from koprogo_app.law import accounts as law
from koprogo_app.law.accounts import AccountKind, PartyRule
from koprogo_app.ledger.model import JournalKind

_FILE: Final = Path(__file__).resolve().parents[1] / "data" / "pcmn_acp.csv"


@dataclass(frozen=True, slots=True)
class ChartAccount:
    """An account of the chart: `origin` is "decree", or "practice" for what daily work adds to the decree."""

    code: str
    label_fr: str
    label_nl: str
    label_de: str
    label_en: str
    kind: AccountKind
    origin: str
    party: PartyRule


@cache
def chart(simplified: bool = False) -> tuple[ChartAccount, ...]:
    """The accounts a new ledger begins with, by code; `simplified`: the short chart of a small association."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = [
            ChartAccount(
                **{name: row[name] for name in ("code", "label_fr", "label_nl", "label_de", "label_en", "origin")},
                kind=AccountKind(row["kind"]),
                party=law.party_rule(row["code"]),
            )
            for row in csv.DictReader(file)
        ]
    return tuple(sorted((r for r in rows if not simplified or law.in_simplified_chart(r.code)), key=lambda r: r.code))


@dataclass(frozen=True, slots=True)
class ChartJournal:
    """A journal of a new ledger; bank and cash journals name their account."""

    code: str
    kind: JournalKind
    account: str = ""


JOURNALS: Final = (
    ChartJournal("ACH", JournalKind.PURCHASES),
    ChartJournal("APP", JournalKind.CALLS),
    ChartJournal("BQR", JournalKind.BANK, law.RESERVE_BANK),
    ChartJournal("BQE", JournalKind.BANK, law.WORKING_BANK),
    ChartJournal("CAI", JournalKind.CASH, law.CASH),
    ChartJournal("OD", JournalKind.MISCELLANEOUS),
    ChartJournal("OUV", JournalKind.OPENING),
    ChartJournal("CLO", JournalKind.CLOSING),
)

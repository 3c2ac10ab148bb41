"""What the states of the budget's pages share: which budget an address names, how amounts and states read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from koprogo_app.budget.model import NATURE_NAMES, STATUS_NAMES
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.foundation.i18n import N_, money, tr
from koprogo_app.law.reserve import Contribution, ReserveRule, sentence
from koprogo_app.workspace.state.common import refusal_text

KINDS: Final[dict[str, str]] = {
    "draft": "neutral",
    "submitted": "information",
    "voted": "accent",
    "active": "done",
    "closed": "neutral",
}
RULE_KINDS: Final[dict[str, str]] = {
    Contribution.MET: "done",
    Contribution.SHORT: "refused",
    Contribution.WAIVED: "information",
    Contribution.NOT_YET: "information",
    Contribution.UNKNOWN_ACCEPTANCE: "attention",
    Contribution.UNKNOWN_CHARGES: "attention",
}
CENTS: Final = 100


@dataclass(frozen=True)
class Tally:
    """An amount of one nature: this budget, last year, and the change."""

    name: str = ""
    amount: str = ""
    last: str = ""


def chosen(rows: Sequence[BudgetRow], query: Mapping[str, str], today_year: int) -> BudgetRow | None:
    """The budget an address asks for: `year` and `n`; else the running year's, else the latest."""
    if not rows:
        return None
    asked = year_of(query.get("year", ""))
    years = sorted({row.year for row in rows}, reverse=True)
    year = asked if asked in years else today_year if today_year in years else years[0]
    same = [row for row in rows if row.year == year]
    return next((row for row in same if str(row.number) == query.get("n", "0")), same[0])


def name_of(row: BudgetRow, lang: str) -> str:
    """What a budget is called: "Budget 2026", "Supplementary budget 1 of 2026: roof"."""
    if not row.number:
        return tr(lang, N_("Budget {year}"), year=row.name)
    return tr(lang, N_("Supplementary budget {number} of {year}"), number=row.number, year=row.name)


@dataclass(frozen=True)
class BudgetLink:
    """A budget to choose: its name, the part of the address that names it, how it stands."""

    key: str = ""
    text: str = ""
    query: str = ""
    state: str = ""
    kind: str = "neutral"


def budget_links(rows: Sequence[BudgetRow], lang: str) -> list[BudgetLink]:
    """The budgets of a building, to go from one to another."""
    return [
        BudgetLink(
            f"{row.year}-{row.number}", name_of(row, lang) + (f": {row.label}" if row.label else ""), where(row),
            tr(lang, STATUS_NAMES[row.status]), KINDS[row.status],
        )
        for row in rows
    ]  # fmt: skip


def where(row: BudgetRow) -> str:
    """The part of an address that names a budget."""
    return urlencode({"year": row.year} | ({"n": row.number} if row.number else {}))


def change(now: int, before: int, lang: str) -> str:
    """By how many per cent an amount differs from another: "+3 %"; nothing where there was none."""
    if not before:
        return ""
    percent = round(CENTS * (now - before) / before)
    return f"{'+' if percent > 0 else ''}{percent} %"


@dataclass(frozen=True)
class ReserveNote:
    """The rule of the reserve fund: its sentence, the article, what it was reckoned from, how it stands.

    `kind` as of a notice; `unanswered`: it is voted like this only with a waiver or a reason; all empty when there is
    nothing to say.
    """

    text: str = ""
    article: str = ""
    kind: str = "information"
    unanswered: bool = False
    base: str = ""


def reserve_note(rule: ReserveRule, lang: str) -> ReserveNote:
    """The rule of the reserve fund in the person's language."""
    base = ""
    if rule.least is not None and rule.base is not None:
        base = tr(
            lang,
            N_("Ordinary charges of last year: {base}; five per cent: {least}; planned: {planned}."),
            base=money(rule.base, lang),
            least=money(rule.least, lang),
            planned=money(rule.planned, lang),
        )
    text, article = refusal_text(sentence(rule), lang), rule.article.text(lang)
    return ReserveNote(text, article, RULE_KINDS[rule.status], rule.unanswered, base)


def nature_options(lang: str, names: Sequence[Any]) -> list[dict[str, str]]:
    """Natures to choose from."""
    return [{"value": str(name), "label": tr(lang, NATURE_NAMES[name])} for name in names]


def month_of(text: str) -> date | None:
    """A month as the address names it, 2026-09, by its first day that the year can hold: its last."""
    try:
        return date.fromisoformat(f"{text}-28") if text else None
    except ValueError:
        return None


def year_of(text: str) -> int | None:
    """A year as the address names it, by its first calendar year; None for anything else."""
    return int(text) if re.fullmatch(r"[12][0-9]{3}", text) else None

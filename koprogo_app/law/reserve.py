"""What a year must put into the reserve fund (art. 3.86 §3).

From five years after the provisional acceptance of the common parts, each year at least five per cent of the total of
the ordinary common charges of the year *before*, unless the assembly decides otherwise with four fifths of the votes.
Whether such a decision holds for later years the law does not say: it is asked again for each year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from koprogo_app.law import articles
from koprogo_app.law.articles import Article
from koprogo_app.law.buildings import ReserveStatus, reserve_fund
from koprogo_app.law.refusal import N_, Refusal
from koprogo_app.law.values import Cents

PERCENT = 5


class Contribution(StrEnum):
    """How a year's contribution stands against the law."""

    MET = "met"
    SHORT = "short"
    WAIVED = "waived"
    NOT_YET = "not_yet"
    UNKNOWN_ACCEPTANCE = "unknown_acceptance"
    UNKNOWN_CHARGES = "unknown_charges"


@dataclass(frozen=True, slots=True)
class ReserveRule:
    """A year's contribution to the reserve against the least the law asks, in cents.

    `base`: ordinary charges of the year before, `least`: five per cent of them, rounded up; both None when they are not
    known. `due`: the last day to create the fund. `waiver`: the decision's reference.
    """

    status: Contribution
    planned: int
    base: int | None
    least: int | None
    due: date | None
    waiver: str = ""
    article: Article = articles.FUNDS

    @property
    def short(self) -> int:
        """What is missing; 0 unless the status is short."""
        return max(0, (self.least or 0) - self.planned) if self.status is Contribution.SHORT else 0

    @property
    def unanswered(self) -> bool:
        """Whether a budget is voted like this only with a waiver or a reason: less than the law asks, or nothing at all
        while it is not known whether the law asks for something."""
        unknown = self.status in (Contribution.UNKNOWN_ACCEPTANCE, Contribution.UNKNOWN_CHARGES)
        return self.status is Contribution.SHORT or (unknown and self.planned <= 0)


def least_contribution(ordinary_cents: int) -> int:
    """Five per cent of last year's ordinary charges, in cents, rounded up: less would not be five per cent."""
    return max(0, -(-ordinary_cents * PERCENT // 100))


def reserve_rule(
    planned: int, ordinary_before: int | None, acceptance: date | None, year_end: date, waiver: str = ""
) -> ReserveRule:
    """Judges the contribution planned for the year that ends on `year_end`.

    `ordinary_before`: ordinary charges of the year before, without extraordinary works; None when there are no
    accounts of it. A fund that must exist on a day of the year must be fed in that year. Without the date of
    acceptance the answer is unknown, never exempt; a contribution that is high enough is enough in any case.
    """
    least = None if ordinary_before is None else least_contribution(ordinary_before)
    age = reserve_fund(acceptance, year_end)
    return ReserveRule(_status(planned, least, age.status, waiver), planned, ordinary_before, least, age.due, waiver)


def _status(planned: int, least: int | None, age: ReserveStatus, waiver: str) -> Contribution:
    if least is not None and planned >= least:
        return Contribution.MET
    if waiver:
        return Contribution.WAIVED
    if age is ReserveStatus.NOT_YET:
        return Contribution.NOT_YET
    if age is ReserveStatus.UNKNOWN:
        return Contribution.UNKNOWN_ACCEPTANCE
    return Contribution.UNKNOWN_CHARGES if least is None else Contribution.SHORT


_SENTENCES = {
    Contribution.MET: N_("The contribution to the reserve fund reaches five per cent of last year's ordinary charges."),
    Contribution.SHORT: N_(
        "The contribution to the reserve fund is {short} short of five per cent of last year's ordinary charges."
    ),
    Contribution.WAIVED: N_(
        "The assembly decided with four fifths of the votes not to feed the reserve fund as the law asks: {waiver}."
    ),
    Contribution.NOT_YET: N_("The reserve fund becomes mandatory on {due}."),
    Contribution.UNKNOWN_ACCEPTANCE: N_(
        "The day of provisional acceptance is not known: whether the reserve fund is mandatory cannot be said."
    ),
    Contribution.UNKNOWN_CHARGES: N_(
        "Last year's ordinary charges are not known: the least contribution to the reserve fund cannot be computed."
    ),
}


def sentence(rule: ReserveRule) -> Refusal:
    """The status as a sentence with its article, for people to read."""
    params: dict[str, object] = {}
    if rule.status is Contribution.SHORT:
        params["short"] = Cents(rule.short)
    elif rule.status is Contribution.WAIVED:
        params["waiver"] = rule.waiver
    elif rule.status is Contribution.NOT_YET and rule.due:
        params["due"] = rule.due
    return Refusal(_SENTENCES[rule.status], rule.article, params)

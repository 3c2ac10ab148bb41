"""Instalment plans: equal terms, and whether a plan is kept by what is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from koprogo_app.foundation.answers import answer
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.allocation import allocate
from koprogo_app.law.calendar import add_months
from koprogo_app.law.values import Cents

State = Literal["kept", "late", "done", "ended", "void"]
MOST_TERMS: Final = 60


@answer()
@dataclass(frozen=True, slots=True)
class Term:
    """An amount to pay by a day, and how much of it is paid."""

    due_on: date
    cents: int
    paid_cents: int = 0


def spread(cents: int, count: int, first: date) -> list[Term]:
    """A debt over so many months, the first payment on `first`; equal to the cent. Raises Invalid."""
    if not 1 <= count <= MOST_TERMS:
        raise Invalid("count", N_("A plan has 1 to {max} payments."), max=MOST_TERMS)
    if cents < count:
        raise Invalid("count", N_("There is nothing to spread."))
    return [Term(add_months(first, n), part) for n, part in enumerate(allocate(cents, [1] * count))]


def check(terms: Sequence[Term], debt_cents: int) -> list[Term]:
    """The terms by their day. Raises Invalid when they do not add up to the debt or two fall on one day."""
    if not 1 <= len(terms) <= MOST_TERMS:
        raise Invalid("terms", N_("A plan has 1 to {max} payments."), max=MOST_TERMS)
    if any(term.cents <= 0 for term in terms) or len({term.due_on for term in terms}) < len(terms):
        raise Invalid("terms", N_("Each payment has its own day and an amount."))
    if (total := sum(term.cents for term in terms)) != debt_cents:
        raise Invalid("terms", N_("The payments add up to {total}, the debts to {debt}."), total=Cents(total),
                      debt=Cents(debt_cents))  # fmt: skip
    return sorted(terms, key=lambda term: term.due_on)


def followed(terms: Sequence[Term], paid_cents: int) -> list[Term]:
    """The terms with what is paid counted to the first first."""
    left = max(paid_cents, 0)
    result = []
    for term in terms:
        part = min(left, term.cents)
        result.append(Term(term.due_on, term.cents, part))
        left -= part
    return result


def state(terms: Sequence[Term], *, ended: bool, today: date) -> State:
    """Kept, late (a term is past and not paid whole), done (all is paid), ended, or void (its debts were taken back),
    of terms with what is paid."""
    if ended:
        return "ended"
    if not terms:
        return "void"
    if all(term.paid_cents >= term.cents for term in terms):
        return "done"
    return "late" if any(term.due_on < today and term.paid_cents < term.cents for term in terms) else "kept"

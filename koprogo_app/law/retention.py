"""How long each kind of paper is kept, from which rule, and the day on which it may be destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from koprogo_app.law.articles import CHART_DECREE, Article
from koprogo_app.law.refusal import N_, Refusal

REGISTER: Final = Article("3.93", 4)
POST_INTERVENTION: Final = Article("3.89", 5, point="10°")


class Paper(StrEnum):
    """The kinds of papers of a co-ownership."""

    MINUTES = "minutes"
    CONVOCATION = "convocation"
    INVOICE = "invoice"
    CONTRACT = "contract"
    REGULATION = "regulation"
    INSURANCE = "insurance"
    WORKS_REPORT = "works_report"
    QUOTE = "quote"
    STATEMENT = "statement"
    POST_INTERVENTION = "post_intervention"
    PHOTO = "photo"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a kind is kept: `years` from 1 January after the paper's year; None is the life of the association.

    `least` is what the law itself asks (0: the law fixes nothing, `years` is good practice); `article` says where, and
    `reason` in words (an English message).
    """

    years: int | None
    least: int = 0
    article: Article | None = None
    reason: str = ""


_LIFE: Final = N_("Kept as long as the association exists.")
_ACCOUNTS: Final = N_("Accounting papers: seven years by the decree, ten for tax claims.")
_INTERNAL: Final = N_("An internal supporting paper: three years.")
_CLAIMS: Final = N_("Ten years, the time in which most claims can be brought.")
_WORKS: Final = N_("Ten years from acceptance of the works, the builder's liability.")
_PRACTICE: Final = N_("Three years, then it serves nobody any more.")

RETENTION: Final[dict[Paper, Retention]] = {
    Paper.MINUTES: Retention(None, article=REGISTER, reason=_LIFE),
    Paper.CONVOCATION: Retention(10, reason=_CLAIMS),
    Paper.INVOICE: Retention(10, 7, CHART_DECREE, _ACCOUNTS),
    Paper.CONTRACT: Retention(10, 7, CHART_DECREE, _ACCOUNTS),
    Paper.REGULATION: Retention(None, article=REGISTER, reason=_LIFE),
    Paper.INSURANCE: Retention(10, 7, CHART_DECREE, _ACCOUNTS),
    Paper.WORKS_REPORT: Retention(10, reason=_WORKS),
    Paper.QUOTE: Retention(3, 3, CHART_DECREE, _INTERNAL),
    Paper.STATEMENT: Retention(10, 7, CHART_DECREE, _ACCOUNTS),
    Paper.POST_INTERVENTION: Retention(None, article=POST_INTERVENTION, reason=_LIFE),
    Paper.PHOTO: Retention(3, reason=_PRACTICE),
    Paper.OTHER: Retention(10, reason=_CLAIMS),
}


def destroy_on(paper: Paper, dated: date) -> date | None:
    """The first day on which a paper of that day may be destroyed; None: never while the association exists.

    An invoice of 14 March 2025, ten years from 1 January 2026: 1 January 2036.
    """
    years = RETENTION[paper].years
    return None if years is None else date(dated.year + 1 + years, 1, 1)


def deletion_refusal(paper: Paper, due: date | None, today: date, reason: str) -> Refusal | None:
    """Refuse to destroy a paper before its day, unless a reason (ten letters at least) is written down."""
    if (due is not None and today >= due) or len(reason.strip()) >= 10:
        return None
    article = RETENTION[paper].article
    if due is None:
        return Refusal(
            "This document is kept as long as the association exists. Write down why it must go.",
            article,
            field="reason",
        )
    return Refusal(
        "This document is kept until {until}. Write down why it must go before.", article, {"until": due}, "reason"
    )

"""How long papers are kept, by worked cases."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.law.retention import RETENTION, Paper, deletion_refusal, destroy_on

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("paper", "dated", "due"),
    [
        (Paper.INVOICE, date(2025, 3, 14), date(2036, 1, 1)),
        (Paper.INVOICE, date(2025, 12, 31), date(2036, 1, 1)),
        (Paper.INVOICE, date(2026, 1, 1), date(2037, 1, 1)),
        (Paper.QUOTE, date(2025, 4, 22), date(2029, 1, 1)),
        (Paper.MINUTES, date(1998, 3, 17), None),
        (Paper.REGULATION, date(1998, 3, 17), None),
        (Paper.POST_INTERVENTION, date(2025, 11, 3), None),
    ],
)
def test_the_years_run_from_the_first_of_january_after(paper: Paper, dated: date, due: date | None) -> None:
    assert destroy_on(paper, dated) == due


def test_every_kind_has_its_rule_and_never_less_than_the_law_asks() -> None:
    assert set(RETENTION) == set(Paper)
    for rule in RETENTION.values():
        assert rule.reason
        assert rule.years is None or rule.years >= rule.least


YEARS = {
    "minutes": (None, 0), "convocation": (10, 0), "invoice": (10, 7), "contract": (10, 7), "regulation": (None, 0),
    "insurance": (10, 7), "works_report": (10, 0), "quote": (3, 3), "statement": (10, 7),
    "post_intervention": (None, 0), "photo": (3, 0), "other": (10, 0),
}  # fmt: skip
"""How long each kind is kept, and what of it the law asks."""


def test_each_kind_is_kept_so_many_years() -> None:
    assert {paper.value: (rule.years, rule.least) for paper, rule in RETENTION.items()} == YEARS


def test_the_very_day_and_ten_letters_are_enough() -> None:
    due = date(2036, 1, 1)
    assert deletion_refusal(Paper.INVOICE, due, due, "") is None
    assert deletion_refusal(Paper.INVOICE, due, date(2035, 12, 31), "") is not None
    assert deletion_refusal(Paper.INVOICE, due, date(2035, 12, 31), "ten lette ") is not None
    assert deletion_refusal(Paper.INVOICE, due, date(2035, 12, 31), "tenletters") is None


@given(paper=st.sampled_from(Paper), dated=DAYS, today=DAYS)
def test_nothing_goes_before_its_day_without_a_reason(paper: Paper, dated: date, today: date) -> None:
    due = destroy_on(paper, dated)
    free = due is not None and today >= due
    assert (deletion_refusal(paper, due, today, "") is None) == free
    assert (deletion_refusal(paper, due, today, " too short ") is None) == free
    assert deletion_refusal(paper, due, today, "A reason that says why.") is None


def test_the_refusal_names_the_day_and_the_article() -> None:
    minutes = deletion_refusal(Paper.MINUTES, None, date(2026, 1, 1), "")
    assert minutes is not None
    assert (minutes.article is not None and minutes.article.code, minutes.field) == ("3.93 §4", "reason")
    invoice = deletion_refusal(Paper.INVOICE, date(2036, 1, 1), date(2035, 12, 31), "")
    assert invoice is not None
    assert invoice.params == {"until": date(2036, 1, 1)}

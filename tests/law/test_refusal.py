"""A refusal: its sentence, its article behind it, and who raises it."""

from fractions import Fraction

import pytest

from koprogo_app.law import articles
from koprogo_app.law.refusal import N_, Refusal, Refused, refuse


def test_it_reads_as_its_sentence_and_then_its_article() -> None:
    assert str(Refusal("{days} days are missing.", params={"days": 3})) == "3 days are missing."
    assert str(Refusal("At least {days} days.", articles.FUNDS, {"days": 14})) == "At least 14 days. (art. 3.86 §3)"


def test_the_error_carries_it_whole() -> None:
    error = refuse("{typed} is no share.", article=articles.SHARES_IN_DEED, field="share", typed=Fraction(3, 2))
    assert error.refusal == Refusal("{typed} is no share.", articles.SHARES_IN_DEED, {"typed": Fraction(3, 2)}, "share")
    assert str(error) == "3/2 is no share. (art. 3.85 §1)"
    with pytest.raises(ValueError, match="3/2"):
        raise error
    assert isinstance(error, Refused)


def test_a_refusal_needs_no_more_than_its_sentence() -> None:
    assert refuse("The date is missing.").refusal == Refusal("The date is missing.", None, {}, "")
    assert N_("The date is missing.") == "The date is missing."

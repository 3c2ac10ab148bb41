"""One bridge between what the law refuses and the errors that people read."""

import pytest

from koprogo_app.foundation.errors import AgainstTheLaw, Invalid
from koprogo_app.foundation.lawful import heed, lawful
from koprogo_app.law import articles
from koprogo_app.law.refusal import Refusal, refuse


def test_the_law_speaks_with_its_article_on_the_field_that_was_typed() -> None:
    said = Refusal("At least {days} days.", articles.FUNDS, {"days": 14}, "days")
    with pytest.raises(AgainstTheLaw, match="At least") as error:
        heed(said)
    assert (error.value.field, error.value.article, error.value.params) == ("days", articles.FUNDS.code, {"days": 14})
    with pytest.raises(AgainstTheLaw) as error:
        heed(said, "days_2")
    assert error.value.field == "days_2"
    heed(None)


def test_a_value_without_sense_is_invalid() -> None:
    with pytest.raises(Invalid, match="missing") as error, lawful():
        raise refuse("{what} is missing.", field="share", what="The share")
    assert (error.value.field, error.value.text("en")) == ("share", "The share is missing.")

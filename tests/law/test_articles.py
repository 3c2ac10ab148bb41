"""Articles: a stable code, and how each language reads it."""

import pytest

from koprogo_app.law import articles
from koprogo_app.law.articles import Article, article, shown


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("fr", "art. 3.87 §1, al. 2"),
        ("nl", "art. 3.87 §1, lid 2"),
        ("de", "Art. 3.87 §1 Abs. 2"),
        ("en", "art. 3.87 §1, para. 2"),
        ("xx", "art. 3.87 §1, para. 2"),
    ],
)
def test_display(lang: str, text: str) -> None:
    assert articles.VOTING_SUSPENDED.text(lang) == text
    assert shown("3.87 §1 al. 2", lang) == text


@pytest.mark.parametrize("one", [value for value in vars(articles).values() if isinstance(value, Article)])
def test_a_code_stands_for_one_article(one: Article) -> None:
    assert article(one.code) == one
    assert shown(one.code) == one.text("fr")


def test_what_is_no_code_is_shown_as_it_stands() -> None:
    assert article("the deed") is None
    assert shown("the deed") == "the deed"

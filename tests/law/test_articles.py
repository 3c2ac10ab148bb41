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


def test_each_place_has_its_paragraph_and_point() -> None:
    assert {name: one.code for name, one in vars(articles).items() if isinstance(one, Article)} == {
        "SHARES_IN_DEED": "3.85 §1", "SANCTIONS_IN_REGULATION": "3.85 §1", "ASSEMBLY_PERIOD_RULES": "3.85 §3 3°",
        "FUNDS": "3.86 §3", "VOTING_SUSPENDED": "3.87 §1 al. 2", "ASSEMBLY_PERIOD": "3.87 §2", "QUORUM": "3.87 §5",
        "VOTES_ARE_SHARES": "3.87 §6", "UNANIMITY": "3.88 §3", "OWNERS_LIST": "3.89 §5 14°",
        "CHARTED_ACCOUNTS": "3.89 §5 15°", "YEARLY_BUDGETS": "3.89 §5 16°", "COUNCIL": "3.90", "AUDITOR": "3.91",
        "WORKING_DAY": "1.7", "FORMAL_NOTICE": "5.240", "EXCESSIVE_CLAUSE": "5.88", "CHART_DECREE": "RD 2012-07-12",
        "CIVIL_RATE": "L 1865-05-05 2", "PRIVILEGE": "L 1851-12-16 27 7°", "PRESCRIPTION": "CC 2277",
        "CONSUMER_DEBT": "CDE XIX",
    }  # fmt: skip


def test_an_article_alone_has_neither_paragraph_nor_subparagraph() -> None:
    assert (Article("3.90").text("en"), Article("3.85", 1).text("en")) == ("art. 3.90", "art. 3.85 §1")
    assert (str(articles.COUNCIL), str(articles.OWNERS_LIST)) == ("3.90", "3.89 §5 14°")
    assert articles.OWNERS_LIST.text("nl") == "art. 3.89 §5 14°"


def test_other_acts_are_named_as_people_write_them() -> None:
    assert [articles.CHART_DECREE.text(lang) for lang in ("fr", "nl", "de", "en")] == [
        "AR 12/07/2012", "KB 12/07/2012", "KE 12.07.2012", "RD 12/07/2012",
    ]  # fmt: skip
    assert articles.PRESCRIPTION.text("nl") == "art. 2277 oud BW"
    assert articles.PRESCRIPTION.text("xx") == "art. 2277, old Civil Code"

"""Texts, numbers, money and dates in four languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from babel import numbers
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.foundation import catalogues
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import (
    LANGS,
    N_,
    P_,
    best_lang,
    catalogue,
    day,
    moment,
    money,
    number,
    plural_forms,
    share_text,
    tr,
)
from koprogo_app.foundation.numbers import parse_cents, parse_number
from koprogo_app.law.values import Cents

DAYS_LEFT = N_("{count} day left", "{count} days left")


def test_a_text_in_each_language() -> None:
    assert [tr(lang, "Cancel") for lang in LANGS] == ["Annuler", "Annuleren", "Abbrechen", "Cancel"]


@pytest.mark.parametrize(
    ("count", "texts"),
    [
        # Nothing is one in French and many elsewhere.
        (0, ["encore 0 jour", "nog 0 dagen", "noch 0 Tage", "0 days left"]),
        (1, ["encore 1 jour", "nog 1 dag", "noch 1 Tag", "1 day left"]),
        (2, ["encore 2 jours", "nog 2 dagen", "noch 2 Tage", "2 days left"]),
        (1234, ["encore 1\u202f234 jours", "nog 1.234 dagen", "noch 1.234 Tage", "1,234 days left"]),
    ],
)
def test_each_language_has_its_own_rule_of_plural(count: int, texts: list[str]) -> None:
    assert [tr(lang, DAYS_LEFT, count=count) for lang in LANGS] == texts
    assert list(catalogue(DAYS_LEFT, count=count).values()) == texts


def test_a_plural_needs_a_number() -> None:
    with pytest.raises(TypeError, match="count"):
        tr("fr", DAYS_LEFT, count="3")
    with pytest.raises(TypeError, match="count"):
        tr("fr", DAYS_LEFT)


def test_one_english_word_is_several_in_a_language() -> None:
    said = {noun: tr("fr", P_(noun, "taken back")) for noun in ("call", "invoice", "entry")}
    assert said == {"call": "extourné", "invoice": "extournée", "entry": "extournée"}
    assert (tr("de", P_("upload", "cancelled")), tr("de", P_("payment order", "cancelled"))) == (
        "abgebrochen",
        "storniert",
    )
    assert tr("en", P_("payment order", "cancelled")) == "cancelled"


def test_an_unknown_message_is_said_in_english_without_its_context() -> None:
    assert tr("nl", P_("nowhere", "Never translated")) == "Never translated"
    assert [tr("nl", P_("nowhere", "{count} x", "{count} xs"), count=n) for n in (1, 2)] == ["1 x", "2 xs"]


def test_every_form_of_a_message_for_a_page() -> None:
    assert plural_forms(DAYS_LEFT) == {
        "fr": ["encore {count} jour", "encore {count} jours"],
        "nl": ["nog {count} dag", "nog {count} dagen"],
        "de": ["noch {count} Tag", "noch {count} Tage"],
        "en": ["{count} day left", "{count} days left"],
    }


def test_unknown_message_is_its_id_and_unknown_language_is_french() -> None:
    assert tr("nl", "Never translated {x}", x=1) == "Never translated 1"
    assert tr("xx", "Cancel") == "Annuler"


def test_a_value_may_speak_the_language_itself() -> None:
    class Share:
        def text(self, lang: str) -> str:
            return {"fr": "un tiers"}.get(lang, "1/3")

    assert tr("fr", "part {part}", part=Share()) == "part un tiers"
    assert catalogue("part {part}", part=Share())["nl"] == "part 1/3"


def test_cents_days_and_shares_are_written_as_the_language_writes_them() -> None:
    values = {"a": Cents(-123456), "d": date(2026, 5, 4), "s": Fraction(1, 8), "n": 1234}
    assert {lang: tr(lang, "{a} {d} {s} {n}", **values) for lang in LANGS} == {
        lang: f"{money(-123456, lang)} {day(date(2026, 5, 4), lang, 'short')} {share_text(Fraction(1, 8), lang)} 1234"
        for lang in LANGS
    }
    assert tr("fr", "{a} {d} {s}", **values) == "-1\u202f234,56\u00a0€ 04/05/2026 12,5\u00a0%"


def test_braces_in_a_value_are_not_filled_again() -> None:
    assert tr("en", "{a} and {b}", a="{b}", b="2") == "{b} and 2"
    assert tr("en", "{missing} stays") == "{missing} stays"


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "fr"),
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("de", "de"),
        ("es,en;q=0.5", "en"),
        ("en;q=0.1,fr;q=0.9", "fr"),
        ("es-ES", "fr"),
        ("nl;q=x,de;q=0.2", "de"),
    ],
)
def test_language_of_the_browser(header: str, lang: str) -> None:
    assert best_lang(header) == lang


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_money_and_numbers() -> None:
    assert [plain(money(-123_456_05, lang)) for lang in LANGS] == [
        "-123 456,05 €",
        "€ -123.456,05",
        "-123.456,05 €",
        "-€123,456.05",
    ]
    assert plain(number(Decimal("1234.5"), "fr")) == "1 234,5"
    assert number(Decimal("33.3333"), "nl", decimals=2) == "33,33"
    assert number(10_000, "de", decimals=0) == "10.000"


def test_days_and_moments_of_brussels() -> None:
    assert [day(date(2026, 12, 1), lang) for lang in LANGS] == [
        "1 décembre 2026",
        "1 december 2026",
        "1. Dezember 2026",
        "1 December 2026",
    ]
    assert [day(date(2026, 12, 1), lang, "short") for lang in LANGS] == [
        "01/12/2026",
        "01/12/2026",
        "01.12.2026",
        "01/12/2026",
    ]
    assert moment(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "fr") == "02/07/2026 01:30"
    with pytest.raises(ValueError, match="time zone"):
        moment(datetime(2026, 7, 1), "fr")


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("1 234,56", "fr", "1234.56"),
        ("1\u202f234,56", "fr", "1234.56"),
        ("12.50", "fr", "12.50"),
        ("-5", "fr", "-5"),
        ("\u22125,5", "fr", "-5.5"),
        ("1.234,56", "nl", "1234.56"),
        ("1.234", "nl", "1234"),
        ("1,234.5", "en", "1234.5"),
        ("1 234 567", "de", "1234567"),
        ("  7 ", "en", "7"),
        ("33,3333", "fr", "33.3333"),
        ("12,5", "en", "12.5"),
    ],
)
def test_numbers_as_people_type_them(text: str, lang: str, value: str) -> None:
    assert parse_number(text, lang) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("", "fr"),
        ("abc", "fr"),
        ("1.234", "fr"),
        ("12 34", "fr"),
        ("1,2,3", "fr"),
        ("1.23.4", "nl"),
        ("--5", "fr"),
        ("1e5", "fr"),
        ("٣", "fr"),
        ("1,", "fr"),
        (",5", "fr"),
        ("NaN", "en"),
        ("1.2.3", "en"),
    ],
)
def test_what_is_not_a_number_is_refused_on_its_field(text: str, lang: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_number(text, lang, "area")
    assert refused.value.field == "area"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from(LANGS))
def test_what_is_shown_is_read_back(value: Decimal, lang: str) -> None:
    assert parse_number(number(value, lang, decimals=2), lang) == value


@given(st.integers(-(10**12), 10**12), st.sampled_from(LANGS))
def test_money_is_read_back(cents: int, lang: str) -> None:
    assert parse_cents(money(cents, lang), lang) == cents


def test_no_third_of_a_cent() -> None:
    with pytest.raises(Invalid):
        parse_cents("12,345", "fr", "amount")
    assert parse_cents("12,30 EUR", "nl") == 1230


def test_catalogues_are_read_once() -> None:
    assert catalogues._translations("fr") is catalogues._translations("fr")


@given(st.decimals(-(10**13), 10**13, places=3), st.integers(0, 2), st.sampled_from(LANGS))
def test_figures_are_written_as_babel_writes_them(value: Decimal, decimals: int, lang: str) -> None:
    """Our own way is for speed alone: a report writes thousands of them."""
    locale = {"fr": "fr_BE", "nl": "nl_BE", "de": "de_BE", "en": "en_IE"}[lang]
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    assert number(value, lang, decimals) == numbers.format_decimal(value, format=pattern, locale=locale)
    assert number(int(value), lang) == numbers.format_decimal(int(value), locale=locale)
    cents = int(value * 1000)
    assert money(cents, lang) == numbers.format_currency(Decimal(cents) / 100, "EUR", locale=locale)

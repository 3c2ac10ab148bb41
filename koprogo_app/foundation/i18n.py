"""Four languages from one set of gettext catalogues, and numbers, money and dates as each language writes them.

A message's id is its English text, with a context where one English word stands for several (`P_`) and a plural where
it counts (`N_`, `P_`). Translations live in `locales/<lang>/LC_MESSAGES/<area>.po`; all areas of a language form one
catalogue. A message without a translation is shown in English.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import dates, numbers

from koprogo_app.foundation import catalogues
from koprogo_app.law.values import Cents

LANGS: Final = ("fr", "nl", "de", "en")
DEFAULT_LANG: Final = "fr"
BRUSSELS: Final = ZoneInfo("Europe/Brussels")

# How each language is written in Belgium. English follows Ireland: the euro, with an English reader's separators.
_BABEL: Final = {"fr": "fr_BE", "nl": "nl_BE", "de": "de_BE", "en": "en_IE"}
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_PERCENT_DECIMALS: Final = 4
_SIMPLE: Final = 1_000
"""The greatest denominator of a share that a person takes in."""


def N_(msgid: str, many: str = "") -> str:
    """Mark a message that is translated elsewhere, such as a label held in a table; with `many`, its plural.

    What it returns is the message's key, which `tr`, `t`, errors, notices and mails take. A message with a plural is
    filled with `count`, an int: `tr(lang, N_("{count} document", "{count} documents"), count=3)`.
    """
    return catalogues.key(msgid, many)


def P_(context: str, msgid: str, many: str = "") -> str:
    """As `N_`, for a message that other languages say differently by what it is about: `P_("call", "paid")`."""
    return catalogues.key(msgid, many, context)


def tr(lang: str, msgid: str, **params: object) -> str:
    """The message in that language (unknown: French), its `{name}` placeholders filled by values as `written`.

    `count` chooses the form of a message with a plural, and is written as the language writes numbers.
    """
    lang = lang if lang in LANGS else DEFAULT_LANG
    shown = {name: written(value, lang) for name, value in params.items()}
    if not has_plural(msgid):
        return fill(catalogues.text(lang, msgid), shown)
    count = shown.get("count")
    if not isinstance(count, int):
        raise TypeError(f"count of {msgid!r} is {count!r}: it takes a number to choose a plural")
    return fill(catalogues.text(lang, msgid, count), {**shown, "count": number(count, lang)})


def catalogue(msgid: str, **params: object) -> dict[str, str]:
    """The message in every language, `{"fr": …, "nl": …, "de": …, "en": …}`."""
    return {lang: tr(lang, msgid, **params) for lang in LANGS}


def plural_forms(msgid: str) -> dict[str, list[str]]:
    """A message with a plural in every language, all its forms, not filled: for a page that chooses by itself."""
    return {lang: catalogues.forms(lang, msgid) for lang in LANGS}


def has_plural(msgid: str) -> bool:
    """Whether `count` chooses between forms of this message."""
    return catalogues.FORMS in msgid


def fill(text: str, params: Mapping[str, object]) -> str:
    """Put the values in place of their `{name}`; braces without a value stay as they are."""
    return _PLACEHOLDER.sub(lambda m: str(params.get(m[1], m[0])), text) if params else text


def written(value: object, lang: str) -> object:
    """A value inside a sentence: cents, a day, a share or an article as the language writes it; any other as it is."""
    match value:
        case Cents():
            return money(value, lang)
        case Fraction():
            return share_text(value, lang)
        case date() if not isinstance(value, datetime):
            return day(value, lang, "short")
    return value.text(lang) if hasattr(value, "text") else value


def placeholders(text: str) -> frozenset[str]:
    """The names of a message's placeholders."""
    return frozenset(_PLACEHOLDER.findall(text))


def best_lang(accept_language: str) -> str:
    """The first of our languages in an `Accept-Language` header, by its weights; French when there is none."""
    wanted = []
    for part in accept_language.lower().split(","):
        tag, _, weight = part.partition(";q=")
        lang = tag.strip().partition("-")[0]
        if lang in LANGS:
            wanted.append((-_weight(weight), lang))
    # sorted() is stable: of equal weights the first named wins.
    return sorted(wanted, key=lambda pair: pair[0])[0][1] if wanted else DEFAULT_LANG


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def money(cents: int, lang: str) -> str:
    """Euro cents as money: `412,36 €`, `€ 412,36`, `€412.36`."""
    before, after = _around_money(_locale(lang), cents < 0)
    return f"{before}{_fixed(Decimal(abs(cents)).scaleb(-2), _locale(lang), 2)}{after}"


@cache
def _around_money(locale: str, negative: bool) -> tuple[str, str]:
    """What stands before and after the figures of an amount."""
    before, _, after = numbers.format_currency(-1 if negative else 1, "EUR", locale=locale).partition(
        _fixed(Decimal(1), locale, 2)
    )
    return before, after


def share_text(value: Fraction, lang: str) -> str:
    """A share: as a percentage when it takes at most four decimals ("50 %", "33,3333 %"), else as "1/3"."""
    percent = value * 100
    digits = percent * 10**_PERCENT_DECIMALS
    if digits.denominator == 1:
        return _percent(int(digits), lang)
    if value.denominator <= _SIMPLE:
        return f"{value.numerator}/{value.denominator}"
    return f"≈ {_percent(round(digits), lang)}"


def _percent(digits: int, lang: str) -> str:
    """Ten thousandths of a per cent, without zeros at their end."""
    text = format(Decimal(digits).scaleb(-_PERCENT_DECIMALS).normalize(), "f")
    return f"{text}%" if lang == "en" else f"{text.replace('.', ',')}\u00a0%"


def number(value: int | Decimal, lang: str, decimals: int | None = None) -> str:
    """A number with the language's separators; `decimals` fixes how many digits follow the separator."""
    if decimals is None and not isinstance(value, int):
        return numbers.format_decimal(value, locale=_locale(lang))
    return _fixed(Decimal(value), _locale(lang), decimals or 0)


@cache
def _signs(locale: str) -> dict[int, str]:
    """What Python's group sign, decimal sign and minus are in a language."""
    return str.maketrans(
        {
            ",": numbers.get_group_symbol(locale),
            ".": numbers.get_decimal_symbol(locale),
            "-": numbers.get_minus_sign_symbol(locale),
        }
    )


def _fixed(value: Decimal, locale: str, decimals: int) -> str:
    """As Babel writes it, without reading the pattern again for each of a table's thousand amounts."""
    return f"{value:,.{decimals}f}".translate(_signs(locale))


def day(value: date, lang: str, form: str = "long") -> str:
    """A date: `long` 22 novembre 2026, `medium` 22 nov. 2026, `short` 22/11/2026."""
    if form == "short":
        sign = "." if lang == "de" else "/"
        return f"{value.day:02}{sign}{value.month:02}{sign}{value.year:04}"
    return dates.format_date(value, form, locale=_locale(lang))


def moment(value: datetime, lang: str) -> str:
    """A date and time of the clock in Brussels: 22/11/2026 19:12. `value` must know its time zone."""
    if value.tzinfo is None:
        raise ValueError("moment() needs a datetime with a time zone")
    local = value.astimezone(BRUSSELS)
    return f"{day(local.date(), lang, 'short')} {local:%H:%M}"


def in_all_languages(value: datetime) -> dict[str, str]:
    """A moment as each language writes it."""
    return {lang: moment(value, lang) for lang in LANGS}


def _locale(lang: str) -> str:
    return _BABEL.get(lang, _BABEL[DEFAULT_LANG])

"""Reading single values as people type them or programs send them; each raises Invalid on its field."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import LANGS, N_
from koprogo_app.foundation.numbers import parse_number, read_day, read_enterprise_number, read_iban

Read = Callable[[Any, str, str], Any]
"""(value, field, language of the person) → the clean value."""

_EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]{2,}")
_PHONE: Final = re.compile(r"\+?[\d\s()./-]{6,30}")
_BIGGEST: Final = 10**12


def read(changes: Mapping[str, Any], allowed: Mapping[str, Read], lang: str) -> dict[str, Any]:
    """The clean values of `changes`. A field that is not in `allowed` cannot be changed: Invalid."""
    for field in changes:
        if field not in allowed:
            raise Invalid(field, N_("This field cannot be changed."))
    return {field: allowed[field](value, field, lang) for field, value in changes.items()}


def text(*, required: bool = False, longest: int = 200) -> Read:
    """A line of text without surrounding or doubled spaces."""

    def clean(value: Any, field: str, lang: str) -> str:
        plain = "" if value is None else " ".join(_readable(value, field).split())
        if required and not plain:
            raise Invalid(field, N_("Fill this in."))
        if len(plain) > longest:
            raise Invalid(field, N_("At most {max} characters."), max=longest)
        return plain

    return clean


def one_of(names: tuple[str, ...]) -> Read:
    """One name of a list."""

    def clean(value: Any, field: str, lang: str) -> str:
        plain = str(value or "").strip()
        if plain not in names:
            raise Invalid(field, N_("Choose one of: {names}."), names=", ".join(names))
        return plain

    return clean


def whole(*, least: int = 0, most: int = _BIGGEST, optional: bool = False) -> Read:
    """A whole number between two bounds, typed as the person's language writes it."""

    def clean(value: Any, field: str, lang: str) -> int | None:
        if optional and (value is None or str(value).strip() == ""):
            return None
        number = _number(value, field, lang)
        if number != number.to_integral_value():
            raise Invalid(field, N_("Type a whole number."))
        if not least <= number <= most:
            raise Invalid(field, N_("Type a number from {least} to {most}."), least=least, most=most)
        return int(number)

    return clean


def area(value: Any, field: str, lang: str) -> Decimal | None:
    """A floor area in m², more than 0, at most two decimals; empty: unknown."""
    if value is None or str(value).strip() == "":
        return None
    plain = re.sub(r"m²|m2", "", value, flags=re.IGNORECASE) if isinstance(value, str) else value
    number = _number(plain, field, lang)
    if not 0 < number < 10**7:
        raise Invalid(field, N_("Type an area in m², more than 0."))
    if number != round(number, 2):
        raise Invalid(field, N_("At most two decimals."))
    return number


def email(value: Any, field: str, lang: str) -> str:
    """An e-mail address; empty: none."""
    plain = _readable(value or "", field).strip()
    if plain and (len(plain) > 254 or not _EMAIL.fullmatch(plain)):
        raise Invalid(field, N_("This is not an e-mail address."))
    return plain


def phone(value: Any, field: str, lang: str) -> str:
    """A telephone number as people write it; empty: none."""
    plain = " ".join(str(value or "").split())
    if plain and not _PHONE.fullmatch(plain):
        raise Invalid(field, N_("This is not a telephone number."))
    return plain


def country(value: Any, field: str, lang: str) -> str:
    """A country by its two letters; empty: Belgium."""
    plain = str(value or "BE").strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", plain):
        raise Invalid(field, N_("Type the two letters of the country, such as BE."))
    return plain


def enterprise_number(value: Any, field: str, lang: str) -> str | None:
    """A Belgian enterprise number, ten digits with the right check digits; empty: none."""
    plain = str(value or "").strip()
    if not plain:
        return None
    return read_enterprise_number(plain, field)


def iban(value: Any, field: str, lang: str) -> str:
    """An account number at a bank, without spaces; empty: none."""
    return read_iban(str(value), field) if str(value or "").strip() else ""


def language(value: Any, field: str, lang: str) -> str:
    """fr, nl, de or en."""
    return str(one_of(LANGS)(str(value or "").lower(), field, lang))


def languages(value: Any, field: str, lang: str) -> list[str]:
    """One or several of fr, nl, de, en, each once, in the order given; a text is read as separated by commas."""
    given = value.split(",") if isinstance(value, str) else list(value or ())
    clean = list(dict.fromkeys(language(one, field, lang) for one in given))
    if not clean:
        raise Invalid(field, N_("Choose at least one language."))
    return clean


def day(*, optional: bool = True) -> Read:
    """A date: ISO, or day first (31/12/2024, 31.12.2024, 31-12-2024)."""

    def clean(value: Any, field: str, lang: str) -> date | None:
        if optional and not isinstance(value, date) and not str(value or "").strip():
            return None
        return read_day(value, field)

    return clean


def _readable(value: Any, field: str) -> str:
    """The text, refused when it holds what no database keeps: a zero character, half a character."""
    plain = str(value)
    if "\x00" in plain or any("\ud800" <= sign <= "\udfff" for sign in plain):
        raise Invalid(field, N_("This text contains characters that cannot be kept."))
    return plain


def _number(value: Any, field: str, lang: str) -> Decimal:
    if isinstance(value, str):
        return parse_number(value, lang, field)
    try:
        number = Decimal(repr(value) if isinstance(value, float) else str(value))
    except InvalidOperation:
        raise Invalid(field, N_("“{text}” is not a number."), text=str(value)[:40]) from None
    if isinstance(value, bool) or not number.is_finite():
        raise Invalid(field, N_("“{text}” is not a number."), text=str(value)[:40])
    return number

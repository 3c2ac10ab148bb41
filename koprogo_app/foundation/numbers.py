"""Numbers as people type them: amounts, days, and Belgian numbers with check digits (enterprise numbers, bank accounts,
structured messages), whose checks are stdnum's.

Each `read_…` takes what a person types, gives the plain form that is stored, and raises `Invalid` with the reason; each
`show_…` writes the stored form as it is read in Belgium.
"""

import re
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Final

from stdnum import iban as any_iban
from stdnum.be import iban as belgian_iban
from stdnum.be import ogm_vcs, vat
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import DEFAULT_LANG, LANGS, N_

_DECIMAL: Final = {"fr": ",", "nl": ",", "de": ",", "en": "."}
_GROUP: Final = {"fr": " ", "nl": ".", "de": ".", "en": ","}
_SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2009']+")
_REASONS: Final = {
    "enterprise_number": (
        N_("An enterprise number has ten digits, such as 0403.101.217."),
        N_("An enterprise number begins with 0 or 1."),
        N_("This enterprise number contains a mistake: its check digits do not agree."),
    ),
    "iban": (
        N_("This is not an account number (IBAN), such as BE68 5390 0754 7034."),
        N_("No bank has this account number."),
        N_("This account number contains a mistake: its check digits do not agree."),
    ),
    "communication": (
        N_("A structured message has twelve digits, such as +++090/9337/55493+++."),
        N_("A structured message has twelve digits, such as +++090/9337/55493+++."),
        N_("This structured message contains a mistake: its check digits do not agree."),
    ),
}

_SHORTEST_IBAN: Final = 15
_LONGEST_IBAN: Final = 34


def read_enterprise_number(text: str, field: str = "enterprise_number") -> str:
    """The ten digits of a Belgian enterprise number ("0403.101.217", "BE 403.101.217" → "0403101217")."""
    return _checked(vat, text, field, "enterprise_number")


def show_enterprise_number(number: str) -> str:
    """Ten digits as "0403.101.217"; "" stays ""."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}" if number else ""


def read_iban(text: str, field: str = "iban") -> str:
    """An account number without spaces, in capitals; of a Belgian one the inner check digits too."""
    number = str(any_iban.compact(text))
    if not _SHORTEST_IBAN <= len(number) <= _LONGEST_IBAN:
        raise Invalid(field, _REASONS["iban"][0])
    if not number.startswith("BE"):
        return _checked(any_iban, number, field, "iban")
    try:
        return str(belgian_iban.validate(number))
    except InvalidComponent:
        return number  # a bank younger than stdnum's list; everything else agrees
    except ValidationError as error:
        raise Invalid(field, _REASONS["iban"][2 if isinstance(error, InvalidChecksum) else 0]) from error


def show_iban(number: str) -> str:
    """An account number in groups of four."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def read_communication(text: str, field: str = "communication") -> str:
    """The twelve digits of a structured message (OGM/VCS): "+++090/9337/55493+++" → "090933755493"."""
    return _checked(ogm_vcs, text.replace("*", ""), field, "communication")


def show_communication(digits: str) -> str:
    """Twelve digits as "+++090/9337/55493+++"."""
    return f"+++{ogm_vcs.format(digits)}+++"


def make_communication(base: int) -> str:
    """The twelve digits of the structured message with `base` (0 to 9,999,999,999) as its first ten."""
    if not 0 <= base <= 9_999_999_999:
        raise ValueError("the base of a structured message has ten digits at most")
    digits = f"{base:010d}"
    return digits + ogm_vcs.calc_check_digits(digits)


def _checked(kind: ModuleType, text: str, field: str, reasons: str) -> str:
    malformed, impossible, mistyped = _REASONS[reasons]
    try:
        return str(kind.validate(text))
    except InvalidChecksum as error:
        raise Invalid(field, mistyped) from error
    except InvalidComponent as error:
        raise Invalid(field, impossible) from error
    except ValidationError as error:
        raise Invalid(field, malformed) from error


def parse_number(text: str, lang: str, field: str = "") -> Decimal:
    """Read a number as a person of that language types it.

    Group separators must stand right. A lone point or comma of the other convention (`12.50` on a French keypad) is
    read as the decimal sign, unless exactly three digits follow: `1.234` could be two numbers, so it is refused where
    the language does not group that way. Raises Invalid on the field.
    """
    if not text.strip():
        raise Invalid(field, N_("Fill this in."))
    plain = _plain_number(text, lang)
    if plain is None:
        raise Invalid(field, N_("“{text}” is not a number."), text=text.strip()[:40])
    return Decimal(plain)


def parse_cents(text: str, lang: str, field: str = "") -> int:
    """Read an amount in euros, `1 234,56 €`, as cents. Raises Invalid, also for more than two decimals."""
    value = parse_number(re.sub(r"€|EUR", "", text, flags=re.IGNORECASE), lang, field) * 100
    if value != value.to_integral_value():
        raise Invalid(field, N_("An amount has at most two decimals."))
    return int(value)


def read_day(value: object, field: str) -> date:
    """A date: ISO, or day first (31/12/2024, 31.12.2024, 31-12-2024). Raises Invalid on the field, also for nothing."""
    if isinstance(value, date):
        return value
    plain = str(value or "").strip()
    parts = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", plain)
    try:
        return date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else date.fromisoformat(plain)
    except ValueError:
        raise Invalid(field, N_("This is not a date. Type it as 31/12/2026.")) from None


def _plain_number(text: str, lang: str) -> str | None:
    lang = lang if lang in LANGS else DEFAULT_LANG
    match = re.fullmatch(r"([-+\u2212]?)\s*(\S.*)", text.strip(), re.DOTALL)
    if not match:
        return None
    sign, body = "-" if match[1] in "-\u2212" and match[1] else "", _SPACES.sub(" ", match[2])
    decimal, group = re.escape(_DECIMAL[lang]), re.escape(_GROUP[lang])
    other = re.escape("." if _DECIMAL[lang] == "," else ",")
    for pattern, grouped in (
        (rf"(\d+)(?:{decimal}(\d+))?", ""),
        (rf"(\d{{1,3}}(?: \d{{3}})+)(?:{decimal}(\d+))?", " "),
        (rf"(\d{{1,3}}(?:{group}\d{{3}})+)(?:{decimal}(\d+))?", _GROUP[lang]),
        (rf"(\d+){other}(\d{{1,2}}|\d{{4,}})", ""),
    ):
        if found := re.fullmatch(pattern, body, re.ASCII):
            whole = found[1].replace(grouped, "") if grouped else found[1]
            return f"{sign}{whole}.{found[2]}" if found[2] else sign + whole
    return None

"""HTML of a letter, from the Jinja template of an area, on the common sheet `paper/base.html`.

A template stands in `<area>/letters/<name>.html`, begins with `{% extends "paper/base.html" %}`, fills the block
`body`, and says its sentences with `t("…")`, or `t(N_("…", "…"), count=…)` and `t(P_("…", "…"))`. Everything put in is
text: it is escaped. Filters: `money` (cents), `day`, `number`, `iban`, `communication`, `enterprise`, `qr` (a payment
code's payload as the address of a picture).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from koprogo_app.foundation import i18n, numbers
from koprogo_app.foundation.paper.epc import qr_image

SHEET: Final = "koprogo_app.foundation"


@dataclass(frozen=True)
class Association:
    """The head of every letter: whose it is. The enterprise number must stand on each document (art. 3.86 §1)."""

    name: str
    enterprise_number: str = ""
    """Ten digits, without dots."""
    address: tuple[str, ...] = ()
    """Street; postal code and city."""
    contact: tuple[str, ...] = ()
    """Who writes for it, such as the syndic: name, address, telephone, e-mail."""


@dataclass(frozen=True)
class Addressee:
    """Who the letter goes to, as in the envelope's window: name, then at most five lines."""

    name: str
    address: tuple[str, ...] = ()


def html(package: str, template: str, lang: str, **values: object) -> str:
    """The letter `template` (such as "notice.html") of `package` (such as "koprogo_app.calls") in a language.

    The sheet wants `association` (Association) and `title`; it may have `addressee` (Addressee), `dated` (date),
    `reference` (a list of label and text) and `landscape`. Raises jinja2.UndefinedError for a value that is missing.
    """
    lang = lang if lang in i18n.LANGS else i18n.DEFAULT_LANG

    def t(msgid: str, **params: object) -> str:
        return i18n.tr(lang, msgid, **params)

    sheet = {"addressee": None, "dated": None, "reference": (), "landscape": False, **values}
    return _letters(package).get_template(template).render(t=t, lang=lang, **sheet)


@cache
def _letters(package: str) -> Environment:
    sheet = PackageLoader(SHEET, "letters")
    own = [] if package == SHEET else [PackageLoader(package, "letters")]
    environment = Environment(
        loader=ChoiceLoader([*own, PrefixLoader({"paper": sheet})]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"N_": i18n.N_, "P_": i18n.P_}
    environment.filters |= {
        "money": _in_lang(i18n.money), "day": _in_lang(i18n.day), "number": _in_lang(i18n.number),
        "iban": numbers.show_iban, "communication": numbers.show_communication,
        "enterprise": numbers.show_enterprise_number, "qr": qr_image,
    }  # fmt: skip
    return environment


def _in_lang(write: Callable[..., str]) -> Callable[..., str]:
    """A filter in the letter's language: `{{ cents | money }}`."""

    @pass_context
    def written(context: Context, value: Any, *more: Any) -> str:
        return write(value, context["lang"], *more)

    return written

"""Texts of a page: every language travels in the page, `Locale.lang` picks one, so a switch needs no reload."""

import json
from typing import Any

import reflex as rx
from reflex.vars import VarData

from koprogo_app.foundation import catalogues
from koprogo_app.foundation.i18n import LANGS, catalogue, has_plural, placeholders, plural_forms
from koprogo_app.interface.locale import Locale

# How the browser writes a count: as `i18n.number` does.
_COUNTRIES = '({fr: "-BE", nl: "-BE", de: "-BE", en: "-IE"})'


def t(msgid: str, **values: Any) -> rx.Var[str]:
    """The message in the reader's language, as a Var for a page. Values may be Vars, texts or numbers.

    A message with a plural (`N_("{count} lot", "{count} lots")`) takes the form that the reader's language wants for
    `count`, also when that is a Var and changes. Raises ValueError when a placeholder has no value or a value no
    placeholder: found when the page is built.
    """
    if placeholders(msgid) | ({"count"} if has_plural(msgid) else set()) != values.keys():
        raise ValueError(f"placeholders and values of {msgid!r} differ: {sorted(values)}")
    text = _counted(msgid, values.pop("count")) if has_plural(msgid) else pick(catalogue(msgid))
    for name, value in values.items():
        text = text.replace("{" + name + "}", _as_text(value))
    return text


def counting(msgid: str) -> rx.Var[Any]:
    """A message with a plural as a function of JavaScript, from a number to the text in the reader's language.

    For components of our own whose number is born in the browser; its other placeholders stay as they are.
    """
    rules = ", ".join(f"{lang}: n => Number({catalogues.plural_rule(lang)})" for lang in LANGS)
    forms, lang = json.dumps(plural_forms(msgid), ensure_ascii=False), Locale.lang
    return rx.Var(
        f"(n => ({forms})[{lang!s}][({{{rules}}})[{lang!s}](n)]"
        f'.replaceAll("{{count}}", n.toLocaleString({lang!s} + {_COUNTRIES}[{lang!s}])))',
        _var_data=lang._get_all_var_data(),
    )


def _counted(msgid: str, count: Any) -> rx.Var[str]:
    """A message in the form that the reader's language takes for that number, chosen and filled in the browser."""
    number, write = rx.Var.create(count), counting(msgid)
    if number._var_type is str:
        raise ValueError(f"count of {msgid!r} is a text: it takes a number to choose a plural")
    data = VarData.merge(number._get_all_var_data(), write._get_all_var_data())
    return rx.Var(f"{write!s}(Number({number!s}))", _var_type=str, _var_data=data).to(str)


def pick(texts: rx.Var[dict[str, str]] | dict[str, str]) -> rx.Var[str]:
    """From `{"fr": …, "nl": …, "de": …, "en": …}`, such as a state may hold, the reader's language."""
    languages = texts if isinstance(texts, rx.Var) else rx.Var.create(texts)
    return languages[Locale.lang].to(str)  # type: ignore[index]


def _as_text(value: Any) -> Any:
    if not isinstance(value, rx.Var):
        return str(value)
    if value._var_type in (int, float):  # to_string() makes nothing of 0
        return rx.Var(f"String({value!s})", _var_type=str, _var_data=value._get_all_var_data()).to(str)
    return value if value._var_type is str else value.to_string(use_json=False)

"""Texts of a page: every language travels in the page, `Locale.lang` picks one, so a switch needs no reload."""

from typing import Any

import reflex as rx

from koprogo_app.foundation.i18n import catalogue, placeholders
from koprogo_app.interface.locale import Locale


def t(msgid: str, **values: Any) -> rx.Var[str]:
    """The message in the reader's language, as a Var for a page. Values may be Vars, texts or numbers.

    Raises ValueError when a placeholder has no value or a value no placeholder: found when the page is built.
    """
    if placeholders(msgid) != values.keys():
        raise ValueError(f"placeholders and values of {msgid!r} differ: {sorted(values)}")
    text = pick(catalogue(msgid))
    for name, value in values.items():
        text = text.replace("{" + name + "}", _as_text(value))
    return text


def pick(texts: rx.Var[dict[str, str]] | dict[str, str]) -> rx.Var[str]:
    """From `{"fr": …, "nl": …, "de": …, "en": …}`, such as a state may hold, the reader's language."""
    languages = texts if isinstance(texts, rx.Var) else rx.Var.create(texts)
    return languages[Locale.lang].to(str)  # type: ignore[index]


def _as_text(value: Any) -> Any:
    if isinstance(value, rx.Var):
        return value if value._var_type is str else value.to_string(use_json=False)
    return str(value)

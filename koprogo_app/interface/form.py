"""Forms: each field with its label, its hint, and its error below it.

`errors` is a state var `dict[str, Problem]`: field → the message in four languages. The key "" holds what concerns the
form as a whole (`form_error`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import catalogue
from koprogo_app.interface.once import OnceForm, acts
from koprogo_app.interface.parts import Text, article_tag, callout
from koprogo_app.interface.text import pick, t

Errors = rx.Var[Any]
Options = Sequence[tuple[str, Text]] | rx.Var[list[dict[str, str]]]


@dataclass(frozen=True)
class Problem:
    """Why something was refused, in four languages, and the article that speaks; `en` is empty when nothing was."""

    fr: str = ""
    nl: str = ""
    de: str = ""
    en: str = ""
    article: str = ""


def problem(error: KoproError) -> Problem:
    """This refusal, for a page to show."""
    return Problem(**catalogue(error.message, **error.params), article=error.article)


class NativeForm(BaseHTML):
    """A form that the browser itself sends (sign-in, sign-out), so that cookies are set and password managers help."""

    tag = "form"
    action: rx.Var[str]
    method: rx.Var[str]


def native_form(*children: Any, action: str | rx.Var[str], **props: Any) -> rx.Component:
    """A form posted to the API, which answers with a redirect."""
    return NativeForm.create(
        *children, action=action, method="post", class_name=props.pop("class_name", "grid gap-3.5"), **props
    )


def form(*children: Any, on_submit: Any, **props: Any) -> rx.Component:
    """A form sent to a handler as `{name: text}`. What was typed stays when it is refused.

    A handler that acts once gets the form's key too, and the form is busy until it has answered.
    """
    if acts(on_submit):
        return OnceForm.create(
            *children, on_submit=on_submit, class_name=props.pop("class_name", "grid gap-3.5"), **props
        )
    # noValidate: the service checks, in the reader's language, and says it under the field.
    return rx.el.form(
        *children,
        on_submit=on_submit,
        reset_on_submit=False,
        no_validate=True,
        class_name=props.pop("class_name", "grid gap-3.5"),
        **props,
    )


def form_error(errors: Errors) -> rx.Component:
    """What concerns the whole form, above its buttons."""
    return rx.cond(errors.contains(""), callout("refused", _message(errors, ""), role="alert"), rx.fragment())


def form_actions(*buttons: rx.Component) -> rx.Component:
    """The row of buttons that ends a form, the primary one first."""
    return rx.el.div(*buttons, class_name="flex flex-wrap gap-2.5 pt-1")


def text_field(
    name: str,
    label: Text,
    *,
    errors: Errors | None = None,
    hint: Text | None = None,
    id: str = "",
    required: bool = False,
    **props: Any,
) -> rx.Component:
    """A line of text. `props` go to the `<input>`: type, default_value, auto_complete, input_mode, max_length …"""
    return _field(rx.el.input, name, label, errors, hint, id, required, {"type": "text", **props})


def money_field(name: str, label: Text, **props: Any) -> rx.Component:
    """An amount in euros, typed as the reader's language writes it; read it with `parse_cents`."""
    return text_field(name, label, input_mode="decimal", auto_complete="off", class_name="kit-input text-end", **props)


def date_field(name: str, label: Text, **props: Any) -> rx.Component:
    """A date; the browser shows it in its own language and sends `YYYY-MM-DD`."""
    return text_field(name, label, type="date", **props)


def password_field(name: str, label: Text, *, new: bool = False, **props: Any) -> rx.Component:
    """A password; `new` lets a password manager propose one."""
    return text_field(
        name, label, type="password", auto_complete="new-password" if new else "current-password", **props
    )


def text_area(
    name: str,
    label: Text,
    *,
    errors: Errors | None = None,
    hint: Text | None = None,
    id: str = "",
    required: bool = False,
    rows: int = 4,
    **props: Any,
) -> rx.Component:
    """Several lines of text."""
    return _field(rx.el.textarea, name, label, errors, hint, id, required, {"rows": str(rows), **props})


def select_field(
    name: str,
    label: Text,
    options: Options,
    *,
    errors: Errors | None = None,
    hint: Text | None = None,
    id: str = "",
    required: bool = False,
    **props: Any,
) -> rx.Component:
    """One of `options`: (value, text) pairs, or a state var of `{"value": …, "label": …}`."""
    return _field(rx.el.select, name, label, errors, hint, id, required, props, _options(options))


def checkbox_field(
    name: str, label: Text, *, errors: Errors | None = None, hint: Text | None = None, id: str = "", **props: Any
) -> rx.Component:
    """A box to tick; sent as `true` (or `on` by a native form) when it is."""
    key = id or f"f-{name}"
    return rx.el.div(
        rx.el.label(
            rx.el.input(type="checkbox", name=name, id=key, **_describe(key, name, errors, hint), **props),
            rx.el.span(label),
            class_name="flex items-start gap-2.5 py-1",
            html_for=key,
        ),
        *_below(key, name, errors, hint),
    )


def hidden(name: str, value: str | rx.Var[str]) -> rx.Component:
    """A value that goes along."""
    return rx.el.input(type="hidden", name=name, value=value)


def _field(
    element: Any,
    name: str,
    label: Text,
    errors: Errors | None,
    hint: Text | None,
    key: str,
    required: bool,
    props: dict[str, Any],
    children: Sequence[Any] = (),
) -> rx.Component:
    key = key or f"f-{name}"
    # Translators: behind the label of a field
    optional = rx.fragment() if required else rx.el.span(" ", t("(optional)"), class_name="font-normal text-muted")
    look = props.pop("class_name", "kit-input")
    control = element(
        *children, name=name, id=key, required=required, class_name=look, **_describe(key, name, errors, hint), **props
    )
    caption = rx.el.label(label, optional, html_for=key, class_name="block mb-1 text-13 font-semibold")
    return rx.el.div(caption, control, *_below(key, name, errors, hint), class_name="min-w-0")


def _describe(key: str, name: str, errors: Errors | None, hint: Text | None) -> dict[str, Any]:
    hint_id = f"{key}-hint" if hint is not None else ""
    if errors is None:
        return {"aria_describedby": hint_id} if hint_id else {}
    bad = errors.contains(name)
    return {
        "aria_invalid": rx.cond(bad, "true", "false"),
        "aria_describedby": rx.cond(bad, f"{hint_id} {key}-error".strip(), hint_id),
    }


def _below(key: str, name: str, errors: Errors | None, hint: Text | None) -> list[rx.Component]:
    parts = [rx.el.p(hint, id=f"{key}-hint", class_name="mt-1 text-13 text-muted")] if hint is not None else []
    if errors is not None:
        wrong = rx.el.p(_message(errors, name), id=f"{key}-error", role="alert", class_name="mt-1 text-13 text-refused")
        parts.append(rx.cond(errors.contains(name), wrong, rx.fragment()))
    return parts


def _message(errors: Errors, name: str) -> rx.Component:
    message = errors[name].to(dict[str, str])
    article = message["article"].to(str)
    return rx.fragment(pick(message), rx.cond(article, rx.fragment(" ", article_tag(article)), rx.fragment()))


def _options(options: Options) -> list[rx.Component]:
    if isinstance(options, rx.Var):
        return [rx.foreach(options, lambda o: rx.el.option(o["label"], value=o["value"]))]
    return [rx.el.option(text, value=value) for value, text in options]

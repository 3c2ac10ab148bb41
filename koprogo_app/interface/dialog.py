"""The modal dialog: a native `<dialog>`, so the browser keeps the focus inside and gives it back; Esc closes."""

from typing import Any

import reflex as rx

from koprogo_app.interface.chrome import Modal
from koprogo_app.interface.form import Errors, form, form_actions, form_error
from koprogo_app.interface.parts import Text, button
from koprogo_app.interface.text import t


def dialog(
    title: Text, *children: Any, open: rx.Var[bool], on_close: Any, narrow: bool = False, record: rx.Var[str] | str = ""
) -> rx.Component:
    """Show its children while `open` is true. They are made anew at each opening, so a form starts from its defaults.

    `on_close` is the handler for Esc, the × and leaving the page: it sets `open` to false. What is sent from inside
    names `record`, the one it was opened on. Put `form_actions` last inside the form.
    """
    return Modal.create(
        *children, label=title, open=open, on_close=on_close, narrow=narrow, close_label=t("Close"), record=record
    )


def ask(
    title: Text,
    *fields: Any,
    act: Text,
    on_submit: Any,
    open: rx.Var[bool],
    on_close: Any,
    errors: Errors,
    kind: str = "primary",
    back: Text | None = None,
    record: rx.Var[str] | str = "",
) -> rx.Component:
    """A narrow dialog before an act: what it does and its fields, what is wrong with it, the act and the way back.

    `act` names the button that sends the fields to `on_submit`; `kind` is "danger" when it takes something away.
    """
    actions = form_actions(
        button(act, kind=kind, type="submit"), button(t("Cancel") if back is None else back, on_click=on_close)
    )
    content = form(*fields, form_error(errors), actions, on_submit=on_submit)
    return dialog(title, content, open=open, on_close=on_close, narrow=True, record=record)

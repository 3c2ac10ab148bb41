"""The modal dialog: a native `<dialog>`, so the browser keeps the focus inside and gives it back; Esc closes."""

from typing import Any

import reflex as rx

from koprogo_app.interface.chrome import Modal
from koprogo_app.interface.parts import Text
from koprogo_app.interface.text import t


def dialog(title: Text, *children: Any, open: rx.Var[bool], on_close: Any, narrow: bool = False) -> rx.Component:
    """Show its children while `open` is true. They are made anew at each opening, so a form starts from its defaults.

    `on_close` is the handler for Esc and the ×: it sets `open` to false. Put `form_actions` last inside the form.
    """
    return Modal.create(*children, label=title, open=open, on_close=on_close, narrow=narrow, close_label=t("Close"))

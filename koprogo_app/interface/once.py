"""Acts that happen once: a form or a button that acts is busy from the press to the answer, and sends a key with it.

The key belongs to the intention: a double click, a retry after silence and the same event sent again carry the same
one, and the server does it once (`foundation.once`). Which handlers act is said by who declares them (`acts`); `form`,
`button` and `grid` look, so that a page has nothing to remember. The code is `assets/kit/once.jsx`.
"""

from typing import Any

import reflex as rx
from reflex.event import EventHandler, EventSpec
from reflex_components_core.el.elements.forms import Button

_ANSWERS = 24
LIBRARY = "$/public/kit/once.jsx"


class Acts(rx.State):
    """The keys of this tab's acts that were answered, the newest last; what waits for one of them is free again."""

    answered: list[str] = []

    def _answer(self, key: str) -> None:
        self.answered = [*self.answered[1 - _ANSWERS :], key]


async def answer(state: rx.State, key: str) -> None:
    """Tells the page that the act with this key was answered, whatever came of it."""
    (await state.get_state(Acts))._answer(key)


def acts(event: Any) -> bool:
    """Whether what a page calls is a handler that acts once: it takes `key`, `page` and `record` besides its own."""
    handler = event.handler if isinstance(event, EventSpec) else event
    return isinstance(handler, EventHandler) and bool(getattr(handler.fn, "__once__", False))


class Answers(rx.Component):
    """Hands the answered keys to everything that waits; once in each frame."""

    library = LIBRARY
    tag = "Answers"
    keys: rx.Var[list[str]]


class Place(rx.Component):
    """Which page its children were filled for: what is sent from them says so."""

    library = LIBRARY
    tag = "Place"
    page: rx.Var[str]


class OnceForm(rx.Component):
    """See interface.form."""

    library = LIBRARY
    tag = "OnceForm"
    on_submit: rx.EventHandler[lambda data, key, page, record: [data, key, page, record]]


class OnceButton(Button):
    """See interface.parts.button."""

    library = LIBRARY
    tag = "OnceButton"
    on_act: rx.EventHandler[lambda key, page, record: [key, page, record]]


class SubmitButton(Button):
    """The button that sends the form around it; busy with it."""

    library = LIBRARY
    tag = "SubmitButton"

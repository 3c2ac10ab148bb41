"""The parts of a page that read its state (`identity.page_state`): the content once it is there, the dialogs it opens.

`state` is any that has `place`, `ready`, `failed`, `errors`, `dialog` and the handlers `load` and `close`.
"""

from typing import Any

import reflex as rx

from koprogo_app.interface import dialog as plain
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.once import Place
from koprogo_app.interface.parts import Text, article_tag, button_link, callout, empty_state
from koprogo_app.interface.text import pick, t


class Again(rx.Component):
    """Runs an event when the reader changes the language, so that what the server wrote is written again."""

    library = "react"
    tag = "Fragment"
    lang: rx.Var[str]
    on_change: rx.EventHandler[rx.event.no_args_event_spec]

    def add_imports(self) -> dict[str, Any]:
        """React's hooks."""
        return {"react": [rx.ImportVar("useEffect"), rx.ImportVar("useRef")]}

    def add_hooks(self) -> list[Any]:
        """Not at first: the page has just been loaded in this language."""
        change = rx.Var.create(self.event_triggers["on_change"])
        return [
            f"const spoken = useRef({self.lang!s});",
            f"useEffect(() => {{ if (spoken.current !== {self.lang!s}) {{ spoken.current = {self.lang!s}; "
            f"({change!s})(); }} }}, [{self.lang!s}]);",
        ]

    def _exclude_props(self) -> list[str]:
        return ["lang", "on_change"]


def shown(state: Any, content: rx.Component) -> rx.Component:
    """The content once `state` has loaded; before, a calm sign of waiting; instead of it, why it cannot be shown.

    What is sent from the content says which page it was filled for.
    """
    why = empty_state(t("This page cannot be shown"), _why(state), button_link(t("To the start"), "/"))
    # Translators: while the content of the page is fetched
    waiting = rx.el.p(t("Loading…"), role="status", class_name="text-muted py-10 text-center")
    # Failed before, ready now, or the reverse: what was said last counts.
    inside = rx.cond(state.failed.en != "", rx.el.div(why, role="alert"), rx.cond(state.ready, content, waiting))
    return rx.fragment(Again.create(lang=Locale.lang, on_change=state.load), Place.create(inside, page=state.place))


def beside(state: Any, content: rx.Component) -> rx.Component:
    """A part with a state of its own in a page that does not wait for it: nothing until it has loaded; or why not."""
    why = callout("refused", _why(state), role="alert")
    inside = rx.cond(state.failed.en != "", why, rx.cond(state.ready, content, rx.fragment()))
    return rx.fragment(Again.create(lang=Locale.lang, on_change=state.load), inside)


def _why(state: Any) -> rx.Component:
    """What refused to load, and the article that speaks."""
    failed = state.failed
    article = rx.cond(failed.article != "", article_tag(failed.article), rx.fragment())
    return rx.fragment(pick(failed.to(dict[str, str])), " ", article)


def dialog(state: Any, name: str, title: Text, *children: Any, narrow: bool = False) -> rx.Component:
    """The dialog `name` of the page: shown while it is the one that is open, on the record it was opened on."""
    return plain.dialog(
        title, *children, open=state.dialog.name == name, on_close=state.close, narrow=narrow,
        record=state.dialog.record,
    )  # fmt: skip


def ask(
    state: Any,
    name: str,
    title: Text,
    *fields: Any,
    act: Text,
    on_submit: Any,
    kind: str = "primary",
    back: Text | None = None,
) -> rx.Component:
    """A narrow dialog of the page before an act, as `interface.dialog.ask`."""
    return plain.ask(
        title, *fields, act=act, on_submit=on_submit, open=state.dialog.name == name, on_close=state.close,
        errors=state.errors, kind=kind, back=back, record=state.dialog.record,
    )  # fmt: skip

"""What the estate's pages are made of besides the kit."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from koprogo_app.estate.state.words import KINDS, LANGUAGES, MONTHS, RIGHTS
from koprogo_app.interface.chrome import Menu
from koprogo_app.interface.form import Errors, date_field, text_field
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.parts import Text, article_tag, button_link, empty_state
from koprogo_app.interface.text import pick, t

KIND_OPTIONS = [(kind, t(label)) for kind, label in KINDS.items()]
RIGHT_OPTIONS = [(right, t(label)) for right, label in RIGHTS.items()]
LANGUAGE_OPTIONS = [(lang, t(label)) for lang, label in LANGUAGES.items()]
MONTH_OPTIONS = [(str(i), t(label)) for i, label in enumerate(MONTHS, 1)]


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


def loaded(failed: rx.Var[dict[str, str]], ready: rx.Var[bool], reload: Any, content: rx.Component) -> rx.Component:
    """The content once it is there; before, a calm sign of waiting; instead of it, why it cannot be shown."""
    why = empty_state(
        t("This page cannot be shown"),
        rx.fragment(
            pick(failed), " ", rx.cond(failed["article"] != "", article_tag(failed["article"].to(str)), rx.fragment())
        ),
        button_link(t("To the start"), "/"),
    )
    # Translators: while the content of the page is fetched
    waiting = rx.el.p(t("Loading…"), role="status", class_name="text-muted py-10 text-center")
    # Failed before, ready now, or the reverse: what was said last counts.
    shown = rx.cond(failed.contains("en"), rx.el.div(why, role="alert"), rx.cond(ready, content, waiting))
    return rx.fragment(Again.create(lang=Locale.lang, on_change=reload), shown)


def law_tag(article: rx.Var[str]) -> rx.Component:
    """An article as the state wrote it in the reader's language, “art. 3.90” or “AR 12/07/2012”."""
    return rx.el.span(article, class_name="kit-article")


def button_menu(label: Text, *entries: rx.Component) -> rx.Component:
    """A few things to choose from behind one button."""
    look = (
        "kit-end [&>summary]:min-h-9 [&>summary]:px-3.5 [&>summary]:border [&>summary]:border-line "
        "[&>summary]:rounded-md [&>summary]:bg-surface [&>summary]:font-semibold [&>summary]:hover:border-line-field "
        "max-sm:[&>summary]:min-h-touch"
    )
    return Menu.create(*entries, label=label, summary=label, class_name=look)


def menu_download(label: Text, href: str | rx.Var[str]) -> rx.Component:
    """A file in such a menu."""
    return rx.el.a(label, href=href, download=True, reload_document=True, class_name="kit-item")


def decision_fields(errors: Errors) -> rx.Component:
    """The day and the reference of the decision that allows something."""
    return rx.el.div(
        date_field("decided_on", t("Date of the decision"), errors=errors, required=True),
        text_field(
            "reference",
            t("Reference"),
            errors=errors,
            required=True,
            auto_complete="off",
            id="f-reference",
            hint=t("For instance: assembly of 12/05/2026, item 7, or the deed and its notary"),
        ),
        class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-[11rem_minmax(0,1fr)] items-start",
    )


def row_of(*children: rx.Component) -> rx.Component:
    """Fields side by side where there is room."""
    return rx.el.div(*children, class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-2 items-start")


def trail(*parts: Any) -> rx.Component:
    """What stands above a page's name."""
    return rx.el.span(*parts, class_name="kit-thumbs flex flex-wrap items-center gap-x-2 gap-y-1")


def chosen(options: Sequence[tuple[str, Text]], everything: Text) -> list[tuple[str, Text]]:
    """The options of a filter, after the one that means all."""
    return [("", everything), *options]

"""Notices: what happened, said above the page and read out. Nothing fades before it could be read.

A notice stays until it is closed or the person moves to another page; one made just before a redirect is shown on the
page that follows.
"""

import logging
from dataclasses import dataclass, field
from uuid import uuid4

import reflex as rx
from reflex.event import EventSpec

from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, catalogue
from koprogo_app.interface.events import public
from koprogo_app.interface.parts import article_tag
from koprogo_app.interface.text import pick, t

log = logging.getLogger(__name__)
_KINDS = ("done", "attention", "refused", "information")


@dataclass(frozen=True)
class Notice:
    """One message: `kind` done, attention, refused or information; `texts` in four languages."""

    id: str
    kind: str
    texts: dict[str, str] = field(default_factory=dict)
    article: str = ""
    seen: bool = False


class Notices(rx.State):
    """The notices of this tab."""

    items: list[Notice] = []

    @public
    async def close(self, notice_id: str) -> None:
        """Put one away."""
        self.items = [n for n in self.items if n.id != notice_id]

    @public
    async def turn(self) -> None:
        """A page was opened: drop what was seen before, keep what was just made for this page."""
        if self.items:
            self.items = [Notice(n.id, n.kind, n.texts, n.article, seen=True) for n in self.items if not n.seen]

    @public
    async def show(self, kind: str, texts: dict, article: str = "") -> None:
        """Add a notice to one's own page."""
        if kind in _KINDS and all(isinstance(v, str) for v in texts.values()):
            self._add(kind, {lang: text[:2000] for lang, text in texts.items()}, article)

    def _add(self, kind: str, texts: dict[str, str], article: str = "") -> None:
        """The same said again stands once; what is done now takes the place of what was done before."""
        others = [n for n in self.items if (n.kind, n.texts) != (kind, texts) and not kind == n.kind == "done"]
        self.items = [*others[-4:], Notice(uuid4().hex, kind, texts, article)]


async def notify(state: rx.State, kind: str, msgid: str, **params: object) -> None:
    """From any handler: `await notify(self, "done", N_("The lot is saved."))`."""
    (await state.get_state(Notices))._add(kind, catalogue(msgid, **params))


async def refuse(state: rx.State, error: KoproError) -> None:
    """From any handler: say why something was refused, with its article."""
    (await state.get_state(Notices))._add("refused", catalogue(error.message, **error.params), error.article)


def on_server_error(exception: Exception) -> EventSpec:
    """What an error that no handler caught shows: its own words when it is one of ours, else a number to quote."""
    if isinstance(exception, KoproError):
        return Notices.show("refused", catalogue(exception.message, **exception.params), exception.article)
    number = uuid4().hex[:8]
    log.error("page event failed, reference %s", number, exc_info=exception)
    text = N_(
        "Something went wrong on our side and nothing was changed. Try again; if it happens again, quote {number}."
    )
    return Notices.show("refused", catalogue(text, number=number), "")


def notices() -> rx.Component:
    """The region above the page's content where notices stand."""
    return rx.el.div(rx.foreach(Notices.items, _notice), role="status", aria_live="polite", class_name="grid gap-2")


def _notice(item: rx.Var[Notice]) -> rx.Component:
    sign = rx.match(item.kind, ("done", "✓"), ("attention", "!"), ("refused", "✕"), "i")
    look = rx.match(
        item.kind,
        ("done", "bg-done-soft text-done"),
        ("attention", "bg-attention-soft text-attention"),
        ("refused", "bg-refused-soft text-refused"),
        "bg-information-soft text-information",
    )
    return rx.el.div(
        rx.el.p(
            rx.el.span(sign, aria_hidden="true", class_name="font-strong me-2"),
            pick(item.texts),
            " ",
            rx.cond(item.article, article_tag(item.article), rx.fragment()),
        ),
        rx.el.button(
            "×", type="button", aria_label=t("Close"), on_click=Notices.close(item.id), class_name="kit-close -my-1.5"
        ),
        class_name=rx.Var.create("flex items-start justify-between gap-3 rounded-lg px-3.5 py-2.5 last:mb-4 ")
        + look.to(str),
        key=item.id,
    )

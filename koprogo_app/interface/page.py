"""A page: its address, its title, what it loads, and the frame around it.

    @page("/lots", title=N_("Lots and owners"), on_load=Lots.load)
    def lots() -> rx.Component:
        return rx.fragment(page_header(t("Lots and owners")), …)

One module a page, because the browser loads code by module.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from koprogo_app.interface.notice import Notices
from koprogo_app.interface.text import t

Frame = Callable[[rx.Component], rx.Component]


@dataclass(frozen=True)
class Page:
    """What `page` made of a function; `frame` None means the shell."""

    content: Callable[[], rx.Component]
    route: str
    title: str
    on_load: tuple[Any, ...]
    frame: Frame | None


def page(
    route: str, *, title: str, on_load: Any = (), frame: Frame | None = None
) -> Callable[[Callable[[], rx.Component]], Page]:
    """Make a page of a function that returns its content. `title` is a message id; `frame` e.g. `shell.plain`."""
    events = tuple(on_load) if isinstance(on_load, list | tuple) else (on_load,)
    return lambda content: Page(content, route, title, events, frame)


def add_pages(app: rx.App, pages: Iterable[Page], *, before: Sequence[Any] = (), frame: Frame) -> None:
    """Register pages. `before` runs ahead of `on_load` on every page in the default `frame`: who is this?"""
    for one in pages:
        first = before if one.frame is None else ()
        app.add_page(
            _framed(one, one.frame or frame),
            route=one.route,
            title=t(one.title) + " · KoproGo",
            description="KoproGo",
            on_load=[Notices.turn, *first, *one.on_load],
        )


def _framed(one: Page, frame: Frame) -> Callable[[], rx.Component]:
    def framed() -> rx.Component:
        return frame(one.content())

    # Reflex names the code of a page by the module of its function.
    framed.__module__, framed.__qualname__, framed.__name__ = (
        one.content.__module__,
        one.content.__qualname__,
        one.content.__name__,
    )
    return framed

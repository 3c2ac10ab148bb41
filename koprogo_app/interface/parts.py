"""Small parts of a page: headings, cards, marks, buttons, links."""

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.chrome import Tabs
from koprogo_app.interface.once import OnceButton, SubmitButton, acts
from koprogo_app.interface.text import t

Text = str | rx.Var[Any] | rx.Component
Kind = Literal["neutral", "accent", "done", "attention", "refused", "information"]


def button(
    label: Text,
    *,
    kind: Literal["primary", "secondary", "danger", "link"] = "secondary",
    busy: rx.Var[bool] | bool = False,
    disabled: rx.Var[bool] | bool = False,
    **props: Any,
) -> rx.Component:
    """A button; `busy` turns a wheel and refuses a second press. `type="submit"` inside a form.

    Given an `on_click` that acts once, it sends its key and is busy from the press to the answer.
    """
    look = (
        "kit-link"
        if kind == "link"
        else "kit-button" + {"primary": " kit-primary", "danger": " kit-danger"}.get(kind, "")
    )
    extra = props.pop("class_name", "")
    off = rx.cond(busy, True, disabled) if isinstance(busy, rx.Var) or busy else disabled
    busy_mark = {"aria_busy": rx.cond(busy, "true", "false")} if isinstance(busy, rx.Var) else {}
    make, kind_of = rx.el.button, props.pop("type", "button")
    if kind_of == "submit":
        make = SubmitButton.create
    elif acts(props.get("on_click")):
        make, props["on_act"] = OnceButton.create, props.pop("on_click")
    return make(
        label,
        type=kind_of,
        disabled=off,
        class_name=f"{look} {extra}".strip(),
        **busy_mark,
        **props,
    )


def link(label: Text, href: str | rx.Var[str], **props: Any) -> rx.Component:
    """A link inside the program, followed without loading a new document."""
    return ReactRouterLink.create(label, to=href, class_name=props.pop("class_name", "kit-link"), **props)


def tabs(
    label: Text, base: rx.Var[str], pages: Sequence[tuple[str, Text]], here: str, query: rx.Var[str] | None = None
) -> rx.Component:
    """Pages beside each other: their paths under `base`, each with its name; `here` is the path that is shown."""
    look = "whitespace-nowrap py-2 border-b-2 min-h-9 max-sm:min-h-touch"
    other, shown = f"{look} border-transparent text-muted hover:text-text", f"{look} border-accent font-semibold"
    return Tabs.create(
        *[
            link(
                name, base + f"/{path}" + ("?" + query if query is not None else ""),
                class_name=shown if path == here else other, **({"aria_current": "page"} if path == here else {}),
            )
            for path, name in pages
        ],
        label=label,
        class_name="flex gap-x-5 overflow-x-auto mb-3.5 border-b border-line",
    )  # fmt: skip


def blocks(*children: Any) -> rx.Component:
    """Blocks below each other; one that is wider than the screen scrolls in itself."""
    return rx.el.div(*children, class_name="grid grid-cols-1 gap-3.5")


def button_link(
    label: Text, href: str | rx.Var[str], *, kind: Literal["primary", "secondary"] = "secondary"
) -> rx.Component:
    """A link that looks like a button: it goes somewhere, it does nothing."""
    return link(label, href, class_name="kit-button kit-primary" if kind == "primary" else "kit-button")


def download(label: Text, href: str | rx.Var[str]) -> rx.Component:
    """A link to a file of the API, in the shape of a button."""
    # Reflex makes every link one of the router, which would look for a page there.
    return rx.el.a(label, href=href, download=True, reload_document=True, class_name="kit-button")


def badge(text: Text, kind: Kind | rx.Var[str] = "neutral") -> rx.Component:
    """A short state in words; the colour repeats what the words say."""
    return rx.el.span(
        text, class_name=rx.Var.create("kit-badge kit-") + kind if isinstance(kind, rx.Var) else f"kit-badge kit-{kind}"
    )


def article_tag(article: str | rx.Var[str]) -> rx.Component:
    """The article of the law beside what it rules: `article_tag("3.87 §1")` reads “art. 3.87 §1”."""
    return rx.el.span(
        rx.Var.create("art. ") + article if isinstance(article, rx.Var) else f"art. {article}", class_name="kit-article"
    )


def page_header(
    title: Text, *actions: rx.Component, over: Text | None = None, under: Text | None = None
) -> rx.Component:
    """The heading of a page: what it is about in small above, its name, its actions; one primary at most."""
    return rx.el.header(
        rx.el.div(
            rx.el.p(over, class_name="text-13 text-muted") if over is not None else rx.fragment(),
            rx.el.h1(title, class_name="text-23 font-strong text-balance"),
            rx.el.p(under, class_name="mt-1 text-muted max-w-prose") if under is not None else rx.fragment(),
            class_name="min-w-0",
        ),
        rx.el.div(*actions, class_name="flex flex-wrap gap-2.5") if actions else rx.fragment(),
        class_name="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 mb-5",
    )


def card(
    *children: Any, title: Text | None = None, aside: rx.Component | None = None, class_name: str = ""
) -> rx.Component:
    """A white surface with one thin line. `aside` stands right of the title."""
    head = rx.el.div(
        rx.el.h2(title, class_name="text-15 font-strong"),
        aside or rx.fragment(),
        class_name="flex flex-wrap items-start justify-between gap-2 mb-2",
    )
    return rx.el.section(
        head if title is not None else rx.fragment(),
        *children,
        class_name=f"kit-card p-4 sm:px-[18px] min-w-0 {class_name}".strip(),
    )


def cards(*children: rx.Component, columns: int = 2) -> rx.Component:
    """Cards side by side where there is room: 2, 3 or 4 columns."""
    look = {2: "lg:grid-cols-2", 3: "md:grid-cols-2 xl:grid-cols-3", 4: "sm:grid-cols-2 xl:grid-cols-4"}[columns]
    return rx.el.div(*children, class_name=f"grid grid-cols-1 gap-3.5 {look}")


def figure(
    label: Text, value: Text, note: Text | None = None, *, article: str = "", mark: rx.Component | None = None
) -> rx.Component:
    """The answer first, big; what it means above, its parts below."""
    return rx.el.div(
        rx.el.p(label, " ", article_tag(article) if article else rx.fragment(), class_name="text-13 text-muted"),
        rx.el.p(value, class_name="text-23 font-strong"),
        rx.el.p(note, class_name="text-13 text-muted") if note is not None else rx.fragment(),
        rx.el.p(mark, class_name="mt-1") if mark is not None else rx.fragment(),
    )


def facts(*pairs: tuple[Text, Text]) -> rx.Component:
    """Names and values below each other, a thin line between."""
    return rx.el.dl(
        *[
            rx.el.div(
                rx.el.dt(name, class_name="text-muted"),
                rx.el.dd(value, class_name="ms-auto text-end min-w-0"),
                class_name="flex flex-wrap justify-between gap-x-4 py-2 border-b border-line-soft last:border-0",
            )
            for name, value in pairs
        ]
    )


def empty_state(title: Text, hint: Text, *actions: rx.Component) -> rx.Component:
    """Where nothing is yet: what it will show, and what to do next."""
    return rx.el.div(
        rx.el.h2(title, class_name="text-15 font-strong"),
        rx.el.p(hint, class_name="text-muted mt-1 max-w-prose mx-auto"),
        rx.el.div(*actions, class_name="mt-4 flex flex-wrap justify-center gap-2.5") if actions else rx.fragment(),
        class_name="kit-card px-4 py-10 text-center",
    )


def legal_clock(label: Text, due: Text, days_left: rx.Var[int], article: str | rx.Var[str]) -> rx.Component:
    """A term of the law: what must be done, until when, the days left, the article."""
    left = t(N_("{count} day left", "{count} days left"), count=days_left)
    mark = rx.cond(
        days_left < 0,
        badge(t(N_("{count} day late", "{count} days late"), count=-days_left), "refused"),
        rx.match(
            days_left,
            (0, badge(t("today"), "attention")),
            rx.cond(days_left <= 7, badge(left, "attention"), badge(left, "information")),
        ),
    )
    return rx.el.div(
        rx.el.span(label, " ", article_tag(article)),
        rx.el.span(rx.el.span(due, class_name="text-muted me-2"), mark),
        class_name="flex flex-wrap justify-between gap-x-4 gap-y-1 py-1.5",
    )


def callout(
    kind: Kind, *children: Any, title: Text | None = None, actions: Sequence[rx.Component] = (), **props: Any
) -> rx.Component:
    """A message that stands in the page until its cause is gone."""
    looks = {
        "done": "bg-done-soft text-done",
        "attention": "bg-attention-soft text-attention",
        "refused": "bg-refused-soft text-refused",
        "information": "bg-information-soft text-information",
    }
    return rx.el.div(
        rx.el.p(title, class_name="font-semibold") if title is not None else rx.fragment(),
        *children,
        rx.el.div(*actions, class_name="kit-thumbs mt-2 flex flex-wrap gap-2.5") if actions else rx.fragment(),
        class_name=f"rounded-lg px-3.5 py-2.5 {looks.get(kind, 'bg-line-soft')}",
        **props,
    )


def qr_code(data_uri: str | rx.Var[str], label: Text) -> rx.Component:
    """A QR code given as a data URI (SVG or PNG); on white in both themes, or cameras fail."""
    return rx.el.img(src=data_uri, alt=label, width="176", height="176", class_name="size-44 bg-[white] p-2 rounded-md")

"""The frame around the pages: navigation by role, the building and the role one works in, language, light and dark.

What it shows is given by `Shell`, which an area that knows people fills: `(await self.get_state(Shell))._show(view)`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import reflex as rx
from reflex.style import resolved_color_mode
from reflex_components_core.core.banner import has_connection_errors

from koprogo_app.foundation.i18n import P_, catalogue
from koprogo_app.interface.chrome import Arrival, Drawer, Menu, NavLink, SkipLink
from koprogo_app.interface.form import native_form
from koprogo_app.interface.locale import NAMES, Locale
from koprogo_app.interface.notice import notices
from koprogo_app.interface.once import Acts, Answers
from koprogo_app.interface.parts import link
from koprogo_app.interface.text import pick, t


@dataclass(frozen=True)
class NavItem:
    """A place in the navigation. `label` and `heading` (of the group that starts here) are message ids."""

    label: str
    href: str
    badge: int = 0
    heading: str = ""
    exact: bool = False


@dataclass(frozen=True)
class Choice:
    """A building (`label` its name, `href` its workspace) or a role (`label` a message id)."""

    id: str
    label: str
    href: str = ""


@dataclass(frozen=True)
class ShellView:
    """All that the shell shows of one person at one place."""

    person: str = ""
    nav: Sequence[NavItem] = ()
    buildings: Sequence[Choice] = ()
    building: str = ""
    roles: Sequence[Choice] = ()
    role: str = ""
    demo: bool = False


@dataclass(frozen=True)
class _Nav:
    label: dict[str, str] = field(default_factory=dict)
    href: str = ""
    badge: int = 0
    heading: dict[str, str] = field(default_factory=dict)
    headed: bool = False
    exact: bool = False


@dataclass(frozen=True)
class _Role:
    id: str = ""
    label: dict[str, str] = field(default_factory=dict)


class Shell(rx.State):
    """What the frame shows; empty until an area fills it."""

    person: str = ""
    nav: list[_Nav] = []
    buildings: list[Choice] = []
    building: str = ""
    building_name: str = ""
    roles: list[_Role] = []
    role: str = ""
    role_name: dict[str, str] = {}
    demo: bool = False

    def _show(self, view: ShellView) -> None:
        """Show this; what stayed the same is not sent again."""
        roles = [_Role(r.id, catalogue(r.label)) for r in view.roles]
        shown = {
            "person": view.person,
            "nav": [_nav(item) for item in view.nav],
            "buildings": list(view.buildings),
            "building": view.building,
            "roles": roles,
            "role": view.role,
            "demo": view.demo,
            "building_name": next((b.label for b in view.buildings if b.id == view.building), ""),
            "role_name": next((r.label for r in roles if r.id == view.role), {}),
        }
        for name, value in shown.items():
            if getattr(self, name) != value:
                setattr(self, name, value)


def _nav(item: NavItem) -> _Nav:
    heading = catalogue(item.heading) if item.heading else {}
    return _Nav(catalogue(item.label), item.href, item.badge, heading, bool(item.heading), item.exact)


@dataclass
class Actions:
    """What the frame's buttons do; set by the front door before the pages are made."""

    choose_role: Any = None
    """Handler that takes the id of a role."""
    sign_out: str = "/api/v1/auth/logout"
    """Address that a form is posted to."""
    profile: str = "/profile"


ACTIONS = Actions()


def shell(content: rx.Component) -> rx.Component:
    """The frame of a person who is signed in."""
    return rx.fragment(
        _skip_link(),
        Arrival.create(lang=Locale.lang),
        Answers.create(keys=Acts.answered),
        rx.el.div(
            rx.el.header(
                _rail("side"),
                class_name="hidden lg:block bg-rail border-e border-line sticky top-0 h-dvh overflow-y-auto",
            ),
            rx.el.div(
                _phone_bar(),
                _demo_banner(),
                rx.el.main(
                    notices(),
                    content,
                    id="main",
                    tab_index=-1,
                    class_name="grow outline-none px-4 sm:px-7.5 py-5 min-w-0",
                ),
                _footer(),
                class_name="flex flex-col min-h-dvh min-w-0",
            ),
            class_name="lg:grid lg:grid-cols-[var(--spacing-rail)_minmax(0,1fr)]",
        ),
    )


def plain(content: rx.Component) -> rx.Component:
    """The frame of pages without navigation: sign-in, reset, invitation. The content is a narrow column."""
    return rx.fragment(
        _skip_link(),
        Arrival.create(lang=Locale.lang),
        Answers.create(keys=Acts.answered),
        rx.el.div(
            rx.el.header(wordmark(), class_name="px-4 sm:px-7.5 pt-5"),
            rx.el.main(
                rx.el.div(notices(), content, class_name="w-full max-w-md"),
                id="main",
                tab_index=-1,
                class_name="grow outline-none grid justify-items-center content-start px-4 py-8 sm:pt-16",
            ),
            _footer(),
            class_name="flex flex-col min-h-dvh",
        ),
    )


def wordmark() -> rx.Component:
    """The name of the program, leading home."""
    return link("KoproGo", "/", class_name="kit-touch text-18 font-strong text-accent tracking-tight")


def _skip_link() -> rx.Component:
    return SkipLink.create(t("Skip to the content"), class_name="kit-skip")


def _rail(place: str) -> rx.Component:
    return rx.el.div(
        rx.el.div(wordmark(), _buildings(), class_name="px-2.5"),
        rx.el.nav(
            rx.foreach(Shell.nav, _nav_entry), aria_label=t("Main navigation"), class_name="grid gap-px content-start"
        ),
        rx.el.div(_person(), class_name="mt-auto px-2.5 pt-4"),
        class_name="flex flex-col gap-4 min-h-full px-3 py-5",
        key=place,
    )


def _nav_entry(item: rx.Var[_Nav]) -> rx.Component:
    heading = rx.el.p(
        pick(item.heading), class_name="px-2.5 pt-4 pb-1 text-12 font-semibold uppercase tracking-wider text-muted"
    )
    return rx.fragment(
        rx.cond(item.headed, heading, rx.fragment()),
        NavLink.create(
            pick(item.label),
            to=item.href,
            exact=item.exact,
            badge=item.badge,
            badge_label=t("{count} to look at", count=item.badge),
        ),
    )


def _buildings() -> rx.Component:
    choices = rx.foreach(
        Shell.buildings,
        lambda b: link(
            b.label, b.href, class_name="kit-item", aria_current=rx.cond(b.id == Shell.building, "true", "false")
        ),
    )
    name = rx.el.p(Shell.building_name, class_name="text-13 text-muted")
    menu = Menu.create(
        choices,
        label=t("Building: {name}", name=Shell.building_name),
        class_name="text-13 text-muted",
        summary=rx.cond(Shell.building_name, Shell.building_name, t(P_("menu", "Choose a building"))),
    )
    return rx.match(Shell.buildings.length(), (0, rx.fragment()), (1, name), menu)


def _person() -> rx.Component:
    entries = [link(t("My profile"), ACTIONS.profile, class_name="kit-item")]
    if ACTIONS.choose_role is not None:
        entries.append(rx.cond(Shell.roles.length() > 1, _roles(), rx.fragment()))
    sign_out = native_form(
        rx.el.button(t("Sign out"), type="submit", class_name="kit-item"), action=ACTIONS.sign_out, class_name=""
    )
    role = rx.cond(Shell.role != "", rx.el.p(pick(Shell.role_name), class_name="text-12 text-muted"), rx.fragment())
    return rx.cond(
        Shell.person != "",
        rx.el.div(
            Menu.create(
                *entries,
                sign_out,
                label=t("Account: {name}", name=Shell.person),
                summary=Shell.person,
                class_name="kit-up font-semibold",
            ),
            role,
        ),
        rx.fragment(),
    )


def _roles() -> rx.Component:
    def choice(role: rx.Var[_Role]) -> rx.Component:
        return rx.el.button(
            pick(role.label),
            type="button",
            class_name="kit-item",
            on_click=ACTIONS.choose_role(role.id),
            aria_pressed=rx.cond(role.id == Shell.role, "true", "false"),
        )

    title = rx.el.p(t("Work as"), class_name="px-2.5 pt-2 text-12 font-normal text-muted")
    return rx.el.div(
        title, rx.foreach(Shell.roles, choice), class_name="border-y border-line-soft py-1 my-1 font-normal"
    )


def _phone_bar() -> rx.Component:
    drawer = Drawer.create(
        _rail("drawer"), open_label=t("Open the menu"), close_label=t("Close the menu"), label=t("Menu")
    )
    return rx.el.header(
        wordmark(),
        drawer,
        class_name="lg:hidden flex items-center justify-between ps-4 pe-2 h-14 bg-rail border-b border-line",
    )


def _demo_banner() -> rx.Component:
    text = t("This is a demonstration: invented people and sums, passwords everybody knows. Do not enter real data.")
    return rx.cond(
        Shell.demo,
        rx.el.aside(
            text,
            aria_label=t("Demonstration"),
            class_name="bg-attention-soft text-attention text-13 px-4 sm:px-7.5 py-1.5",
        ),
        rx.fragment(),
    )


def _footer() -> rx.Component:
    dark = resolved_color_mode == "dark"
    theme = rx.el.button(
        rx.cond(dark, t("Light colours"), t("Dark colours")),
        type="button",
        on_click=rx.toggle_color_mode,
        class_name="hover:text-text min-h-7 max-sm:min-h-touch",
    )
    return rx.el.footer(
        _languages(), theme, class_name="flex items-center gap-5 px-4 sm:px-7.5 py-3 text-13 text-muted"
    )


def _languages() -> rx.Component:
    choices = [
        rx.el.button(
            name,
            type="button",
            lang=code,
            class_name="kit-item",
            on_click=Locale.choose(code),
            aria_pressed=rx.cond(Locale.lang == code, "true", "false"),
        )
        for code, name in NAMES.items()
    ]
    here = rx.Var.create(NAMES)[Locale.lang].to(str)
    return Menu.create(*choices, label=t("Language: {name}", name=here), summary=here, class_name="kit-up")


def connection_banner() -> rx.Component:
    """Says that the server cannot be reached; goes by itself when it can. Replaces Reflex's own."""
    text = t("No connection. What you do now is sent as soon as it is back.")
    return rx.cond(
        has_connection_errors,
        rx.el.div(
            text,
            role="alert",
            class_name="kit-connection",
        ),
        rx.fragment(),
    )

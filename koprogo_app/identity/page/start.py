"""The address without a path: leads on to the person's own first page."""

from typing import Any

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.state.account import Account
from koprogo_app.interface.page import page
from koprogo_app.interface.shell import plain
from koprogo_app.interface.text import t


class Theme(rx.Component):
    """Takes over the light or dark of a profile; '' changes nothing."""

    library = "react"
    tag = "Fragment"
    theme: rx.Var[str]

    def add_imports(self) -> dict[str, Any]:
        """React's hooks and Reflex's colour mode."""
        return {
            "react": [rx.ImportVar("useEffect"), rx.ImportVar("useContext")],
            "$/utils/context": [rx.ImportVar("ColorModeContext")],
        }

    def add_hooks(self) -> list[str]:
        """Once the profile is known."""
        return [
            "const { setColorMode } = useContext(ColorModeContext);",
            f"useEffect(() => {{ if ({self.theme!s}) setColorMode({self.theme!s}); }}, [{self.theme!s}]);",
        ]

    def _exclude_props(self) -> list[str]:
        return ["theme"]


@page("/", title=N_("Welcome"), on_load=Account.start, frame=plain)
def start() -> rx.Component:
    """A moment of waiting."""
    return rx.fragment(
        Theme.create(theme=Account.theme),
        rx.el.h1("KoproGo", class_name="text-23 font-strong"),
        rx.el.p(t("One moment…"), role="status", class_name="text-muted"),
    )

"""A part of a page that loads itself: it sits in another area's page, whose own loading knows nothing of it."""

from typing import Any

import reflex as rx

from koprogo_app.interface.locale import Locale


class OnPath(rx.Component):
    """Runs an event when the page opens, and again when its address or the reader's language becomes another."""

    library = "react"
    tag = "Fragment"
    lang: rx.Var[str]
    on_path: rx.EventHandler[rx.event.no_args_event_spec]

    @classmethod
    def create(cls, *children: Any, **props: Any) -> rx.Component:
        """`on_path` is the event."""
        return super().create(*children, lang=Locale.lang, **props)

    def add_imports(self) -> dict[str, Any]:
        """React's effect and the router's address."""
        return {"react": [rx.ImportVar("useEffect")], "react-router": [rx.ImportVar("useLocation")]}

    def add_hooks(self) -> list[Any]:
        """Once a path and language: what the server wrote is written again in that language."""
        run = rx.Var.create(self.event_triggers["on_path"])
        return [
            "const { pathname } = useLocation();",
            f"useEffect(() => {{ ({run!s})(); }}, [pathname, {self.lang!s}]);",
        ]

    def _exclude_props(self) -> list[str]:
        return ["lang", "on_path"]

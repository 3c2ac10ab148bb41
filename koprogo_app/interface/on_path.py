"""A part of a page that loads itself: it sits in another area's page, whose own loading knows nothing of it."""

from typing import Any

import reflex as rx


class OnPath(rx.Component):
    """Runs an event when the page opens, and again when its address becomes another's."""

    library = "react"
    tag = "Fragment"
    on_path: rx.EventHandler[rx.event.no_args_event_spec]

    def add_imports(self) -> dict[str, Any]:
        """React's effect and the router's address."""
        return {"react": [rx.ImportVar("useEffect")], "react-router": [rx.ImportVar("useLocation")]}

    def add_hooks(self) -> list[Any]:
        """Once a path."""
        run = rx.Var.create(self.event_triggers["on_path"])
        return ["const { pathname } = useLocation();", f"useEffect(() => {{ ({run!s})(); }}, [pathname]);"]

    def _exclude_props(self) -> list[str]:
        return ["on_path"]

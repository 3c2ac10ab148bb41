"""The page events of the house, listed from the program: what is new is among them by itself."""

from typing import Any

from reflex_base.registry import RegistrationContext


def handlers() -> dict[str, Any]:
    """Full name → function of every handler of the house."""
    import koprogo_app.koprogo_app  # noqa: F401  (registers every state)

    return {
        name: registered.handler.fn
        for name, registered in RegistrationContext.get().event_handlers.items()
        if name.startswith("reflex___state____state.koprogo_app___") and not name.endswith(".setvar")
    }

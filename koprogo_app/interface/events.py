"""The kit's own event handlers: open to anyone, because they touch nothing but the look of one's own page."""

from collections.abc import Callable
from typing import Any

import reflex as rx


def public(fn: Callable[..., Any]) -> Any:
    """Make a handler that needs no permission. The guard reads `__perm__` and refuses a handler without it."""
    fn.__perm__ = "public"  # type: ignore[attr-defined]
    return rx.event(fn)

"""Places in a page that another area fills: a lot's page has a slot for its documents and knows nothing of them."""

from collections import defaultdict
from collections.abc import Callable

import reflex as rx

_FILLED: defaultdict[str, list[Callable[[], rx.Component]]] = defaultdict(list)


def fill(name: str, part: Callable[[], rx.Component]) -> None:
    """Puts a part into the slot; the area that fills it calls this when it is imported."""
    if part not in _FILLED[name]:
        _FILLED[name].append(part)


def slot(name: str) -> rx.Component:
    """What was put there, in the order it came."""
    return rx.fragment(*[part() for part in _FILLED[name]])

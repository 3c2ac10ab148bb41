"""Places in a page that another area fills: a lot's page has a slot for its documents and knows nothing of them."""

import reflex as rx

from koprogo_app.foundation.manifests import manifests


def slot(name: str) -> rx.Component:
    """What the manifests put there (`parts`), the lowest area's first."""
    return rx.fragment(*[m.load(part)() for m in manifests() for part in m.parts.get(name, ())])

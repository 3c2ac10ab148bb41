"""What the platform's pages share."""

import reflex as rx


def two(*fields: rx.Component) -> rx.Component:
    """Fields side by side where there is room."""
    return rx.el.div(*fields, class_name="grid gap-3.5 sm:grid-cols-2 items-start")

"""A bare Reflex counter: the least a click can cost."""

import reflex as rx


class Counter(rx.State):
    """One number."""

    value: int = 0

    @rx.event
    async def more(self) -> None:
        """One more."""
        self.value += 1


def index() -> rx.Component:
    """A button and the number."""
    return rx.el.main(rx.el.button("+", id="more", on_click=Counter.more), rx.el.output(Counter.value, id="value"))


app = rx.App(toaster=None)
app.add_page(index, route="/")

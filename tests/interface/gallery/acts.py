"""A page of the gallery whose form, button, grid and dialog act once."""

from typing import Any

import reflex as rx

from koprogo_app.interface.dialog import ask
from koprogo_app.interface.events import public
from koprogo_app.interface.form import form, form_actions, text_field
from koprogo_app.interface.grid import GridColumn, GridRow, grid
from koprogo_app.interface.once import Place, answer
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, link, page_header

ROW: GridRow = {
    "id": "7", "version": 1, "label": "seven", "lines": [],
    "cells": {"name": {"value": "seven", "action": {"id": "grow", "label": "Agrandir"}}},
}  # fmt: skip


def once(fn: Any) -> Any:
    """A handler that acts once, without the table that remembers its keys."""
    fn.__once__ = True
    return public(fn)


class Pressed(rx.State):
    """What arrived: handler, key, page, record and whatever else."""

    calls: list[dict[str, str]] = []
    asking: str = ""
    closed: int = 0

    async def _note(self, what: str, key: str, page: str, record: str) -> None:
        self.calls = [*self.calls, {"what": what, "key": key, "page": page, "record": record}]
        await answer(self, key)

    @once
    async def press(self, name: str, key: str, page: str, record: str) -> None:
        await self._note(f"press {name}", key, page, record)

    @once
    async def send(self, data: dict[str, Any], key: str, page: str, record: str) -> None:
        await self._note(f"send {data['word']}", key, page, record)

    @once
    async def act(self, row: str, action: str, key: str, page: str, record: str) -> None:
        await self._note(f"act {row} {action}", key, page, record)

    @once
    async def take(self, data: dict[str, Any], key: str, page: str, record: str) -> None:
        await self._note("take", key, page, record)
        self.asking = ""

    @public
    async def open(self, record: str) -> None:
        self.asking = record

    @public
    async def close(self) -> None:
        self.asking, self.closed = "", self.closed + 1


@page("/acts", title="Menu")
def acts() -> rx.Component:
    return _page("/acts/as-filled")


@page("/acts/other", title="Close")
def other() -> rx.Component:
    return rx.fragment(page_header("Ailleurs"), rx.el.p(Pressed.closed.to_string(), id="closed"))


def _page(filled: str) -> rx.Component:
    content = rx.fragment(
        page_header("Actes", button("Presser", kind="primary", on_click=Pressed.press("a"))),
        form(
            text_field("word", "Mot"), form_actions(button("Envoyer", type="submit")), on_submit=Pressed.send,
        ),
        button("Demander", on_click=Pressed.open("42")),
        link("Ailleurs", "/acts/other"),
        grid("Lignes", [GridColumn("name", "Nom", primary=True)], rows=rx.Var.create([ROW]),
             outcomes=rx.Var.create([]), on_save=Pressed.close, on_action=Pressed.act, empty="–"),
        ask("Vraiment ?", act="Prendre", on_submit=Pressed.take, open=Pressed.asking != "", on_close=Pressed.close,
            errors=rx.Var.create({}), record=Pressed.asking),
        rx.el.ol(
            rx.foreach(
                Pressed.calls,
                lambda c: rx.el.li(c["what"], data_key=c["key"], data_page=c["page"], data_record=c["record"]),
            ),
            id="calls",
        ),
    )  # fmt: skip
    return Place.create(content, page=filled)

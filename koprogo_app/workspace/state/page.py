"""The kit of a page's state (`identity.page_state`), and what a page of a building knows besides: its address.

class Invoices(PageState, rx.State):
    rows: list[InvoiceLine] = []
    load = loads("invoices.read")
    ask = opens("invoices.write", "receive")

    async def _fill(self, w: Work, lang: str) -> None:
        self.rows = …

    @submits("invoices.write", dialog="add", done=N_("Saved."))
    async def create(self, w: Work, sent: Sent) -> None:
        await service.create_invoice(w, sent.typed("number", "dated"))

    @acts("invoices.write", done=N_("Submitted for approval."))
    async def submit(self, w: Work) -> None:
        await service.submit(w, id_after(self, "invoices"))
"""

import reflex as rx

from koprogo_app.foundation.errors import NotFound
from koprogo_app.identity import page_state
from koprogo_app.identity.page_state import (
    NO_DIALOG,
    NO_PROBLEM,
    Dialog,
    Sent,
    Told,
    acts,
    chooses,
    here,
    loads,
    opening,
    opens,
    reads,
    refill,
    saves,
    submits,
)
from koprogo_app.workspace.state.common import id_after, workspace

__all__ = [
    "NO_DIALOG",
    "NO_PROBLEM",
    "Dialog",
    "PageState",
    "Sent",
    "Told",
    "acts",
    "chooses",
    "here",
    "loads",
    "opening",
    "opens",
    "reads",
    "refill",
    "saves",
    "submits",
]


class PageState(page_state.PageState, rx.State, mixin=True):
    """As there; `base` is the address of the page's building, "" on a page that is of none."""

    base: str = ""

    def _new_page(self) -> None:
        try:
            self.base = workspace(id_after(self, "buildings"))
        except NotFound:
            self.base = ""

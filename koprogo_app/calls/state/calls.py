"""The calls of a building, as a list."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.calls.queries.calls import CallRow, calls_page
from koprogo_app.calls.state.words import funds, paid_state
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import money
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import id_after, may, page_position, page_request, shown_day
from koprogo_app.workspace.state.page import PageState, loads


@dataclass(frozen=True)
class CallLineView:
    """A call in the list; `part` is the paid share in percent."""

    id: str = ""
    label: str = ""
    href: str = ""
    funds: str = ""
    due: str = ""
    amount: str = ""
    paid: str = ""
    part: str = "0"
    state: str = ""
    kind: str = ""


class Calls(PageState, rx.State):
    """A page of calls. In the address: `status`, `page`, `sort`."""

    building: str = ""
    write: bool = False
    rows: list[CallLineView] = []
    at: dict[str, int] = {}

    load = loads("calls.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, query = id_after(self, "buildings"), self.router.url.query_parameters
        book = await books.open_book(w, building_id, "calls.read")
        page = await calls_page(w, building_id, page_request(query), status=query.get("status", ""))
        self.building, self.write = book.building_name, may("calls.write", book.organization_id, building_id)
        self.rows, self.at = [_line(row, self.base, lang) for row in page.rows], page_position(page)


def _line(row: CallRow, base: str, lang: str) -> CallLineView:
    state, kind = paid_state(row.status, row.cents, row.paid_cents, row.due_cents, lang)
    due = shown_day(row.first_due, lang)
    if row.instalments > 1:
        due = f"{due} – {shown_day(row.last_due, lang)}"
    return CallLineView(
        str(row.id),
        row.label,
        f"{base}/calls/{row.id}",
        funds(row.kinds, lang),
        due,
        money(row.cents, lang),
        money(row.paid_cents, lang) if row.posted_at else "",
        str(100 * row.paid_cents // row.cents),
        state,
        kind,
    )

"""The accounts of a building's owners: what each owes, what of it is late, what he has in credit."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.calls.rules.claims import Owed
from koprogo_app.calls.service.claims import owed
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import money, tr
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import parties
from koprogo_app.workspace.state.common import id_after
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, loads


@dataclass(frozen=True)
class OwnerLine:
    """An owner's account; `state` says whether something is late."""

    id: str = ""
    name: str = ""
    href: str = ""
    balance: str = ""
    late: str = ""
    credit: str = ""
    state: str = ""
    kind: str = ""


class OwnerAccounts(PageState, rx.State):
    """Every owner of the building, past ones too while something was ever posted on them. In the address: `q`, words
    looked for in the names."""

    building: str = ""
    rows: list[OwnerLine] = []
    total: str = ""

    load = loads("calls.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, wanted = id_after(self, "buildings"), self.router.url.query_parameters.get("q", "").casefold()
        book = await books.open_book(w, building_id)
        people = [row for row in await parties(w, building_id) if row.kind == "owner"]
        every = await owed(w, building_id)
        self.building, self.rows, total = book.building_name, [], 0
        for row in people:
            if wanted in row.name.casefold():
                sums = every.get(row.id, Owed())
                total += sums.balance_cents
                state, kind = (tr(lang, "late"), "refused") if sums.late_cents else ("", "neutral")
                line = OwnerLine(
                    str(row.id), row.name, f"{self.base}/owners/{row.id}/account", amount(sums.balance_cents, lang),
                    amount(sums.late_cents, lang, blank=True), amount(sums.credit_cents, lang, blank=True), state, kind,
                )  # fmt: skip
                self.rows.append(line)
        self.total = money(total, lang)

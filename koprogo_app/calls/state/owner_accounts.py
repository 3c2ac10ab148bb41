"""The accounts of a building's owners: what each owes, what of it is late, what he has in credit."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.database import work
from koprogo_app.foundation.i18n import money, tr
from koprogo_app.identity.guard import handler
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import parties
from koprogo_app.payments.facts import OpenItem
from koprogo_app.payments.queries.open_items import open_items, standing
from koprogo_app.workspace.state.common import acting, id_after, lang_of, opening
from koprogo_app.workspace.state.figures import amount


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


class OwnerAccounts(rx.State):
    """Every owner of the building, past ones too while something was ever posted on them."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    rows: list[OwnerLine] = []
    total: str = ""

    @handler("calls.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address; `q` in it is looked for in the names."""
        async for _ in opening(self, self._fill):
            yield

    async def _fill(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        wanted = self.router.url.query_parameters.get("q", "").casefold()
        async with work(acting(lang)) as w:
            book = await books.open_book(w, building_id)
            people = [row for row in await parties(w, building_id) if row.kind == "owner"]
            items = await open_items(w, building_id, on=w.today)
            today = w.today
        mine: dict[UUID | None, list[OpenItem]] = {}
        for item in items:
            mine.setdefault(item.owner_id, []).append(item)
        self.building, self.rows, total = book.building_name, [], 0
        for row in people:
            if wanted in row.name.casefold():
                sums = standing(mine.get(row.id, []), today)
                total += sums.balance
                state, kind = (tr(lang, "late"), "refused") if sums.due_cents else ("", "neutral")
                line = OwnerLine(
                    str(row.id), row.name, f"{self.base}/owners/{row.id}/account", amount(sums.balance, lang),
                    amount(sums.due_cents, lang, blank=True), amount(sums.credit_cents, lang, blank=True), state, kind,
                )  # fmt: skip
                self.rows.append(line)
        self.total = money(total, lang)

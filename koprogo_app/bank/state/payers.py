"""What was learnt of payers: looked through, made certain, forgotten."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.bank.queries.payers import PayerRow, payer_home, payers_page
from koprogo_app.bank.service import learning
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import BRUSSELS, N_, P_, tr
from koprogo_app.foundation.numbers import show_iban
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import as_id, asked, id_after, may, place, shown_day
from koprogo_app.workspace.state.page import PageState, Told, acts, loads


@dataclass(frozen=True)
class PayerLine:
    """A payer in the list; `certain` when its account is for one only, `account` when it can be said to be."""

    id: str = ""
    payer: str = ""
    kind: str = ""
    way: str = ""
    target: str = ""
    label: str = ""
    certain: bool = False
    account: bool = False
    by: str = ""


class Payers(PageState, rx.State):
    """The payers of one building."""

    building: str = ""
    write: bool = False
    rows: list[PayerLine] = []
    at: dict[str, int] = {}

    load = loads("bank.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        book = await books.open_book(w, building_id, "bank.read")
        page = await payers_page(w, building_id, asked(self.router.url.query_parameters))
        names = {a.code: a.label(lang) for a in await books.accounts(w, building_id)}
        self.write = may("bank.write", book.organization_id, building_id)
        self.building, self.at = book.building_name, place(page)
        self.rows = [_row(row, names.get(row.account, ""), lang) for row in page.rows]

    @acts("bank.write")
    async def act(self, w: Work, row: str, action: str) -> Told | None:
        """Forgets a payer, or says whether its account is for one only."""
        payer = await self._mine(w, as_id(row))
        if action == "forget":
            await learning.forget(w, payer)
            return Told(N_("Forgotten: this payer is looked at again."))
        if action in ("sole", "open"):
            await learning.vouch(w, payer, sole=action == "sole")
        return None

    async def _mine(self, w: Work, payer_id: UUID) -> UUID:
        """A payer of this very building. Raises NotFound."""
        if (await payer_home(w, payer_id)).building_id != id_after(self, "buildings"):
            raise NotFound
        return payer_id


def _row(row: PayerRow, label: str, lang: str) -> PayerLine:
    shown = show_iban(row.shown) if row.is_account else row.shown
    kind = (
        N_("Account number")
        if row.is_account
        else N_("name")
        if row.payer.startswith("name ")
        else P_("payer", "words")
    )
    way = tr(lang, P_("money", "comes in")) if row.incoming else tr(lang, P_("money", "goes out"))
    by = " · ".join(part for part in (shown_day(row.created_at.astimezone(BRUSSELS).date(), lang), row.by) if part)
    return PayerLine(str(row.id), shown, tr(lang, kind), way, row.target, label, row.sole, row.is_account, by)

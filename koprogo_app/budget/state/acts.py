"""What is done with a budget as a whole: drafted, put to the vote, voted, sent back, put in force, closed, removed."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.budget.service import budgets as service
from koprogo_app.budget.state.budget import BudgetPage
from koprogo_app.documents.queries.library import Choice, documents_page
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import parse_number
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.law.retention import Paper
from koprogo_app.workspace.fields import whole
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import acting, as_id, failure, id_after, lang_of, required_day, ticked, typed

DONE: Final = {
    "submit": N_("The budget is put to the vote; its lines no longer change."),
    "activate": N_("The budget is in force."),
    "close": N_("The budget is closed."),
}
_MOST_PAPERS: Final = 50


class BudgetActs(rx.State):
    """The dialogs of the budget's page. `dialog`: new, extra, vote, reject, delete or empty."""

    dialog: str = ""
    errors: dict[str, dict[str, str]] = {}
    papers: list[dict[str, str]] = []
    today: str = ""

    @handler("budget.write")
    async def open(self, name: str) -> None:
        """Opens a dialog."""
        if name in ("new", "extra", "delete"):
            self.dialog, self.errors = name, {}

    @handler("budget.vote")
    async def open_vote(self, name: str) -> None:
        """Opens the dialog that records the assembly's vote, or sends the budget back."""
        if name not in ("vote", "reject"):
            return
        async with work(acting(await lang_of(self))) as w:
            page = await documents_page(
                w, Asked(per_page=_MOST_PAPERS), Choice(building_id=id_after(self, "buildings"), kind=Paper.MINUTES)
            )
            self.today = w.today.isoformat()
        self.papers = [{"value": str(one.id), "label": one.title} for one in page.rows]
        self.dialog, self.errors = name, {}

    @handler("budget.read")
    async def stop(self) -> None:
        """Closes the dialog."""
        self.dialog, self.errors = "", {}

    async def _page(self) -> BudgetPage:
        return await self.get_state(BudgetPage)

    @handler("budget.write")
    async def create(self, data: dict[str, Any]) -> Any:
        """Drafts a budget: of a year, or a supplementary one."""
        page, lang = await self._page(), await lang_of(self)
        extra = self.dialog == "extra"
        try:
            year = page.head.year if extra else int(whole()(data.get("year"), "year", lang))
            index = str(data.get("index") or "").replace("%", "").strip()
            async with work(acting(lang)) as w:
                row = await service.create(
                    w,
                    id_after(self, "buildings"),
                    year,
                    source="empty" if extra else str(data.get("source") or "empty"),
                    index=parse_number(index or "0", lang, "index"),
                    supplementary=extra,
                    label=str(data.get("label") or ""),
                )
        except KoproError as error:
            self.errors = problems(error)
            return None
        self.dialog, self.errors = "", {}
        await notify(self, "done", N_("The draft is made. Type its amounts."))
        return rx.redirect(f"{page.base}/budget?year={row.year}&n={row.number}")

    @handler("budget.write")
    async def move(self, name: str) -> None:
        """Puts the budget to the vote, in force, or closes it."""
        acts = {"submit": service.submit, "activate": service.activate, "close": service.close}
        if name in acts:
            await self._done(acts[name], DONE[name])

    async def _done(self, act: Callable[[Work, UUID], Awaitable[Any]], message: str) -> None:
        page = await self._page()
        try:
            async with work(acting(await lang_of(self))) as w:
                await act(w, as_id(page.head.id))
        except KoproError as error:
            await refuse(self, error)
            return
        await self._shown(page, message)

    async def _shown(self, page: BudgetPage, message: str) -> None:
        self.dialog, self.errors, page.outcomes = "", {}, []
        await page._fill()
        await notify(self, "done", message)

    @handler("budget.vote")
    async def record(self, data: dict[str, Any]) -> None:
        """Records the vote of the assembly."""
        page, lang = await self._page(), await lang_of(self)
        given = typed(data, "decision", "document_id", "waiver")
        try:
            decided = service.Vote(
                required_day(data, "voted_on", lang),
                given.get("decision", ""),
                as_id(given["document_id"], "document_id") if given.get("document_id") else None,
                given.get("waiver", "") if ticked(data, "waived") or given.get("waiver") else "",
            )
            async with work(acting(lang)) as w:
                await service.vote(w, as_id(page.head.id), decided)
        except KoproError as error:
            self.errors = problems(error)
            return
        await self._shown(page, N_("The vote is recorded. The budget no longer changes."))

    @handler("budget.vote")
    async def reject(self, data: dict[str, Any]) -> None:
        """Sends the budget back to draft with the reason."""
        page = await self._page()
        try:
            async with work(acting(await lang_of(self))) as w:
                await service.reject(w, as_id(page.head.id), str(data.get("reason") or ""))
        except KoproError as error:
            self.errors = problems(error)
            return
        await self._shown(page, N_("The budget is a draft again."))

    @handler("budget.write")
    async def delete(self) -> Any:
        """Removes the draft."""
        page = await self._page()
        try:
            async with work(acting(await lang_of(self))) as w:
                await service.delete(w, as_id(page.head.id))
        except KoproError as error:
            self.errors = {"": failure(error)}
            return None
        self.dialog = ""
        await notify(self, "done", N_("The draft is deleted."))
        return rx.redirect(f"{page.base}/budget")

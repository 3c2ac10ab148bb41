"""What is done with a budget as a whole: drafted, put to the vote, voted, sent back, put in force, closed, removed."""

import reflex as rx

from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.service import budgets as service
from koprogo_app.budget.state.common import where
from koprogo_app.documents.queries.library import Choice, documents_page
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import parse_number
from koprogo_app.law.retention import Paper
from koprogo_app.workspace.fields import whole
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import as_id, id_after
from koprogo_app.workspace.state.page import PageState, Sent, Told, acts, opening, opens, submits

_MOST_PAPERS = 50
_DRAFTED = N_("The draft is made. Type its amounts.")


class BudgetActs(PageState, rx.State, mixin=True):
    """The acts of the budget's page. Its dialogs are opened on the budget they are about; "new" is about none."""

    papers: list[dict[str, str]] = []
    today: str = ""

    ask = opens("budget.write", "new", "extra", "delete")

    @opening("budget.vote", "vote")
    async def ask_vote(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog that records the assembly's vote, with the minutes to choose from."""
        building_id = id_after(self, "buildings")
        minutes = Choice(building_id=building_id, kind=Paper.MINUTES)
        page = await documents_page(w, Asked(per_page=_MOST_PAPERS), minutes)
        self.papers = [{"value": str(row.id), "label": row.title} for row in page.rows]
        self.today = w.today.isoformat()

    @opening("budget.vote", "reject")
    async def ask_reject(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog that sends the budget back."""
        await queries.budget_by_id(w, as_id(record), "budget.vote")

    @submits("budget.write", dialog="new")
    async def create(self, w: Work, sent: Sent) -> Told:
        """Drafts the budget of a year."""
        year = int(whole()(sent.data.get("year"), "year", sent.lang))
        index = parse_number(sent.text("index").replace("%", "").strip() or "0", sent.lang, "index")
        source = sent.text("source") or "empty"
        row = await service.create(w, id_after(self, "buildings"), year, source=source, index=index)
        return self._drafted(row)

    @submits("budget.write", dialog="extra")
    async def add_to(self, w: Work, sent: Sent) -> Told:
        """Drafts a budget that adds to the one the dialog was opened on."""
        voted = await queries.budget_by_id(w, sent.record_id)
        label = sent.text("label")
        row = await service.create(w, id_after(self, "buildings"), voted.year, supplementary=True, label=label)
        return self._drafted(row)

    def _drafted(self, row: BudgetRow) -> Told:
        return Told(_DRAFTED, go=f"{self.base}/budget?{where(row)}")

    @acts("budget.write", done=N_("The budget is put to the vote; its lines no longer change."))
    async def submit(self, w: Work, budget: str) -> None:
        """Puts the draft to the vote."""
        await service.submit(w, as_id(budget))

    @acts("budget.write", done=N_("The budget is in force."))
    async def activate(self, w: Work, budget: str) -> None:
        """Puts the voted budget in force."""
        await service.activate(w, as_id(budget))

    @acts("budget.write", done=N_("The budget is closed."))
    async def end(self, w: Work, budget: str) -> None:
        """Closes the budget of a year that is over."""
        await service.close(w, as_id(budget))

    @submits("budget.vote", dialog="vote", done=N_("The vote is recorded. The budget no longer changes."))
    async def record(self, w: Work, sent: Sent) -> None:
        """Records the vote of the assembly."""
        decided = service.Vote(
            sent.day("voted_on"), sent.text("decision"), sent.id_or_none("document_id"), sent.text("waiver"),
            sent.text("reserve_reason"),
        )  # fmt: skip
        await service.vote(w, sent.record_id, decided)

    @opening("budget.vote", "waive")
    async def ask_waive(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog that names the waiver of the reserve decided after the vote."""
        await queries.budget_by_id(w, as_id(record), "budget.vote")
        self.today = w.today.isoformat()

    @submits("budget.vote", dialog="waive", done=N_("The decision is recorded with the budget."))
    async def waive(self, w: Work, sent: Sent) -> None:
        """Records that the assembly waived the reserve after it voted the budget."""
        await service.waive(w, sent.record_id, sent.text("waiver"), sent.day("waived_on"))

    @submits("budget.vote", dialog="reject", done=N_("The budget is a draft again."))
    async def reject(self, w: Work, sent: Sent) -> None:
        """Sends the budget back to draft with the reason."""
        await service.reject(w, sent.record_id, sent.text("reason"))

    @submits("budget.write", dialog="delete")
    async def delete(self, w: Work, sent: Sent) -> Told:
        """Removes the draft."""
        await service.delete(w, sent.record_id)
        return Told(N_("The draft is deleted."), go=f"{self.base}/budget")

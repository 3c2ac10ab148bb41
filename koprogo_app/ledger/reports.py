"""The reports of the books."""

from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.paper.report import Report
from koprogo_app.ledger.service import papers
from koprogo_app.workspace.reports import Kind, Query


async def _account(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    if asked.owner_id is None:
        raise Invalid("owner_id", N_("Choose one."))
    return await papers.party_account(w, building_id, asked.owner_id, asked, lang)


REPORTS: Final = (
    Kind(
        "balance-sheet", N_("Balance sheet"), N_("What the association has and owes on a day."),
        papers.balance_sheet, ("financial/balance-sheet/{building}?year={year}",), 60,
    ),
    Kind(
        "income-statement", N_("Income statement"), N_("Costs and income of a period."),
        papers.income_statement, ("financial/income-statement/{building}?year={year}",), 70,
    ),
    Kind(
        "trial-balance", N_("Trial balance"), N_("Every account: before, debit, credit, after."),
        papers.trial_balance, ("financial/trial-balance/{building}?year={year}",), 80,
    ),
    Kind(
        "general-ledger", N_("General ledger"), N_("Every account with all its movements."),
        papers.general_ledger, ("financial/general-ledger/{building}?year={year}",), 90,
    ),
    Kind(
        "owner-account", N_("Individual account"), N_("A co-owner's or supplier's account, line by line."), _account,
        ("owner-account/{owner}?year={year}&building_id={building}",), 100,
        ("year", "owner"),
    ),
)  # fmt: skip

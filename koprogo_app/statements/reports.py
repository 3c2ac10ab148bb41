"""The reports of what owners were asked, what they bear and what they still owe."""

from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.paper.report import Report
from koprogo_app.statements.service import papers, statement_papers
from koprogo_app.statements.service.invoice_paper import invoice_behind
from koprogo_app.workspace.reports import Kind, Query


async def _charges(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    if asked.owner_id is None:
        return await statement_papers.all_charges(w, building_id, asked.year, lang)
    return await statement_papers.owner_charges(w, building_id, asked.owner_id, asked.year, lang)


async def _outstanding(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await papers.outstanding_payments(w, building_id, lang)


async def _calls(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    return await papers.call_for_funds(w, building_id, asked.call_id, lang)


async def _invoice(w: Work, building_id: UUID, asked: Query, lang: str) -> Report:
    if asked.invoice_id is None:
        raise NotFound
    return await invoice_behind(w, building_id, asked.invoice_id, lang)


REPORTS: Final = (
    Kind(
        "owner-charges", N_("Statement of charges"),
        N_("Who bears what of every expense, with key, quota and invoice."), _charges,
        ("owner-charges/{owner}?year={year}&building_id={building}", "charges/{building}?year={year}"), 10,
        ("year", "owner"),
    ),
    Kind(
        "financial-statement", N_("Financial statement"),
        N_("Both funds, the money at banks, what is owed, costs and income."), papers.financial_statement,
        ("financial-statement/{building}?year={year}",), 20,
    ),
    Kind(
        "outstanding-payments", N_("Outstanding payments"), N_("What co-owners still owe today, and since when."),
        _outstanding, ("outstanding-payments/{building}?",), 30, (),
    ),
    Kind(
        "call-for-funds", N_("Calls for funds"), N_("What was called, by lot and owner, and what is paid."), _calls,
        ("call-for-funds/{building}?call_id={call}", "call-for-funds/{building}?"), 40, (),
    ),
    Kind("invoice", N_("Invoice"), "", _invoice, ("invoice/{invoice}?",), asks=()),
)  # fmt: skip

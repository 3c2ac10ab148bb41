"""REST of budgets: drafted, changed, put to the vote, voted, compared with the books. Amounts are whole euro cents."""

import asyncio
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.budget.facts import Line
from koprogo_app.budget.model import NATURE_NAMES
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.rules.variance import FIGURES, Row, Sum
from koprogo_app.budget.service import budgets as service
from koprogo_app.budget.service import lines as line_service
from koprogo_app.budget.service.overview import BudgetView, view
from koprogo_app.budget.service.papers import budget_report, variance_report
from koprogo_app.budget.service.provisions import call_funds, preview
from koprogo_app.budget.service.variance import VarianceView, variance
from koprogo_app.estate.queries.letterhead import letterhead
from koprogo_app.foundation.answers import answer, values, widened
from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.paper.report import Report, report_pdf, report_xlsx
from koprogo_app.ledger.rules.posting import MAX_CENTS
from koprogo_app.workspace.api.common import Body, Lang, Who, caller

router = APIRouter(prefix="/api/v1/buildings", tags=["budget"], route_class=idempotent(caller))
_READ = problems(401, 403, 404, 409, 422)
_WRITE = problems(400, 401, 403, 404, 409, 422)
_BASE = "/{building_id}/budgets"
_ONE = _BASE + "/{year}"
Number = Annotated[int, Query(ge=0, le=1000, description="0: the year's own budget; 1, 2, …: a supplementary one")]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BudgetIn(Body):
    """A new draft."""

    year: int = Field(ge=1990, le=2199, description="The calendar year in which the financial year begins")
    source: Literal["empty", "actuals", "budget"] = "empty"
    index: Decimal = Field(Decimal(0), gt=-100, le=100, max_digits=8, decimal_places=4, description="Per cent")
    supplementary: bool = False
    label: str = Field("", max_length=200)


class LineIn(Body):
    """A line of a budget: an account and the key that divides it, each pair once."""

    account_code: str = Field(min_length=1, max_length=10, examples=["61210"])
    cents: int = Field(0, ge=-MAX_CENTS, le=MAX_CENTS)
    nature: Literal["ordinary", "extraordinary", "reserve"] | None = None
    key_id: UUID | None = Field(None, description="None: the shares in the common parts")
    comment: str = Field("", max_length=500)
    profile: list[int] = Field(default_factory=list, max_length=24, description="A weight a month; empty: even")


class LinesIn(Body):
    """All lines of a draft, and when its provisions are asked."""

    lines: list[LineIn] = Field(max_length=500)
    frequency: Literal["monthly", "quarterly", "free"] | None = None
    called_on: list[date] | None = Field(None, max_length=24)


class RejectIn(Body):
    """Why a budget comes back."""

    reason: str = Field(min_length=1, max_length=500)


class VoteIn(Body):
    """What the assembly decided."""

    voted_on: date
    decision: str = Field("", max_length=300, description="Point of the minutes")
    document_id: UUID | None = Field(None, description="The minutes")
    waiver: str = Field("", max_length=300, description="Decision at four fifths on the reserve fund (art. 3.86 §3)")
    reserve_reason: str = Field(
        "", max_length=500, description="Why the reserve fund gets less, without such a decision"
    )


class WaiverIn(Body):
    """The decision at four fifths on the reserve fund, taken after the vote of the budget."""

    waiver: str = Field(min_length=1, max_length=300, description="Reference of the decision")
    waived_on: date


@answer(last_year_cents="cents")
@dataclass(frozen=True, slots=True)
class BudgetLine(Line):
    """A line, last year's actual beside it (null: the books do not hold that year)."""

    last_year_cents: int | None


class ReserveOut(BaseModel):
    """The contribution to the reserve fund against the law (art. 3.86 §3)."""

    status: str
    planned_cents: int
    base_cents: int | None
    least_cents: int | None
    short_cents: int
    due: date | None


class InstalmentOut(BaseModel):
    """What is asked on a day, by lot."""

    on: date
    cents: int
    lots: dict[UUID, int]


@answer()
@dataclass(frozen=True, slots=True)
class BudgetDetail(BudgetRow):
    """A budget with its lines and what follows from them."""

    lines: list[BudgetLine]  # type: ignore[assignment]
    reserve: ReserveOut


class FiguresOut(BaseModel):
    """To date unless said."""

    budget_to_date: int
    actual_to_date: int
    gap: int
    committed: int
    year_budget: int
    forecast: int
    year_gap: int
    last_to_date: int
    year_last: int


class VarianceLineOut(FiguresOut):
    """A line, or lines together, with its months."""

    name: str
    label: str
    nature: str = ""
    key_id: UUID | None = None
    budgeted: bool = True
    over: bool = False
    budget: list[int]
    actual: list[int]
    last: list[int]


class VarianceOut(BaseModel):
    """A financial year against its voted budgets."""

    building_id: UUID
    year: int
    months: list[date] = Field(description="First day of each")
    reported: int = Field(description="How many months are reported")
    percent: int = Field(description="From which excess a line is told of")
    lines: list[VarianceLineOut]
    groups: list[VarianceLineOut]
    keys: list[VarianceLineOut]
    natures: list[VarianceLineOut]
    total: FiguresOut


def _detail(seen: BudgetView) -> dict[str, Any]:
    known, rule = seen.before.known, seen.rule
    return {
        **values(seen.budget),
        "lines": [
            widened(BudgetLine, line, last_year_cents=seen.last.get(line.place, 0) if known else None)
            for line in seen.lines
        ],
        "reserve": {
            "status": rule.status.value,
            "planned_cents": rule.planned,
            "base_cents": rule.base,
            "least_cents": rule.least,
            "short_cents": rule.short,
            "due": rule.due,
        },
    }


@router.get(_BASE, responses=_READ)
async def list_budgets(who: Who, building_id: UUID) -> list[BudgetRow]:
    """The budgets of a building, latest year first."""
    async with work(who) as w:
        return await queries.budgets(w, building_id)


@router.post(_BASE, status_code=201, response_model=BudgetDetail, responses=_WRITE)
async def draft_budget(who: Who, building_id: UUID, body: BudgetIn, request: Request) -> Response:
    """Draft a budget: empty, or from last year's actual costs or budget with an index."""
    async with work(who) as w:
        given = body.model_dump(exclude={"year"})
        row = await service.create(w, building_id, body.year, **given)
        answer = json_answer(_detail(await view(w, building_id, row.year, row.number)), 201)
        await keep_answer(w, request, answer)
    return answer


@router.get(_ONE, response_model=BudgetDetail, responses=_READ)
async def read_budget(who: Who, building_id: UUID, year: int, number: Number = 0) -> Response:
    """A budget: its lines with last year beside them, and the rule of the reserve fund."""
    async with work(who) as w:
        return json_answer(_detail(await view(w, building_id, year, number)))


@router.put(_ONE + "/lines", response_model=BudgetDetail, responses=_WRITE)
async def write_lines(who: Who, building_id: UUID, year: int, body: LinesIn, number: Number = 0) -> Response:
    """Replace all lines of a draft."""
    async with work(who) as w:
        row = await queries.budget(w, building_id, year, number)
        lines = [line.model_dump(exclude_none=True) for line in body.lines]
        await line_service.replace_lines(w, row.id, lines)
        if body.frequency is not None:
            await service.plan(w, row.id, body.model_dump(include={"frequency", "called_on"}, exclude_none=True))
        return json_answer(_detail(await view(w, building_id, year, number)))


async def _moved(w: Work, row: BudgetRow) -> Response:
    return json_answer(_detail(await view(w, row.building_id, row.year, row.number)))


@router.post(_ONE + "/submit", response_model=BudgetDetail, responses=_WRITE)
async def submit_budget(who: Who, building_id: UUID, year: int, number: Number = 0) -> Response:
    """Put a draft to the vote of the assembly."""
    async with work(who) as w:
        row = await queries.budget(w, building_id, year, number)
        return await _moved(w, await service.submit(w, row.id))


@router.post(_ONE + "/vote", response_model=BudgetDetail, responses=_WRITE)
async def vote_budget(who: Who, building_id: UUID, year: int, body: VoteIn, number: Number = 0) -> Response:
    """Record the assembly's vote; from then on the budget never changes."""
    async with work(who) as w:
        row = await queries.budget(w, building_id, year, number)
        decided = service.Vote(body.voted_on, body.decision, body.document_id, body.waiver, body.reserve_reason)
        return await _moved(w, await service.vote(w, row.id, decided))


@router.post(_ONE + "/waive", response_model=BudgetDetail, responses=_WRITE)
async def waive_reserve(who: Who, building_id: UUID, year: int, body: WaiverIn, number: Number = 0) -> Response:
    """Record that the assembly waived the reserve fund after it voted the budget."""
    async with work(who) as w:
        row = await queries.budget(w, building_id, year, number)
        return await _moved(w, await service.waive(w, row.id, body.waiver, body.waived_on))


@router.post(_ONE + "/reject", response_model=BudgetDetail, responses=_WRITE)
async def reject_budget(who: Who, building_id: UUID, year: int, body: RejectIn, number: Number = 0) -> Response:
    """Send a budget back to draft with the reason."""
    async with work(who) as w:
        row = await queries.budget(w, building_id, year, number)
        return await _moved(w, await service.reject(w, row.id, body.reason))


@router.post(_ONE + "/activate", response_model=BudgetDetail, responses=_WRITE)
async def activate_budget(who: Who, building_id: UUID, year: int, number: Number = 0) -> Response:
    """Put a voted budget in force."""
    async with work(who) as w:
        row = await queries.budget(w, building_id, year, number)
        return await _moved(w, await service.activate(w, row.id))


@router.post(_ONE + "/close", response_model=BudgetDetail, responses=_WRITE)
async def close_budget(who: Who, building_id: UUID, year: int, number: Number = 0) -> Response:
    """Close a budget whose year is over."""
    async with work(who) as w:
        row = await queries.budget(w, building_id, year, number)
        return await _moved(w, await service.close(w, row.id))


@router.get(_ONE + "/provisions", responses=_READ)
async def read_provisions(who: Who, building_id: UUID, year: int, number: Number = 0) -> list[InstalmentOut]:
    """What each lot is asked, instalment by instalment."""
    async with work(who) as w:
        seen = await preview(w, building_id, year, number)
    return [
        InstalmentOut(
            on=one.on,
            cents=one.cents,
            lots={lot.lot_id: seen.provisions.of_instalment(index, lot.lot_id) for lot in seen.lots},
        )
        for index, one in enumerate(seen.provisions.instalments)
    ]


@router.post(_ONE + "/calls", status_code=201, responses=_WRITE)
async def call_provisions(who: Who, building_id: UUID, year: int, request: Request, number: Number = 0) -> Response:
    """Draft the call for funds of all provisions of a voted budget."""
    async with work(who) as w:
        answer = json_answer({"call_id": await call_funds(w, building_id, year, number)}, 201)
        await keep_answer(w, request, answer)
    return answer


To = Annotated[
    str, Query(pattern=r"^((19|20|21)\d{2}-(0[1-9]|1[0-2]))?$", description="Last month: 2026-09; default: today's")
]


async def _variance(w: Work, building_id: UUID, year: int, to: str) -> VarianceView:
    if not 1990 <= year <= 2199:
        raise Invalid("year", N_("Type a year."))
    return await variance(w, building_id, year, date.fromisoformat(f"{to}-28") if to else None)


@router.get(_ONE + "/variance", response_model=VarianceOut, responses=_READ)
async def read_variance(who: Who, building_id: UUID, year: int, to: To = "") -> Response:
    """The year against its voted budgets, month by month and to date, by line, group of accounts, key and nature."""
    async with work(who) as w:
        seen = await _variance(w, building_id, year, to)
    found, lang = seen.variance, who.lang
    return json_answer(
        {
            "building_id": building_id,
            "year": year,
            "months": list(seen.months.starts),
            "reported": found.to,
            "percent": seen.percent,
            "lines": [_line_out(seen, row, lang) for row in found.rows],
            "groups": [_sum_out(one, seen.label(str(one.name), lang)) for one in found.by_group],
            "keys": [_sum_out(one, seen.key_name(one.name, lang)) for one in found.by_key],
            "natures": [_sum_out(one, tr(lang, NATURE_NAMES[str(one.name)])) for one in found.by_nature],
            "total": {name: found.all.total(name) for name in FIGURES},
        }
    )


def _line_out(seen: VarianceView, row: Row, lang: str) -> dict[str, Any]:
    return {
        "name": row.code,
        "label": seen.label(row.code, lang),
        "nature": row.nature,
        "key_id": row.key_id,
        "budgeted": row.budgeted,
        "over": row.over(seen.percent),
        "budget": row.budget,
        "actual": row.actual,
        "last": row.last,
        **{name: getattr(row, name) for name in FIGURES},
    }


def _sum_out(one: Sum, label: str) -> dict[str, Any]:
    months = {"budget": one.budget, "actual": one.actual, "last": one.last}
    return {"name": str(one.name or ""), "label": label, **months, **{name: one.total(name) for name in FIGURES}}


Format = Annotated[Literal["pdf", "xlsx"], Query()]


async def _file(report: Report, w: Work, building_id: UUID, form: str, lang: str, name: str) -> Response:
    if form == "pdf":
        data, kind = await report_pdf(report, await letterhead(w, building_id), lang), "application/pdf"
    else:
        data, kind = await asyncio.to_thread(report_xlsx, report, lang), _XLSX
    disposition = f'attachment; filename="{name}.{form}"'
    return Response(data, media_type=kind, headers={"content-disposition": disposition})


@router.get(_ONE + "/paper", response_class=Response, responses=_READ)
async def budget_paper(
    who: Who, building_id: UUID, year: int, number: Number = 0, format: Format = "pdf", lang: Lang | None = None
) -> Response:
    """The budget to vote, as PDF or sheet: last year, each lot's provisions, the rule of the reserve fund."""
    async with work(who) as w:
        report = await budget_report(w, building_id, year, number, lang or who.lang)
        return await _file(report, w, building_id, format, lang or who.lang, f"budget-{year}")


@router.get(_ONE + "/variance/paper", response_class=Response, responses=_READ)
async def variance_paper(
    who: Who, building_id: UUID, year: int, to: To = "", format: Format = "pdf", lang: Lang | None = None
) -> Response:
    """The comparison with the budget, as PDF or sheet."""
    async with work(who) as w:
        seen = await _variance(w, building_id, year, to)
        association = await letterhead(w, building_id)
        report = variance_report(seen, association.name, lang or who.lang)
        return await _file(report, w, building_id, format, lang or who.lang, f"variance-{year}")

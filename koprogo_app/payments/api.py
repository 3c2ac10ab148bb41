"""REST: the association's accounts at banks."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems
from koprogo_app.foundation.database import work
from koprogo_app.foundation.i18n import tr
from koprogo_app.ledger.queries import books
from koprogo_app.payments.queries.bank_accounts import BankAccountRow, bank_account, bank_accounts
from koprogo_app.payments.rules.funds import missing_funds
from koprogo_app.payments.service.bank_accounts import BANK_ACCOUNT, open_account
from koprogo_app.workspace.api.common import Who, caller
from koprogo_app.workspace.records.rest import change_of, new_of

router = APIRouter(prefix="/api/v1/bank", tags=["bank"], route_class=idempotent(caller))


class BankAccountsOut(BaseModel):
    """The accounts of a building, and what the law misses among them."""

    items: list[BankAccountRow]
    warnings: list[str]


BankAccountIn: Any = new_of(BANK_ACCOUNT)
BankAccountChange: Any = change_of(BANK_ACCOUNT)


@router.get("/accounts/{building_id}", response_model=BankAccountsOut, responses=problems(401, 403, 404, 409, 422))
async def list_accounts(who: Who, building_id: UUID, archived: bool = False) -> Response:
    """The bank accounts of a building."""
    async with work(who) as w:
        await books.open_book(w, building_id, "bank.read")
        rows = await bank_accounts(w, building_id, archived=archived)
    missing = missing_funds({row.fund for row in rows if not row.archived})
    return json_answer({"items": rows, "warnings": [tr(who.lang, m.message) for m in missing]})


@router.post(
    "/accounts/{building_id}",
    status_code=201,
    response_model=BankAccountRow,
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def add_account(who: Who, building_id: UUID, body: BankAccountIn, request: Request) -> Response:
    """Register an account of the association; its journal and its account of the chart are taken or made."""
    async with work(who) as w:
        answer = json_answer(await open_account(w, building_id, body.given()), 201)
        await keep_answer(w, request, answer)
    return answer


@router.patch("/account/{bank_account_id}", response_model=BankAccountRow, responses=problems(401, 403, 404, 409, 422))
async def change_account(who: Who, bank_account_id: UUID, body: BankAccountChange) -> Response:
    """Change what is said of an account, or whether it is in use."""
    async with work(who) as w:
        await BANK_ACCOUNT.change(w, bank_account_id, body.version, body.given("archived", "version"))
        if body.archived is not None:
            await BANK_ACCOUNT.use(w, bank_account_id, used=not body.archived)
        return json_answer(await bank_account(w, bank_account_id))

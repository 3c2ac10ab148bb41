"""What was ordered and is not billed yet: recorded by hand, until its invoice comes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from koprogo_app.budget.model import Commitment
from koprogo_app.budget.service.lines import read_cents, read_key
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries import books
from koprogo_app.workspace import fields


async def add(w: Work, building_id: UUID, values: Mapping[str, Any]) -> Commitment:
    """Records a quote that was accepted or an order that was given (`budget.write`).

    `values`: account_code (a cost), key_id (default: the shares), label, cents, ordered_on (default: today). Raises
    Invalid on the field.
    """
    book = await books.open_book(w, building_id, "budget.write")
    lang = w.principal.lang
    code = str(values.get("account_code") or "").strip()
    chart = {row.code: row for row in await books.accounts(w, building_id)}
    if code not in chart or not code.startswith("6"):
        raise Invalid("account_code", N_("Choose an account of costs (6)."))
    cents = read_cents(values.get("cents"), lang, least=1)
    ordered_on = fields.day()(values.get("ordered_on"), "ordered_on", lang) or w.today
    if ordered_on > w.today:
        raise Invalid("ordered_on", N_("An order cannot lie in the future."))
    row = await w.add(
        Commitment(
            organization_id=book.organization_id,
            building_id=building_id,
            account_code=code,
            key_id=await read_key(w, building_id, values.get("key_id")),
            label=fields.text(required=True, longest=200)(values.get("label"), "label", lang),
            cents=cents,
            ordered_on=ordered_on,
        )
    )
    await _audited(w, "commitment.added", row, {"account_code": code, "cents": cents})
    return row


async def end(w: Work, commitment_id: UUID) -> None:
    """It was billed, or given up (`budget.write`): it is committed no longer. Raises Conflict when it was before."""
    row = await w.get(Commitment, commitment_id)
    require(w, "budget.write", row.organization_id, row.building_id)
    if row.ended_on is not None:
        raise Conflict(N_("This order is billed or given up already."))
    row.ended_on = w.today
    await w.add(row)
    await _audited(w, "commitment.ended", row, {"ended_on": w.today})


async def _audited(w: Work, action: str, row: Commitment, after: Mapping[str, Any]) -> None:
    await audit(
        w,
        action,
        "commitment",
        row.id,
        organization_id=row.organization_id,
        building_id=row.building_id,
        after=after,
        personal=frozenset(),
    )

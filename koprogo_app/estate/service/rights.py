"""The rights on a lot as the rules take them."""

from typing import Any
from uuid import UUID

from koprogo_app.estate.rules.holding import HeldRow
from koprogo_app.foundation.database import Work
from koprogo_app.law.shares import Right


async def held_rows(w: Work, lot_id: UUID) -> list[HeldRow]:
    """All rights ever held on a lot, oldest first, as the rules take them. Not authorised: for services."""
    sql = """
select lot_id, owner_id, "right", numerator, denominator, lower(period) as valid_from, upper(period) as valid_to,
       primary_contact as primary, id
  from ownership where lot_id = %(lot)s order by lower(period), primary_contact desc, id"""
    return await w.rows(sql, _held, lot=lot_id)  # type: ignore[arg-type]


def _held(right: str, **columns: Any) -> HeldRow:
    return HeldRow(right=Right(right), **columns)

"""The association's accounts at banks."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work


@answer()
@dataclass(frozen=True, slots=True)
class BankAccountRow:
    """An account at a bank: `journal` and `account` are the codes it is kept under in the books (BQE, 551)."""

    id: UUID
    organization_id: Hidden[UUID]
    building_id: UUID
    iban: Annotated[str, Field(examples=["BE68539007547034"])]
    bic: str
    holder: Annotated[str, Field(description="The association itself (art. 3.86 §3)")]
    fund: Annotated[str, Field(description="`working`, `reserve` or `other`")]
    journal: Annotated[str, Field(examples=["BQE"])]
    account: Annotated[str, Field(examples=["551"])]
    archived: bool


_ROWS = """
select b.id, b.organization_id, b.building_id, b.iban, b.bic, b.holder, b.fund, j.code as journal, a.code as account,
       b.archived_at is not null as archived
  from bank_account b join ledger.journal j on j.id = b.journal_id join ledger.account a on a.id = j.account_id
 where {where} order by b.archived_at is not null, array_position(array['working', 'reserve', 'other'], b.fund), b.id
"""


async def bank_accounts(w: Work, building_id: UUID, *, archived: bool = False) -> list[BankAccountRow]:
    """The accounts of a building: working fund, reserve, others; `archived` adds those no longer used.

    The caller has authorised the building: owners see where to pay.
    """
    where = "b.building_id = %(b)s" + ("" if archived else " and b.archived_at is null")
    return await w.rows(_ROWS.format(where=where), BankAccountRow, b=building_id)


async def bank_account(w: Work, account_id: UUID) -> BankAccountRow:
    """One account, used or not. Raises NotFound."""
    return await w.one(_ROWS.format(where="b.id = %(id)s"), BankAccountRow, id=account_id)


async def accounts_of_ibans(w: Work, ibans: Collection[str]) -> list[BankAccountRow]:
    """The accounts with these numbers, used or not, in all buildings that this principal sees; the caller authorises
    each building."""
    return await w.rows(_ROWS.format(where="b.iban = any(%(ibans)s)"), BankAccountRow, ibans=list(ibans))


async def account_of_iban(w: Work, building_id: UUID, iban: str) -> BankAccountRow | None:
    """The building's account with this number, used or not."""
    where = "b.building_id = %(b)s and b.iban = %(iban)s"
    rows = await w.rows(_ROWS.format(where=where), BankAccountRow, b=building_id, iban=iban)
    return rows[0] if rows else None

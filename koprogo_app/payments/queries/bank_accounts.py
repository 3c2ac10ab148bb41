"""The association's accounts at banks."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from koprogo_app.foundation.answers import Hidden, Plain, answer
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import read_iban, show_iban
from koprogo_app.payments.facts import FUND_NAMES
from koprogo_app.payments.model.accounts import Fund
from koprogo_app.workspace import fields
from koprogo_app.workspace.records.fields import Field

_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def read_bic(value: Any, field: str, lang: str) -> str:
    """A BIC, eight or eleven signs, or nothing."""
    plain = re.sub(r"\s", "", str(value or "")).upper()
    if plain and not _BIC.fullmatch(plain):
        raise Invalid(field, N_("A BIC has 8 or 11 signs, such as GKCCBEBB."))
    return plain


def read_number(value: Any, field: str, lang: str) -> str:
    """An account number, never empty."""
    return read_iban(str(value or ""), field)


@answer()
@dataclass(frozen=True, slots=True)
class BankAccountRow:
    """An account at a bank: `journal` and `account` are the codes it is kept under in the books (BQE, 551)."""

    id: UUID
    organization_id: Hidden[UUID]
    building_id: UUID
    iban: Annotated[
        str,
        Field(
            N_("Account number"), read_number, example="BE68539007547034", required=True, longest=60, shown=show_iban,
            primary=True, fixed=True,
        ),
    ]  # fmt: skip
    bic: Annotated[str, Field(N_("BIC"), read_bic, longest=20)]
    holder: Annotated[
        str,
        Field(
            N_("In the name of"), fields.text(longest=140), longest=140,
            description="The association itself (art. 3.86 §3)",
            hint=N_("The association's name, unless you type another form of it"),
        ),
    ]  # fmt: skip
    fund: Annotated[
        Plain[Fund],
        Field(
            N_("Money of"), fields.one_of(tuple(FUND_NAMES)), required=True, fixed=True, unit="select",
            options=tuple(FUND_NAMES.items()), description="`working`, `reserve` or `other`",
        ),
    ]  # fmt: skip
    journal: Annotated[str, Field(sql="j.code", example="BQE")]
    account: Annotated[str, Field(N_("In the books"), sql="a.code", example="551")]
    archived: bool
    version: int


_ROWS = """
select b.id, b.organization_id, b.building_id, b.iban, b.bic, b.holder, b.fund, j.code as journal, a.code as account,
       b.archived_at is not null as archived, b.version
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

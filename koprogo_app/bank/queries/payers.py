"""What was learnt of payers, as people look through it; from which account a co-owner pays."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.bank.queries.bank_statements import POSTED
from koprogo_app.estate.queries.lots import FULL_NAME
from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, paged


@answer("is_account", "shown")
@dataclass(frozen=True, slots=True)
class PayerRow:
    """What is proposed for a payer: one of owner, supplier and account; `target` is how it is called."""

    id: UUID
    organization_id: Hidden[UUID]
    building_id: UUID
    payer: Annotated[str, Field(description="An account number, else `name …` or `text …` with its words")]
    incoming: Annotated[bool, Field(description="Whether the money comes in")]
    owner_id: UUID | None
    supplier_id: UUID | None
    account: str
    target: str
    sole: Annotated[bool, Field(description="A person said that this account is for that target only: it is certain")]
    by: Annotated[str, Field(description="Who decided it")]
    created_at: datetime

    @property
    def is_account(self) -> bool:
        """Whether the payer is known by an account number."""
        return not self.payer.startswith(("name ", "text "))

    @property
    def shown(self) -> str:
        """The account number, or the words."""
        return self.payer if self.is_account else self.payer[5:]


_PAYERS = f"""
select count(*) over () as total, r.id, r.organization_id, r.building_id, r.payer, r.incoming, r.owner_id,
       r.supplier_id, r.account,
       case when r.owner_id is null then coalesce(s.name, r.account) else {FULL_NAME} end as target, r.sole,
       coalesce(u.name, '') as by, r.created_at
  from match_rule r left join estate.owner p on p.id = r.owner_id left join ledger.supplier s on s.id = r.supplier_id
  left join identity.app_user u on u.id = r.created_by
 where r.organization_id = %(o)s and r.building_id = %(b)s
 order by target, r.payer, r.incoming, r.id limit %(limit)s offset %(offset)s"""


async def payers_page(w: Work, building_id: UUID, asked: Asked = FIRST) -> Page[PayerRow]:
    """What was learnt of payers, by whom it is for (`bank.read`)."""
    book = await books.open_book(w, building_id, "bank.read")
    return await paged(w, _PAYERS, PayerRow, asked, o=book.organization_id, b=building_id)


@dataclass(frozen=True, slots=True)
class PayerHome:
    """Where a payer belongs."""

    id: UUID
    building_id: UUID


async def payer_home(w: Work, rule_id: UUID) -> PayerHome:
    """The building of a payer; the caller authorises on it. Raises NotFound."""
    return await w.one("select id, building_id from match_rule where id = %(r)s", PayerHome, r=rule_id)


@dataclass(frozen=True, slots=True)
class _PaidFrom:
    owner_id: UUID
    iban: str


_PAID_FROM: Final = f"""
select distinct on (p.owner_id) p.owner_id, m.iban
  from bank_movement m join movement_part p on p.movement_id = m.id
 where m.building_id = %(b)s and m.cents > 0 and m.iban <> '' and p.owner_id is not null and {POSTED}
   and not exists (select from bank_movement x join movement_part y on y.movement_id = x.id
                    where x.building_id = m.building_id and x.iban = m.iban and x.cents > 0
                      and y.owner_id is distinct from p.owner_id)
 order by p.owner_id, m.booked_on desc, m.id desc"""


async def paid_from(w: Work, building_id: UUID) -> dict[UUID, str]:
    """The account that each co-owner last paid from, where nobody else was paid for from it; the caller has authorised
    the building."""
    return {row.owner_id: row.iban for row in await w.rows(_PAID_FROM, _PaidFrom, b=building_id)}

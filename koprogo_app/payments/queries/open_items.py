"""What is still open on the accounts of co-owners and suppliers.

"Paid" is never typed: a line is open for what neither a settlement nor the ledger's own matching has taken, and an
entry that was reversed, like the one that reverses it, leaves nothing open.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.estate.model import Owner
from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import Person, require
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import check_parties
from koprogo_app.payments.facts import OpenItem

LINES: Final = """
  select l.id as line_id, l.entry_id, a.code as account, l.owner_id, l.supplier_id, l.lot_id, coalesce(lo.number, '')
         as lot, e.date as on, coalesce(i.due_on, v.due_on, q.due_on, e.date) as due_on,
         coalesce(nullif(l.label, ''), e.label) as label,
         l.debit_cents - l.credit_cents as cents, sign(l.debit_cents - l.credit_cents) * (l.debit_cents + l.credit_cents
           - coalesce((select sum(s.cents) from settlement s where s.debit_line_id = l.id), 0)
           - coalesce((select sum(s.cents) from settlement s where s.credit_line_id = l.id), 0)) as open_cents,
         case when i.call_id is not null then 'call' when v.id is not null then 'invoice' else 'entry' end as source,
         coalesce(i.call_id, v.id, e.id) as source_id, l.position,
         exists (select from ledger.entry_line x join ledger.account y on y.id = x.account_id
                  where x.entry_id = e.id and (y.code like '75%%' or y.code like '744%%')) as ancillary,
         coalesce(q.set_aside, false) as aside
    from ledger.entry_line l join ledger.entry e on e.id = l.entry_id join ledger.account a on a.id = l.account_id
    left join estate.lot lo on lo.id = l.lot_id left join line_term q on q.line_id = l.id
    left join calls.call_line c on c.entry_line_id = l.id left join calls.call_instalment i on i.id = c.instalment_id
    left join purchases.invoice v on v.entry_id = e.id and v.prepaid_line_id is distinct from l.id
   where l.organization_id = %(o)s and l.building_id = %(b)s and e.nature = 'entry' and a.party <> 'none'
     and coalesce(l.owner_id, l.supplier_id) is not null and e.reversal_of is null
     and not exists (select from ledger.entry r where r.reversal_of = e.id)
     and not exists (select from ledger.matching_line m where m.line_id = l.id)"""
_OPEN: Final = f"""
with lines as ({LINES}
     and (%(owner)s::uuid is null or l.owner_id = %(owner)s)
     and (%(supplier)s::uuid is null or l.supplier_id = %(supplier)s)
     and (%(on)s::date is null or e.date <= %(on)s))
select line_id, entry_id, account, owner_id, supplier_id, "on", due_on, label, cents, open_cents::bigint, source,
       source_id, lot_id, lot, ancillary, aside from lines where open_cents <> 0
 order by due_on, "on", position, line_id"""


async def open_items(
    w: Work,
    building_id: UUID,
    *,
    owner_id: UUID | None = None,
    supplier_id: UUID | None = None,
    on: date | None = None,
) -> list[OpenItem]:
    """The open lines of a building, of one person when named, oldest due first (`ledger.read`, or the owner herself).

    `on`: only what was posted by that day; settlements count whenever they were made.
    """
    organization_id = await may_read_account(w, building_id, owner_id)
    return await w.rows(_OPEN, OpenItem, o=organization_id, b=building_id, owner=owner_id, supplier=supplier_id, on=on)


async def may_read_account(w: Work, building_id: UUID, owner_id: UUID | None) -> UUID:
    """Authorises on the individual account of an owner, for those who read the books and for herself.

    Returns the organisation. Raises NotFound (for an owner of another building too), Forbidden, Conflict before the
    accounts are opened.
    """
    who = w.principal
    if owner_id is not None and isinstance(who, Person):
        owner = await w.get(Owner, owner_id)
        if owner.user_id == who.user_id and not who.may("ledger.read", owner.organization_id, building_id):
            require(w, "own_account.read", owner.organization_id, building_id)
            return owner.organization_id
    book = await books.open_book(w, building_id)
    await check_parties(w, building_id, [owner_id])
    return book.organization_id


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open between a person and the association: `due` of it past its day, `credit` to the person's favour.

    `balance` is what the person owes, negative when the association owes.
    """

    open_cents: int
    due_cents: int
    credit_cents: int

    @property
    def balance(self) -> int:
        """Debts less credits."""
        return self.open_cents - self.credit_cents


def standing(items: list[OpenItem], today: date) -> Standing:
    """The sums of one person's open items on a day."""
    debts = [item for item in items if item.open_cents > 0]
    return Standing(
        sum(item.open_cents for item in debts),
        sum(item.open_cents for item in debts if item.due_on < today),
        -sum(item.open_cents for item in items if item.open_cents < 0),
    )

"""Whether the books say of each bank account what its last statement says."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.bank.queries.bank_statements import POSTED
from koprogo_app.foundation.database import Work
from koprogo_app.ledger.facts import EntryName


@dataclass(frozen=True, slots=True)
class BankBalance:
    """An account on the day `on` of its last statement, in cents: what the bank says and what the books say.

    `open_cents` are movements of its statements that are not posted yet; `gaps`: amounts that changed between two
    statements, where one is missing.
    """

    bank_account_id: UUID
    iban: str
    account: str
    on: date
    bank_cents: int
    ledger_cents: int
    open_cents: int
    gap_cents: int

    @property
    def difference(self) -> int:
        """What nothing explains: neither movements still to be posted nor missing statements."""
        return self.bank_cents - self.ledger_cents - self.open_cents - self.gap_cents


_BALANCES = f"""
with last as (
  select distinct on (s.bank_account_id) s.bank_account_id, s.new_on, s.new_cents from bank_statement s
   where s.building_id = %(b)s order by s.bank_account_id, s.year desc, s.new_on desc, s.number desc, s.id desc),
moved as (
  select s.bank_account_id, sum(m.cents) filter (where not {POSTED}) as open
    from bank_statement s join bank_movement m on m.statement_id = s.id and m.parent_id is null
   where s.building_id = %(b)s group by 1),
chain as (
  select s.bank_account_id, s.old_cents - lag(s.new_cents) over (
           partition by s.bank_account_id order by s.year, s.new_on, s.number, s.id) as cents
    from bank_statement s where s.building_id = %(b)s)
select b.id as bank_account_id, b.iban, a.code as account, l.new_on as "on", l.new_cents as bank_cents,
       coalesce((select sum(x.debit_cents - x.credit_cents) from ledger.entry_line x
          join ledger.entry e on e.id = x.entry_id
                  where x.organization_id = b.organization_id and x.building_id = b.building_id
                    and x.account_id = j.account_id and e.nature in ('entry', 'result') and e.date <= l.new_on),
                0)::bigint as ledger_cents,
       coalesce(m.open, 0)::bigint as open_cents,
       coalesce((select sum(c.cents) from chain c where c.bank_account_id = b.id), 0)::bigint as gap_cents
  from last l join payments.bank_account b on b.id = l.bank_account_id join ledger.journal j on j.id = b.journal_id
  join ledger.account a on a.id = j.account_id left join moved m on m.bank_account_id = b.id order by a.code"""


async def bank_balances(w: Work, building_id: UUID) -> list[BankBalance]:
    """Every account with a statement; the caller has authorised the building."""
    return await w.rows(_BALANCES, BankBalance, b=building_id)


_STRANGERS = """
select e.id::text, j.code as journal, e.number, extract(year from e.date)::int as year
  from ledger.entry e join ledger.journal j on j.id = e.journal_id
 where e.building_id = %(b)s and e.nature = 'entry' and e.reversal_of is null
   and not exists (select from ledger.entry r where r.reversal_of = e.id)
   and not exists (select from bank_movement m where m.entry_id = e.id)
   and exists (
     select from ledger.entry_line x join ledger.journal k on k.account_id = x.account_id
       join payments.bank_account b on b.journal_id = k.id and b.id = any(%(accounts)s)
      where x.entry_id = e.id
        and e.date > (select min(s.old_on) from bank_statement s where s.bank_account_id = b.id)
        and e.date <= (select max(s.new_on) from bank_statement s where s.bank_account_id = b.id))
 order by e.date, e.number limit 20"""


async def strange_entries(w: Work, building_id: UUID, account_ids: list[UUID]) -> tuple[EntryName, ...]:
    """Entries on these bank accounts, in the days of their statements, that no movement of the bank stands behind."""
    return tuple(await w.rows(_STRANGERS, EntryName, b=building_id, accounts=account_ids))

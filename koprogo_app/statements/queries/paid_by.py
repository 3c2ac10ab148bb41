"""What paid an invoice, down to the line of the bank; the caller has authorised the invoice."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.purchases.queries.invoices import PAYMENTS


@dataclass(frozen=True, slots=True)
class BankLine:
    """An entry that paid so many cents of an invoice, and the bank's line behind it.

    `statement`: its name, "2026/4", with the association's account and what was written; all empty where the entry has
    no line of a bank (a credit note, cash).
    """

    entry_id: UUID
    entry: str
    on: date
    cents: int
    statement_id: UUID | None
    statement: str
    iban: str
    text: str


_BANK: Final = f"""
select p.entry_id, p.entry, p.on, p.cents, s.id as statement_id,
       case when s.number > 0 then s.year || '/' || s.number else coalesce(to_char(s.new_on, 'DD/MM/YYYY'), '') end
         as statement, coalesce(a.iban, '') as iban, coalesce(nullif(concat_ws(' · ', nullif(m.name, ''),
         nullif(m.text, '')), ''), p.label) as text
  from ({PAYMENTS}) p left join bank.bank_movement m on m.entry_id = p.entry_id and m.parent_id is null
  left join bank.bank_statement s on s.id = m.statement_id left join payments.bank_account a on a.id = s.bank_account_id
 order by p.on, p.entry_id"""


async def bank_lines(w: Work, invoice_id: UUID) -> list[BankLine]:
    """The payments of an invoice, oldest first."""
    return await w.rows(_BANK, BankLine, i=invoice_id)

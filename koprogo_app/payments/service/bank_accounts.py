"""Registering the association's accounts at banks; each is kept in the books under its own account and journal.

- `open_account(w, building_id, values) -> BankAccountRow` — values: iban, fund, and if known bic, holder
- `BANK_ACCOUNT` — the noun: bic and holder are changed, an account is taken out of use or back into it

Raises Invalid on the field, Conflict, AgainstTheLaw (art. 3.86 §3), NotFound, Forbidden (`bank.write`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from koprogo_app.foundation.audit import snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import LANGS, N_
from koprogo_app.foundation.lawful import heed
from koprogo_app.ledger.model import JournalKind
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service import books as ledger
from koprogo_app.payments.model.accounts import BankAccount
from koprogo_app.payments.queries.bank_accounts import BankAccountRow, account_of_iban, bank_account, bank_accounts
from koprogo_app.payments.rules import funds
from koprogo_app.workspace import fields
from koprogo_app.workspace.records.record import Parent, Record


async def open_account(w: Work, building_id: UUID, values: Mapping[str, Any]) -> BankAccountRow:
    """Registers an account (`BANK_ACCOUNT.add`)."""
    return await bank_account(w, (await BANK_ACCOUNT.add(w, building_id, values)).id)


async def _holder(w: Work, book: books.Book, holder: str) -> str:
    """Whose name the account is in; the association's unless said otherwise."""
    syndic = await w.value("select name from estate.organization where id = %(o)s", o=book.organization_id)
    heed(funds.holder_refusal(holder, book.building_name, syndic or ""))
    return holder or book.building_name


async def _journal(w: Work, book: books.Book, fund: str, iban: str) -> UUID:
    """The journal of a new account: one that no other account has, or a new one."""
    taken = {row.journal: row.account for row in await bank_accounts(w, book.building_id, archived=True)}
    chart = await books.posting_accounts(w, book.building_id)
    usable = {code: one.postable and not one.archived for code, one in chart.items()}
    code, new = funds.account_for(fund, usable, set(taken.values()))
    if new:
        name = dict.fromkeys(LANGS, f"{iban[:4]} … {iban[-4:]}")
        await ledger.add_account(w, book.building_id, code, name)
    journals = await books.journals(w, book.building_id)
    free = next((j for j in journals if j.account == code and j.code not in taken), None)
    if free:
        return free.id
    wanted = funds.journal_code({j.code for j in journals})
    return (await ledger.add_journal(w, book.building_id, wanted, JournalKind.BANK, f"… {iban[-4:]}", code)).id


async def alone(w: Work, account_ids: Collection[UUID]) -> None:
    """Keeps other importers away from these accounts until the transaction ends."""
    await w.execute("select from bank_account where id = any(%(ids)s) order by id for update", ids=list(account_ids))


async def _parent(w: Work, building_id: UUID, permission: str) -> Parent:
    book = await books.open_book(w, building_id, permission)
    return Parent(book.organization_id, building_id, book.building_name, "r.building_id = %(b)s")


@dataclass(frozen=True, kw_only=True)
class BankAccounts(Record[BankAccountRow, BankAccount]):
    """The accounts at banks of a building."""

    async def add(self, w: Work, parent_id: Any, values: Mapping[str, Any]) -> BankAccount:
        """Registers an account; takes the fund's account and journal of the chart, or makes further ones."""
        book = await books.open_book(w, parent_id, self.write)
        clean = fields.read({"iban": "", "fund": "", **values}, self.readers, w.principal.lang)
        clean["holder"] = await _holder(w, book, clean.get("holder", ""))
        if await account_of_iban(w, parent_id, clean["iban"]):
            raise Conflict(N_("This account is registered already."), field="iban")
        journal_id = await _journal(w, book, clean["fund"], clean["iban"])
        row = await w.add(
            BankAccount(organization_id=book.organization_id, building_id=parent_id, journal_id=journal_id, **clean)
        )
        await self.told(w, "added", row, after=snapshot(row))
        return row

    async def decide(self, w: Work, row: BankAccount | None, clean: dict[str, Any]) -> dict[str, Any]:
        """Whose name an account is in. Raises AgainstTheLaw."""
        if row is not None and "holder" in clean:
            book = await books.open_book(w, row.building_id, "bank.write")
            clean["holder"] = await _holder(w, book, clean["holder"])
        return clean


BANK_ACCOUNT: Final = BankAccounts(
    row=BankAccountRow, model=BankAccount, noun="bank_account", title=N_("Bank accounts"), read="bank.read",
    write="bank.write", parent=_parent, strict=False,
    joins="join ledger.journal j on j.id = r.journal_id join ledger.account a on a.id = j.account_id",
    order="r.archived_at is not null, array_position(array['working', 'reserve', 'other'], r.fund), r.id",
    layout=(("iban", "fund"), ("holder", "bic")), listed=("iban", "fund", "holder", "bic", "account"),
)  # fmt: skip

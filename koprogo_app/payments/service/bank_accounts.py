"""Registering the association's accounts at banks; each is kept in the books under its own account and journal.

- `open_account(w, building_id, values) -> BankAccountRow` — values: iban, fund, and if known bic, holder
- `change_account(w, account_id, changes) -> BankAccountRow` — bic, holder
- `use_account(w, account_id, used=…)` — takes it out of use, or back into it

Raises Invalid on the field, Conflict, AgainstTheLaw (art. 3.86 §3), NotFound, Forbidden (`bank.write`).
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import LANGS, N_
from koprogo_app.foundation.lawful import heed
from koprogo_app.foundation.numbers import read_iban
from koprogo_app.identity.access import require
from koprogo_app.ledger.model import JournalKind
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service import books as ledger
from koprogo_app.payments.model.accounts import BankAccount, Fund
from koprogo_app.payments.queries.bank_accounts import BankAccountRow, account_of_iban, bank_account, bank_accounts
from koprogo_app.payments.rules import funds
from koprogo_app.workspace import fields

_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def read_bic(value: Any, field: str, lang: str) -> str:
    """A BIC, eight or eleven signs, or nothing."""
    plain = re.sub(r"\s", "", str(value or "")).upper()
    if plain and not _BIC.fullmatch(plain):
        raise Invalid(field, N_("A BIC has 8 or 11 signs, such as GKCCBEBB."))
    return plain


_FIELDS: Final[dict[str, fields.Read]] = {
    "iban": lambda value, field, lang: read_iban(str(value or ""), field),
    "fund": fields.one_of(tuple(Fund)),
    "bic": read_bic,
    "holder": fields.text(longest=140),
}
CHANGED: Final = ("bic", "holder")
"""What can be changed of an account afterwards; another number is another account."""


async def open_account(w: Work, building_id: UUID, values: Mapping[str, Any]) -> BankAccountRow:
    """Registers an account; takes the fund's account and journal of the chart, or makes further ones."""
    book = await books.open_book(w, building_id, "bank.write")
    clean = fields.read({"iban": "", "fund": "", **values}, _FIELDS, w.principal.lang)
    clean["holder"] = await _holder(w, book, clean.get("holder", ""))
    if await account_of_iban(w, building_id, clean["iban"]):
        raise Conflict(N_("This account is registered already."), field="iban")
    journal_id = await _journal(w, book, clean["fund"], clean["iban"])
    row = await w.add(
        BankAccount(organization_id=book.organization_id, building_id=building_id, journal_id=journal_id, **clean)
    )
    await _audited(w, "bank_account.added", row, after=snapshot(row))
    return await bank_account(w, row.id)


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


async def change_account(w: Work, account_id: UUID, changes: Mapping[str, Any]) -> BankAccountRow:
    """Changes what is said of an account."""
    row = await _opened(w, account_id)
    before = snapshot(row)
    clean = fields.read(changes, {name: _FIELDS[name] for name in CHANGED}, w.principal.lang)
    if "holder" in clean:
        book = await books.open_book(w, row.building_id, "bank.write")
        clean["holder"] = await _holder(w, book, clean["holder"])
    for name, value in clean.items():
        setattr(row, name, value)
    if snapshot(row) != before:
        await w.add(row)
        await _audited(w, "bank_account.updated", row, before=before, after=snapshot(row))
    return await bank_account(w, account_id)


async def use_account(w: Work, account_id: UUID, *, used: bool) -> BankAccountRow:
    """Takes an account out of use, or back into it; its statements stay."""
    row = await _opened(w, account_id)
    if (row.archived_at is None) != used:
        row.archived_at = None if used else w.now
        await w.add(row)
        await _audited(w, "bank_account.restored" if used else "bank_account.archived", row)
    return await bank_account(w, account_id)


async def alone(w: Work, account_ids: Collection[UUID]) -> None:
    """Keeps other importers away from these accounts until the transaction ends."""
    await w.execute("select from bank_account where id = any(%(ids)s) order by id for update", ids=list(account_ids))


async def _opened(w: Work, account_id: UUID) -> BankAccount:
    row = await w.get(BankAccount, account_id)
    require(w, "bank.write", row.organization_id, row.building_id)
    return row


async def _audited(w: Work, action: str, row: BankAccount, *, before: Any = None, after: Any = None) -> None:
    await audit(
        w, action, "bank_account", row.id, organization_id=row.organization_id, building_id=row.building_id,
        before=before, after=after,
    )  # fmt: skip

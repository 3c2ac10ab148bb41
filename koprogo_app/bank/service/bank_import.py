"""Importing a bank's file: recognised by its account, whole, once, filed among the documents.

`import_statements(who, building_id, name, data) -> Imported`. All in one transaction: the file is read and checked
before it, and whatever fails inside leaves nothing behind. Statements that are here already are recognised and said,
not written again. Raises Invalid or Conflict on `file`, NotFound, Forbidden (`bank.write`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated
from uuid import UUID

from pydantic import Field

from koprogo_app.bank.facts import gap, name_of
from koprogo_app.bank.formats.bank_file import read_bank_file
from koprogo_app.bank.formats.statements import BankFile, Remark, Statement, each
from koprogo_app.bank.model import BankStatement
from koprogo_app.bank.queries.bank_statements import KnownStatement, known_statements
from koprogo_app.bank.rules.continuity import check_place, in_order
from koprogo_app.documents.model import Visibility
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import show_iban
from koprogo_app.foundation.principal import Principal
from koprogo_app.foundation.storage import Spool
from koprogo_app.law.retention import Paper
from koprogo_app.ledger.queries import books
from koprogo_app.payments.queries.bank_accounts import BankAccountRow, bank_accounts
from koprogo_app.payments.service.bank_accounts import alone

_MEDIA = {"coda": "text/plain", "camt": "application/xml"}


@dataclass(frozen=True, slots=True)
class ImportedStatement:
    """A statement of the file: `new` when it was written now; `missing`: numbers that should stand before it."""

    id: UUID
    iban: str
    name: Annotated[str, Field(examples=["2026/12"])]
    movements: int
    new: bool
    missing: Annotated[str, Field(examples=["2026/10-11"])]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    statements: tuple[ImportedStatement, ...]
    remarks: tuple[Remark, ...] = ()
    document_id: UUID | None = None

    @property
    def new(self) -> tuple[ImportedStatement, ...]:
        """Those that were not here before."""
        return tuple(s for s in self.statements if s.new)


async def import_statements(who: Principal, building_id: UUID, name: str, data: bytes) -> Imported:
    """Imports a CODA or CAMT.053 file into a building, in a transaction of its own."""
    async with work(who) as w:
        await books.open_book(w, building_id, "bank.write")
    file = await asyncio.to_thread(read_bank_file, data)
    async with made(data) as paper, work(who) as w:
        return await _write(w, building_id, file, paper, name)


async def _write(w: Work, building_id: UUID, file: BankFile, paper: Spool, name: str) -> Imported:
    book = await books.open_book(w, building_id, "bank.write")
    accounts = _accounts_of(file, await bank_accounts(w, building_id, archived=True))
    # One importer at a time on these accounts: the second finds what the first has written.
    await alone(w, [a.id for a in accounts.values()])
    known = {iban: await known_statements(w, account.id) for iban, account in accounts.items()}
    here = {one.digest for rows in known.values() for one in rows}
    document_id = None
    if any(s.digest() not in here for s in file.statements):
        document_id = await _filed(w, book, file, paper, name)
    done = []
    for statement in in_order(file.statements):
        account, others = accounts[statement.iban], known[statement.iban]
        done.append(await _one(w, account, statement, others, (file.format, document_id)))
    return Imported(tuple(done), file.remarks, document_id)


def _accounts_of(file: BankFile, rows: Sequence[BankAccountRow]) -> dict[str, BankAccountRow]:
    """The association's account of each statement. Raises Invalid for one that is not its own."""
    mine = {row.iban: row for row in rows}
    for statement in file.statements:
        if statement.iban not in mine:
            message = N_("Account {iban} is not among the bank accounts of this association: add it first.")
            raise Invalid("file", message, iban=show_iban(statement.iban))
    return {s.iban: mine[s.iban] for s in file.statements}


async def _filed(w: Work, book: books.Book, file: BankFile, paper: Spool, name: str) -> UUID:
    dated = max(s.new_on for s in file.statements)
    # For whoever reads the bank here (`bank.read`): the accountant who brings it, the council and the auditor too.
    values = {"kind": Paper.STATEMENT, "title": PurePath(name).stem[:150] or file.format.upper(), "dated": dated,
              "visibility": Visibility.BOARD}  # fmt: skip
    document = await file_made(
        w, book.organization_id, book.building_id, paper, PurePath(name).name[:150] or "statement.cod", values,
        media_type=_MEDIA[file.format],
    )  # fmt: skip
    return document.id


async def _one(
    w: Work,
    account: BankAccountRow,
    one: Statement,
    others: list[KnownStatement],
    source: tuple[str, UUID | None],
) -> ImportedStatement:
    """Writes a statement, or recognises it."""
    digest, count = one.digest(), len(one.movements)
    if same := next((other for other in others if other.digest == digest), None):
        return ImportedStatement(same.id, one.iban, name_of(one), count, new=False, missing="")
    check_place(one, others)
    row = await w.add(
        BankStatement(
            organization_id=account.organization_id, building_id=account.building_id, bank_account_id=account.id,
            year=one.year, number=one.number, old_cents=one.old_cents, old_on=one.old_on, new_cents=one.new_cents,
            new_on=one.new_on, format=source[0], digest=digest, document_id=source[1],
            imported_by=w.principal.user_id,
        )
    )  # fmt: skip
    await _movements(w, row, one)
    await audit(
        w, "bank_statement.imported", "bank_statement", row.id, organization_id=row.organization_id,
        building_id=row.building_id, after={"number": name_of(one), "movements": count, "account": account.account},
    )  # fmt: skip
    placed = KnownStatement(row.id, digest, one.year, one.number, one.old_cents, one.old_on, one.new_cents, one.new_on)
    before = next((o for o in reversed(in_order([*others, placed])) if _key(o) < _key(placed)), None)
    others.append(placed)
    missing = gap(before, placed)
    return ImportedStatement(
        row.id, one.iban, name_of(one), count, new=True, missing=missing.shown() if missing else ""
    )


def _key(one: KnownStatement) -> tuple[object, ...]:
    return (one.year, one.new_on, one.number)


async def _movements(w: Work, row: BankStatement, one: Statement) -> None:
    rows = list(each(one))
    ids: list[UUID] = await w.value("select array_agg(uuidv7()) from generate_series(1, %(n)s)", n=len(rows)) or []
    by_move = {id(move): ids[position - 1] for position, move, _ in rows}
    texts = ("iban", "name", "text", "ogm", "code", "reference")
    columns = {
        "id": ids,
        "position": [position for position, _, _ in rows],
        "parent_id": [by_move[id(parent)] if parent else None for _, _, parent in rows],
        "cents": [move.cents for _, move, _ in rows],
        "booked_on": [move.booked_on for _, move, _ in rows],
        "value_on": [move.value_on for _, move, _ in rows],
        **{name: [str(getattr(move, name))[:1000] for _, move, _ in rows] for name in texts},
    }
    kinds = {"id": "uuid", "position": "int", "parent_id": "uuid", "cents": "bigint", "booked_on": "date",
             "value_on": "date"}  # fmt: skip
    arrays = ", ".join(f"%({name})s::{kinds.get(name, 'text')}[]" for name in columns)
    await w.execute(
        f"""insert into bank_movement (organization_id, building_id, statement_id, {", ".join(columns)})
            select %(o)s, %(b)s, %(s)s, t.* from unnest({arrays}) t""",
        o=row.organization_id, b=row.building_id, s=row.id, **columns,
    )  # fmt: skip

"""Importing a bank's file: recognised by its accounts, once, filed among the documents.

- `import_statements(who, building_id, name, data) -> Imported` — what is this association's
- `import_for_office(who, name, data) -> OfficeImport` — each association's part into its own building

The file is read and checked first; what is a building's goes in whole, in one transaction, or not at all. Statements
that are here already are recognised and said, not written again; those of an account that nobody keeps here are set
aside by name. Raises Invalid or Conflict on `file`, NotFound, Forbidden (`bank.write`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.bank.facts import gap, name_of
from koprogo_app.bank.formats.bank_file import only, read_bank_file
from koprogo_app.bank.formats.statements import BankFile, Remark, Statement, each
from koprogo_app.bank.model import BankStatement
from koprogo_app.bank.queries.bank_statements import KnownStatement, known_statements, moved
from koprogo_app.bank.rules.continuity import check_place, in_order, numbering_year
from koprogo_app.documents.model import Visibility
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import show_iban
from koprogo_app.foundation.principal import Principal
from koprogo_app.foundation.storage import Spool
from koprogo_app.law.retention import Paper
from koprogo_app.ledger.queries import books
from koprogo_app.payments.queries.bank_accounts import BankAccountRow, accounts_of_ibans, bank_accounts
from koprogo_app.payments.service.bank_accounts import alone

_MEDIA = {"coda": "text/plain", "camt": "application/xml"}


@dataclass(frozen=True, slots=True)
class ImportedStatement:
    """A statement of the file: `new` when it was written now; `missing`: numbers that should stand before it, or
    `jump_cents`, by how much the balance jumps where the bank gives no numbers."""

    id: UUID
    iban: str
    name: Annotated[str, Field(examples=["2026/12"])]
    movements: int
    new: bool
    missing: Annotated[str, Field(examples=["2026/10-11"])] = ""
    jump_cents: Annotated[
        int, Field(description="By how much the balance jumps before it, where the bank gives no numbers")
    ] = 0


@dataclass(frozen=True, slots=True)
class SetAside:
    """A statement of the file that was not taken: of whose account, and why (a message)."""

    iban: str
    holder: str
    name: Annotated[str, Field(examples=["2026/12"])]
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    statements: tuple[ImportedStatement, ...]
    remarks: tuple[Remark, ...] = ()
    document_id: UUID | None = None
    aside: tuple[SetAside, ...] = ()

    @property
    def new(self) -> tuple[ImportedStatement, ...]:
        """Those that were not here before."""
        return tuple(s for s in self.statements if s.new)


_NOT_HERE: Final = N_("This account is not among the bank accounts of this association.")
_NOBODYS: Final = N_("No association of yours has this account: add it to its bank accounts first.")
_SEVERAL: Final = N_("Several associations have this account: import the file in the right one.")


async def import_statements(who: Principal, building_id: UUID, name: str, data: bytes) -> Imported:
    """Imports what is this building's in a CODA or CAMT.053 file, in a transaction of its own."""
    async with work(who) as w:
        await books.open_book(w, building_id, "bank.write")
        mine = {row.iban for row in await bank_accounts(w, building_id, archived=True)}
    file = await asyncio.to_thread(read_bank_file, data)
    own = [one for one in file.statements if one.iban in mine]
    if not own:
        message = N_("Account {iban} is not among the bank accounts of this association: add it first.")
        raise Invalid("file", message, iban=show_iban(file.statements[0].iban))
    others = [one for one in file.statements if one.iban not in mine]
    done = await _import(who, building_id, name, data, file, own)
    return replace(done, aside=tuple(_set_aside(one, _NOT_HERE) for one in others))


@dataclass(frozen=True, slots=True)
class OfficePart:
    """What became of one association's part of a file; `refused` when nothing of it was taken."""

    building_id: UUID
    building: str
    imported: Imported
    refused: KoproError | None = None


@dataclass(frozen=True, slots=True)
class OfficeImport:
    """What became of a file of several associations."""

    parts: tuple[OfficePart, ...]
    aside: tuple[SetAside, ...]
    remarks: tuple[Remark, ...] = ()


async def import_for_office(who: Principal, name: str, data: bytes) -> OfficeImport:
    """Imports each association's statements into its own building, each building whole or not at all."""
    file = await asyncio.to_thread(read_bank_file, data)
    async with work(who) as w:
        homes = await _homes(w, file)
    parts, aside = dict[UUID, list[Statement]](), list[SetAside]()
    for one in file.statements:
        found = homes.get(one.iban, [])
        if len(found) == 1:
            parts.setdefault(found[0].building_id, []).append(one)
        else:
            aside.append(_set_aside(one, _SEVERAL if found else _NOBODYS))
    names = {home.building_id: home.building_name for found in homes.values() for home in found}
    done = [await _part(who, name, data, file, (home, names[home]), own) for home, own in parts.items()]
    return OfficeImport(tuple(done), tuple(aside), file.remarks)


async def _homes(w: Work, file: BankFile) -> dict[str, list[books.Book]]:
    """The books of which each account of the file is, among those that this person may write in."""
    rows = await accounts_of_ibans(w, {one.iban for one in file.statements})
    open_books: dict[UUID, books.Book] = {}
    for building_id in {row.building_id for row in rows}:
        try:
            open_books[building_id] = await books.open_book(w, building_id, "bank.write")
        except KoproError:  # another office's, or one whose books are not open
            continue
    found: dict[str, list[books.Book]] = {}
    for row in rows:
        if book := open_books.get(row.building_id):
            found.setdefault(row.iban, []).append(book)
    return found


async def _part(
    who: Principal, name: str, data: bytes, file: BankFile, home: tuple[UUID, str], own: Sequence[Statement]
) -> OfficePart:
    try:
        done = await _import(who, home[0], name, data, replace(file, remarks=()), own)
    except KoproError as error:
        return OfficePart(*home, Imported(()), error)
    return OfficePart(*home, done)


def _set_aside(one: Statement, why: str) -> SetAside:
    return SetAside(one.iban, one.holder, name_of(one), why)


async def _import(
    who: Principal, building_id: UUID, name: str, data: bytes, file: BankFile, own: Sequence[Statement]
) -> Imported:
    """These statements of the file, which are the building's, with a file that holds them alone."""
    mine = replace(file, statements=tuple(own))
    paper_data = await asyncio.to_thread(only, data, file, own)
    async with made(paper_data) as paper, work(who) as w:
        return await _write(w, building_id, mine, paper, name)


async def _write(w: Work, building_id: UUID, file: BankFile, paper: Spool, name: str) -> Imported:
    book = await books.open_book(w, building_id, "bank.write")
    rows = {row.iban: row for row in await bank_accounts(w, building_id, archived=True)}
    accounts = {one.iban: rows[one.iban] for one in file.statements}
    # One importer at a time on these accounts: the second finds what the first has written.
    await alone(w, [a.id for a in accounts.values()])
    known = {iban: await known_statements(w, account.id) for iban, account in accounts.items()}
    done, document_id = [], None
    for statement in in_order(file.statements):
        account, others = accounts[statement.iban], known[statement.iban]
        if same := await _same(w, statement, others):
            count = len(statement.movements)
            done.append(ImportedStatement(same.id, statement.iban, name_of(same), count, new=False))
            continue
        document_id = document_id or await _filed(w, book, file, paper, name)
        done.append(await _one(w, account, statement, others, (file.format, document_id)))
    return Imported(tuple(done), file.remarks, document_id)


async def _same(w: Work, one: Statement, others: Sequence[KnownStatement]) -> KnownStatement | None:
    """The statement that is here already, whatever the file it came in says of its number and first day."""
    digest = one.digest()
    if same := next((other for other in others if other.digest == digest), None):
        return same
    ends = (one.old_cents, one.new_cents, one.new_on)
    for other in others:
        if (other.old_cents, other.new_cents, other.new_on) != ends or (
            one.number and other.number and one.number != other.number
        ):
            continue
        if await moved(w, other.id) == sorted((move.booked_on, move.cents) for move in one.movements):
            return other
    return None


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
    statement: Statement,
    others: list[KnownStatement],
    source: tuple[str, UUID | None],
) -> ImportedStatement:
    """Writes a statement that is not here yet."""
    one = KnownStatement(
        _NO_ID, statement.digest(), numbering_year(statement, others), statement.number, statement.old_cents,
        statement.old_on, statement.new_cents, statement.new_on,
    )  # fmt: skip
    check_place(one, others)
    row = await w.add(
        BankStatement(
            organization_id=account.organization_id, building_id=account.building_id, bank_account_id=account.id,
            year=one.year, number=one.number, old_cents=one.old_cents, old_on=one.old_on, new_cents=one.new_cents,
            new_on=one.new_on, format=source[0], digest=one.digest, document_id=source[1],
            imported_by=w.principal.user_id,
        )
    )  # fmt: skip
    await _movements(w, row, statement)
    count = len(statement.movements)
    await audit(
        w, "bank_statement.imported", "bank_statement", row.id, organization_id=row.organization_id,
        building_id=row.building_id, after={"number": name_of(one), "movements": count, "account": account.account},
    )  # fmt: skip
    placed = replace(one, id=row.id)
    before = next((o for o in reversed(in_order([*others, placed])) if _key(o) < _key(placed)), None)
    others.append(placed)
    missing = gap(before, placed)
    return ImportedStatement(
        row.id, account.iban, name_of(one), count, new=True, missing=missing.shown() if missing else "",
        jump_cents=missing.cents if missing and not missing.shown() else 0,
    )  # fmt: skip


_NO_ID: Final = UUID(int=0)


def _key(one: KnownStatement) -> tuple[object, ...]:
    return (one.year, one.new_on, one.number, one.id)


async def _movements(w: Work, row: BankStatement, one: Statement) -> None:
    rows = list(each(one))
    ids: list[UUID] = await w.value("select array_agg(uuidv7()) from generate_series(1, %(n)s)", n=len(rows)) or []
    by_move = {id(move): ids[position - 1] for position, move, _ in rows}
    texts = ("iban", "name", "text", "ogm", "code", "reference", "ultimate")
    columns = {
        "id": ids,
        "position": [position for position, _, _ in rows],
        "parent_id": [by_move[id(parent)] if parent else None for _, _, parent in rows],
        "cents": [move.cents for _, move, _ in rows],
        "booked_on": [move.booked_on for _, move, _ in rows],
        "value_on": [move.value_on for _, move, _ in rows],
        "returned": [move.returned for _, move, _ in rows],
        **{name: [str(getattr(move, name))[:1000] for _, move, _ in rows] for name in texts},
    }
    kinds = {"id": "uuid", "position": "int", "parent_id": "uuid", "cents": "bigint", "booked_on": "date",
             "value_on": "date", "returned": "boolean"}  # fmt: skip
    arrays = ", ".join(f"%({name})s::{kinds.get(name, 'text')}[]" for name in columns)
    await w.execute(
        f"""insert into bank_movement (organization_id, building_id, statement_id, {", ".join(columns)})
            select %(o)s, %(b)s, %(s)s, t.* from unnest({arrays}) t""",
        o=row.organization_id, b=row.building_id, s=row.id, **columns,
    )  # fmt: skip

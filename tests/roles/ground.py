"""What the roles are tried on: two buildings of one organisation with a row of everything, and people of each role on
the first building, on the second, and in another organisation."""

import contextlib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from koprogo_app.budget.service import budgets
from koprogo_app.calls.queries.calls import call_detail
from koprogo_app.calls.rules.plans import spread
from koprogo_app.calls.service.notices import ask
from koprogo_app.calls.service.plans import agree
from koprogo_app.documents.service.bundling import ask_bundle
from koprogo_app.documents.service.digesting import digest_version
from koprogo_app.estate.model import Owner
from koprogo_app.foundation import storage
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.model import span
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage.store import local_store
from koprogo_app.identity.model import Role, RoleGrant, User
from koprogo_app.identity.service import sessions
from koprogo_app.ledger.service import books as ledger
from koprogo_app.ledger.service.matching import match
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.service.bank_accounts import open_account
from koprogo_app.purchases.queries.invoices import invoice_lines
from koprogo_app.purchases.service.payment_orders import make_order
from koprogo_app.recovery.service.pausing import begin_pause
from koprogo_app.recovery.service.preparing import prepare
from koprogo_app.statements.model import YearSettlement
from tests.bank import bank
from tests.calls.calls import called, pay
from tests.documents.conftest import put
from tests.documents.files import picture
from tests.ledger.books import NOW, Books
from tests.purchases.invoices import approved, draft
from tests.world import World

IBANS: Final = {"tilia": bank.IBAN, "fagus": bank.RESERVE}
TILIA_ROLES: Final = (Role.SYNDIC, Role.ACCOUNTANT, Role.BOARD, Role.AUDITOR, Role.OWNER, Role.NOTARY)
"""All but the one that reaches everything."""
ENDED: Final = "a board member whose role ended"
NEIGHBOUR: Final = "another owner of the building"


@dataclass(frozen=True, slots=True)
class Caller:
    """An account with the role it was made for; `place`: own, the building, the other building, elsewhere."""

    name: str
    user_id: UUID
    place: str
    mine: frozenset[str] = frozenset()


@dataclass
class Ground:
    """Ids of rows by their names in addresses, of the first and of the second building; and who calls."""

    organization: UUID
    buildings: dict[str, UUID]
    ids: dict[str, Any]
    beside: dict[str, Any]
    callers: list[Caller] = field(default_factory=list)

    def caller(self, name: str) -> Caller:
        """One by his name."""
        return next(one for one in self.callers if one.name == name)


async def build(books: Books, files: Path) -> Ground:
    """Writes it all into the database in use, that has the books of `tilia` in it; files go to the folder."""
    world = books.world
    beside = await _beside(books)
    storage.use(local_store(files))
    try:
        ground = Ground(
            world.organizations["a"], dict(world.buildings), await filled(books, "tilia"), await filled(beside, "fagus")
        )
        ground.callers = await people(world, ground)
        ground.ids |= await _papers(world, ground)
        ground.beside |= {name: value for name, value in ground.ids.items() if name not in ground.beside}
    finally:
        storage.use(None)
    return ground


async def _beside(books: Books) -> Books:
    """The books of `fagus`: its lots and owners under the names by which the tests' helpers ask for those of tilia."""
    world = deepcopy(books.world)
    for number in (1, 2, 3):
        world.lots[f"T{number}"] = world.lots[f"F{number}"]
        world.owners[f"T{number}"] = world.owners[f"F{number}"]
    async with work(world.people["accountant_a"], now=NOW) as w:
        await ledger.open_ledger(w, world.buildings["fagus"])
    return Books(world, world.buildings["fagus"], books.supplier)


async def filled(books: Books, name: str) -> dict[str, Any]:
    """A row of each kind in a building."""
    world, building, iban = books.world, books.building, IBANS[name]
    async with books.at_work() as w:
        account = await open_account(w, building, {"iban": iban, "fund": "working"})
    entry, *_ = await books.post(books.invoice(1000), books.call(500), books.paid(500))
    async with books.at_work() as w:
        matching = await match(w, building, await _lines(w, building))
    await books.post(books.call(700, "T2"), books.call(300), books.paid(300, on=date(2026, 1, 21)))
    ids = {
        "organization_id": world.organizations["a"], "building_id": building, "unit_id": world.lots["T1"],
        "other_unit_id": world.lots["T2"], "owner_id": world.owners["T1"], "other_owner_id": world.owners["T2"],
        "code": "4101", "entry_id": entry.id, "bank_account_id": account.id, "matching_id": matching, "year": 2027,
        "open_year": 2026, "format": "csv",
    }  # fmt: skip
    async with work(world.people["syndic_a"], now=datetime(2026, 6, 1, 6, tzinfo=UTC)) as w:
        ids["reminder_id"] = (await prepare(w, building)).new[0]
        ids["pause_id"] = (await begin_pause(w, building, world.owners["T3"], "dispute", "A leak")).id
        await budgets.create(w, building, 2027)
        open_lines = await _lines(w, building, 300)
    ids["year_settlement_id"] = await _booked(books)
    ids |= {"open_line_id": open_lines[0], "other_open_line_id": open_lines[1]}
    return ids | await _invoices(books, account.id) | await _calls(books) | await _movement(books, iban)


async def _booked(books: Books) -> UUID:
    """A booking of the year's balances, made of any entry: here only its row counts."""
    (settled,) = await books.post(books.invoice(1))
    async with books.at_work() as w:
        year = await w.value(
            "select id from fiscal_year where building_id = %(b)s order by period limit 1", b=books.building
        )
        row = await w.add(
            YearSettlement(
                organization_id=books.world.organizations["a"], building_id=books.building, fiscal_year_id=year,
                entry_id=settled.id, closed_at=NOW, booked_on=NOW.date(), due_on=NOW.date(), credit="carry",
                works_credit="carry",
            )
        )  # fmt: skip
        return row.id


async def _lines(w: Work, building: UUID, cents: int = 500) -> list[UUID]:
    sql = """select array_agg(id) from entry_line
              where building_id = %(b)s and owner_id is not null and %(c)s in (debit_cents, credit_cents)"""
    found: list[UUID] = await w.value(sql, b=building, c=cents)
    return found


async def _invoices(books: Books, account_id: UUID) -> dict[str, UUID]:
    """A draft with its line, and an approved invoice in a payment order."""
    invoice_id = await draft(books, number="1")
    paid = await approved(books, number="2", iban="BE11 0001 2345 6748")
    async with books.at_work() as w:
        order = await make_order(w, books.building, account_id, [paid])
        line_id = (await invoice_lines(w, invoice_id))[0].id
    return {
        "invoice_id": invoice_id, "line_id": line_id, "order_id": order.row.id, "supplier_id": books.supplier,
        "approved_invoice_id": paid,
    }  # fmt: skip


async def _calls(books: Books) -> dict[str, Any]:
    """A posted call, partly paid, its notices asked for, and a plan for the rest."""
    async with books.at_work() as w:
        call = await called(w, books)
        await pay(w, books, 100)
        detail = await call_detail(w, call.id)
        run = await ask(w, call.id, detail.instalments[0].id)
        debt = sum(i.open_cents for i in await open_items(w, books.building, owner_id=books.owner()))
        plan = await agree(w, books.building, books.owner(), spread(debt, 2, w.today), note="A plan")
        sql = "select id from settlement where building_id = %(b)s limit 1"
        settlement = await w.value(sql, b=books.building)
    return {"call_id": call.id, "run_id": run.id, "plan_id": plan.id, "settlement_id": settlement}


async def _movement(books: Books, iban: str) -> dict[str, UUID]:
    """A bank statement with one movement, and what was learnt of a payer."""
    statement = await bank.statement(books, bank.pay(100, "Somebody"), iban=iban)
    async with work(SYSTEM) as w:
        movement = await w.value("select id from bank_movement where statement_id = %(s)s", s=statement)
        payer = await w.value(
            """insert into match_rule (organization_id, building_id, payer, incoming, account)
               select organization_id, building_id, 'BE26091000009729', true, '4996' from bank_movement where id = %(m)s
               returning id""",
            m=movement,
        )
    return {"statement_id": statement, "movement_id": movement, "payer_id": payer}


async def _papers(world: World, ground: Ground) -> dict[str, UUID]:
    """A paper of each visibility, a bundle that the syndic asked for, and a session of his."""
    syndic, tilia = world.people["syndic_a"], world.buildings["tilia"]
    notary = ground.caller("notary").user_id
    more: dict[str, dict[str, Any]] = {
        "co_owners": {}, "board": {}, "syndic": {}, "owner": {"owner_id": world.owners["T1"]},
        "notary": {},
    }  # fmt: skip
    ids = {}
    for visibility, values in more.items():
        first = "syndic" if visibility == "notary" else visibility
        values |= {"building_id": tilia, "visibility": first, "title": f"For {visibility}"}
        made = await put(syndic, picture("PNG"), f"{visibility}.png", **values)
        ids[f"{visibility}_document_id"] = made.document.id
    async with work(SYSTEM) as w:
        # No area knows notaries' files yet, so nobody could say this one.
        await w.execute(
            """update document set visibility = 'notary', reader_id = %(r)s, entity = 'transfer', entity_id = %(e)s
                where id = %(d)s""",
            r=notary, e=world.lots["T1"], d=ids["notary_document_id"],
        )  # fmt: skip
        versions: list[UUID] = await w.value(
            "select array_agg(id) from document_version where media_type = 'image/png'"
        )
    for version in versions:
        await digest_version(version)
    async with work(syndic) as w:
        bundle = await ask_bundle(w, [ids["co_owners_document_id"]])
    async with work(SYSTEM) as w:
        session, _ = await sessions.open_session(w, await w.get(User, syndic.user_id), "api", ip="", user_agent="")
    return {**ids, "document_id": ids["co_owners_document_id"], "bundle_id": bundle.id, "session_id": session.id}


async def people(world: World, ground: Ground) -> list[Caller]:
    """Each role on tilia (the office: on its organisation), on fagus alone, and in the other organisation."""
    a, b = world.organizations["a"], world.organizations["b"]
    tilia, fagus, quercus = (world.buildings[name] for name in ("tilia", "fagus", "quercus"))
    yesterday = NOW.date() - timedelta(days=1)
    named = {"syndic": "syndic_a", "accountant": "accountant_a", "board": "board_tilia", "owner": "owner_tilia"}
    mine = {
        "syndic": frozenset({"session_id", "bundle_id"}), "notary": frozenset({"notary_document_id"}),
        "owner": frozenset({"owner_id", "unit_id", "owner_document_id"}),
    }  # fmt: skip
    found = []
    async with work(SYSTEM) as w:
        for role in TILIA_ROLES:
            known = world.people[named[role]].user_id if role in named else await _account(w, role, a, tilia)
            found.append(Caller(str(role), known or UUID(int=0), "own", mine.get(role, frozenset())))
            found.append(Caller(f"{role} beside", await _account(w, role, a, fagus), "beside"))
            office = role in (Role.SYNDIC, Role.ACCOUNTANT)
            elsewhere = await _account(w, role, b, None if office else quercus)
            found.append(Caller(f"{role} elsewhere", elsewhere, "elsewhere"))
        found.append(Caller(NEIGHBOUR, await _account(w, Role.OWNER, a, tilia), "own"))
        found.append(Caller(ENDED, await _account(w, Role.BOARD, a, tilia, until=yesterday), "own"))
        admin = world.people["admin"].user_id
        await w.execute("update app_user set totp_confirmed_at = now() where id = %(u)s", u=admin)
        found.append(Caller("superadmin", admin or UUID(int=0), "own"))
        names = {one.name: one.user_id for one in found}
        for lot, who in (("T2", NEIGHBOUR), ("F1", "owner beside"), ("Q1", "owner elsewhere")):
            card = await w.get(Owner, world.owners[lot])
            card.user_id = names[who]
            w.session.add(card)
    return found


async def _account(
    w: Work, role: Role, organization: UUID, building: UUID | None, *, until: date | None = None
) -> UUID:
    """A new account with a role."""
    count = await w.value("select count(*) from app_user")
    user = await w.add(User(email=f"{role}{count}@example.be", name=f"{role.title()} {count}", status="active"))
    await w.add(
        RoleGrant(user_id=user.id, role=role, organization_id=organization, building_id=building,
                  period=span(date(2020, 1, 1), until))
    )  # fmt: skip
    return user.id


@contextlib.contextmanager
def nothing_kept(on: bool = True) -> Iterator[None]:
    """Within it every transaction goes as far as its end and is then rolled back."""

    async def rolled_back(unit: Work) -> None:
        await unit.flush()
        await unit._line.execute("set constraints all immediate")
        await unit._line.rollback()

    with pytest.MonkeyPatch.context() as patch:
        if on:
            patch.setattr(Work, "_finish", rolled_back)
        yield

"""Every operation of the API, called by those who must not: nobody, an ended session, an owner of another building of
the same organisation, the syndic of another organisation. An operation without a rule here fails the test."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from koprogo_app.budget.service import budgets
from koprogo_app.calls.queries.calls import call_detail
from koprogo_app.calls.rules.plans import spread
from koprogo_app.calls.service.notices import ask
from koprogo_app.calls.service.plans import agree
from koprogo_app.documents.service.bundling import ask_bundle
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Store
from koprogo_app.identity.model import User
from koprogo_app.identity.service import sessions, tokens
from koprogo_app.koprogo_app import api
from koprogo_app.ledger.service.matching import match
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.service.bank_accounts import open_account
from koprogo_app.purchases.queries.invoices import invoice_lines
from koprogo_app.purchases.service.payment_orders import make_order
from koprogo_app.recovery.service.pausing import begin_pause
from koprogo_app.recovery.service.preparing import prepare
from tests.bank import bank
from tests.calls.calls import called, pay
from tests.documents.conftest import kept, put
from tests.ledger.books import Books, open_books
from tests.purchases.invoices import approved, draft
from tests.purchases.ubl import Doc
from tests.world import World

__all__ = ["kept"]

OPEN, OWN, LIST, THEIRS = "open", "own", "list", "theirs"
SINCE = "2026-01-01"
PAPER = {"file": ("x.txt", b"x", "text/plain")}
WATCHED = [
    "organization", "building", "lot", "owner", "ownership", "mandatary", "allocation_key", "document", "entry",
    "bank_account", "bank_statement", "bank_movement", "movement_part", "matching",
    "bank_account", "matching", "budget", "budget_line", "fund_call", "call_part", "call_line", "settlement",
    "instalment_plan", "background_run",
]  # fmt: skip
DECIDED = {"decided_on": "2026-01-10", "reference": "AG 10/01/2026, point 4"}


def rules(world: World, session_id: UUID) -> dict[tuple[str, str], tuple[str, Any]]:
    """(method, path) → (what it is, a body that would be accepted from somebody who may)."""
    lot, other, owner = str(world.lots["T1"]), str(world.lots["T2"]), str(world.owners["T1"])
    building, organization = str(world.buildings["tilia"]), str(world.organizations["a"])
    return {
        ("POST", "/api/v1/auth/login"): (OPEN, {"email": "x@example.be", "password": "wrong"}),
        ("POST", "/api/v1/auth/refresh"): (OPEN, {"refresh_token": "unknown"}),
        ("POST", "/api/v1/auth/logout"): (OWN, None),
        ("GET", "/api/v1/auth/me"): (OWN, None),
        ("POST", "/api/v1/auth/totp"): (OWN, None),
        ("POST", "/api/v1/auth/totp/confirm"): (OWN, {"code": "000000"}),
        ("POST", "/api/v1/auth/totp/disable"): (OWN, {"code": "000000"}),
        ("GET", "/api/v1/auth/sessions"): (LIST, None),
        ("DELETE", "/api/v1/auth/sessions"): (OWN, None),
        ("DELETE", "/api/v1/auth/sessions/{session_id}"): (THEIRS, None),
        ("GET", "/api/v1/organizations"): (LIST, None),
        ("POST", "/api/v1/organizations"): (THEIRS, {"name": "Mine"}),
        ("GET", "/api/v1/organizations/{organization_id}"): (THEIRS, None),
        ("PATCH", "/api/v1/organizations/{organization_id}"): (THEIRS, {"name": "Mine"}),
        ("DELETE", "/api/v1/organizations/{organization_id}"): (THEIRS, None),
        ("GET", "/api/v1/buildings"): (LIST, None),
        ("POST", "/api/v1/buildings"): (THEIRS, {"organization_id": organization, "name": "New", "deed_total": 10}),
        ("GET", "/api/v1/buildings/{building_id}"): (THEIRS, None),
        ("PATCH", "/api/v1/buildings/{building_id}"): (THEIRS, {"name": "Mine"}),
        ("DELETE", "/api/v1/buildings/{building_id}"): (THEIRS, None),
        ("POST", "/api/v1/buildings/{building_id}/restore"): (THEIRS, None),
        ("POST", "/api/v1/buildings/{building_id}/shares"): (THEIRS, {"shares": {lot: 300, other: 450}, **DECIDED}),
        ("POST", "/api/v1/buildings/{building_id}/import/preview"): (THEIRS, b"Lot;Type\nX1;Garage\n"),
        ("POST", "/api/v1/buildings/{building_id}/import"): (THEIRS, b"Lot;Type\nX1;Garage\n"),
        ("PUT", "/api/v1/buildings/{building_id}/import"): (THEIRS, b"Lot;Type\nX1;Garage\n"),
        ("GET", "/api/v1/buildings/{building_id}/export"): (THEIRS, None),
        ("GET", "/api/v1/units"): (THEIRS, None),
        ("POST", "/api/v1/units"): (THEIRS, {"building_id": building, "number": "X1", "kind": "garage", "share": 1}),
        ("GET", "/api/v1/units/{unit_id}"): (THEIRS, None),
        ("PATCH", "/api/v1/units/{unit_id}"): (THEIRS, {"floor": 9}),
        ("DELETE", "/api/v1/units/{unit_id}"): (THEIRS, None),
        ("POST", "/api/v1/units/{unit_id}/split"): (
            THEIRS, {"parts": [{"number": "Ta", "share": 200}, {"number": "Tb", "share": 200}], **DECIDED},
        ),
        ("POST", "/api/v1/units/merge"): (THEIRS, {"unit_ids": [lot, other], "number": "T9", **DECIDED}),
        ("PUT", "/api/v1/units/{unit_id}/mandatary"): (THEIRS, {"owner_id": owner, "since": SINCE, "reference": "x"}),
        ("DELETE", "/api/v1/units/{unit_id}/mandatary"): (THEIRS, None),
        ("GET", "/api/v1/units/{unit_id}/owners"): (THEIRS, None),
        ("POST", "/api/v1/units/{unit_id}/owners"): (THEIRS, {"owner_id": owner, "percentage": 50}),
        ("PUT", "/api/v1/units/{unit_id}/owners"): (THEIRS, {"owners": [{"owner_id": owner, "percentage": 100}]}),
        ("DELETE", "/api/v1/units/{unit_id}/owners/{owner_id}"): (THEIRS, None),
        ("PUT", "/api/v1/units/{unit_id}/owners/{owner_id}/percentage"): (THEIRS, {"percentage": "1/2"}),
        ("PUT", "/api/v1/units/{unit_id}/owners/{owner_id}/primary"): (THEIRS, None),
        ("POST", "/api/v1/units/{unit_id}/owners/transfer"): (
            THEIRS, {"seller_id": owner, "valid_from": SINCE, "to": [{"owner_id": str(world.owners["T2"])}]},
        ),
        ("GET", "/api/v1/units/{unit_id}/ownership-history"): (THEIRS, None),
        ("GET", "/api/v1/owners"): (LIST, None),
        ("POST", "/api/v1/owners"): (THEIRS, {"organization_id": organization, "name": "Mine"}),
        ("GET", "/api/v1/owners/{owner_id}"): (THEIRS, None),
        ("PATCH", "/api/v1/owners/{owner_id}"): (THEIRS, {"lang": "nl"}),
        ("DELETE", "/api/v1/owners/{owner_id}"): (THEIRS, None),
        ("GET", "/api/v1/owners/{owner_id}/units"): (THEIRS, None),
        **_of_documents(),
        **_of_the_ledger(),
        **_of_the_bank(),
        **_of_invoices(),
        **_of_calls(owner),
        **_of_recovery(owner),
        **_of_reports(),
        **_of_budgets(),
    }  # fmt: skip


def _of_documents() -> dict[tuple[str, str], tuple[str, Any]]:
    one = "/api/v1/documents/{document_id}"
    return {
        ("POST", "/api/v1/documents/upload"): (THEIRS, PAPER),
        ("GET", "/api/v1/documents"): (LIST, None),
        ("GET", "/api/v1/documents/tree"): (LIST, None),
        ("GET", "/api/v1/buildings/{building_id}/documents"): (THEIRS, None),
        ("GET", one): (THEIRS, None),
        ("DELETE", one): (THEIRS, None),
        ("GET", f"{one}/metadata"): (THEIRS, None),
        ("PATCH", f"{one}/metadata"): (THEIRS, {"title": "Mine"}),
        ("GET", f"{one}/preview"): (THEIRS, None),
        ("POST", f"{one}/link"): (THEIRS, None),
        ("POST", "/api/v1/documents/bundles"): (THEIRS, {"ids": ["{document_id}"]}),
        ("GET", "/api/v1/documents/bundles/{bundle_id}"): (THEIRS, None),
        ("GET", "/api/v1/documents/bundles/{bundle_id}/content"): (THEIRS, None),
    }


def _of_the_ledger() -> dict[tuple[str, str], tuple[str, Any]]:
    base, reports = "/api/v1/financial", ("accounts", "trial-balance", "balance-sheet", "income-statement", "seal")
    lines = [{"account": "61210", "cents": 1000}, {"account": "499", "cents": -1000}]
    entry = {"journal": "OD", "on": SINCE, "document_ref": "X", "lines": lines}
    return {
        **{("GET", f"{base}/{name}/{{building_id}}"): (THEIRS, None) for name in (*reports, "entries")},
        ("GET", f"{base}/accounts/{{building_id}}/{{code}}/movements"): (THEIRS, None),
        ("PUT", f"{base}/take-over/{{building_id}}"): (THEIRS, b"Compte;Debit;Credit\n551;10;0\n100;0;10\n"),
        ("POST", f"{base}/entries/{{building_id}}"): (THEIRS, entry),
        ("GET", f"{base}/entry/{{entry_id}}"): (THEIRS, None),
        ("POST", f"{base}/entry/{{entry_id}}/reverse"): (THEIRS, {"reason": "wrong"}),
        ("GET", f"{base}/matching/{{building_id}}/{{owner_id}}"): (THEIRS, None),
        ("POST", f"{base}/matching/{{building_id}}"): (THEIRS, {"line_ids": [str(UUID(int=7)), str(UUID(int=8))]}),
        ("DELETE", f"{base}/matchings/{{matching_id}}"): (THEIRS, None),
    }


def _of_the_bank() -> dict[tuple[str, str], tuple[str, Any]]:
    base = "/api/v1/bank"
    return {
        ("GET", f"{base}/accounts/{{building_id}}"): (THEIRS, None),
        ("POST", f"{base}/accounts/{{building_id}}"): (THEIRS, {"iban": "BE54 0000 0000 9797", "fund": "reserve"}),
        ("PATCH", f"{base}/account/{{bank_account_id}}"): (THEIRS, {"holder": "Mine"}),
        ("GET", f"{base}/statements/{{building_id}}"): (THEIRS, None),
        ("POST", f"{base}/statements/{{building_id}}"): (THEIRS, {"file": ("x.cod", b"x", "text/plain")}),
        ("PUT", f"{base}/files/{{building_id}}"): (THEIRS, b"x"),
        ("GET", f"{base}/statement/{{statement_id}}"): (THEIRS, None),
        ("POST", f"{base}/statement/{{statement_id}}/confirm"): (THEIRS, None),
        ("PUT", f"{base}/movement/{{movement_id}}/shares"): (THEIRS, {"shares": []}),
        ("POST", f"{base}/movement/{{movement_id}}/confirm"): (THEIRS, None),
        ("POST", f"{base}/movement/{{movement_id}}/undo"): (THEIRS, {"reason": "Mine"}),
    }


def _of_invoices() -> dict[tuple[str, str], tuple[str, Any]]:
    building, one, order = "/api/v1/buildings/{building_id}", "/api/v1/invoices/{invoice_id}", "/api/v1/payment-orders"
    supplier = "{supplier_id}"
    invoice = {"supplier_id": supplier, "number": "X", "dated": SINCE}
    payment = {"bank_account_id": "{bank_account_id}", "invoice_ids": ["{invoice_id}"]}
    line, change = {"net_cents": 100, "account": "61210"}, {"version": 1, "label": "Mine"}
    return {
        ("GET", f"{building}/suppliers"): (THEIRS, None),
        ("POST", f"{building}/suppliers"): (THEIRS, {"name": "Mine"}),
        ("PATCH", f"{building}/suppliers/{supplier}"): (THEIRS, {"version": 1, "name": "Mine"}),
        ("GET", f"{building}/invoices"): (THEIRS, None),
        ("POST", f"{building}/invoices"): (THEIRS, invoice),
        ("PUT", f"{building}/invoices/import"): (THEIRS, Doc().xml()),
        ("GET", one): (THEIRS, None),
        ("PATCH", one): (THEIRS, {"version": 1, "number": "Mine"}),
        ("DELETE", one): (THEIRS, None),
        ("POST", f"{one}/lines"): (THEIRS, line),
        ("PATCH", "/api/v1/invoice-lines/{line_id}"): (THEIRS, change),
        ("DELETE", "/api/v1/invoice-lines/{line_id}"): (THEIRS, None),
        **{("POST", f"{one}/{step}"): (THEIRS, None) for step in ("submit", "withdraw", "approve")},
        **{("POST", f"{one}/{step}"): (THEIRS, {"reason": "wrong"}) for step in ("reject", "reverse")},
        ("GET", f"{building}/payment-orders"): (THEIRS, None),
        ("POST", f"{building}/payment-orders"): (THEIRS, payment),
        ("GET", f"{order}/{{order_id}}"): (THEIRS, None),
        ("GET", f"{order}/{{order_id}}/file"): (THEIRS, None),
        ("POST", f"{order}/{{order_id}}/cancel"): (THEIRS, None),
        ("GET", f"{building}/charge-rules"): (THEIRS, None),
        ("PATCH", f"{building}/charge-rules"): (THEIRS, {"four_eyes": True}),
    }


def _of_calls(owner: str) -> dict[tuple[str, str], tuple[str, Any]]:
    building, one = "/api/v1/buildings/{building_id}", "/api/v1/calls/{call_id}"
    call = {
        "label": "Mine", "parts": [{"kind": "working", "cents": 100}],
        "instalments": [{"called_on": "2026-02-01", "due_on": "2026-03-01"}],
    }  # fmt: skip
    money = {"owner_id": owner, "cents": 100, "on": "2026-02-01", "journal": "BQE", "reference": "X"}
    return {
        ("GET", f"{building}/calls"): (THEIRS, None),
        ("POST", f"{building}/calls"): (THEIRS, call),
        ("POST", f"{building}/calls/preview"): (THEIRS, call),
        ("GET", one): (THEIRS, None),
        ("PUT", one): (THEIRS, {**call, "version": 1}),
        ("DELETE", one): (THEIRS, None),
        ("POST", f"{one}/post"): (THEIRS, None),
        ("POST", f"{one}/cancel"): (THEIRS, {"reason": "wrong"}),
        ("POST", f"{one}/notices"): (THEIRS, {}),
        ("GET", "/api/v1/notice-runs/{run_id}"): (THEIRS, None),
        ("GET", "/api/v1/owners/{owner_id}/account"): (THEIRS, None),
        ("POST", f"{building}/payments"): (THEIRS, money),
        ("DELETE", "/api/v1/settlements/{settlement_id}"): (THEIRS, None),
        ("GET", f"{building}/plans"): (THEIRS, None),
        ("POST", f"{building}/plans"): (THEIRS, {"owner_id": owner, "terms": [{"due_on": SINCE, "cents": 1}]}),
        ("POST", "/api/v1/plans/{plan_id}/end"): (THEIRS, {"reason": "wrong"}),
    }


def _of_recovery(owner: str) -> dict[tuple[str, str], tuple[str, Any]]:
    building, reminder = "/api/v1/buildings/{building_id}", "/api/v1/reminders/{reminder_id}"
    return {
        ("GET", f"{building}/arrears"): (THEIRS, None),
        ("GET", f"{building}/reminders"): (THEIRS, None),
        ("POST", f"{building}/reminders"): (THEIRS, None),
        ("POST", f"{reminder}/send"): (THEIRS, None),
        ("POST", f"{reminder}/cancel"): (THEIRS, {"reason": "wrong"}),
        ("POST", f"{reminder}/proof"): (THEIRS, {"tracking": "RR123456789BE"}),
        ("POST", f"{reminder}/charge"): (THEIRS, None),
        ("POST", f"{reminder}/take-back"): (THEIRS, {"reason": "wrong"}),
        ("POST", f"{reminder}/waive"): (THEIRS, {"reason": "wrong"}),
        ("GET", f"{reminder}/pdf"): (THEIRS, None),
        ("GET", f"{building}/recovery-policy"): (THEIRS, None),
        ("PATCH", f"{building}/recovery-policy"): (THEIRS, {"guard": True}),
        ("POST", f"{building}/recovery-pauses"): (THEIRS, {"owner_id": owner, "kind": "dispute", "reason": "x"}),
        ("DELETE", "/api/v1/recovery-pauses/{pause_id}"): (THEIRS, None),
        ("POST", f"{building}/owners/{{owner_id}}/recovery-file"): (THEIRS, None),
        ("GET", "/api/v1/interest-rates"): (LIST, None),
        ("PUT", "/api/v1/interest-rates/{year}"): (THEIRS, {"percent": 4, "source": "x"}),
    }


def _of_reports() -> dict[tuple[str, str], tuple[str, Any]]:
    base = "/api/v1/reports"
    of_building = (
        "call-for-funds", "outstanding-payments", "financial-statement", "charges", "financial/balance-sheet",
        "financial/income-statement", "financial/trial-balance", "financial/general-ledger",
    )  # fmt: skip
    return {
        **{("GET", f"{base}/{name}/{{building_id}}"): (THEIRS, None) for name in of_building},
        **{("GET", f"{base}/{name}/{{building_id}}/{{year}}"): (THEIRS, None) for name in ("budget", "fec")},
        **{("GET", f"{base}/{name}/{{owner_id}}"): (THEIRS, None) for name in ("owner-charges", "owner-account")},
        ("GET", f"{base}/invoice/{{invoice_id}}"): (THEIRS, None),
    }


def _of_budgets() -> dict[tuple[str, str], tuple[str, Any]]:
    base = "/api/v1/buildings/{building_id}/budgets"
    one = f"{base}/{{year}}"
    vote = {"voted_on": SINCE, "decision": "point 5"}
    return {
        ("GET", base): (THEIRS, None),
        ("POST", base): (THEIRS, {"year": 2028}),
        ("GET", one): (THEIRS, None),
        ("PUT", f"{one}/lines"): (THEIRS, {"lines": [{"account_code": "61210", "cents": 1}]}),
        ("POST", f"{one}/submit"): (THEIRS, None),
        ("POST", f"{one}/vote"): (THEIRS, vote),
        ("POST", f"{one}/reject"): (THEIRS, {"reason": "no"}),
        ("POST", f"{one}/activate"): (THEIRS, None),
        ("POST", f"{one}/close"): (THEIRS, None),
        ("POST", f"{one}/calls"): (THEIRS, None),
        **{("GET", f"{one}/{name}"): (THEIRS, None)
           for name in ("provisions", "variance", "paper", "variance/paper")},
    }  # fmt: skip


def operations() -> set[tuple[str, str]]:
    """Every documented operation."""
    return {(method.upper(), path) for path, methods in api.openapi()["paths"].items() for method in methods}


async def _token(world: World, who: str) -> tuple[str, UUID]:
    async with work(SYSTEM) as w:
        user = await w.get(User, world.people[who].user_id)
        session, _secret = await sessions.open_session(w, user, "api", ip="", user_agent="test")
        return tokens.access_token(user.id, session.id, w.now), session.id


async def _headers(world: World, stranger: str) -> dict[str, str]:
    if stranger == "nobody":
        return {}
    token, session_id = await _token(world, "syndic_a" if stranger == "ended session" else stranger)
    if stranger == "ended session":
        async with work(SYSTEM) as w:
            await sessions.end(w, session_id, "test")
        sessions.forget()
    return {"authorization": f"Bearer {token}"}


async def _everything() -> str:
    """What the database holds of the estate, as one hash, and how many acts were audited on it."""
    async with work(SYSTEM) as w:
        parts = [
            await w.value(f"select coalesce(md5(string_agg(t::text, ' ' order by t.id)), '') from {table} t")
            for table in WATCHED
        ]
        acts = await w.value("select count(*) from audit_entry where organization_id is not null")
    return f"{parts} {acts}"


def test_every_operation_has_a_rule(world_ids: World) -> None:
    assert operations() == set(rules(world_ids, UUID(int=1)))


@pytest.fixture
def world_ids() -> World:
    """A world of empty ids: enough to read the table."""
    zero = UUID(int=0)
    return World(*(dict.fromkeys(("a", "b", "tilia", "T1", "T2", "fagus"), zero) for _ in range(4)))


@pytest.mark.parametrize("stranger", ["nobody", "ended session", "owner_fagus", "syndic_b"])
async def test_strangers_learn_nothing_and_change_nothing(
    world: World, kept: Store, stranger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from koprogo_app import settings as module

    generous = module.settings().model_copy(update={"anonymous_per_minute": 10_000, "failed_logins": 10_000})
    monkeypatch.setattr("koprogo_app.identity.signed_in.settings", lambda: generous)
    headers, (_, foreign_session) = await _headers(world, stranger), await _token(world, "syndic_a")
    ids = {
        "session_id": foreign_session, "organization_id": world.organizations["a"], "unit_id": world.lots["T1"],
        "building_id": world.buildings["tilia"], "owner_id": world.owners["T1"], "code": "4101", "year": "2026",
        **await _paper_and_entry(world),
    }  # fmt: skip
    before, wrong = await _everything(), list[str]()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://localhost:8000") as client:
        for (method, path), (kind, body) in sorted(rules(world, foreign_session).items()):
            asked = {
                ("DELETE", "/api/v1/units/{unit_id}/mandatary"): {"on": SINCE},
                ("GET", "/api/v1/units"): {"building_id": str(ids["building_id"])},
                ("GET", "/api/v1/owners/{owner_id}/account"): {"building_id": str(ids["building_id"])},
            }.get((method, path))
            answer = await client.request(method, path.format(**ids), headers=headers, params=asked, **_sent(body, ids))
            if problem := _wrong(kind, stranger, answer):
                wrong.append(f"{method} {path}: {problem}")
            if path.endswith(("/logout", "/totp")) and headers:
                headers = await _headers(world, stranger)
    assert wrong == []
    assert await _everything() == before


def _sent(body: Any, ids: dict[str, Any]) -> dict[str, Any]:
    if isinstance(body, dict) and "file" in body:
        return {"files": {"file": body["file"]}, "data": {"building_id": str(ids["building_id"]), "kind": "minutes"}}
    if isinstance(body, dict):
        text = json.dumps(body)
        for name, one in ids.items():
            text = text.replace(f"{{{name}}}", str(one))
        return {"json": json.loads(text)}
    return {"content": body}


async def _paper_and_entry(world: World) -> dict[str, Any]:
    """A paper that every owner of the building may read, a bundle of it, and an entry in its books."""
    syndic = world.people["syndic_a"]
    paper = (await put(syndic, building_id=world.buildings["tilia"], visibility="co_owners", title="TILIA 1")).document
    async with work(syndic) as w:
        bundle = await ask_bundle(w, [paper.id])
    books = await open_books(world)
    entry, *_ = await books.post(books.invoice(1000), books.call(500), books.paid(500))
    async with books.at_work() as w:
        account = await open_account(w, books.building, {"iban": "BE68 5390 0754 7034", "fund": "working"})
        lines = await w.value("select array_agg(id) from entry_line where owner_id is not null")
        matching = await match(w, books.building, lines)
    late = datetime(2026, 6, 1, 6, tzinfo=UTC)
    await books.post(books.call(700, "T2"))
    async with work(syndic, now=late) as w:
        (reminder,) = (await prepare(w, books.building)).new
        pause = await begin_pause(w, books.building, world.owners["T3"], "dispute", "TILIA leak")
        await budgets.create(w, books.building, 2027)
    return {
        "reminder_id": reminder, "pause_id": pause.id, "year": 2027,
        "document_id": paper.id, "bundle_id": bundle.id, "entry_id": entry.id, "bank_account_id": account.id,
        "matching_id": matching, **await _invoices(books, account.id), **await _movement(books),
        **await _calls(books),
    }  # fmt: skip


async def _calls(books: Books) -> dict[str, Any]:
    """A posted call, partly paid, its notices asked for, and a plan for the rest."""
    async with books.at_work() as w:
        call = await called(w, books)
        await pay(w, books, 100)
        detail = await call_detail(w, call.id)
        run = await ask(w, call.id, detail.instalments[0].id)
        debt = sum(i.open_cents for i in await open_items(w, books.building, owner_id=books.owner()))
        plan = await agree(w, books.building, books.owner(), spread(debt, 2, w.today), note="TILIA plan")
        settlement = await w.value("select id from settlement limit 1")
    return {"call_id": call.id, "run_id": run.id, "plan_id": plan.id, "settlement_id": settlement}


async def _movement(books: Books) -> dict[str, UUID]:
    """A bank statement with one movement."""
    statement = await bank.statement(books, bank.pay(100, "TILIA 1"))
    async with work(SYSTEM) as w:
        return {"statement_id": statement, "movement_id": await w.value("select id from bank_movement")}


async def _invoices(books: Books, account_id: UUID) -> dict[str, UUID]:
    """A draft with its line, and an approved invoice in a payment order."""
    invoice_id = await draft(books, number="TILIA 1")
    paid = await approved(books, number="TILIA 2", iban="BE11 0001 2345 6748")
    async with books.at_work() as w:
        order = await make_order(w, books.building, account_id, [paid])
        line_id = (await invoice_lines(w, invoice_id))[0].id
    return {
        "invoice_id": invoice_id, "line_id": line_id, "order_id": order.row.id, "supplier_id": books.supplier,
    }  # fmt: skip


def _wrong(kind: str, stranger: str, answer: httpx.Response) -> str:
    status, text = answer.status_code, answer.text
    if any(secret in text for secret in ("TILIA", "Tilia", "tilia1@", "Syndic A")) and stranger != "owner_fagus":
        return f"tells {text[:200]}"
    if "TILIA" in text or "tilia1@" in text:
        return f"tells {text[:200]}"
    if kind == OPEN:
        return "" if status in (401, 422) else str(status)
    if stranger in ("nobody", "ended session"):
        return "" if status == 401 else str(status)
    allowed = {THEIRS: (403, 404), LIST: (200, 403), OWN: (200, 204, 401, 409, 422, 429)}[kind]
    return "" if status in allowed else f"{status} {text[:200]}"

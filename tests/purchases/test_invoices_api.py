"""Invoices over REST: entered, imported, approved, paid; the answers programs get."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from koprogo_app.foundation import storage
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage.store import local_store
from koprogo_app.identity.model import User
from koprogo_app.identity.service import sessions, tokens
from koprogo_app.koprogo_app import api
from koprogo_app.payments.service.bank_accounts import open_account
from tests.ledger.books import Books
from tests.purchases.ubl import PDF, Doc

V1 = "/api/v1"


@pytest.fixture
async def client(books: Books, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The API as the accountant, with a file store of this test."""
    storage.use(local_store(tmp_path / "files"))
    async with work(SYSTEM) as w:
        user = await w.get(User, books.world.people["accountant_a"].user_id)
        session, _ = await sessions.open_session(w, user, "api", ip="", user_agent="test")
        token = tokens.access_token(user.id, session.id, w.now)
    transport = httpx.ASGITransport(api)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000", headers=headers) as one:
        yield one
    storage.use(None)


async def test_from_the_supplier_to_the_file_for_the_bank(books: Books, client: httpx.AsyncClient) -> None:
    base = f"{V1}/buildings/{books.building}"
    supplier = {"name": "Lift SA", "iban": "BE11 0001 2345 6748", "enterprise_number": "1000.000.021"}
    made = (await client.post(f"{base}/suppliers", json=supplier)).json()
    line = {"account": "61011", "net_cents": 10000, "vat_rate": 6, "label": "Visit"}
    body = {"supplier_id": made["id"], "number": "F-9", "dated": "2026-03-02", "lines": [line]}
    draft = (await client.post(f"{base}/invoices", json=body)).json()
    assert (draft["status"], draft["total_cents"], draft["lines"][0]["vat_cents"]) == ("draft", 10600, 600)
    change = {"version": draft["lines"][0]["version"], "vat_cents": 601}
    draft = (await client.patch(f"{V1}/invoice-lines/{draft['lines'][0]['id']}", json=change)).json()
    one = f"{V1}/invoices/{draft['id']}"
    draft = (await client.patch(one, json={"version": draft["version"], "due_on": "2026-04-01"})).json()
    assert (draft["total_cents"], draft["due_on"]) == (10601, "2026-04-01")
    assert (await client.post(f"{one}/approve")).status_code == 409  # it is not submitted yet
    assert (await client.post(f"{one}/submit")).json()["status"] == "submitted"
    approved = (await client.post(f"{one}/approve", json={})).json()
    assert (approved["status"], approved["entry"], approved["open_cents"]) == ("approved", "ACH 1", 10601)
    async with books.at_work() as w:
        account = await open_account(w, books.building, {"iban": "BE68 5390 0754 7034", "fund": "working"})
    order = await client.post(
        f"{base}/payment-orders", json={"bank_account_id": str(account.id), "invoice_ids": [draft["id"]]}
    )
    assert order.status_code == 201 and order.json()["total_cents"] == 10601
    file = await client.get(f"{V1}/payment-orders/{order.json()['id']}/file")
    assert file.headers["content-type"].startswith("application/xml") and "106.01" in file.text
    refused = await client.post(f"{one}/reverse", json={"reason": "Wrong"})
    assert refused.status_code == 409 and "ordre de paiement" in refused.json()["detail"]
    assert (await client.post(f"{V1}/payment-orders/{order.json()['id']}/cancel")).json()["status"] == "cancelled"
    assert (await client.post(f"{one}/reverse", json={"reason": "Wrong"})).json()["status"] == "reversed"
    assert (await client.get(f"{base}/invoices", params={"status": "reversed"})).json()["total"] == 1
    assert (await client.get(f"{base}/suppliers", params={"text": "lift"})).json()["items"][0]["invoices"] == 1


async def test_an_electronic_invoice(books: Books, client: httpx.AsyncClient) -> None:
    url = f"{V1}/buildings/{books.building}/invoices/import"
    answer = await client.put(url, params={"name": "f.xml"}, content=Doc(pdf=PDF).xml())
    assert answer.status_code == 201 and answer.json()["supplier_added"] is True
    found = (await client.get(f"{V1}/invoices/{answer.json()['id']}")).json()
    assert (found["origin"], found["documents"], found["communication"]) == ("ubl", 2, "090933755493")
    again = await client.put(url, params={"name": "f.xml"}, content=Doc().xml())
    assert again.status_code == 409 and again.headers["content-type"] == "application/problem+json"
    wrong = await client.put(url, content=b"<a/>")
    assert wrong.status_code == 422 and wrong.json()["field"] == "file"
    assert (await client.delete(f"{V1}/invoices/{found['id']}")).status_code == 204


async def test_the_rules(books: Books, client: httpx.AsyncClient) -> None:
    url = f"{V1}/buildings/{books.building}/charge-rules"
    assert (await client.get(url)).json() == {"four_eyes": False, "call_days": 30}
    assert (await client.patch(url, json={"four_eyes": True})).status_code == 403  # the syndic's


async def test_an_archive_tells_what_became_of_each(books: Books, client: httpx.AsyncClient) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.xml", Doc(number="A").xml())
        archive.writestr("b.xml", Doc(number="A").xml())
    address = f"{V1}/buildings/{books.building}/invoices/import"
    headers = {"content-type": "application/zip"}
    answer = (await client.put(address, content=out.getvalue(), headers=headers, params={"name": "a.zip"})).json()
    assert answer["id"] is None and [bool(one["id"]) for one in answer["files"]] == [True, False]
    assert answer["text"].startswith("1 facture est maintenant en brouillon · b.xml a été refusé")


async def test_questions_and_payment_over_rest(books: Books, client: httpx.AsyncClient) -> None:
    base = f"{V1}/buildings/{books.building}/invoices"
    line = {"account": "61011", "net_cents": 10000, "vat_rate": 6}
    body = {"supplier_id": str(books.supplier), "dated": "2026-03-02", "paid_by": "debit", "prepaid_cents": 600}
    await client.post(base, json=body | {"number": "A-1"})
    made = (await client.post(base, json=body | {"number": "A 1", "lines": [line]})).json()
    assert (made["questions"], made["payable_cents"], made["paid_by"]) == (["twice"], 10000, "debit")
    assert [one["number"] for one in made["lookalikes"]] == ["A-1"]
    one = f"{V1}/invoices/{made['id']}"
    assert (await client.post(f"{one}/submit")).status_code == 409
    assert (await client.post(f"{one}/decisions", json={"question": "none"})).status_code == 422
    assert (await client.post(f"{one}/decisions", json={"question": "twice"})).json()["questions"] == []
    await client.post(f"{one}/submit")
    assert (await client.post(f"{one}/approve")).json()["open_cents"] == 10000
    assert (await client.post(f"{one}/payment", json={"paid_by": "transfer"})).json()["paid_by"] == "transfer"
    for wrong in ({"prepaid_cents": -1}, {"paid_by": "barter"}):
        assert (await client.post(base, json=body | {"number": "A-3"} | wrong)).status_code == 422

"""The REST API of bank accounts and statements in front of the real database."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from koprogo_app.bank import api as bank_statements
from koprogo_app.demo.coda import COSTS, paid_in, write
from koprogo_app.foundation import limits
from koprogo_app.foundation.api import make_api
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.model import User
from koprogo_app.identity.service import sessions, tokens
from koprogo_app.payments import api as bank_accounts
from tests.bank.bank import IBAN, ON, pay
from tests.ledger.books import Books

pytestmark = pytest.mark.usefixtures("kept")


async def call(books: Books, method: str, path: str, name: str = "accountant_a", **options: Any) -> httpx.Response:
    """One call as one of the world's people."""
    limits.forget_all()
    async with work(SYSTEM) as w:
        user = await w.get(User, books.world.people[name].user_id)
        session, _ = await sessions.open_session(w, user, "api", ip="", user_agent="")
    token = tokens.access_token(user.id, session.id, datetime.now(UTC))
    transport = httpx.ASGITransport(make_api([bank_accounts.router, bank_statements.router]))
    headers = {"authorization": f"Bearer {token}", "accept-language": "fr"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1/bank") as client:
        return await client.request(method, path, headers=headers, **options)


async def test_from_an_account_to_a_posted_movement_and_back(books: Books) -> None:
    accounts = f"/accounts/{books.building}"
    made = await call(books, "POST", accounts, json={"iban": IBAN, "fund": "working"})
    assert (made.status_code, made.json()["account"]) == (201, "551")
    listed = (await call(books, "GET", accounts, "board_tilia")).json()
    assert len(listed["items"]) == 1 and "fonds de réserve" in listed["warnings"][0]
    renamed = await call(books, "PATCH", f"/account/{made.json()['id']}", json={"holder": "ACP Tilia"})
    assert renamed.json()["holder"] == "ACP Tilia"
    seen = {"bic": "GKCCBEBB", "version": made.json()["version"]}
    assert (await call(books, "PATCH", f"/account/{made.json()['id']}", json=seen)).status_code == 409

    payments = [pay(-250, text="FRAIS", code=COSTS), pay(900, "Aunt", "BE26091000009729")]
    data = write([paid_in(IBAN, "TILIA", 1, 0, date(2026, 3, 11), payments)])
    path = f"/statements/{books.building}"
    sent = await call(books, "POST", path, files={"file": ("x.cod", data, "text/plain")})
    assert sent.status_code == 201 and sent.json()["statements"][0]["new"]
    again = await call(books, "POST", path, files={"file": ("x.cod", data, "text/plain")})
    assert not again.json()["statements"][0]["new"] and again.json()["document_id"] is None
    broken = await call(books, "POST", path, files={"file": ("x.cod", data[:-40], "text/plain")})
    assert broken.status_code == 422 and broken.json()["detail"].startswith("La ligne")
    (row,) = (await call(books, "GET", path)).json()["items"]
    assert (row["name"], row["new_cents"], row["open_count"]) == ("2026/1", 650, 2)

    one = f"/statement/{row['id']}"
    assert (await call(books, "POST", f"{one}/confirm")).json() == {"posted": 1}
    detail = (await call(books, "GET", one, "board_tilia")).json()
    costs, aunt = detail["movements"]
    assert (costs["entry"], costs["by"], detail["recognised"]) == ("BQE 1", "costs", 50)
    share = {"owner_id": str(books.owner()), "cents": 899}
    refused = await call(books, "PUT", f"/movement/{aunt['id']}/shares", json={"shares": [share]})
    assert refused.status_code == 422 and refused.json()["field"] == "parts"
    share["cents"] = 900
    assert (await call(books, "PUT", f"/movement/{aunt['id']}/shares", json={"shares": [share]})).status_code == 204
    posted = (await call(books, "POST", f"/movement/{aunt['id']}/confirm")).json()
    assert (posted["journal"], posted["number"]) == ("BQE", 2)
    (payer,) = (await call(books, "GET", f"/payers/{books.building}", "board_tilia")).json()["items"]
    assert (payer["payer"], payer["incoming"], payer["sole"]) == ("BE26091000009729", True, False)
    assert (payer["shown"], payer["is_account"], payer["owner_id"]) == (payer["payer"], True, str(books.owner()))
    assert (await call(books, "PATCH", f"/payer/{payer['id']}", json={"sole": True})).status_code == 204
    assert (await call(books, "GET", f"/payers/{books.building}")).json()["items"][0]["sole"]
    assert (await call(books, "POST", f"{one}/remove", json={"reason": "Wrong"})).status_code == 409
    assert (await call(books, "DELETE", f"/payer/{payer['id']}")).status_code == 204
    assert (await call(books, "GET", f"/payers/{books.building}")).json()["total"] == 0
    back = (await call(books, "POST", f"/movement/{aunt['id']}/undo", json={"reason": "Wrong"})).json()
    assert back["number"] == 3
    assert (await call(books, "GET", one)).json()["movements"][1]["entry"] == ""
    assert date.fromisoformat(aunt["booked_on"]) == ON


async def test_one_may_only_look(books: Books) -> None:
    made = (await call(books, "POST", f"/accounts/{books.building}", json={"iban": IBAN, "fund": "working"})).json()
    for method, path, body in (
        ("POST", f"/accounts/{books.building}", {"iban": "BE54 0000 0000 9797", "fund": "reserve"}),
        ("PATCH", f"/account/{made['id']}", {"bic": "GKCCBEBB"}),
    ):
        assert (await call(books, method, path, "board_tilia", json=body)).status_code == 403
        assert (await call(books, method, path, "syndic_b", json=body)).status_code == 404


async def test_a_file_of_the_office_and_a_statement_removed(books: Books) -> None:
    await call(books, "POST", f"/accounts/{books.building}", json={"iban": IBAN, "fund": "working"})
    mine, other = (paid_in(iban, "X", 1, 0, date(2026, 3, 11), [pay(900)]) for iban in (IBAN, "BE54000000009797"))
    files = {"file": ("x.cod", write([mine, other]), "text/plain")}
    sent = await call(books, "POST", "/office/statements", files=files)
    assert sent.status_code == 201
    (part,), (aside,) = sent.json()["parts"], sent.json()["aside"]
    assert (part["building_id"], part["refused"], part["statements"][0]["new"]) == (str(books.building), "", True)
    assert aside["iban"] == "BE54000000009797" and "compte" in aside["why"]
    again = await call(books, "POST", f"/statements/{books.building}", files=files)
    assert [one["name"] for one in again.json()["aside"]] == ["2026/1"]
    assert (await call(books, "POST", "/office/statements", "owner_tilia", files=files)).status_code == 403
    where = f"/statement/{part['statements'][0]['id']}"
    assert (await call(books, "POST", f"{where}/remove", json={"reason": "wrong file"})).status_code == 204
    assert (await call(books, "GET", where)).status_code == 404

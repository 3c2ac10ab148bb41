"""The REST API of the books in front of the real database."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from koprogo_app.foundation import limits
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.rest.api import make_api
from koprogo_app.identity.model import User
from koprogo_app.identity.service import sessions, tokens
from koprogo_app.ledger import api, matching_api
from koprogo_app.ledger.rules.integrity import Check
from tests.ledger.books import Books


async def call(books: Books, name: str, method: str, path: str, **options: Any) -> httpx.Response:
    """One call as one of the world's people."""
    limits.forget_all()
    async with work(SYSTEM) as w:
        user = await w.get(User, books.world.people[name].user_id)
        session, _ = await sessions.open_session(w, user, "api", ip="", user_agent="")
    token = tokens.access_token(user.id, session.id, datetime.now(UTC))
    transport = httpx.ASGITransport(make_api([api.router, matching_api.router]))
    headers = {"authorization": f"Bearer {token}", "accept-language": "fr"} | options.pop("headers", {})
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1/financial") as client:
        return await client.request(method, path, headers=headers, **options)


@pytest.fixture
def entry(books: Books) -> dict[str, Any]:
    lines = [{"account": "61210", "cents": 500}, {"account": "440", "cents": -500, "supplier_id": str(books.supplier)}]
    return {"journal": "ACH", "on": "2026-03-01", "document_ref": "F-9", "lines": lines}


async def test_an_entry_goes_in_once_and_comes_back_sealed(books: Books, entry: dict[str, Any]) -> None:
    path, key = f"/entries/{books.building}", {"idempotency-key": "one"}
    first = await call(books, "accountant_a", "POST", path, json=entry, headers=key)
    again = await call(books, "accountant_a", "POST", path, json=entry, headers=key)
    assert (first.status_code, first.json()["number"], first.json()["seal"]) == (201, 1, 1)
    assert again.json()["id"] == first.json()["id"]
    found = (await call(books, "board_tilia", "GET", f"{path}?text=F-9&from=2026-01-01")).json()
    assert (found["total"], found["items"][0]["cents"]) == (1, 500)
    detail = (await call(books, "board_tilia", "GET", f"/entry/{first.json()['id']}")).json()
    assert detail == first.json() and detail["lines"][1]["party"] == "Électricité SA"
    back = await call(books, "accountant_a", "POST", f"/entry/{detail['id']}/reverse", json={"reason": "Wrong"})
    assert (back.status_code, back.json()["reversal_of"]) == (201, detail["id"])
    assert (
        await call(books, "accountant_a", "POST", f"/entry/{detail['id']}/reverse", json={"reason": "W"})
    ).status_code == 409
    seal = (await call(books, "board_tilia", "GET", f"/seal/{books.building}")).json()
    assert (seal["level"], seal["version"], {f["check"] for f in seal["findings"]} >= set(Check)) == ("good", 2, True)


async def test_one_cent_and_a_stranger_are_refused(books: Books, entry: dict[str, Any]) -> None:
    path = f"/entries/{books.building}"
    entry["lines"][0]["cents"] = 501
    wrong = await call(books, "accountant_a", "POST", path, json=entry)
    assert wrong.status_code == 422 and wrong.json()["field"] == "lines" and "0,01" in wrong.json()["detail"]
    assert (await call(books, "board_tilia", "POST", path, json=entry)).status_code == 403
    for read in ("accounts", "entries", "trial-balance", "balance-sheet", "income-statement", "seal"):
        assert (await call(books, "syndic_b", "GET", f"/{read}/{books.building}")).status_code == 404
        assert (await call(books, "owner_fagus", "GET", f"/{read}/{books.building}")).status_code == 404
        assert (await call(books, "syndic_a", "GET", f"/{read}/{books.world.buildings['fagus']}")).status_code == 409


async def test_statements(books: Books) -> None:
    await books.post(books.call(100_00), books.invoice(30_00))
    days = "?from=2026-01-01&to=2026-12-31"
    trial = (await call(books, "board_tilia", "GET", f"/trial-balance/{books.building}{days}")).json()
    assert trial["balanced"] and [row["code"] for row in trial["rows"]] == ["4101", "440", "61210", "701"]
    assert trial["rows"][1]["label"] == "Fournisseurs"
    sheet = (await call(books, "board_tilia", "GET", f"/balance-sheet/{books.building}?to=2026-12-31")).json()
    assert (sheet["assets"]["total_cents"], sheet["result_cents"], sheet["balanced"]) == (100_00, 70_00, True)
    income = (await call(books, "board_tilia", "GET", f"/income-statement/{books.building}{days}")).json()
    assert (income["costs"]["total_cents"], income["result_cents"], income["previous_start"]) == (30_00, 70_00, None)
    moves = (await call(books, "board_tilia", "GET", f"/accounts/{books.building}/41/movements")).json()
    assert [m["balance"] for m in moves["items"]] == [100_00]
    chart = (await call(books, "board_tilia", "GET", f"/accounts/{books.building}")).json()
    assert len(chart) == 305
    assert (await call(books, "board_tilia", "GET", f"/accounts/{books.building}/3/movements")).status_code == 404

"""Budgets through the API: drafted, filled, voted, compared."""

from datetime import date
from typing import Any

import httpx
import pytest

from koprogo_app.koprogo_app import api
from tests.clients import headers_of
from tests.ledger.books import Books


@pytest.fixture
async def client(books: Books):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://localhost:8000") as client:
        client.headers.update(await headers_of(books.world, "syndic_a"))
        yield client


async def asked(client: httpx.AsyncClient, method: str, path: str, status: int, **sent: Any) -> Any:
    answer = await client.request(method, path, **sent)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.headers["content-type"].startswith("application/json") else answer


async def test_the_life_of_a_budget(books: Books, client: httpx.AsyncClient) -> None:
    base = f"/api/v1/buildings/{books.building}/budgets"
    made = await asked(client, "POST", base, 201, json={"year": 2026})
    assert (made["status"], made["start"], made["lines"]) == ("draft", "2026-01-01", [])
    assert made["reserve"]["status"] == "unknown_acceptance"
    one = f"{base}/2026"
    lines = [{"account_code": "61210", "cents": 1_200_000}, {"account_code": "700", "cents": 60_000}]
    filled = await asked(client, "PUT", f"{one}/lines", 200, json={"lines": lines, "frequency": "monthly"})
    assert (filled["cents"], filled["frequency"], len(filled["lines"])) == (1_260_000, "monthly", 2)
    bad = await client.put(f"{one}/lines", json={"lines": [{"account_code": "4101", "cents": 1}]})
    assert bad.status_code == 422 and "lines.0.account_code" in bad.text
    await asked(client, "POST", f"{one}/vote", 409, json={"voted_on": "2026-03-01", "decision": "x"})
    await asked(client, "POST", f"{one}/submit", 200)
    back = await asked(client, "POST", f"{one}/reject", 200, json={"reason": "too low"})
    assert back["rejection"] == "too low"
    await asked(client, "POST", f"{one}/submit", 200)
    await asked(client, "POST", f"{one}/vote", 200, json={"voted_on": "2026-03-01", "decision": "point 5"})
    assert (await asked(client, "POST", f"{one}/activate", 200))["status"] == "active"
    await asked(client, "PUT", f"{one}/lines", 409, json={"lines": []})
    parts = await asked(client, "GET", f"{one}/provisions", 200)
    assert len(parts) == 12 and sum(sum(part["lots"].values()) for part in parts) == 1_260_000
    await books.post(books.invoice(336_000, "61210", date(2026, 3, 10)))
    seen = await asked(client, "GET", f"{one}/variance?to=2026-03", 200)
    line = seen["lines"][0]
    assert (line["name"], line["budget_to_date"], line["actual_to_date"], line["over"]) == (
        "61210", 300_000, 336_000, True,
    )  # fmt: skip
    assert seen["total"]["actual_to_date"] == 336_000 and seen["reported"] == 3
    await asked(client, "GET", f"{one}/variance?to=2027-03", 422)
    assert [row["year"] for row in await asked(client, "GET", base, 200)] == [2026]
    paper = await asked(client, "GET", f"{one}/paper", 200)
    assert paper.content.startswith(b"%PDF")
    sheet = await asked(client, "GET", f"{one}/variance/paper?format=xlsx&to=2026-03&lang=nl", 200)
    assert sheet.content.startswith(b"PK")
    assert (await asked(client, "POST", f"{one}/calls", 201))["call_id"]

"""Calls, accounts, payments and plans over REST; a repeated command with the same key changes nothing."""

from collections.abc import AsyncIterator

import httpx
import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.model import User
from koprogo_app.identity.service import sessions, tokens
from koprogo_app.koprogo_app import api
from tests.ledger.books import Books

V1 = "/api/v1"


async def client_of(books: Books, name: str) -> httpx.AsyncClient:
    async with work(SYSTEM) as w:
        user = await w.get(User, books.world.people[name].user_id)
        session, _ = await sessions.open_session(w, user, "api", ip="", user_agent="test")
        token = tokens.access_token(user.id, session.id, w.now)
    headers = {"authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://localhost:8000", headers=headers)


@pytest.fixture
async def client(books: Books) -> AsyncIterator[httpx.AsyncClient]:
    """The API as the accountant."""
    async with await client_of(books, "accountant_a") as one:
        yield one


BODY = {
    "label": "Premier trimestre", "decision_ref": "AG 2025, point 4",
    "parts": [{"kind": "working", "cents": 100_001}, {"kind": "reserve", "cents": 20_000}],
    "instalments": [{"called_on": "2026-03-01", "due_on": "2026-03-31"}],
}  # fmt: skip


async def test_from_the_preview_to_the_paid_call(books: Books, client: httpx.AsyncClient) -> None:
    base = f"{V1}/buildings/{books.building}"
    preview = (await client.post(f"{base}/calls/preview", json=BODY)).json()
    assert sum(line["cents"] for line in preview["lines"]) == preview["cents"] == 120_001
    draft = await client.post(f"{base}/calls", json=BODY)
    assert draft.status_code == 201 and draft.json()["lines"] == []
    one = f"{V1}/calls/{draft.json()['id']}"
    changed = await client.put(one, json={**BODY, "label": "T1", "version": 1})
    assert (changed.json()["label"], changed.json()["version"]) == ("T1", 2)
    assert (await client.put(one, json={**BODY, "version": 1})).status_code == 409
    key = {"idempotency-key": "post-1"}
    posted = [await client.post(f"{one}/post", headers=key) for _ in range(2)]
    assert [p.status_code for p in posted] == [200, 200] and posted[0].json() == posted[1].json()
    assert sum(line["cents"] for line in posted[0].json()["lines"]) == 120_001
    assert (await client.post(f"{one}/post")).status_code == 409
    owner = str(books.owner())
    payment = {"owner_id": owner, "cents": 48_001, "on": "2026-03-10", "journal": "BQE", "reference": "EXT 1"}
    paid = await client.post(f"{base}/payments", json=payment)
    assert paid.status_code == 201 and paid.json()["journal"] == "BQE"
    account = (await client.get(f"{V1}/owners/{owner}/account", params={"building_id": str(books.building)})).json()
    assert (account["balance_cents"], account["open"], account["total"]) == (0, [], 4)
    assert account["communication"].startswith("+++") and sum(s["cents"] for s in account["settled"]) == 48_001
    assert (await client.get(f"{base}/calls")).json()["items"][0]["paid_cents"] == 48_001
    assert (await client.post(f"{base}/payments", json={**payment, "kind": "refund"})).status_code == 422
    undone = await client.delete(f"{V1}/settlements/{account['settled'][0]['id']}")
    assert undone.status_code == 204
    assert (await client.post(f"{one}/cancel", json={"reason": "Clé"})).json()["status"] == "cancelled"


async def test_a_plan_over_rest(books: Books, client: httpx.AsyncClient) -> None:
    base, owner = f"{V1}/buildings/{books.building}", str(books.owner())
    await books.post(books.call(10_000))
    terms = [{"due_on": "2100-01-01", "cents": 6_000}, {"due_on": "2100-02-01", "cents": 1}]
    body = {"owner_id": owner, "terms": terms}
    assert (await client.post(f"{base}/plans", json=body)).status_code == 422
    terms[1]["cents"] = 4_000
    made = await client.post(f"{base}/plans", json=body)
    assert made.status_code == 201 and made.json()["state"] == "kept"
    assert [one["id"] for one in (await client.get(f"{base}/plans")).json()] == [made.json()["id"]]
    ended = await client.post(f"{V1}/plans/{made.json()['id']}/end", json={"reason": "Payé"})
    assert ended.json()["state"] == "ended"


async def test_an_owner_reads_her_own_account_only(books: Books) -> None:
    await books.post(books.call(10_000), books.call(5_000, "T2"))
    where = {"building_id": str(books.building)}
    async with await client_of(books, "owner_tilia") as hers:
        mine = await hers.get(f"{V1}/owners/{books.owner()}/account", params=where)
        assert mine.json()["balance_cents"] == 10_000
        assert (await hers.get(f"{V1}/owners/{books.owner('T2')}/account", params=where)).status_code == 403
        assert (await hers.get(f"{V1}/buildings/{books.building}/calls")).status_code == 403

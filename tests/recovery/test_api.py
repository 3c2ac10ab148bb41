"""Recovery over REST."""

from datetime import timedelta

import httpx
from fastapi import FastAPI

from koprogo_app.foundation.rest.api import make_api
from koprogo_app.recovery.api import router
from tests.documents.conftest import token_of
from tests.recovery.arrears import Late
from tests.world import today


async def client(api: FastAPI, late: Late, name: str) -> httpx.AsyncClient:
    """A signed-in client."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(api), base_url="http://test/api/v1",
        headers={"authorization": f"Bearer {await token_of(late.books.world, name)}"},
    )  # fmt: skip


async def test_from_the_list_to_the_letter(late: Late) -> None:
    await late.books.open_until(today())
    await late.called(412_36, on=today() - timedelta(days=20))
    async with await client(make_api([router]), late, "accountant_a") as office:
        building = f"/buildings/{late.building}"
        (row,) = (await office.get(f"{building}/arrears")).json()["items"]
        assert (row["ages"]["late_cents"], row["days"], row["level"]) == (412_36, 20, 0)
        made = await office.post(f"{building}/reminders")
        assert made.status_code == 201
        (reminder,) = made.json()["reminders"]
        letter = await office.get(f"/reminders/{reminder}/pdf")
        assert letter.headers["content-type"] == "application/pdf" and letter.content.startswith(b"%PDF")
        refused = await office.post(f"/reminders/{reminder}/proof", json={"tracking": "RR123456789BE"})
        assert refused.status_code == 409
        changed = await office.patch(
            f"{building}/recovery-policy", json={"levels": {"2": {"costs_cents": 500}}, "guard": True}
        )
        assert (changed.json()["levels"][1]["costs_cents"], changed.json()["guard"]) == (500, True)
        wrong = await office.patch(f"{building}/recovery-policy", json={"levels": {"1": {"costs_cents": 500}}})
        assert wrong.status_code == 422 and wrong.json()["field"] == "costs_1"
        gone = await office.post(f"/reminders/{reminder}/cancel", json={"reason": "Paid in cash"})
        assert (gone.json()["status"], gone.json()["debts"][0]["open_cents"]) == ("cancelled", 412_36)

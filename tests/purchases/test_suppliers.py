"""The record of suppliers: over REST, as a sheet, on its page."""

import csv
import io

import httpx
import pytest

from koprogo_app.foundation.errors import Invalid
from koprogo_app.purchases.service.suppliers import SUPPLIER
from koprogo_app.purchases.state.suppliers import Suppliers
from tests.ledger.books import Books
from tests.purchases.test_invoices_api import V1, client
from tests.states import opened

__all__ = ["client"]
GONE = {"name": "Gone SA", "city": "Liège", "enterprise_number": "1000.000.021", "iban": "BE68 5390 0754 7034"}


async def test_a_supplier_is_added_listed_changed_and_taken_out_of_use(books: Books, client: httpx.AsyncClient) -> None:
    base = f"{V1}/buildings/{books.building}/suppliers"
    made = await client.post(base, json=GONE, headers={"idempotency-key": "once"})
    again = await client.post(base, json=GONE, headers={"idempotency-key": "once"})
    assert made.status_code == 201 and again.json() == made.json()
    one = made.json()
    assert list(one) == [
        "id", "name", "enterprise_number", "iban", "email", "street", "postal_code", "city", "country",
        "default_account", "archived", "version", "invoices", "open_cents",
    ]  # fmt: skip
    assert (one["iban"], one["country"], one["version"], one["open_cents"]) == ("BE68539007547034", "BE", 1, 0)
    listed = (await client.get(base, params={"text": "1000.000", "sort": "-open"})).json()
    assert [row["name"] for row in listed["items"]] == ["Gone SA"] and next(iter(listed)) == "items"
    assert (await client.get(base, params={"sort": "iban"})).json()["field"] == "sort"
    stale = await client.patch(f"{base}/{one['id']}", json={"version": 9, "city": "Namur"})
    assert stale.status_code == 409
    changed = await client.patch(f"{base}/{one['id']}", json={"version": 1, "city": "Namur", "archived": True})
    assert (changed.json()["city"], changed.json()["version"], changed.json()["archived"]) == ("Namur", 2, True)
    assert "Gone SA" not in (await client.get(base)).text
    assert "Gone SA" in (await client.get(base, params={"archived": "true"})).text


async def test_the_sheet_holds_every_supplier(books: Books, client: httpx.AsyncClient) -> None:
    base = f"{V1}/buildings/{books.building}/suppliers"
    await client.post(base, json=GONE)
    text = await client.get(f"{base}.csv", params={"lang": "en"})
    assert text.headers["content-disposition"] == 'attachment; filename="suppliers.csv"'
    lines = list(csv.DictReader(io.StringIO(text.content.decode("utf-8-sig")), delimiter=";"))
    assert "Gone SA" in {line["Supplier"] for line in lines}
    assert lines[0].keys() >= {"Enterprise number", "Owed"}
    book = await client.get(f"{base}.xlsx")
    assert book.status_code == 200 and book.content.startswith(b"PK")
    assert (await client.get(f"{base}.pdf")).status_code == 422


async def test_the_page_adds_changes_and_takes_out_of_use(books: Books) -> None:
    page = await opened(Suppliers, books.world.people["accountant_a"], f"/buildings/{books.building}/suppliers")
    assert page.state.ready and page.state.write and page.state.building == "Tilia"
    await page.send("ask", "add")
    await page.send("create", {"name": "", "iban": "BE00"})
    assert page.state.errors and page.state.dialog.name == "add"
    await page.send("create", GONE)
    assert page.notices() == ["done: The supplier is added."] and page.state.dialog.name == ""
    row = next(row for row in page.state.rows if row["label"] == "Gone SA")
    assert row["cells"]["enterprise_number"] == "1000.000.021"
    typed = {"row": row["id"], "field": "iban", "value": "be11 0001 2345 6748", "version": row["version"]}
    await page.send("save_cells", [typed, {**typed, "field": "iban", "value": "BE00"}])
    saved, refused = page.state.outcomes
    assert (saved["value"], saved["version"]) == ("BE11 0001 2345 6748", 2) and refused["error"]["text"]
    await page.send("act", row["id"], "archive")
    assert "Gone SA" not in [one["label"] for one in page.state.rows]
    await page.go(f"/buildings/{books.building}/suppliers?show=archived")
    await page.send("act", row["id"], "restore")
    assert "note" not in next(one for one in page.state.rows if one["label"] == "Gone SA")


async def test_a_board_member_reads_the_page_and_cannot_write(books: Books) -> None:
    page = await opened(Suppliers, books.world.people["board_tilia"], f"/buildings/{books.building}/suppliers")
    assert page.state.ready and not page.state.write
    with pytest.raises(PermissionError):
        await page.send("act", str(books.supplier), "archive")


@pytest.mark.parametrize(("code", "taken"), [("61011", True), ("6101", False), ("61", False), ("", True)])
async def test_a_heading_is_no_usual_account(books: Books, code: str, taken: bool) -> None:
    async with books.at_work() as w:
        made = await SUPPLIER.add(w, books.building, {"name": "Lift", "default_account": "61011"})
    for act in ("add", "change"):
        try:
            async with books.at_work() as w:
                if act == "add":
                    await SUPPLIER.add(w, books.building, {"name": f"Firm {code}", "default_account": code})
                else:
                    await SUPPLIER.change(w, made.id, made.version, {"default_account": code})
        except Invalid as refused:
            assert not taken and refused.field == "default_account"
        else:
            assert taken


async def test_a_heading_of_one_chart_may_be_posted_on_in_another(books: Books) -> None:
    async with books.at_work() as w:
        await w.execute(
            "update account set postable = true where building_id = %(b)s and code = '6101'", b=books.building
        )
        await SUPPLIER.add(w, books.building, {"name": "Lift", "default_account": "6101"})

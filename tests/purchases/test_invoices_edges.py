"""Invoices at their edges: days and lengths that are just in or just out, who did what when, versions, traces."""

from datetime import date
from typing import Any

import pytest

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.model import Supplier
from koprogo_app.purchases.queries.invoices import invoice_detail
from koprogo_app.purchases.service import invoice_lines, invoices
from tests.ledger.books import Books
from tests.purchases.invoices import DATED, approved, draft, invoice, submitted

NUMBER = "+++010/8068/17183+++"


async def traces(w: Work, made: Any) -> list[tuple[str, dict[str, Any]]]:
    """What the audit trail says of an invoice, in order: the act, and what it says was after it."""
    rows = await w.rows("select action, after from audit_entry where entity_id = %(i)s order by id", dict, i=str(made))
    return [(row["action"], row["after"]) for row in rows]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"dated": date(1989, 12, 31)}, "dated"),
        ({"dated": date(2101, 1, 1)}, "dated"),
        ({"due_on": date(2101, 1, 1)}, "due_on"),
        ({"dated": DATED, "due_on": date(2026, 3, 1)}, "due_on"),
        ({"number": "x" * 101}, "number"),
        ({"number": ""}, "number"),
        ({"communication": "x" * 141}, "communication"),
        ({"communication": "+++010/8068/17184+++"}, "communication"),
        ({"supplier_id": None}, "supplier_id"),
        ({"kind": "reminder"}, "kind"),
    ],
)
async def test_just_out(books: Books, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as error:
        await draft(books, **values)
    assert error.value.field == field


async def test_just_in(books: Books) -> None:
    first = await draft(books, number="x" * 100, dated=date(1990, 1, 1), due_on=date(1990, 1, 1), communication=NUMBER)
    last = await draft(books, number="y", dated=date(2100, 12, 31), due_on="", communication="z" * 140)
    row, late = await invoice(books, first), await invoice(books, last)
    assert (row.dated, row.due_on, row.communication, row.message) == (
        date(1990, 1, 1), date(1990, 1, 1), "010806817183", "",
    )  # fmt: skip
    assert (late.dated, late.due_on, late.communication, late.message) == (date(2100, 12, 31), None, "", "z" * 140)
    assert (row.kind, row.status, row.origin, row.version) == ("invoice", "draft", "manual", 1)
    assert row.author_id == books.world.people["accountant_a"].user_id


async def test_a_supplier_of_another_organisation_is_none(books: Books) -> None:
    async with work(SYSTEM) as w:
        other = await w.add(Supplier(organization_id=books.world.organizations["b"], name="Autre"))
    with pytest.raises(Invalid) as error:
        await draft(books, supplier_id=other.id)
    assert error.value.field == "supplier_id"


async def test_a_change_counts_once_and_only_when_it_is_one(books: Books) -> None:
    made = await draft(books)
    async with books.at_work() as w:
        before = (await invoice(books, made)).version
        assert (await invoices.change_invoice(w, made, before, {"number": "F-1"})).version == before
        assert (await invoices.change_invoice(w, made, before, {"number": "F-2"})).version == before + 1
        assert [act for act, _ in await traces(w, made)].count("invoice.updated") == 1
    for stale in (before, before + 2):
        with pytest.raises(Conflict, match="Somebody else"):
            async with books.at_work() as w:
                await invoices.change_invoice(w, made, stale, {"number": "F-3"})


async def test_a_due_day_alone_is_held_against_the_invoices_own_day(books: Books) -> None:
    made = await draft(books)
    async with books.at_work() as w:
        version = (await invoice(books, made)).version
        row = await invoices.change_invoice(w, made, version, {"due_on": DATED})
        assert row.due_on == DATED
        with pytest.raises(Invalid) as error:
            await invoices.change_invoice(w, made, row.version, {"due_on": date(2026, 3, 1)})
        assert error.value.field == "due_on"
        row = await invoices.change_invoice(w, made, row.version, {"due_on": ""})
        assert row.due_on is None


async def test_each_step_says_who_and_when_and_raises_the_version(books: Books) -> None:
    made = await draft(books)
    version = (await invoice(books, made)).version
    async with books.at_work() as w:
        row = await invoices.submit(w, made)
        assert (row.submitted_by, row.submitted_at, row.version) == (w.principal.user_id, w.now, version + 1)
    async with books.at_work("syndic_a") as w:
        row = await invoices.reject(w, made, "r" * 500)
        assert (row.rejected_by, row.rejected_at, row.version) == (w.principal.user_id, w.now, version + 2)
        assert (row.status, row.reason) == ("rejected", "r" * 500)
    async with books.at_work() as w:
        await invoices.submit(w, made)
        row = await invoices.withdraw(w, made)
        assert (row.status, row.version) == ("draft", version + 4)
        await invoices.submit(w, made)
    async with books.at_work("syndic_a") as w:
        posted = await invoices.approve(w, made)
        row = await invoices.open_invoice(w, made)
        assert (row.approved_by, row.approved_at, row.entry_id) == (w.principal.user_id, w.now, posted.id)
        assert (row.status, row.reason, posted.on) == ("approved", "", DATED)
    async with books.at_work() as w:
        said = await traces(w, made)
    assert [act for act, _ in said if not act.startswith("invoice.line")] == [
        "invoice.created", "invoice.submitted", "invoice.rejected", "invoice.submitted", "invoice.withdrawn",
        "invoice.submitted", "invoice.approved",
    ]  # fmt: skip
    assert said[-1][1] == {"number": "F-1", "entry": f"{posted.journal} {posted.number}"}
    assert next(after for act, after in said if act == "invoice.rejected")["reason"] == "r" * 500


async def test_only_what_waits_is_approved_rejected_or_withdrawn(books: Books) -> None:
    made, posted = await draft(books), await approved(books, number="F-2")
    for one in (made, posted):
        for act in (
            lambda w, one=one: invoices.approve(w, one),
            lambda w, one=one: invoices.reject(w, one, "No"),
            lambda w, one=one: invoices.withdraw(w, one),
        ):
            with pytest.raises(Conflict, match="not waiting"):
                async with books.at_work() as w:
                    await act(w)


async def test_a_reason_of_more_than_five_hundred_characters_is_refused(books: Books) -> None:
    made = await submitted(books)
    with pytest.raises(Invalid) as error:
        async with books.at_work() as w:
            await invoices.reject(w, made, "r" * 501)
    assert error.value.field == "reason"


async def test_the_line_that_is_wrong_is_named_by_its_place(books: Books) -> None:
    lot = books.world.lots["T1"]
    whole = {"account": "61210", "net": 100, "vat_rate": 6}
    for number, wrong in enumerate(({"net": 100}, {"account": "643", "net": 100}), 1):
        made = await draft(books, whole, wrong, number=f"W-{number}")
        with pytest.raises(Invalid) as error:
            async with books.at_work() as w:
                await invoices.submit(w, made)
        assert (error.value.field, error.value.params) == ("lines", {"number": 2})
    await submitted(books, whole, {"net": 100, "divided_by": f"lot:{lot}"}, number="W-3")


async def test_a_private_cost_of_a_day_on_which_nobody_owns_the_lot_is_not_posted(books: Books) -> None:
    line = {"net": 100, "vat_rate": 0, "divided_by": f"lot:{books.world.lots['T1']}"}
    before, first = date(2019, 12, 31), date(2020, 1, 1)
    made = await submitted(books, line, dated=before)
    with pytest.raises(Invalid, match="Nobody owns") as error:
        async with books.at_work() as w:
            await invoices.approve(w, made, on=DATED)
    assert (error.value.field, error.value.params) == ("lines", {"lot": "T1", "day": before})
    made = await submitted(books, line, dated=first, number="F-2")
    async with books.at_work() as w:
        await invoices.approve(w, made, on=DATED)


async def test_only_what_is_approved_is_taken_back_with_a_reason_and_once(books: Books) -> None:
    waiting, made = await submitted(books, number="F-2"), await approved(books)
    with pytest.raises(Conflict, match="Only an approved"):
        async with books.at_work() as w:
            await invoices.take_back(w, waiting, "No")
    with pytest.raises(Invalid) as error:
        async with books.at_work() as w:
            await invoices.take_back(w, made, "  ")
    assert error.value.field == "reason"
    async with books.at_work() as w:
        back = await invoices.take_back(w, made, " Twice ", date(2026, 3, 9))
        assert (await traces(w, made))[-1][0] == "invoice.reversed"
        assert (await traces(w, made))[-1][1] == {"reason": "Twice", "entry": f"{back.number}"}
    assert back.on == date(2026, 3, 9)
    with pytest.raises(Conflict, match="Only an approved"):
        async with books.at_work() as w:
            await invoices.take_back(w, made, "Again")


async def test_a_draft_thrown_away_leaves_its_trace(books: Books) -> None:
    made = await draft(books)
    async with books.at_work() as w:
        await invoices.remove_invoice(w, made)
        assert (await traces(w, made))[-1][0] == "invoice.removed"
        assert await w.value("select count(*) from invoice_line where invoice_id = %(i)s", i=made) == 0


async def test_a_line_is_not_added_to_what_is_posted(books: Books) -> None:
    made = await approved(books)
    with pytest.raises(Conflict):
        async with books.at_work() as w:
            await invoice_lines.add_line(w, made, {"net": 1})
    async with books.at_work() as w:
        assert len((await invoice_detail(w, made)).lines) == 1

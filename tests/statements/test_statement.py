"""The yearly statement over real books: exact over all owners, by days over a sale, read only by those who may."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from koprogo_app.estate.model import Owner, Ownership
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Forbidden, NotFound
from koprogo_app.foundation.model import span
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.model import User
from koprogo_app.ledger.queries import frames
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.purchases.model import Invoice, InvoiceLine
from koprogo_app.statements.rules.statement import vat_rows
from koprogo_app.statements.service.own_charges import own_charges
from koprogo_app.statements.service.statement import Statement, yearly
from koprogo_app.statements.service.statement_papers import owner_charges
from tests.ledger.books import NOW, Books, open_books
from tests.purchases.invoices import approved
from tests.world import World


@pytest.fixture
async def books(world: World) -> Books:
    frames.forget()
    return await open_books(world)


async def account(w: Work, books: Books, code: str) -> UUID:
    found: UUID = await w.value(
        "select id from account where building_id = %(b)s and code = %(c)s", b=books.building, c=code
    )
    return found


async def invoiced(
    books: Books, number: str, on: date, lines: Sequence[dict[str, object]], kind: str = "invoice"
) -> entries.Posted:
    """An approved invoice as its approval leaves it: posted, with its lines."""
    sign = -1 if kind == "credit_note" else 1
    async with work(books.world.people["accountant_a"], now=NOW) as w:
        drafts = [
            DraftLine(str(line["account"]), sign * (int(str(line["net"])) + int(str(line["vat"]))), label=number)
            for line in lines
        ]
        total = sum(draft.cents for draft in drafts)
        posted = await entries.post(
            w, books.building, Draft("ACH", on, number, [*drafts, DraftLine("440", -total, supplier_id=books.supplier)])
        )
        net, vat = (sum(int(str(line[name])) for line in lines) for name in ("net", "vat"))
        organization = books.world.organizations["a"]
        row = await w.add(
            Invoice(organization_id=organization, building_id=books.building, supplier_id=books.supplier, kind=kind,
                    number=number, dated=on, net_cents=net, vat_cents=vat, total_cents=net + vat)
        )  # fmt: skip
        for position, line in enumerate(lines):
            start, end = line.get("period", (None, None))  # type: ignore[misc]
            await w.add(
                InvoiceLine(organization_id=organization, building_id=books.building, invoice_id=row.id,
                            position=position, account_id=await account(w, books, str(line["account"])), label=number,
                            net_cents=line["net"], vat_rate=line.get("rate", 21), vat_cents=line["vat"],
                            key_id=line.get("key"), period=span(start, end) if start else None)
            )  # fmt: skip
        row.status, row.submitted_at = "submitted", w.now
        await w.flush()
        row.status, row.approved_at, row.entry_id = "approved", w.now, posted.id
        await w.flush()
        return posted


async def of_2026(books: Books, who: str = "accountant_a", owner_id: UUID | None = None) -> Statement:
    async with work(books.world.people[who], now=NOW) as w:
        return await yearly(w, books.building, "2026", owner_id=owner_id)


def charges(found: Statement, books: Books) -> dict[str, int]:
    return {lot: found.sum_of(books.owner(lot)).charges for lot in ("T1", "T2", "T3")}


async def test_costs_go_by_the_shares_to_the_cent(books: Books) -> None:
    await books.post(books.invoice(10_001), books.call(9_000, "T1"), books.reserve_call(1_000, "T1"))
    found = await of_2026(books)
    # 400, 350 and 250 of 1,000; the cent left over goes to the greatest remainder.
    assert charges(found, books) == {"T1": 4_001, "T2": 3_500, "T3": 2_500}
    assert (found.proof.shared_cents, found.proof.books_cents, found.proof.holds) == (10_001, 10_001, True)
    own = found.sum_of(books.owner("T1"))
    assert (own.provisions, own.reserve, own.balance) == (9_000, 1_000, 4_999)


async def test_an_invoice_is_shared_line_by_line_and_its_credit_note_takes_back(books: Books) -> None:
    line = {"account": "61210", "net": 10_000, "vat": 2_100}
    await invoiced(books, "F-1", date(2026, 2, 1), [line, {"account": "61000", "net": 5_000, "vat": 300, "rate": 6}])
    await invoiced(books, "C-1", date(2026, 2, 9), [line], "credit_note")
    found = await of_2026(books)
    assert found.proof.holds
    assert charges(found, books) == {"T1": 2_120, "T2": 1_855, "T3": 1_325}
    rows = vat_rows(found.of(books.owner("T1")))
    assert [(r.rate, r.base_cents, r.vat_cents) for r in rows] == [(6, 2_000, 120), (21, 0, 0)]


async def test_a_reversed_invoice_costs_nobody_anything(books: Books) -> None:
    posted = await invoiced(books, "F-1", date(2026, 2, 1), [{"account": "61210", "net": 10_000, "vat": 2_100}])
    async with books.at_work() as w:
        await entries.reverse(w, posted.id, "wrong building")
    found = await of_2026(books)
    assert found.proof.holds
    assert charges(found, books) == {"T1": 0, "T2": 0, "T3": 0}
    assert sum(len(own) for own in found.shared.by_owner.values()) == 6


async def test_a_private_cost_is_not_shared_but_shown_to_its_owner(books: Books) -> None:
    owner, lot = books.owner("T2"), books.world.lots["T2"]
    lines = [
        DraftLine("643", 5_000, lot_id=lot), DraftLine("440", -5_000, supplier_id=books.supplier),
        DraftLine("4101", 5_000, owner_id=owner, lot_id=lot), DraftLine("643", -5_000, lot_id=lot),
    ]  # fmt: skip
    await books.post(Draft("ACH", date(2026, 2, 3), "P-1", lines), books.invoice(1_000))
    found = await of_2026(books)
    assert found.proof.holds
    assert charges(found, books) == {"T1": 400, "T2": 350, "T3": 250}
    assert found.sum_of(owner).private == 5_000


async def sold(books: Books, lot: str, on: date) -> UUID:
    """Sells a lot; gives the buyer."""
    async with work(SYSTEM, now=NOW) as w:
        buyer = await w.add(Owner(organization_id=books.world.organizations["a"], name="Buyer"))
        held = await w.value("select id from ownership where lot_id = %(l)s", l=books.world.lots[lot])
        row = await w.get(Ownership, held)
        row.period = span(date(2020, 1, 1), on)
        w.session.add(row)
        await w.flush()
        await w.add(
            Ownership(organization_id=books.world.organizations["a"], lot_id=books.world.lots[lot], owner_id=buyer.id,
                      period=span(on, None))
        )  # fmt: skip
        return buyer.id


async def test_a_sale_in_the_year_shares_by_days(books: Books) -> None:
    buyer = await sold(books, "T1", date(2026, 4, 1))
    whole = (date(2026, 1, 1), date(2027, 1, 1))
    await invoiced(
        books, "INS", date(2026, 1, 15), [{"account": "6140", "net": 91_250, "vat": 0, "rate": 0, "period": whole}]
    )
    await invoiced(books, "FIX", date(2026, 5, 2), [{"account": "61000", "net": 1_000, "vat": 0, "rate": 0}])
    found = await of_2026(books)
    assert found.proof.holds
    assert found.sum_of(books.owner("T1")).charges == 9_000  # 90 of 365 days of 400/1000 of 912.50
    assert found.sum_of(buyer).charges == 27_500 + 400
    assert [(p.days, p.of_days) for p in found.of(buyer)] == [(1, 1), (275, 365)]


async def test_who_may_read_it(books: Books) -> None:
    await books.post(books.invoice(1_000))
    own, other = books.owner("T1"), books.owner("T2")
    for who in ("syndic_a", "board_tilia", "admin"):
        assert (await of_2026(books, who)).proof.holds
    assert (await of_2026(books, "owner_tilia", own)).sum_of(own).charges == 400
    for who, owner_id, error in (
        ("owner_tilia", other, Forbidden), ("owner_tilia", None, Forbidden), ("owner_fagus", own, NotFound),
        ("syndic_b", own, NotFound), ("owner_quercus", None, NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            await of_2026(books, who, owner_id)


async def neighbour(books: Books, lot: str = "T2") -> UUID:
    """Gives the owner of another lot an account of her own."""
    async with work(SYSTEM, now=NOW) as w:
        user = await w.add(User(email="neighbour@example.be", name="Neighbour", status="active"))
        owner = await w.get(Owner, books.owner(lot))
        owner.user_id = user.id
        w.session.add(owner)
    return owner.id


async def test_an_owner_reads_no_neighbours_statement_who_has_an_account_too(books: Books) -> None:
    await books.post(books.invoice(1_000))
    own, other = books.owner("T1"), await neighbour(books)
    assert (await of_2026(books, "owner_tilia", own)).sum_of(own).charges == 400
    with pytest.raises(Forbidden):
        await of_2026(books, "owner_tilia", other)
    with pytest.raises(Forbidden):
        async with work(books.world.people["owner_tilia"], now=NOW) as w:
            await owner_charges(w, books.building, other, "2026", "en")
    with pytest.raises(Forbidden):
        async with work(books.world.people["owner_tilia"], now=NOW) as w:
            await own_charges(w, books.building, other, "fr")


async def test_a_taxable_owner_reads_her_vat_by_lot_and_rate(books: Books) -> None:
    """VAT-5: 40 % of the common VAT, and the whole of what was billed for her lot alone."""
    async with work(SYSTEM, now=NOW) as w:
        await w.execute("update owner set enterprise_number = '0403101217' where id = %(o)s", o=books.owner("T1"))
    await approved(
        books, {"account": "61210", "net": 10_000, "vat_rate": 6, "label": "Common"},
        {"divided_by": f"lot:{books.world.lots['T1']}", "net": 500, "vat_rate": 21, "label": "Badge"}, number="P-1",
    )  # fmt: skip
    found = await of_2026(books)
    assert found.proof.holds and charges(found, books)["T1"] == 4_240
    async with books.at_work() as w:
        vat = (await owner_charges(w, books.building, books.owner("T1"), "2026", "en")).tables[-1]
        other = (await owner_charges(w, books.building, books.owner("T2"), "2026", "en")).tables[-1]
    assert [(r["lot"], str(r["rate"]), r["base"], r["vat"]) for r in vat.rows] == [
        ("T1", "0.06", 4_000, 240), ("T1", "0.21", 500, 105),
    ]  # fmt: skip
    assert "VAT" in vat.title and "VAT" not in other.title

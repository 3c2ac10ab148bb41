"""What the database refuses of invoices and payment orders, with plain SQL that goes around the services."""

from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest

from koprogo_app.foundation.postgres import Server
from tests.ledger.books import Books
from tests.ledger.test_refused import plain, refusal, write


@dataclass
class Sql:
    """Plain SQL in the books of `tilia`, as the program's own role."""

    books: Books
    c: psycopg.Connection

    def invoice(self, *, number: str = "F-1", net: int = 10000, vat: int = 600, kind: str = "invoice") -> UUID:
        return self._id(
            """insert into invoice (organization_id, building_id, supplier_id, kind, number, dated, net_cents,
                                    vat_cents, total_cents, status, origin, author_id)
               values (%s, %s, %s, %s, %s, '2026-03-01', %s, %s, %s, 'draft', 'manual', %s) returning id""",
            [*self.at, self.books.supplier, kind, number, net, vat, net + vat, self.author],
        )

    def line(
        self, invoice: UUID, net: int = 10000, vat: int = 600, code: str = "61210", lot: UUID | None = None
    ) -> UUID:
        return self._id(
            """insert into invoice_line (organization_id, building_id, invoice_id, position, account_id, net_cents,
                                         vat_rate, vat_cents, lot_id)
               values (%s, %s, %s, 1, (select id from account where building_id = %s and code = %s), %s, 6, %s, %s)
               returning id""",
            [*self.at, invoice, self.books.building, code, net, vat, lot],
        )

    def step(self, invoice: UUID, status: str, **values: object) -> None:
        said = {"status": status, **values}
        self.c.execute(
            f"update invoice set {', '.join(f'{name} = %s' for name in said)} where id = %s", [*said.values(), invoice]
        )

    def submit(self, invoice: UUID) -> None:
        self.step(invoice, "submitted", submitted_by=self.author, submitted_at="2026-03-02")

    def approve(self, invoice: UUID, cents: int = 10600, by: UUID | None = None) -> UUID:
        entry = write(self.c, self.books, [("61210", cents), ("440", -cents)], journal="ACH")
        self.step(invoice, "approved", approved_by=by or self.author, approved_at="2026-03-03", entry_id=entry)
        return entry

    @property
    def at(self) -> list[UUID]:
        return [self.books.world.organizations["a"], self.books.building]

    @property
    def author(self) -> UUID | None:
        return self.books.world.people["accountant_a"].user_id

    def _id(self, sql: str, values: list[object]) -> UUID:
        row = self.c.execute(sql, values).fetchone()
        assert row
        return UUID(str(row[0]))


class Refused:
    """Runs each case in its own transaction, and tells what the database answered."""

    def __init__(self, pg: Server, database: str, books: Books, role: str) -> None:
        self.pg, self.database, self.books, self.role = pg, database, books, role

    def __call__(self, case) -> str:
        with pytest.raises(psycopg.Error) as error, plain(self.pg, self.database, self.role) as c:
            case(Sql(self.books, c))
        return refusal(error)


@pytest.fixture(params=["koprogo_app", "postgres"])
def refused(books: Books, pg: Server, database_name: str, request: pytest.FixtureRequest) -> Refused:
    return Refused(pg, database_name, books, request.param)


@pytest.fixture
def sql(books: Books, pg: Server, database_name: str):
    with plain(pg, database_name) as c:
        yield Sql(books, c)


def approved(s: Sql) -> tuple[UUID, UUID]:
    invoice = s.invoice()
    line = s.line(invoice)
    s.submit(invoice)
    s.approve(invoice)
    return invoice, line


def test_an_invoice_leaves_the_draft_whole(refused: Refused) -> None:
    def lines(*parts: tuple, net: int = 10000, vat: int = 600, **more):
        def case(s: Sql) -> None:
            invoice = s.invoice(net=net, vat=vat)
            for part in parts:
                s.line(invoice, *part, **more)
            s.submit(invoice)

        return case

    assert refused(lines()) == "An invoice has at least one line."
    assert refused(lines((9999, 600))) == "The lines do not add up to the totals of the invoice."
    assert refused(lines((10000, 599))) == "The lines do not add up to the totals of the invoice."
    assert refused(lines((10000, 600, "nowhere"))) == "Choose an account on each line."
    assert refused(lines((0, 0), net=0, vat=0)) == "The total of an invoice is above zero."
    assert refused(lines((10000, 600, "643"))).startswith("A private cost is charged to one lot on account 643")
    assert refused(lines((10000, 600), lot=refused.books.world.lots["T1"])).startswith("A private cost")
    wrong = "update invoice set total_cents = 1 where id = %s"
    assert "invoice_total" in refused(lambda s: s.c.execute(wrong, [s.invoice()]))


def test_an_approved_invoice_and_its_lines_stay(refused: Refused) -> None:
    stays = "A submitted or approved invoice does not change: reject it, or take it back."
    for sql in (
        "update invoice set number = 'F-2' where id = %(i)s",
        "update invoice set net_cents = 9000, total_cents = 9600 where id = %(i)s",
        "update invoice set approved_by = null where id = %(i)s",
        "update invoice_line set net_cents = 1 where id = %(l)s",
        "update invoice_line set key_id = null, label = 'other' where id = %(l)s",
        "delete from invoice_line where id = %(l)s",
    ):

        def case(s: Sql, sql: str = sql) -> None:
            invoice, line = approved(s)
            s.c.execute(sql, {"i": invoice, "l": line})

        assert refused(case) == stays

    def added(s: Sql) -> None:
        s.line(approved(s)[0])

    assert refused(added) == stays
    assert refused(lambda s: s.c.execute("delete from invoice where id = %s", approved(s)[:1])) == (
        "Only a draft can be removed."
    )

    def again(s: Sql) -> None:
        s.step(approved(s)[0], "draft", entry_id=None, approved_at=None)

    assert refused(again) == stays


def test_a_submitted_invoice_waits_unchanged(refused: Refused) -> None:
    def case(s: Sql) -> None:
        invoice = s.invoice()
        s.line(invoice)
        s.submit(invoice)
        s.step(invoice, "submitted", due_on="2026-05-01")

    assert refused(case).startswith("A submitted or approved invoice does not change")


def test_the_steps_follow_each_other(refused: Refused) -> None:
    def leap(s: Sql) -> None:
        invoice = s.invoice()
        s.line(invoice)
        s.step(invoice, "submitted", submitted_at="2026-03-02")
        s.step(invoice, "draft")
        s.step(invoice, "rejected", reason="no")

    assert refused(leap) == "This step does not follow from where the invoice stands."

    def silent(s: Sql) -> None:
        invoice = s.invoice()
        s.line(invoice)
        s.submit(invoice)
        s.step(invoice, "rejected")

    assert "invoice_reason" in refused(silent)
    assert refused(lambda s: s.step(approved(s)[0], "reversed", reason="why")) == (
        "An invoice is taken back by the reversal of its entry."
    )


def test_its_entry_owes_the_supplier_its_total(refused: Refused) -> None:
    def case(s: Sql) -> None:
        invoice = s.invoice()
        s.line(invoice)
        s.submit(invoice)
        s.approve(invoice, 10599)

    assert refused(case) == "The entry of an invoice owes its supplier exactly its total."


def test_four_eyes(refused: Refused, sql: Sql) -> None:
    def case(s: Sql) -> None:
        s.c.execute(
            "insert into charge_settings (building_id, organization_id, four_eyes) values (%s, %s, true)", s.at[::-1]
        )
        approved(s)

    def of_another(s: Sql) -> None:
        s.c.execute(
            "insert into charge_settings (building_id, organization_id, four_eyes) values (%s, %s, true)", s.at[::-1]
        )
        invoice, syndic = s.invoice(), s.books.world.people["syndic_a"].user_id
        s.line(invoice)
        s.step(invoice, "submitted", submitted_by=syndic, submitted_at="2026-03-02")
        s.approve(invoice, by=syndic)

    for who in (case, of_another):
        assert refused(who).startswith("Four eyes")
    sql.c.execute(
        "insert into charge_settings (building_id, organization_id, four_eyes) values (%s, %s, true)", sql.at[::-1]
    )
    invoice = sql.invoice()
    sql.line(invoice)
    sql.submit(invoice)
    sql.approve(invoice, by=sql.books.world.people["syndic_a"].user_id)


def test_the_same_number_twice(refused: Refused, sql: Sql) -> None:
    def twice(s: Sql) -> None:
        s.invoice(number="F-1")
        s.invoice(number="f-1")

    assert "invoice_number_once" in refused(twice)
    sql.invoice(number="F-1")
    sql.invoice(number="F-1", kind="credit_note")


def test_the_reversal_of_its_entry_takes_the_invoice_back(sql: Sql) -> None:
    invoice = sql.invoice()
    sql.line(invoice)
    sql.submit(invoice)
    entry = sql.approve(invoice)
    write(sql.c, sql.books, [("440", 10600), ("61210", -10600)], journal="ACH", number=2, reversal_of=entry)
    row = sql.c.execute("select status, reason from invoice where id = %s", [invoice]).fetchone()
    assert row == ("reversed", "why")
    sql.invoice()  # its number is free again


def order(s: Sql, invoice: UUID, cents: int = 10600, total: int = 10600) -> UUID:
    account = s.c.execute(
        """insert into bank_account (organization_id, building_id, journal_id, iban, holder, fund)
           select %s, %s, id, 'BE68539007547034', 'ACP', 'working' from journal where building_id = %s and code = 'BQE'
           on conflict (building_id, iban) do update set holder = excluded.holder returning id""",
        [*s.at, s.books.building],
    ).fetchone()
    assert account
    made = s._id(
        """insert into payment_order (organization_id, building_id, bank_account_id, reference, execute_on, count,
                                      total_cents, file, status)
           values (%s, %s, %s, gen_random_uuid()::text, '2026-03-10', 1, %s, '<xml/>', 'made') returning id""",
        [*s.at, account[0], total],
    )
    s.c.execute(
        """insert into payment_order_line (organization_id, building_id, order_id, invoice_id, position, name, iban,
                                           cents) values (%s, %s, %s, %s, 1, 'Lift', 'BE68539007547034', %s)""",
        [*s.at, made, invoice, cents],
    )
    return made


def test_payment_orders(refused: Refused, sql: Sql) -> None:
    def twice(s: Sql) -> None:
        invoice = approved(s)[0]
        order(s, invoice)
        order(s, invoice)

    assert "payment_order_line_once" in refused(twice)
    assert refused(lambda s: order(s, s.invoice())) == "Only an approved invoice is paid."
    assert refused(lambda s: order(s, approved(s)[0], total=10601)) == "A payment order adds up its transfers."
    invoice = approved(sql)[0]
    first = order(sql, invoice)
    sql.c.execute("update payment_order set status = 'cancelled', cancelled_at = now() where id = %s", [first])
    order(sql, invoice)  # free again


@pytest.mark.parametrize(
    "statement",
    [
        "update payment_order set total_cents = 1",
        "delete from payment_order",
        "update payment_order_line set cents = 1",
        "update payment_order_line set live = false",
        "delete from payment_order_line",
    ],
)
def test_an_order_stays_as_its_file_says(books: Books, pg: Server, database_name: str, statement: str) -> None:
    with plain(pg, database_name) as c:
        order(s := Sql(books, c), approved(s)[0])
    with pytest.raises(psycopg.errors.InsufficientPrivilege), plain(pg, database_name) as c:
        c.execute(statement)

"""Payment orders of a building, and one with its transfers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.rest.answers import Hidden, answer
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries import books
from koprogo_app.purchases.model import OrderStatus
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, paged


@answer()
@dataclass(frozen=True, slots=True)
class OrderRow:
    """A payment order; `unpaid` of its invoices are not settled in the books yet."""

    id: UUID
    organization_id: Hidden[UUID]
    building_id: UUID
    reference: str
    iban: Annotated[str, Field(description="The association's account it is paid from")]
    execute_on: date
    count: int
    total_cents: int
    status: Annotated[str, Field(description="`made` or `cancelled`")]
    made_by: Hidden[str]
    created_at: datetime
    cancelled_at: datetime | None

    @property
    def live(self) -> bool:
        """Whether it stands."""
        return self.status == OrderStatus.MADE


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """A transfer of an order, for one invoice; without one it refunds a co-owner's credit (`supplier`: her name)."""

    invoice_id: UUID | None
    number: str
    supplier: str
    name: str
    iban: str
    cents: int
    message: str


@dataclass(frozen=True, slots=True)
class NettedRow:
    """So many cents of a credit note that an order deducts from an invoice of the same supplier."""

    note_id: UUID
    note: str
    invoice_id: UUID
    number: str
    supplier: str
    cents: int


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """An order, its transfers and the credit notes it deducts."""

    row: OrderRow
    lines: list[OrderLineRow]
    netted: list[NettedRow]


_COLUMNS: Final = """o.id, o.organization_id, o.building_id, o.reference, b.iban, o.execute_on, o.count, o.total_cents,
       o.status, coalesce(u.name, '') as made_by, o.created_at, o.cancelled_at
  from payment_order o join payments.bank_account b on b.id = o.bank_account_id
  left join identity.app_user u on u.id = o.created_by"""
_LINES: Final = """
select l.invoice_id, coalesce(i.number, '') as number, coalesce(s.name, l.name) as supplier, l.name, l.iban, l.cents,
       l.message
  from payment_order_line l left join invoice i on i.id = l.invoice_id
  left join ledger.supplier s on s.id = i.supplier_id
 where l.order_id = %(id)s order by l.position"""


_NETTED: Final = """
select n.id as note_id, n.number as note, i.id as invoice_id, i.number, p.name as supplier, s.cents
  from payments.settlement s join ledger.entry_line d on d.id = s.debit_line_id
  join invoice n on n.entry_id = d.entry_id
  join ledger.entry_line c on c.id = s.credit_line_id join invoice i on i.entry_id = c.entry_id
  join ledger.supplier p on p.id = i.supplier_id
 where s.order_id = %(id)s order by lower(p.name), n.dated, n.number, i.number"""


async def orders_page(w: Work, building_id: UUID, asked: Asked = FIRST) -> Page[OrderRow]:
    """The orders of a building, newest first (`invoices.read`)."""
    book = await books.open_book(w, building_id, "invoices.read")
    sql = f"""select count(*) over () as total, {_COLUMNS} where o.organization_id = %(o)s and o.building_id = %(b)s
               order by o.created_at desc, o.id desc limit %(limit)s offset %(offset)s"""
    return await paged(w, sql, OrderRow, asked, o=book.organization_id, b=building_id)


async def order_detail(w: Work, order_id: UUID, permission: str = "invoices.read") -> OrderDetail:
    """One order with its transfers. Raises NotFound, Forbidden."""
    rows = await w.rows(f"select {_COLUMNS} where o.id = %(id)s", OrderRow, id=order_id)
    if not rows:
        raise NotFound
    require(w, permission, rows[0].organization_id, rows[0].building_id)
    lines = await w.rows(_LINES, OrderLineRow, id=order_id)
    return OrderDetail(rows[0], lines, await w.rows(_NETTED, NettedRow, id=order_id))


async def refunded_lines(w: Work, order_id: UUID) -> list[UUID]:
    """The lines of co-owners' credits that an order refunds; the caller has authorised it."""
    found: list[UUID] = await w.value(
        """select coalesce(array_agg(credit_line_id order by position), '{}') from payment_order_line
            where order_id = %(id)s and credit_line_id is not null""",
        id=order_id,
    )
    return found


async def order_file(w: Work, order_id: UUID) -> tuple[str, str]:
    """Its reference and its file, for those who give it to the bank (`invoices.pay`)."""
    found = await order_detail(w, order_id, "invoices.pay")
    text: str = await w.value("select file from payment_order where id = %(id)s", id=order_id)
    return found.row.reference, text

"""The suppliers of an organisation, seen from one of its buildings."""

from dataclasses import dataclass
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import Person
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, like, paged


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier; `invoices` and `open_cents` are those of the building asked about."""

    id: UUID
    organization_id: UUID
    name: str
    enterprise_number: str | None
    iban: str
    email: str
    street: str
    postal_code: str
    city: str
    country: str
    default_account: str
    version: int
    archived: bool
    invoices: int
    open_cents: int


_SORTS = {
    "name": "lower(s.name)", "enterprise_number": "s.enterprise_number", "city": "lower(s.city)",
    "invoices": "invoices", "open": "open_cents",
}  # fmt: skip
_COLUMNS = """s.id, s.organization_id, s.name, s.enterprise_number, s.iban, s.email, s.street, s.postal_code, s.city,
       s.country, s.default_account, s.version, s.archived_at is not null as archived,
       (select count(*) from invoice i where i.organization_id = s.organization_id and i.supplier_id = s.id
           and i.building_id = %(b)s) as invoices,
       coalesce((select sum(l.credit_cents - l.debit_cents) from ledger.entry_line l
          join ledger.entry e on e.id = l.entry_id
                  where l.organization_id = s.organization_id and l.building_id = %(b)s and l.supplier_id = s.id
                    and e.nature = 'entry'), 0)::bigint as open_cents"""


def _sql(asked: Asked) -> str:
    return f"""
select count(*) over () as total, {_COLUMNS}
  from ledger.supplier s
 where s.organization_id = %(o)s and (%(archived)s or s.archived_at is null)
   and (%(every)s or exists (select from ledger.entry_line l where l.organization_id = s.organization_id
                                and l.building_id = %(b)s and l.supplier_id = s.id)
        or exists (select from invoice i where i.organization_id = s.organization_id and i.building_id = %(b)s
                      and i.supplier_id = s.id))
   and (s.name ilike %(like)s or s.enterprise_number ilike %(digits)s or s.city ilike %(like)s)
 order by {asked.order(_SORTS, "lower(s.name), s.id")} limit %(limit)s offset %(offset)s"""


async def suppliers_page(
    w: Work, building_id: UUID, asked: Asked = FIRST, *, text: str = "", archived: bool = False
) -> Page[SupplierRow]:
    """Suppliers by name (`suppliers.read`): all of the organisation for those who keep the books, else the building's.

    Raises NotFound, Forbidden.
    """
    book = await books.book(w, building_id, "suppliers.read")
    who = w.principal
    every = not isinstance(who, Person) or who.may("suppliers.write", book.organization_id, building_id)
    return await paged(
        w, _sql(asked), SupplierRow, asked, o=book.organization_id, b=building_id, archived=archived, like=like(text),
        digits=like(text.replace(".", "").replace(" ", "")),
        every=every,
    )  # fmt: skip


async def supplier_row(w: Work, building_id: UUID, supplier_id: UUID) -> SupplierRow:
    """One supplier as the building sees it; the caller has authorised. Raises NotFound."""
    return await w.one(
        f"select {_COLUMNS} from ledger.supplier s where s.id = %(s)s", SupplierRow, b=building_id, s=supplier_id
    )


@dataclass(frozen=True, slots=True)
class SupplierChoice:
    """A supplier to choose: what an invoice of his begins with."""

    id: UUID
    name: str
    iban: str
    default_account: str


async def supplier_choices(w: Work, building_id: UUID) -> list[SupplierChoice]:
    """The suppliers in use, by name (`invoices.write`)."""
    book = await books.book(w, building_id, "invoices.write")
    return await w.rows(
        """select id, name, iban, default_account from ledger.supplier
            where organization_id = %(o)s and archived_at is null order by lower(name), id""",
        SupplierChoice,
        o=book.organization_id,
    )


async def supplier_of_number(w: Work, organization_id: UUID, enterprise_number: str) -> UUID | None:
    """The organisation's supplier with this enterprise number, used or not; the caller has authorised."""
    found: UUID | None = await w.value(
        "select id from ledger.supplier where organization_id = %(o)s and enterprise_number = %(n)s",
        o=organization_id, n=enterprise_number,
    )  # fmt: skip
    return found

"""Suppliers to choose from; their list is the record of `service.suppliers`."""

from dataclasses import dataclass
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.ledger.queries import books


@dataclass(frozen=True, slots=True)
class SupplierChoice:
    """A supplier to choose: what an invoice of theirs begins with."""

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
    known: UUID | None = await w.value(
        "select id from ledger.supplier where organization_id = %(o)s and enterprise_number = %(n)s",
        o=organization_id, n=enterprise_number,
    )  # fmt: skip
    return known

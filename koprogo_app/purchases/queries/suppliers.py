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


@dataclass(frozen=True, slots=True)
class KnownSupplier:
    """A supplier by what an invoice may say of them."""

    id: UUID
    name: str
    enterprise_number: str
    iban: str


async def suppliers_like(
    w: Work, organization_id: UUID, enterprise_number: str, iban: str, name: str
) -> list[KnownSupplier]:
    """The organisation's suppliers with this number (used or not), this account number or this name (those in use); the
    caller has authorised."""
    return await w.rows(
        """select id, name, coalesce(enterprise_number, '') as enterprise_number, iban from ledger.supplier
            where organization_id = %(o)s and (enterprise_number = nullif(%(n)s, '') or (archived_at is null
              and (iban = nullif(%(iban)s, '') or lower(name) = lower(%(name)s))))
            order by archived_at nulls first, id""",
        KnownSupplier, o=organization_id, n=enterprise_number, iban=iban, name=name,
    )  # fmt: skip

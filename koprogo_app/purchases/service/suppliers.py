"""Suppliers: a record of the organisation, seen from one of its buildings (`SUPPLIER`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import Person
from koprogo_app.ledger.model import Supplier
from koprogo_app.ledger.queries import books
from koprogo_app.workspace import fields
from koprogo_app.workspace.records.fields import Field
from koprogo_app.workspace.records.kinds import City, Country, Email, EnterpriseNumber, Iban, PostalCode, Street
from koprogo_app.workspace.records.record import Parent, Record


def account_code(value: Any, field: str, lang: str) -> str:
    """The code of an account ("6101 · Lifts" → "6101"), or nothing."""
    code = re.sub(r"[\s.]", "", str(value or "").split("·", maxsplit=1)[0])
    if code and not re.fullmatch(r"[1-7]\d{0,9}", code):
        raise Invalid(field, N_("An account is a number such as 6101."))
    return code


_INVOICES = """(select count(*) from invoice i where i.organization_id = r.organization_id and i.supplier_id = r.id
                   and i.building_id = %(b)s)"""
_OPEN = """coalesce((select sum(l.credit_cents - l.debit_cents)
                from ledger.entry_line l join ledger.entry e on e.id = l.entry_id
              where l.organization_id = r.organization_id and l.building_id = %(b)s and l.supplier_id = r.id
                and e.nature = 'entry'), 0)::bigint"""


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier; `invoices` and `open_cents` are those of the building asked about."""

    id: UUID
    name: Annotated[
        str,
        Field(N_("Name"), fields.text(required=True), heading=N_("Supplier"), required=True, primary=True, sort=True),
    ]
    enterprise_number: EnterpriseNumber
    iban: Iban
    email: Email
    street: Street
    postal_code: PostalCode
    city: City
    country: Country
    default_account: Annotated[
        str,
        Field(
            N_("Usual account"), account_code, hint=N_("Of the chart, such as 61011"), longest=10, example="61011",
            description="Code of the account usually charged",
        ),
    ]  # fmt: skip
    archived: bool
    version: int
    invoices: Annotated[
        int, Field(N_("Invoices"), unit="number", sort=True, sql=_INVOICES, link="{base}/invoices?supplier={id}")
    ]
    open_cents: Annotated[
        int,
        Field(
            # Translators: heading of the column of what is owed to a supplier
            N_("Owed"), unit="money", sort="open", sql=_OPEN, link="{base}/ledger?party={id}",
            description="What is owed to them",
        ),
    ]  # fmt: skip


async def _parent(w: Work, building_id: UUID, permission: str) -> Parent:
    """All of the organisation for those who keep its suppliers, else those that the building deals with."""
    book = await books.book(w, building_id, permission)
    who = w.principal
    every = not isinstance(who, Person) or who.may("suppliers.write", book.organization_id, building_id)
    where = """r.organization_id = %(o)s
       and (%(every)s or exists (select from ledger.entry_line l where l.organization_id = r.organization_id
                                    and l.building_id = %(b)s and l.supplier_id = r.id)
            or exists (select from invoice i where i.organization_id = r.organization_id and i.building_id = %(b)s
                          and i.supplier_id = r.id))"""
    return Parent(book.organization_id, building_id, book.building_name, where, {"every": every})


class _Suppliers(Record[SupplierRow, Supplier]):
    """Suppliers, whose usual account is one that is posted on."""

    async def add(self, w: Work, parent_id: UUID | None, values: Mapping[str, Any]) -> Supplier:
        row = await super().add(w, parent_id, values)
        await _check_usual(w, row)
        return row

    async def change(self, w: Work, row_id: UUID, version: int | None, changes: Mapping[str, Any]) -> Supplier:
        row = await super().change(w, row_id, version, changes)
        if "default_account" in changes:
            await _check_usual(w, row)
        return row


async def _check_usual(w: Work, row: Supplier) -> None:
    """Raises Invalid when the usual account only sums others, in every chart of the organisation that has it."""
    if row.default_account and await books.is_heading(w, row.organization_id, row.default_account):
        raise Invalid(
            "default_account", N_("{code} is a heading: post on an account below it."), code=row.default_account
        )


SUPPLIER = _Suppliers(
    row=SupplierRow, model=Supplier, noun="supplier", title=N_("Suppliers"), read="suppliers.read",
    write="suppliers.write", source="ledger.supplier", parent=_parent, order="lower(r.name), r.id",
    search="r.name ilike %(text)s or r.enterprise_number ilike %(digits)s or r.city ilike %(text)s",
    layout=(
        ("name",), ("enterprise_number", "iban", "default_account", "email"), ("street", "postal_code", "city"),
    ),
)  # fmt: skip

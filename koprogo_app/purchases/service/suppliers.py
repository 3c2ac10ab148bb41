"""Suppliers: an enterprise number and an account number are checked as they are typed.

- `add_supplier(w, building_id, values) -> Supplier`
- `change_supplier(w, supplier_id, version, changes) -> Supplier`
- `use_supplier(w, supplier_id, used=…)` — takes it out of use, or back into it

Raises Invalid on the field, Conflict, NotFound, Forbidden (`suppliers.write`).
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from koprogo_app.foundation.audit import PERSONAL, audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import read_iban
from koprogo_app.identity.access import require
from koprogo_app.ledger.model import Supplier
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service.books import supplier_alone
from koprogo_app.workspace import fields


def read_any_iban(value: Any, field: str, lang: str) -> str:
    """An account number, or nothing."""
    return read_iban(str(value), field) if str(value or "").strip() else ""


def account_code(value: Any, field: str, lang: str) -> str:
    """The code of an account ("6101 · Lifts" → "6101"), or nothing."""
    code = re.sub(r"[\s.]", "", str(value or "").split("·", maxsplit=1)[0])
    if code and not re.fullmatch(r"[1-7]\d{0,9}", code):
        raise Invalid(field, N_("An account is a number such as 6101."))
    return code


FIELDS: Final[dict[str, fields.Read]] = {
    "name": fields.text(required=True),
    "enterprise_number": fields.enterprise_number,
    "iban": read_any_iban,
    "email": fields.email,
    "street": fields.text(),
    "postal_code": fields.text(longest=20),
    "city": fields.text(longest=100),
    "country": fields.country,
    "default_account": account_code,
}
"""What can be said of a supplier."""


async def add_supplier(w: Work, building_id: UUID, values: Mapping[str, Any]) -> Supplier:
    """A new supplier of the building's organisation."""
    book = await books.book(w, building_id, "suppliers.write")
    clean = fields.read({"name": "", **values}, FIELDS, w.principal.lang)
    row = await w.add(Supplier(organization_id=book.organization_id, **clean))
    await _audited(w, "supplier.created", row, after=snapshot(row))
    return row


async def change_supplier(w: Work, supplier_id: UUID, version: int, changes: Mapping[str, Any]) -> Supplier:
    """Changes what is said of a supplier, for all buildings of the organisation."""
    row = await _opened(w, supplier_id)
    if row.version != version:
        raise Conflict(N_("Somebody else changed this in the meantime. Look at it again."))
    before = snapshot(row)
    for field, value in fields.read(changes, FIELDS, w.principal.lang).items():
        setattr(row, field, value)
    if snapshot(row) != before:
        row.version += 1
        await w.add(row)
        await _audited(w, "supplier.updated", row, before=before, after=snapshot(row))
    return row


async def use_supplier(w: Work, supplier_id: UUID, *, used: bool) -> Supplier:
    """Offers the supplier no longer, or again; his invoices stay."""
    row = await _opened(w, supplier_id)
    if (row.archived_at is None) != used:
        row.archived_at = None if used else w.now
        await w.add(row)
        await _audited(w, "supplier.restored" if used else "supplier.archived", row)
    return row


async def _opened(w: Work, supplier_id: UUID) -> Supplier:
    row = await supplier_alone(w, supplier_id)
    require(w, "suppliers.write", row.organization_id)
    return row


async def _audited(w: Work, action: str, row: Supplier, *, before: Any = None, after: Any = None) -> None:
    await audit(
        w, action, "supplier", row.id, organization_id=row.organization_id, before=before, after=after,
        personal=PERSONAL | {"iban"},
    )  # fmt: skip

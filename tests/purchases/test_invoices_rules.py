"""What an invoice comes to in the books, line by line, without a database."""

from fractions import Fraction
from uuid import UUID

import pytest

from koprogo_app.ledger.rules.posting import DraftLine
from koprogo_app.purchases.model import InvoiceKind
from koprogo_app.purchases.rules.invoices import Charged, debtors, posting, vat_of

A, B, SUPPLIER, LOT = (UUID(int=n) for n in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("net", "rate", "vat"),
    [(0, 21, 0), (1, 50, 1), (-1, 50, -1), (1, 49, 0), (-1, 49, 0), (100_00, 21, 21_00), (-100_00, 21, -21_00),
     (3, 6, 0),
     (8, 6, 0), (9, 6, 1), (-8, 6, 0), (-9, 6, -1)],
)  # fmt: skip
def test_vat_is_rounded_half_up_and_mirrored_below_zero(net: int, rate: int, vat: int) -> None:
    assert vat_of(net, rate) == vat


def test_who_bears_nothing_of_a_cent_is_not_named() -> None:
    half = Fraction(1, 2)
    assert debtors(1, {A: half, B: half}, None) == ((A, 1),)
    assert debtors(-1, {A: half, B: half}, None) == ((A, -1),)
    assert debtors(101, {A: half, B: half}, None) == ((A, 51), (B, 50))
    assert debtors(101, {A: half, B: half}, B) == ((B, 101),)


@pytest.mark.parametrize(("kind", "sign"), [(InvoiceKind.INVOICE, 1), (InvoiceKind.CREDIT_NOTE, -1)])
def test_an_invoice_is_costs_against_the_supplier_and_a_private_line_its_owners_debt(
    kind: InvoiceKind, sign: int
) -> None:
    lines = [
        Charged("61210", 121_00, "Electricity"), Charged("614", 0, "Nothing"),
        Charged("643", 50_01, "Badge", LOT, ((A, 25_01), (B, 25_00))),
    ]  # fmt: skip
    found = posting(kind, SUPPLIER, lines, "S · F-1")
    sums: dict[tuple[str, UUID | None], int] = {}
    for one in found:
        sums[one.account, one.owner_id] = sums.get((one.account, one.owner_id), 0) + sign * one.cents
    assert sums == {
        ("61210", None): 121_00, ("643", None): 0, ("440", None): -171_01, ("4101", A): 25_01, ("4101", B): 25_00,
    }  # fmt: skip
    assert sum(one.cents for one in found) == 0
    assert DraftLine("440", -sign * 171_01, supplier_id=SUPPLIER, label="S · F-1") in found
    assert {one.lot_id for one in found if one.account in ("643", "4101")} == {LOT}

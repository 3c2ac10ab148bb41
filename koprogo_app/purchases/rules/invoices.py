"""What an invoice adds up to, who bears its private costs (643), and the entry that its approval posts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from koprogo_app.law.accounts import OWNERS_WORKING, SUPPLIERS
from koprogo_app.law.allocation import allocate
from koprogo_app.ledger.rules.posting import DraftLine
from koprogo_app.purchases.model import InvoiceKind


@dataclass(frozen=True, slots=True)
class Charged:
    """A line as it is posted: `cents` with VAT, which is a cost; `debtors` of a private one, with their parts."""

    account: str
    cents: int
    label: str
    lot_id: UUID | None = None
    debtors: tuple[tuple[UUID, int], ...] = ()


def vat_of(net_cents: int, rate: int) -> int:
    """VAT on an amount, half a cent rounded away from zero; a negative amount gives the mirror image."""
    vat = (abs(net_cents) * rate + 50) // 100
    return vat if net_cents >= 0 else -vat


def posting(
    kind: str, supplier_id: UUID, lines: Sequence[Charged], label: str, prepaid: tuple[int, str] = (0, "")
) -> list[DraftLine]:
    """The lines of the entry: costs in debit, the supplier in credit; of a credit note the mirror image.

    What of it was `prepaid` (cents, label) is the supplier's last line: the payment that was made meets it there.

    A private cost goes to 643, and from there to the working account of those who own the lot (art. 3.86 §3).
    """
    sign = -1 if kind == InvoiceKind.CREDIT_NOTE else 1
    total = sum(line.cents for line in lines)
    drafts = [DraftLine(line.account, sign * line.cents, lot_id=line.lot_id, label=line.label) for line in lines]
    advance, advance_label = prepaid
    drafts.append(DraftLine(SUPPLIERS, -sign * (total - advance), supplier_id=supplier_id, label=label))
    drafts.append(DraftLine(SUPPLIERS, -sign * advance, supplier_id=supplier_id, label=advance_label))
    for line in lines:
        drafts += [
            DraftLine(OWNERS_WORKING, sign * cents, owner_id=owner, lot_id=line.lot_id, label=line.label)
            for owner, cents in line.debtors
        ]
        if line.debtors:
            drafts.append(DraftLine(line.account, -sign * line.cents, lot_id=line.lot_id, label=line.label))
    return [draft for draft in drafts if draft.cents]


def debtors(cents: int, holders: Mapping[UUID, Fraction], mandatary: UUID | None) -> tuple[tuple[UUID, int], ...]:
    """Who bears a private cost of a lot: its mandatary where one is named, else each who enjoys it, by his part."""
    if mandatary is not None:
        return ((mandatary, cents),)
    parts = allocate(cents, list(holders.values()))
    return tuple((owner, part) for owner, part in zip(holders, parts, strict=True) if part)

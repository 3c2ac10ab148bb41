"""What reads and rules both speak of: the funds, debts and credits that are still open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.i18n import N_
from koprogo_app.payments.model.accounts import Fund

Source = Literal["call", "invoice", "entry"]
FUND_NAMES: Final[Mapping[str, str]] = {
    Fund.WORKING: N_("Working fund"),
    Fund.RESERVE: N_("Reserve fund"),
    Fund.OTHER: N_("Other money"),
}


@answer()
@dataclass(frozen=True, slots=True)
class OpenItem:
    """A line of a co-owner's or supplier's account of which something is still open.

    `cents` is the line, debit positive, `open_cents` what is left of it, of the same sign. `source_id` is the call, the
    invoice or the entry it comes from; `due_on` the day by which it is due (the entry's own day when nothing says it).
    """

    line_id: UUID
    entry_id: UUID
    account: Annotated[str, Field(examples=["4101"])]
    owner_id: Hidden[UUID | None]
    supplier_id: Hidden[UUID | None]
    on: date
    due_on: date
    label: str
    cents: int
    open_cents: int
    source: Annotated[Source, Field(description="`call`, `invoice` or `entry`")]
    source_id: UUID
    lot_id: Hidden[UUID | None] = None
    lot: str = ""
    ancillary: Hidden[bool] = False
    """Interest or recovery costs, which a payment meets before the principal."""
    aside: Hidden[bool] = False
    """A credit that is to be refunded: it pays no debt meanwhile."""

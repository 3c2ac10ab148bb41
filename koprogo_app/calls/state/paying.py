"""How to pay what is open now, as pages show it: a code for the banking app, the account, the message."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.service.paying import ways
from koprogo_app.calls.state.words import funds
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import money
from koprogo_app.foundation.numbers import show_communication, show_iban
from koprogo_app.foundation.paper.epc import qr_image
from koprogo_app.law.accounts import OWNERS_RESERVE
from koprogo_app.payments.facts import OpenItem
from koprogo_app.payments.queries.references import references


@dataclass(frozen=True)
class WayLine:
    """A transfer to make; `qr` is a picture as a data address."""

    qr: str = ""
    amount: str = ""
    holder: str = ""
    iban: str = ""
    message: str = ""
    funds: str = ""


async def way_lines(w: Work, building_id: UUID, owner_id: UUID, items: Sequence[OpenItem], lang: str) -> list[WayLine]:
    """The transfers that pay what is open of what was called by today, credits taken off."""
    amounts = {CallKind.WORKING: 0, CallKind.RESERVE: 0}
    for item in items:
        if item.on <= w.today:
            kind = CallKind.RESERVE if item.account.startswith(OWNERS_RESERVE) else CallKind.WORKING
            amounts[kind] += item.open_cents
    for kind, other in ((CallKind.WORKING, CallKind.RESERVE), (CallKind.RESERVE, CallKind.WORKING)):
        if amounts[kind] < 0:  # a credit of one fund: less to pay for the other
            amounts[other], amounts[kind] = amounts[other] + amounts[kind], 0
    message = (await references(w, building_id)).get(owner_id, "")
    if not message:
        return []
    found = await ways(w, building_id, amounts, message)
    return [
        WayLine(qr_image(one.payload), money(one.cents, lang), one.holder, show_iban(one.iban),
                show_communication(message), funds(one.kinds, lang) if len(found) > 1 else "")
        for one in found
    ]  # fmt: skip

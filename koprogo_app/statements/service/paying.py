"""What a booked statement asks for, and what becomes of a balance in a co-owner's favour."""

from collections.abc import Sequence
from uuid import UUID

from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.service import paying
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import money, tr
from koprogo_app.foundation.numbers import show_communication, show_iban
from koprogo_app.foundation.paper.report import Transfer
from koprogo_app.payments.queries.references import references
from koprogo_app.statements.service.statement import Statement


async def transfers(w: Work, found: Statement, owner_id: UUID, lang: str) -> list[Transfer]:
    """The transfers that pay what is still open of an owner's booked balance, with their day and message."""
    if found.booked is None:
        return []
    due = sum(line.open_cents for line in found.booked_of(owner_id) if line.open_cents > 0)
    message = (await references(w, found.book.building_id)).get(owner_id, "")
    if not due or not message:
        return []
    return [
        Transfer(
            one.cents, one.payload, one.holder, show_iban(one.iban), show_communication(message), found.booked.due_on
        )
        for one in await paying.transfers(w, found.book.building_id, {CallKind.WORKING: due}, message)
    ]


def credit_texts(found: Statement, owner_id: UUID, lang: str) -> Sequence[str]:
    """What becomes of each balance in an owner's favour, in words."""
    texts = []
    for line in found.booked_of(owner_id):
        if line.cents >= 0:
            continue
        amount = money(-line.cents, lang)
        if line.refund_cents:
            texts.append(
                tr(lang, "{amount} in your favour: {refund} goes back to your account {iban}.", amount=amount,
                   refund=money(line.refund_cents, lang), iban=show_iban(line.refund_iban).replace(" ", "\u00a0"))
            )  # fmt: skip
        else:
            texts.append(tr(lang, "{amount} in your favour: it stays on your account and pays what is due next.",
                            amount=amount))  # fmt: skip
    return texts

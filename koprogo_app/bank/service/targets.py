"""Whom or what a person means who types the target of a movement.

- `read_target(w, building_id, text) -> Target`
- `Targets(w, building_id).read(text)` — for several in a row
"""

from collections.abc import Sequence
from uuid import UUID

from koprogo_app.bank.queries.matching import InvoiceFact, invoice_facts, paid_invoices, postable_accounts
from koprogo_app.bank.rules.matching import Target, words_of
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.law import accounts as law
from koprogo_app.ledger.queries.entries import PartyRow, parties


async def read_target(w: Work, building_id: UUID, text: str) -> Target:
    """Whom or what a person means: an account's number, an invoice's number, or words of a name.

    Raises Invalid on `target`: nobody, or several, who are then named.
    """
    return await Targets(w, building_id).read(text)


class Targets:
    """Reads whom or what people mean, for one building: what it must know is asked once, and only when needed."""

    def __init__(self, w: Work, building_id: UUID) -> None:
        self._w, self._building = w, building_id
        self._invoices: list[InvoiceFact] | None = None
        self._accounts: list[str] | None = None
        self._parties: list[PartyRow] | None = None

    async def read(self, text: str, *, incoming: bool = False) -> Target:
        """The target that `text` names; of money that comes in, the number of a paid invoice too: it is open again
        then. Raises Invalid on `target`."""
        plain = text.strip()
        if not plain:
            raise Invalid("target", N_("Type a name, an invoice's number or an account."))
        if plain[0].isdigit() and plain in await self._postable():
            return _account_target(plain)
        if bill := [i for i in await self._open_invoices() if i.number.casefold() == plain.casefold()]:
            if len(bill) == 1:
                return Target(supplier_id=bill[0].supplier_id, line_id=bill[0].line_id)
            raise Invalid("target", N_("Several open invoices have this number."))
        if incoming and (paid := await paid_invoices(self._w, self._building, plain)):
            if len(paid) == 1:
                return Target(supplier_id=paid[0].supplier_id, line_id=paid[0].line_id)
            raise Invalid("target", N_("Several paid invoices have this number."))
        if plain.isdigit():
            raise Invalid("target", N_("There is no account {code} to post on."), code=plain)
        return _person(await self._people(), plain)

    async def _postable(self) -> list[str]:
        if self._accounts is None:
            self._accounts = await postable_accounts(self._w, self._building)
        return self._accounts

    async def _open_invoices(self) -> list[InvoiceFact]:
        if self._invoices is None:
            self._invoices = (await invoice_facts(self._w, self._building)).invoices
        return self._invoices

    async def _people(self) -> list[PartyRow]:
        if self._parties is None:
            self._parties = await parties(self._w, self._building)
        return self._parties


def _account_target(code: str) -> Target:
    if law.party_rule(code) is not law.PartyRule.NONE:
        raise Invalid("target", N_("Account {code} needs a name: type the co-owner's or the supplier's."), code=code)
    return Target(account=code)


def _person(known: Sequence[PartyRow], text: str) -> Target:
    said = words_of(text)
    exact = [p for p in known if p.name.casefold() == text.casefold()]
    near = exact or [p for p in known if said and all(any(x.startswith(s) for x in words_of(p.name)) for s in said)]
    if not near:
        raise Invalid("target", N_("Nobody here is called “{text}”."), text=text[:60])
    if len(near) > 1:
        names = ", ".join(p.name for p in near[:6])
        raise Invalid("target", N_("Several are called so: {names}. Type more of the name."), names=names)
    one = near[0]
    return Target(owner_id=one.id) if one.kind == "owner" else Target(supplier_id=one.id)

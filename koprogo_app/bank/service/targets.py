"""Whom or what a person means who types the target of a movement.

- `read_target(w, building_id, text) -> Target`
- `Targets(w, building_id).read(text)` — for several in a row
"""

from collections.abc import Sequence
from uuid import UUID

from koprogo_app.bank.queries.matching import NumberedInvoice, numbered_invoices, postable_accounts
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

    def __init__(self, w: Work, building_id: UUID, texts: Sequence[str] = ()) -> None:
        """`texts`: what will be read, when it is known before."""
        self._w, self._building = w, building_id
        self._numbers = {_number(text) for text in texts}
        self._invoices: list[NumberedInvoice] | None = None
        self._accounts: list[str] | None = None
        self._parties: list[PartyRow] | None = None

    async def read(self, text: str, *, incoming: bool = False) -> Target:
        """The target that `text` names; for money that comes in, the number of a paid invoice too, open again then.

        Raises Invalid on `target`."""
        plain = text.strip()
        if not plain:
            raise Invalid("target", N_("Type a name, an invoice's number or an account."))
        if plain[0].isdigit() and plain in await self._postable():
            return _account_target(plain)
        bills = await self._numbered(plain)
        if bill := [i for i in bills if i.open_cents]:
            return _one(bill, N_("Several open invoices have this number."))
        if incoming and (paid := [i for i in bills if i.paid_cents]):
            return _one(paid, N_("Several paid invoices have this number."))
        if plain.isdigit():
            raise Invalid("target", N_("There is no account {code} to post on."), code=plain)
        return _person(await self._people(), plain)

    async def _postable(self) -> list[str]:
        if self._accounts is None:
            self._accounts = await postable_accounts(self._w, self._building)
        return self._accounts

    async def _numbered(self, text: str) -> list[NumberedInvoice]:
        number = _number(text)
        if self._invoices is None or number not in self._numbers:
            self._numbers.add(number)
            self._invoices = await numbered_invoices(self._w, self._building, self._numbers)
        return [one for one in self._invoices if one.number == number]

    async def _people(self) -> list[PartyRow]:
        if self._parties is None:
            self._parties = await parties(self._w, self._building)
        return self._parties


def _number(text: str) -> str:
    return text.strip().lower()


def _one(invoices: Sequence[NumberedInvoice], several: str) -> Target:
    if len(invoices) > 1:
        raise Invalid("target", several)
    return Target(supplier_id=invoices[0].supplier_id, line_id=invoices[0].line_id)


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

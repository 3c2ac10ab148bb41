"""What a bank movement is for: a proposal with its reason, certain or to be looked at.

Pure: the movement and what is known go in, a proposal comes out. In this order: money between the association's own
accounts; an owner's structured message; a refund that a payment order sent; what was learnt of this payer; a supplier's
account with the amount or the message of an invoice; a payment order's total; the bank's own costs; a payer seen
before; a name. A movement that was written in the books by hand before is that entry, and is not posted again.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from koprogo_app.bank.model import MatchedBy
from koprogo_app.foundation.i18n import N_

_COST_FAMILY: Final = "80"
"""Costs, in the codes of CODA: kind (1), family (2), operation (2), category (3)."""
_COST_WORDS: Final = re.compile(
    r"\b(frais|kosten|gebühr\w*|spesen|bankkosten|beheerskosten|tenue de compte|bank charges?)\b", re.IGNORECASE
)
_FORMS: Final = frozenset(
    {
        *("sa", "nv", "srl", "bv", "bvba", "sprl", "asbl", "vzw", "scrl", "cv", "gmbh", "ag", "vof", "snc", "sc"),
        *("sca", "mr", "mme", "mevr", "dhr", "herr", "frau", "en", "et", "und", "ou", "of"),
    }
)


_NEAR: Final = timedelta(days=5)
"""Money on its way: how far the day on which somebody wrote a payment down may be from the bank's."""


class Movement(Protocol):
    """What is judged: a movement, or a detail of one."""

    @property
    def cents(self) -> int: ...
    @property
    def iban(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def ogm(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def booked_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Target:
    """What money is for: an owner, a supplier or an account (by its code); `line_id` is the open line to pay first."""

    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    account: str = ""
    line_id: UUID | None = None

    @property
    def person(self) -> UUID | None:
        """The owner or the supplier."""
        return self.owner_id or self.supplier_id


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a movement that goes to one target; same sign as the movement."""

    target: Target
    cents: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a movement would go, how that was found, and whether it can be confirmed without looking."""

    shares: tuple[Share, ...]
    by: MatchedBy
    certain: bool
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)
    entry_id: UUID | None = None
    """The entry that is this movement; else it is posted by one of its own."""


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice still to be paid: `cents` is what is open, `line_id` its line on the supplier's account."""

    supplier_id: UUID
    line_id: UUID
    cents: int
    number: str
    iban: str = ""
    ogm: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A payment order given to the bank: its reference and what it pays; `payees`: the account of each co-owner who is
    refunded."""

    id: UUID
    reference: str
    shares: tuple[Share, ...]
    payees: Mapping[str, Share] = field(default_factory=dict)

    @property
    def cents(self) -> int:
        """The whole, negative: it goes out."""
        return sum(share.cents for share in self.shares)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry on the bank's account that was written by hand: its name ("BQE 12"), and whom its lines name."""

    entry_id: UUID
    entry: str
    on: date
    cents: int
    people: frozenset[UUID] = frozenset()


@dataclass(slots=True)
class Known:
    """What is known of a building when its movements are judged. `names`: whom each name belongs to."""

    messages: Mapping[str, UUID] = field(default_factory=dict)
    seen: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    supplier_accounts: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    invoices: list[OpenInvoice] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    refunds: list[tuple[str, Share]] = field(default_factory=list)
    learnt: Mapping[tuple[str, bool], Target] = field(default_factory=dict)
    owners: Mapping[UUID, str] = field(default_factory=dict)
    suppliers: Mapping[UUID, str] = field(default_factory=dict)
    own_accounts: frozenset[str] = frozenset()
    costs: str = "650"
    transfers: str = "58"
    recorded: list[Recorded] = field(default_factory=list)

    def linked(self, entry_id: UUID) -> None:
        """Forgets an entry that a movement was just found to be."""
        self.recorded = [one for one in self.recorded if one.entry_id != entry_id]

    def paid(self, shares: Sequence[Share]) -> None:
        """Forgets the invoices and orders that were just paid, so that no second movement pays them again."""
        gone = {share.target.line_id for share in shares if share.target.line_id}
        self.invoices = [one for one in self.invoices if one.line_id not in gone]
        self.orders = [o for o in self.orders if not gone & {s.target.line_id for s in o.shares}]
        self.refunds = [one for one in self.refunds if one[1].target.line_id not in gone]


def words_of(name: str) -> frozenset[str]:
    """The words of a name without case, accents, signs and legal forms."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return frozenset(w for w in re.findall(r"[a-z0-9]+", letters) if w not in _FORMS and len(w) > 1)


def payer_of(move: Movement) -> str:
    """Who is on the other side, as rules remember him: his account, else his name, else the words without figures."""
    if move.iban:
        return move.iban
    if name := " ".join(sorted(words_of(move.name))):
        return f"name {name}"[:200]
    text = " ".join(w for w in re.findall(r"[^\W\d_]+", move.text.casefold()) if len(w) > 2)
    return f"text {text}"[:200] if text else ""


def propose(move: Movement, known: Known, details: Sequence[Movement] = ()) -> Proposal | None:
    """The proposal for a movement, from its details where they say more; None when nothing is recognised."""
    whole = _of_one(move, known)
    if details and not (whole and whole.certain):
        parts = [_of_one(detail, known) for detail in details]
        found = [part for part in parts if part]
        if len(found) == len(details):
            shares = tuple(share for part in found for share in part.shares)
            whole = Proposal(
                shares, found[0].by, all(p.certain for p in found),
                N_("its {count} detail is recognised", "each of its {count} details is recognised"),
                {"count": len(details)},
            )  # fmt: skip
    return _recorded(move, known, whole)


def _recorded(move: Movement, known: Known, found: Proposal | None) -> Proposal | None:
    """The entry of that day and amount instead, when it names the same people; certain when they are, and it is the
    only one. One of theirs a few days from it may be the same money, typed on a wrong day, or the next: a person says
    which, since the account's balance is the bank's on every day."""
    people = frozenset(share.target.person for share in found.shares if share.target.person) if found else frozenset()
    same = [one for one in known.recorded if one.cents == move.cents and (not people or people <= one.people)]
    if exact := [one for one in same if one.on == move.booked_on]:
        sure = found is not None and found.certain and bool(people) and len(exact) == 1
        return Proposal((), MatchedBy.ENTRY, sure, N_("it is in the books as {entry}"), {"entry": exact[0].entry},
                        exact[0].entry_id)  # fmt: skip
    near = [one for one in same if abs(one.on - move.booked_on) <= _NEAR]
    if found is None or not people or not near:
        return found
    nearest = min(near, key=lambda one: abs(one.on - move.booked_on))
    reason = N_("it may be {entry}, typed on another day: reverse that entry, or confirm a second payment")
    return replace(found, certain=False, reason=reason, params={"entry": nearest.entry})


def _of_one(move: Movement, known: Known) -> Proposal | None:
    return (
        _transfer(move, known)
        or _message(move, known)
        or _refund(move, known)
        or _learnt(move, known)
        or (_supplier(move, known) if move.cents < 0 else None)
        or _order(move, known)
        or _costs(move, known)
        or _seen(move, known)
        or _name(move, known)
    )


def _whole(move: Movement, target: Target) -> tuple[Share, ...]:
    return (Share(target, move.cents),)


def _transfer(move: Movement, known: Known) -> Proposal | None:
    if not move.iban or move.iban not in known.own_accounts:
        return None
    target = Target(account=known.transfers)
    return Proposal(_whole(move, target), MatchedBy.TRANSFER, True, N_("between the association's own accounts"))


def _message(move: Movement, known: Known) -> Proposal | None:
    owner = known.messages.get(move.ogm) if move.ogm and move.cents > 0 else None
    if owner is None:
        return None
    return Proposal(_whole(move, Target(owner_id=owner)), MatchedBy.OGM, True, N_("the co-owner's structured message"))


def _refund(move: Movement, known: Known) -> Proposal | None:
    """Money back to a co-owner by a payment order: to the very account, of the very amount."""
    found = [share for iban, share in known.refunds if iban == move.iban and share.cents == move.cents]
    if not found:
        return None
    return Proposal((found[0],), MatchedBy.ORDER, len(found) == 1, N_("the refund of a payment order"))


def _learnt(move: Movement, known: Known) -> Proposal | None:
    target = known.learnt.get((payer_of(move), move.cents > 0))
    if target is None:
        return None
    if target.supplier_id and (one := _same_amount(move, known, frozenset({target.supplier_id}))):
        target = Target(supplier_id=one.supplier_id, line_id=one.line_id)
    return Proposal(_whole(move, target), MatchedBy.RULE, True, N_("as it was decided for this payer before"))


def _same_amount(move: Movement, known: Known, suppliers: frozenset[UUID]) -> OpenInvoice | None:
    """The one invoice of these suppliers with this very amount open."""
    found = [i for i in known.invoices if i.supplier_id in suppliers and i.cents == -move.cents]
    return found[0] if len(found) == 1 else None


def _supplier(move: Movement, known: Known) -> Proposal | None:
    suppliers = known.supplier_accounts.get(move.iban, frozenset()) if move.iban else frozenset()
    mine = [i for i in known.invoices if i.supplier_id in suppliers or (i.iban and i.iban == move.iban)]
    if not suppliers and not mine:
        return None
    said = [i for i in mine if _names(move, i)]
    if len(said) == 1:
        return _pays(
            move, said[0], certain=True, reason=N_("the supplier's account and the message of invoice {number}")
        )
    exact = [i for i in mine if i.cents == -move.cents]
    if exact:
        return _pays(
            move,
            exact[0],
            certain=len(exact) == 1,
            reason=N_("the supplier's account and the amount of invoice {number}"),
        )
    if len(suppliers) != 1:
        return None
    target = Target(supplier_id=next(iter(suppliers)))
    reason = N_("the supplier's account, but no open invoice of this amount")
    return Proposal(_whole(move, target), MatchedBy.ACCOUNT, False, reason)


def _names(move: Movement, invoice: OpenInvoice) -> bool:
    """Whether the words of a payment name an invoice: by its structured message, or by its number in full."""
    if invoice.ogm and invoice.ogm == move.ogm:
        return True
    number = re.escape(invoice.number)
    return len(invoice.number) > 3 and bool(re.search(rf"(?<!\w){number}(?!\w)", move.text, re.IGNORECASE))


def _pays(move: Movement, invoice: OpenInvoice, *, certain: bool, reason: str) -> Proposal:
    target = Target(supplier_id=invoice.supplier_id, line_id=invoice.line_id)
    return Proposal(_whole(move, target), MatchedBy.ACCOUNT, certain, reason, {"number": invoice.number})


def _order(move: Movement, known: Known) -> Proposal | None:
    """A total that the bank took for a payment order; told by its reference, or by an amount no other order has."""
    if move.cents >= 0 or move.iban:
        return None
    same = [o for o in known.orders if o.cents == move.cents]
    named = [o for o in same if o.reference and o.reference.casefold() in move.text.casefold()]
    found = named or same
    if not found:
        return None
    return Proposal(found[0].shares, MatchedBy.ORDER, len(found) == 1, N_("the total of payment order {reference}"),
                    {"reference": found[0].reference})  # fmt: skip


def _costs(move: Movement, known: Known) -> Proposal | None:
    if move.cents > 0 or move.iban:
        return None
    sure = bool(re.fullmatch(r"\d{8}", move.code)) and move.code[1:3] == _COST_FAMILY
    if not sure and not _COST_WORDS.search(move.text):
        return None
    reason = N_("the bank says that these are its costs") if sure else N_("the words speak of bank costs")
    return Proposal(_whole(move, Target(account=known.costs)), MatchedBy.COSTS, sure, reason)


def _seen(move: Movement, known: Known) -> Proposal | None:
    owners = known.seen.get(move.iban, frozenset()) if move.iban else frozenset()
    if len(owners) != 1:
        return None
    reason = N_("this account has paid for this co-owner before")
    return Proposal(_whole(move, Target(owner_id=next(iter(owners)))), MatchedBy.ACCOUNT, False, reason)


def _name(move: Movement, known: Known) -> Proposal | None:
    said = words_of(move.name)
    if not said:
        return None
    owners = [who for who, name in known.owners.items() if (mine := words_of(name)) and mine <= said]
    suppliers = [who for who, name in known.suppliers.items() if (mine := words_of(name)) and mine <= said]
    first, second = (owners, suppliers) if move.cents > 0 else (suppliers, owners)
    if len(first) == 1:
        target = Target(owner_id=first[0]) if first is owners else Target(supplier_id=first[0])
    elif not first and len(second) == 1:
        target = Target(owner_id=second[0]) if second is owners else Target(supplier_id=second[0])
    else:
        return None
    if target.supplier_id and (one := _same_amount(move, known, frozenset({target.supplier_id}))):
        target = Target(supplier_id=one.supplier_id, line_id=one.line_id)
    return Proposal(_whole(move, target), MatchedBy.NAME, False, N_("the name only"))

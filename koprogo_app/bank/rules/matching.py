"""What a bank movement is for: a proposal with its reason, certain or to be looked at.

Pure: the movement and what is known go in, a proposal comes out. In this order: a payment that comes back; money
between the association's own accounts; the structured message of a co-owner; a refund that a payment order sent; what
was learnt of this payer; a supplier's account with the amount or the message of an invoice; a payment order's total;
the bank's own costs; a payer seen before; a name. A movement that was written in the books by hand before is that
entry, and is not posted again.

Certain is only what can mean one debtor: a message that is one co-owner's, an account that is one's own or was said to
pay for one alone, a reference together with the account it belongs to, the bank's code for its costs. An amount, words
or a name are a proposal.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from koprogo_app.bank.model import MatchedBy
from koprogo_app.bank.rules.messages import find_ogms
from koprogo_app.foundation.i18n import N_

_COST_FAMILY: Final = "80"
"""Costs, in the codes of CODA: kind (1), family (2), operation (2), category (3)."""
_COST_OPERATIONS: Final = frozenset({"CHRG", "FEES", "COMM", "COME"})
"""Costs, in the last part of the codes of ISO 20022."""
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
    @property
    def ultimate(self) -> str: ...
    @property
    def returned(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Target:
    """What money is for: an owner, a supplier or an account (by its code).

    `line_id` is the open line to pay first; of money that goes back to an owner or comes back from a supplier, the line
    that was paid and is open again.
    """

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
    """Where a movement would go, how that was found, and whether it can be confirmed without looking.

    `split`: whom it names without saying how much is for each; it has no shares then, until a person says it.
    """

    shares: tuple[Share, ...]
    by: MatchedBy
    certain: bool
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)
    entry_id: UUID | None = None
    """The entry that is this movement; else it is posted by one of its own."""
    split: tuple[Target, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a person decided for a payer before; `sole` when they said that this account is for that target only."""

    target: Target
    sole: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What an earlier payment settled: `cents` of the line `line_id`, in the sign in which they would come back.

    `payment_id` is the line of the payment itself, `iban` the account it went to or came from.
    """

    payment_id: UUID
    line_id: UUID
    cents: int
    on: date
    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    iban: str = ""

    @property
    def target(self) -> Target:
        """Whose it is, with the line that is open again."""
        return Target(self.owner_id, self.supplier_id, line_id=self.line_id)


@dataclass(slots=True)
class Known:
    """What is known of a building when its movements are judged. `seen`: for whom an account has paid before; `sent`:
    payments that may come back."""

    messages: Mapping[str, UUID] = field(default_factory=dict)
    seen: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    supplier_accounts: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    invoices: list[OpenInvoice] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    refunds: list[tuple[str, Share]] = field(default_factory=list)
    learnt: Mapping[tuple[str, bool], Learnt] = field(default_factory=dict)
    owners: Mapping[UUID, str] = field(default_factory=dict)
    suppliers: Mapping[UUID, str] = field(default_factory=dict)
    own_accounts: frozenset[str] = frozenset()
    costs: str = "650"
    transfers: str = "58"
    recorded: list[Recorded] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def linked(self, entry_id: UUID) -> None:
        """Forgets an entry that a movement was just found to be."""
        self.recorded = [one for one in self.recorded if one.entry_id != entry_id]

    def paid(self, shares: Sequence[Share]) -> None:
        """Forgets the invoices and orders that were just paid, so that no second movement pays them again; and what has
        just come back."""
        gone = {share.target.line_id for share in shares if share.target.line_id}
        self.sent = [one for one in self.sent if one.line_id not in gone]
        self.invoices = [one for one in self.invoices if one.line_id not in gone]
        self.orders = [o for o in self.orders if not gone & {s.target.line_id for s in o.shares}]
        self.refunds = [one for one in self.refunds if one[1].target.line_id not in gone]


def words_of(name: str) -> frozenset[str]:
    """The words of a name without case, accents, signs and legal forms."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return frozenset(w for w in re.findall(r"[a-z0-9]+", letters) if w not in _FORMS and len(w) > 1)


def payer_of(move: Movement) -> str:
    """Who is on the other side, as rules remember them: the account, else the name, else the words without figures.

    The account of somebody who pays in another's name stands for nobody: the other's name counts.
    """
    if move.iban and not move.ultimate:
        return move.iban
    if name := " ".join(sorted(words_of(move.ultimate or move.name))):
        return f"{_BY_NAME}{name}"[:200]
    text = " ".join(w for w in re.findall(r"[^\W\d_]+", move.text.casefold()) if len(w) > 2)
    return f"{_BY_TEXT}{text}"[:200] if text else ""


_BY_NAME, _BY_TEXT = "name ", "text "


def is_account(payer: str) -> bool:
    """Whether a payer is remembered by an account's number."""
    return not payer.startswith((_BY_NAME, _BY_TEXT))


def may_learn(payer: str, target: Target) -> bool:
    """Whether this payer can stand for that target: mere words stand for no person."""
    return bool(payer) and not (payer.startswith(_BY_TEXT) and target.person)


def propose(move: Movement, known: Known, details: Sequence[Movement] = ()) -> Proposal | None:
    """The proposal for a movement, from its details where they say more; None when nothing is recognised."""
    whole = _of_one(move, known)
    if details and not (whole and whole.certain):
        parts = [_of_one(detail, known) for detail in details]
        found = [part for part in parts if part and part.shares]
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
    if move.returned:
        found = _came_back(move, known) or _transfer(move, known) or _name(move, known)
        return replace(found, certain=False) if found else None
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


def _came_back(move: Movement, known: Known) -> Proposal | None:
    """The payment of this amount that comes back, so that what it had paid is open again; else whose account it is."""
    payments: dict[UUID, list[Sent]] = {}
    for one in known.sent:
        if _may_be_of(move, one, known) and one.on <= move.booked_on:
            payments.setdefault(one.payment_id, []).append(one)
    fits: list[tuple[date, tuple[Sent, ...]]] = [
        (one.on, (one,)) for many in payments.values() for one in many if one.cents == move.cents
    ]
    fits += [(many[0].on, tuple(many)) for many in payments.values()
             if len(many) > 1 and sum(one.cents for one in many) == move.cents]  # fmt: skip
    if fits:
        _, last = max(fits, key=lambda fit: fit[0])
        shares = tuple(Share(one.target, one.cents) for one in last)
        reason = N_("a payment comes back: what it had paid is open again")
        return Proposal(shares, MatchedBy.ACCOUNT, False, reason)
    suppliers = known.supplier_accounts.get(move.iban, frozenset()) if move.iban else frozenset()
    owners = known.seen.get(move.iban, frozenset()) if move.iban else frozenset()
    people = [Target(supplier_id=one) for one in suppliers] + [Target(owner_id=one) for one in owners]
    if len(people) != 1:
        return None
    return Proposal(_whole(move, people[0]), MatchedBy.ACCOUNT, False, N_("a payment of this account comes back"))


def _may_be_of(move: Movement, sent: Sent, known: Known) -> bool:
    """Whether what comes back can be that payment: nothing that the bank says of the other side contradicts it."""
    if move.iban and move.iban == sent.iban:
        return True
    if move.iban and sent.supplier_id in known.supplier_accounts.get(move.iban, ()):
        return True
    name = ""
    if sent.supplier_id:
        name = known.suppliers.get(sent.supplier_id, "")
    elif sent.owner_id:
        name = known.owners.get(sent.owner_id, "")
    if words := words_of(move.name):
        return bool(words_of(name)) and words_of(name) <= words
    return not move.iban


def _transfer(move: Movement, known: Known) -> Proposal | None:
    if not move.iban or move.iban not in known.own_accounts:
        return None
    target = Target(account=known.transfers)
    return Proposal(_whole(move, target), MatchedBy.TRANSFER, True, N_("between the association's own accounts"))


def _message(move: Movement, known: Known) -> Proposal | None:
    if move.cents < 0:
        return None
    said = [move.ogm, *find_ogms(move.text)]
    owners = list(dict.fromkeys(known.messages[digits] for digits in said if digits in known.messages))
    if len(owners) > 1:
        reason = N_("it holds the messages of several co-owners: split it")
        return Proposal((), MatchedBy.OGM, False, reason, split=tuple(Target(owner_id=who) for who in owners))
    if not owners:
        return None
    target = Target(owner_id=owners[0])
    return Proposal(_whole(move, target), MatchedBy.OGM, True, N_("the co-owner's structured message"))


def _refund(move: Movement, known: Known) -> Proposal | None:
    """Money back to a co-owner by a payment order: to the very account, of the very amount."""
    found = [share for iban, share in known.refunds if iban == move.iban and share.cents == move.cents]
    if not found:
        return None
    return Proposal((found[0],), MatchedBy.ORDER, len(found) == 1, N_("the refund of a payment order"))


def _learnt(move: Movement, known: Known) -> Proposal | None:
    payer = payer_of(move)
    rule = known.learnt.get((payer, move.cents > 0))
    if rule is None or not may_learn(payer, rule.target):
        return None
    target = rule.target
    others = known.seen.get(move.iban, frozenset()) - {target.owner_id} if is_account(payer) else frozenset()
    if target.owner_id and others:
        return None  # it has paid for another too: it stands for none of them
    if target.supplier_id and known.supplier_accounts.get(move.iban, frozenset()) - {target.supplier_id}:
        return None
    bill = _same_amount(move, known, frozenset({target.supplier_id})) if target.supplier_id else None
    if bill:
        target = Target(supplier_id=bill.supplier_id, line_id=bill.line_id)
    sure = is_account(payer) and (rule.sole or bill is not None or _own_name(move, target, known))
    reason = N_("this account is for this one only") if rule.sole else N_("so it was decided for this payer before")
    return Proposal(_whole(move, target), MatchedBy.RULE, sure, reason)


def _own_name(move: Movement, target: Target, known: Known) -> bool:
    """Whether the account is in the co-owner's very own name, which is no other's here."""
    said = words_of(move.name)
    same = [who for who, name in known.owners.items() if words_of(name) == said]
    return bool(said) and same == [target.owner_id]


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
    if said:
        return _pays_several(move, said)
    exact = [i for i in mine if i.cents == -move.cents]
    if exact:
        alone = len(exact) == 1 and len(suppliers | {i.supplier_id for i in mine}) == 1
        return _pays(
            move, exact[0], certain=alone, reason=N_("the supplier's account and the amount of invoice {number}")
        )
    if len(suppliers) != 1:
        return None
    target = Target(supplier_id=next(iter(suppliers)))
    reason = N_("the supplier's account, but no open invoice of this amount")
    return Proposal(_whole(move, target), MatchedBy.ACCOUNT, False, reason)


def _pays_several(move: Movement, invoices: Sequence[OpenInvoice]) -> Proposal:
    """The invoices that a payment names: each for what is open of it, when that is the amount; else to be split."""
    numbers = {"numbers": ", ".join(one.number for one in invoices)}
    targets = tuple(Target(supplier_id=one.supplier_id, line_id=one.line_id) for one in invoices)
    if sum(one.cents for one in invoices) != -move.cents:
        reason = N_("it names invoices {numbers}: split it")
        return Proposal((), MatchedBy.ACCOUNT, False, reason, numbers, split=targets)
    shares = tuple(Share(target, -one.cents) for target, one in zip(targets, invoices, strict=True))
    return Proposal(shares, MatchedBy.ACCOUNT, True, N_("the supplier's account and invoices {numbers}"), numbers)


def _names(move: Movement, invoice: OpenInvoice) -> bool:
    """Whether the words of a payment name an invoice: by its structured message, or by its number in full."""
    if invoice.ogm and invoice.ogm in (move.ogm, *find_ogms(move.text)):
        return True
    number = re.escape(invoice.number)
    return len(invoice.number) > 3 and bool(re.search(rf"(?<!\w){number}(?!\w)", move.text, re.IGNORECASE))


def _pays(move: Movement, invoice: OpenInvoice, *, certain: bool, reason: str) -> Proposal:
    target = Target(supplier_id=invoice.supplier_id, line_id=invoice.line_id)
    return Proposal(_whole(move, target), MatchedBy.ACCOUNT, certain, reason, {"number": invoice.number})


def _order(move: Movement, known: Known) -> Proposal | None:
    """A total that the bank took for a payment order: certain when it names the order, not by the amount alone."""
    if move.cents >= 0 or move.iban:
        return None
    same = [o for o in known.orders if o.cents == move.cents]
    named = [o for o in same if o.reference and o.reference.casefold() in move.text.casefold()]
    found = named or same
    if not found:
        return None
    return Proposal(found[0].shares, MatchedBy.ORDER, len(named) == 1, N_("the total of payment order {reference}"),
                    {"reference": found[0].reference})  # fmt: skip


def _costs(move: Movement, known: Known) -> Proposal | None:
    if move.cents > 0 or move.iban:
        return None
    coda = bool(re.fullmatch(r"\d{8}", move.code)) and move.code[1:3] == _COST_FAMILY
    sure = coda or ("/" in move.code and move.code.rpartition("/")[2] in _COST_OPERATIONS)
    if not sure and not _COST_WORDS.search(move.text):
        return None
    reason = N_("the bank says that these are its costs") if sure else N_("the words speak of bank costs")
    return Proposal(_whole(move, Target(account=known.costs)), MatchedBy.COSTS, sure, reason)


def _seen(move: Movement, known: Known) -> Proposal | None:
    owners = known.seen.get(move.iban, frozenset()) if move.iban and not move.ultimate else frozenset()
    if len(owners) != 1:
        return None
    reason = N_("this account has paid for this co-owner before")
    return Proposal(_whole(move, Target(owner_id=next(iter(owners)))), MatchedBy.ACCOUNT, False, reason)


def _name(move: Movement, known: Known) -> Proposal | None:
    """Whose name is that of the other side, or of those behind it; else a co-owner whom the payer's words name."""
    target = _named(words_of(move.ultimate) or words_of(move.name), move, known)
    if target is None and move.cents > 0:
        said = words_of(move.text)
        owners = [who for who, name in known.owners.items() if len(mine := words_of(name)) > 1 and mine <= said]
        if len(owners) == 1:
            return Proposal(_whole(move, Target(owner_id=owners[0])), MatchedBy.NAME, False, N_("named in the message"))
    if target is None:
        return None
    if target.supplier_id and (one := _same_amount(move, known, frozenset({target.supplier_id}))):
        target = Target(supplier_id=one.supplier_id, line_id=one.line_id)
    return Proposal(_whole(move, target), MatchedBy.NAME, False, N_("the name only"))


def _named(said: frozenset[str], move: Movement, known: Known) -> Target | None:
    owners = [who for who, name in known.owners.items() if (mine := words_of(name)) and mine <= said]
    suppliers = [who for who, name in known.suppliers.items() if (mine := words_of(name)) and mine <= said]
    first, second = (owners, suppliers) if (move.cents > 0) != move.returned else (suppliers, owners)
    if len(first) == 1:
        return Target(owner_id=first[0]) if first is owners else Target(supplier_id=first[0])
    if not first and len(second) == 1:
        return Target(owner_id=second[0]) if second is owners else Target(supplier_id=second[0])
    return None

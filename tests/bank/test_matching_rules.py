"""What a movement is for: each way of recognising it, and its certainty."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from koprogo_app.bank.model import MatchedBy
from koprogo_app.bank.rules.matching import (
    Known,
    Learnt,
    OpenInvoice,
    Order,
    Recorded,
    Sent,
    Share,
    Target,
    payer_of,
    propose,
    words_of,
)

ALICE, BOB, LIFT, POWER = (UUID(int=n) for n in range(1, 5))
LINE, LINE2, LINE3 = (UUID(int=n) for n in range(11, 14))
OGM, OTHER_OGM = "002026004240", "000000097097"


@dataclass(frozen=True)
class Move:
    cents: int
    iban: str = ""
    name: str = ""
    text: str = ""
    ogm: str = ""
    code: str = "00150000"
    booked_on: date = date(2026, 3, 12)
    ultimate: str = ""
    returned: bool = False


def known() -> Known:
    return Known(
        messages={OGM: ALICE},
        seen={"BE-ALICE": frozenset({ALICE}), "BE-BOTH": frozenset({ALICE, BOB})},
        supplier_accounts={"BE-LIFT": frozenset({LIFT}), "BE-POWER": frozenset({POWER})},
        invoices=[
            OpenInvoice(LIFT, LINE, 12_100, "2026-117", "BE-LIFT", OTHER_OGM),
            OpenInvoice(LIFT, LINE2, 5_000, "2026-118", "BE-LIFT"),
            OpenInvoice(POWER, LINE3, 5_000, "77", "BE-POWER"),
        ],
        orders=[Order(UUID(int=21), "KG-7", (Share(Target(supplier_id=LIFT, line_id=LINE2), -5_000),
                                             Share(Target(supplier_id=POWER, line_id=LINE3), -5_000)))],
        learnt={
            ("BE-AUNT", True): Learnt(Target(owner_id=BOB), sole=True),
            ("BE-UNCLE", True): Learnt(Target(owner_id=BOB)),
            ("BE-BOTH", True): Learnt(Target(owner_id=BOB), sole=True),
            ("BE-NEW", False): Learnt(Target(supplier_id=POWER)),
            ("BE-LIFT", False): Learnt(Target(supplier_id=POWER), sole=True),
            ("name bob peeters", True): Learnt(Target(owner_id=ALICE), sole=True),
            ("text versement", True): Learnt(Target(owner_id=ALICE), sole=True),
            ("text prime", False): Learnt(Target(account="614"), sole=True),
        },
        owners={ALICE: "Alice DUPONT", BOB: "Bob Peeters"},
        suppliers={LIFT: "Lift Service SA", POWER: "Électricité"},
        own_accounts=frozenset({"BE-RESERVE"}),
    )  # fmt: skip


ALICES, BOBS = Target(owner_id=ALICE), Target(owner_id=BOB)
CASES = {
    "own account": (Move(-100, "BE-RESERVE", ogm=OGM), Target(account="58"), "transfer", True),
    "message": (Move(250, "BE-AUNT", ogm=OGM), ALICES, "ogm", True),
    "message going out": (Move(-250, ogm=OGM), None, "", False),
    "vouched for": (Move(250, "BE-AUNT"), BOBS, "rule", True),
    "vouched for, and seen for another": (Move(250, "BE-BOTH"), None, "", False),
    "decided before": (Move(250, "BE-UNCLE"), BOBS, "rule", False),
    "decided before, another's name": (Move(250, "BE-UNCLE", "Alice Dupont"), BOBS, "rule", False),
    "decided before, own name": (Move(250, "BE-UNCLE", "PEETERS Bob"), BOBS, "rule", True),
    "decided before, part of the name": (Move(250, "BE-UNCLE", "Peeters"), BOBS, "rule", False),
    "decided before, a third name": (Move(250, "BE-UNCLE", "Bob Peeters Janssens"), BOBS, "rule", False),
    "decided before, in another's behalf": (
        Move(250, "BE-AUNT", "PSP", ultimate="Alice Dupont"), ALICES, "name", False,
    ),
    "a name decided before": (Move(250, name="Bob Peeters"), ALICES, "rule", False),
    "words decided before": (Move(250, text="VERSEMENT 002"), None, "", False),
    "words decided before, an account": (Move(-250, text="Prime 7"), Target(account="614"), "rule", False),
    "message in words": (Move(250, text="charges 002 0260.04240 merci"), ALICES, "ogm", True),
    "a name in the message": (Move(250, "BE-X", "Agence", "loyer Peeters Bob mars"), BOBS, "name", False),
    "learnt, the other way": (Move(-250, "BE-AUNT"), None, "", False),
    "learnt supplier, its invoice": (Move(-5_000, "BE-NEW"), Target(supplier_id=POWER, line_id=LINE3), "rule", True),
    "costs by code of CAMT": (Move(-250, code="PMNT/ICDT/CHRG"), Target(account="650"), "costs", True),
    "an account of another supplier": (
        Move(-5_000, "BE-LIFT", "X"), Target(supplier_id=LIFT, line_id=LINE2), "account", True,
    ),
    "learnt supplier, no invoice": (Move(-5_001, "BE-NEW"), Target(supplier_id=POWER), "rule", False),
    "account and amount": (Move(-5_000, "BE-LIFT"), Target(supplier_id=LIFT, line_id=LINE2), "account", True),
    "account and message": (
        Move(-9, "BE-LIFT", ogm=OTHER_OGM), Target(supplier_id=LIFT, line_id=LINE), "account", True,
    ),
    "account and number": (
        Move(-9, "BE-LIFT", text="facture 2026-118."), Target(supplier_id=LIFT, line_id=LINE2), "account", True,
    ),
    "account, another number": (Move(-9, "BE-LIFT", text="2026-1180"), Target(supplier_id=LIFT), "account", False),
    "account only": (Move(-9, "BE-LIFT"), Target(supplier_id=LIFT), "account", False),
    "costs by code": (Move(-250, code="08037000"), Target(account="650"), "costs", True),
    "costs by words": (Move(-250, text="Frais de gestion"), Target(account="650"), "costs", False),
    "interest is no cost": (Move(250, text="frais"), None, "", False),
    "seen before": (Move(250, "BE-ALICE"), ALICES, "account", False),
    "seen for two": (Move(250, "BE-BOTH"), None, "", False),
    "name": (Move(250, "BE-X", "MR. PEETERS, BÖB"), BOBS, "name", False),
    "name in part": (Move(250, "BE-X", "PEETERS"), None, "", False),
    "supplier's name and amount": (
        Move(-12_100, "BE-X", "LIFT SERVICE NV"), Target(supplier_id=LIFT, line_id=LINE), "name", False,
    ),
    "nothing": (Move(250), None, "", False),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_one_movement(name: str) -> None:
    move, target, by, certain = CASES[name]
    found = propose(move, known())
    if target is None:
        assert found is None
        return
    assert found and found.shares == (Share(target, move.cents),)
    assert (found.by, found.certain) == (MatchedBy(by), certain) and found.reason


def test_two_invoices_of_one_amount_are_looked_at() -> None:
    facts = known()
    facts.invoices.append(OpenInvoice(LIFT, LINE3, 5_000, "2026-119", "BE-LIFT"))
    found = propose(Move(-5_000, "BE-LIFT"), facts)
    assert found and not found.certain and found.shares[0].target.line_id == LINE2


def test_a_payment_order() -> None:
    facts = known()
    found = propose(Move(-10_000), facts)
    assert found and found.by is MatchedBy.ORDER and not found.certain and len(found.shares) == 2
    told = propose(Move(-10_000, text="ref kg-7"), facts)
    assert told and told.certain and told.shares == found.shares
    facts.orders.append(Order(UUID(int=22), "KG-8", (Share(Target(supplier_id=LIFT, line_id=LINE), -10_000),)))
    two, said = propose(Move(-10_000), facts), propose(Move(-10_000, text="KG-8"), facts)
    assert two and not two.certain and said and said.certain and len(said.shares) == 1
    facts.paid(said.shares)
    facts.paid(found.shares)
    assert propose(Move(-10_000), facts) is None and facts.invoices == []


def test_details_say_more_than_their_total() -> None:
    whole = Move(350)
    found = propose(whole, known(), [Move(250, ogm=OGM), Move(100, "BE-AUNT")])
    assert found and found.certain and found.shares == (Share(ALICES, 250), Share(BOBS, 100))
    assert propose(whole, known(), [Move(250, ogm=OGM), Move(100)]) is None
    half = propose(whole, known(), [Move(250, ogm=OGM), Move(100, "BE-ALICE")])
    assert half and not half.certain


def test_who_pays_and_what_names_are_made_of() -> None:
    assert words_of("Mme DUPONT-Lévy, Alïce SRL") == {"dupont", "levy", "alice"}
    assert payer_of(Move(1, "BE1", "X")) == "BE1"
    assert payer_of(Move(1, "", "Bob PEETERS")) == payer_of(Move(2, "", "peeters bob"))
    assert payer_of(Move(1, text="Prime 2026/12 assurance")) == payer_of(Move(1, text="PRIME 2027/01 Assurance")) != ""
    assert payer_of(Move(1, text="12/34")) == ""


def test_an_account_on_the_movement_is_no_payment_orders_total() -> None:
    """The bank takes an order's total without a payee; one payment of that amount to somebody is another thing."""
    assert propose(Move(-10_000, "BE-X"), known()) is None
    assert propose(Move(10_000), known()) is None


def test_a_number_of_three_signs_is_no_invoice_that_a_text_names() -> None:
    facts = known()
    facts.invoices += [OpenInvoice(LIFT, LINE3, 7_000, "118", "BE-LIFT"), OpenInvoice(LIFT, ALICE, 8_000, "1180")]
    short = propose(Move(-9, "BE-LIFT", text="rue 118"), facts)
    assert short and not short.certain and short.shares[0].target == Target(supplier_id=LIFT)
    long = propose(Move(-9, "BE-LIFT", text="facture 1180"), facts)
    assert long and long.certain and long.shares[0].target.line_id == ALICE


ENTRY, ENTRY2 = UUID(int=31), UUID(int=32)
DAY = date(2026, 3, 12)


def recorded(*people: UUID, on: date = DAY, cents: int = 350, entry: UUID = ENTRY) -> Recorded:
    return Recorded(entry, f"BQE {entry.int}", on, cents, frozenset(people))


def test_an_entry_that_names_some_of_the_people_only_is_not_the_movement() -> None:
    """Two owners in one movement: the entry of one of them, of the same amount and day, is another payment."""
    whole, details = Move(350), [Move(250, ogm=OGM), Move(100, "BE-AUNT")]
    for people, is_it in (((ALICE,), False), ((BOB,), False), ((ALICE, BOB), True), ((ALICE, BOB, LIFT), True)):
        facts = known()
        facts.recorded = [recorded(*people)]
        found = propose(whole, facts, details)
        assert found and found.certain and (found.entry_id == ENTRY) is is_it
    for people in ((ALICE,), (ALICE, BOB)):
        facts.recorded = [recorded(*people, on=DAY + timedelta(days=1))]
        found = propose(whole, facts, details)
        assert found and found.certain is (people == (ALICE,)) and found.shares


def test_the_entry_of_the_day_and_amount_is_the_movement() -> None:
    facts, move = known(), Move(250, ogm=OGM)
    for cents, is_it in ((249, False), (250, True), (251, False), (-250, False)):
        facts.recorded = [recorded(ALICE, cents=cents)]
        found = propose(move, facts)
        assert found and found.certain and (found.entry_id == ENTRY) is is_it
    facts.recorded = [recorded(ALICE, cents=250), recorded(ALICE, cents=250, entry=ENTRY2)]
    found = propose(move, facts)
    assert found and found.entry_id == ENTRY and not found.certain  # of two somebody says which
    facts.linked(ENTRY)
    assert [one.entry_id for one in facts.recorded] == [ENTRY2]
    facts.recorded = [recorded(ALICE, cents=7, entry=ENTRY2)]
    found = propose(Move(7), facts)
    assert found and found.entry_id == ENTRY2 and not found.certain  # the day and the amount, but nobody's name


def test_what_was_paid_is_forgotten_and_nothing_else() -> None:
    facts = known()
    facts.paid([Share(Target(owner_id=ALICE), 5), Share(Target(supplier_id=LIFT, line_id=LINE), -12_100)])
    assert [one.line_id for one in facts.invoices] == [LINE2, LINE3] and len(facts.orders) == 1
    facts.paid([Share(Target(supplier_id=POWER, line_id=LINE3), -5_000)])
    assert [one.line_id for one in facts.invoices] == [LINE2] and facts.orders == []


@pytest.mark.parametrize(
    ("move", "target"),
    [
        (Move(250, "BE-X", "Lift Service"), Target(supplier_id=LIFT)),  # a supplier pays back
        (Move(-250, "BE-X", "Bob Peeters"), Target(owner_id=BOB)),  # an owner is paid back
        (Move(250, "BE-X", "Bob Peeters, Alice Dupont"), None),
        (Move(-250, "BE-X", "Lift Service Électricité"), None),
        (Move(250, "BE-X", "Bob Peeters, Lift Service"), Target(owner_id=BOB)),  # whoever usually pays that way
        (Move(-250, "BE-X", "Bob Peeters, Lift Service"), Target(supplier_id=LIFT)),
    ],
)
def test_a_name_is_that_of_one_person_first_of_those_who_usually_pay_that_way(
    move: Move, target: Target | None
) -> None:
    found = propose(move, known())
    assert found is None if target is None else found and found.shares == (Share(target, move.cents),)


def test_two_co_owners_messages_in_one_payment_are_to_be_split() -> None:
    facts = known()
    facts.messages = {OGM: ALICE, OTHER_OGM: BOB}
    for text in ("+++002/0260/04240+++ +++000/0000/97097+++", "002026004240 et 000 0000 97097"):
        found = propose(Move(2_000, "BE-AUNT", text=text, ogm=OGM), facts)
        assert found and not found.certain and not found.shares and found.split == (ALICES, BOBS)
    same = propose(Move(2_000, text="002/0260/04240 (002026004240)", ogm=OGM), facts)
    assert same and same.certain and same.shares == (Share(ALICES, 2_000),)


def test_a_payment_that_names_several_invoices_pays_them_or_is_to_be_split() -> None:
    found = propose(Move(-17_100, "BE-LIFT", text="2026-117 et 2026-118"), known())
    assert found and found.certain and [s.cents for s in found.shares] == [-12_100, -5_000]
    found = propose(Move(-17_099, "BE-LIFT", text="2026-117 et 2026-118"), known())
    assert found and not found.certain and not found.shares and [t.line_id for t in found.split] == [LINE, LINE2]


def test_an_account_of_two_suppliers_and_an_amount_are_not_certain() -> None:
    facts = known()
    facts.supplier_accounts = {"BE-LIFT": frozenset({LIFT, POWER})}
    found = propose(Move(-12_100, "BE-LIFT"), facts)
    assert found and not found.certain and found.shares[0].target.line_id == LINE
    named = propose(Move(-12_100, "BE-LIFT", text="2026-117"), facts)
    assert named and named.certain


PAYMENT, PAYMENT2 = UUID(int=41), UUID(int=42)


def back(cents: int, iban: str = "", name: str = "", **more: Any) -> Move:
    return Move(cents, iban, name, returned=True, **more)


@pytest.mark.parametrize(
    ("move", "lines"),
    [
        (back(12_100, "BE-LIFT"), [LINE]),
        (back(12_100, "BE-OLD"), [LINE]),  # the account it went to, whosever it is by now
        (back(12_100, "", "LIFT SERVICE NV"), [LINE]),
        (back(12_100), [LINE]),
        (back(12_100, "BE-RESERVE"), []),
        (back(12_100, "BE-POWER"), []),
        (back(12_099, "BE-LIFT"), []),
        (back(5_000, "BE-LIFT"), [LINE2]),
        (back(17_100, "BE-LIFT"), [LINE, LINE2]),
        (back(12_100, "BE-LIFT", booked_on=date(2026, 3, 1)), []),
        (back(-250, "BE-ALICE"), [LINE3]),
    ],
)  # fmt: skip
def test_a_payment_that_comes_back_opens_what_it_had_paid(move: Move, lines: list[UUID]) -> None:
    facts = known()
    facts.sent = [
        Sent(PAYMENT, LINE, 12_100, date(2026, 3, 2), supplier_id=LIFT, iban="BE-OLD"),
        Sent(PAYMENT, LINE2, 5_000, date(2026, 3, 2), supplier_id=LIFT, iban="BE-OLD"),
        Sent(PAYMENT2, LINE3, -250, date(2026, 3, 2), owner_id=ALICE, iban="BE-ALICE"),
    ]
    found = propose(move, facts)
    assert found is None or not found.certain
    assert [s.target.line_id for s in (found.shares if found else ()) if s.target.line_id] == lines
    assert found is None or sum(s.cents for s in found.shares) == move.cents
    if found and lines:
        facts.paid(found.shares)
        assert not {one.line_id for one in facts.sent} & set(lines)


def test_what_comes_back_is_never_certain() -> None:
    for move in (back(250, "BE-LIFT"), back(250, "BE-ALICE"), back(250, "BE-RESERVE"), back(250, ogm=OGM),
                 back(-250, code="08037000")):  # fmt: skip
        found = propose(move, known())
        assert found is None or not found.certain
    found = propose(back(250, "BE-LIFT"), known())
    assert found and found.shares == (Share(Target(supplier_id=LIFT), 250),)

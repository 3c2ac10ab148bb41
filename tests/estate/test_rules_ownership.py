"""Changes of ownership as pure decisions: transfers, shares, the contact, and the history they leave."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.estate.rules.holding import (
    HeldRow,
    OwnershipChange,
    after,
    check_completeness,
    check_period,
    current,
    holdings_of,
    shares_of,
)
from koprogo_app.estate.rules.lots import LotState, merge_refusal, split_refusal
from koprogo_app.estate.rules.ownership import (
    Part,
    add_owner,
    change_contact,
    correct_shares,
    remove_owner,
    set_share,
    set_shares,
    transfer,
)
from koprogo_app.law import Refused
from koprogo_app.law.shares import Right, is_complete, ownership_totals

LOT = UUID(int=1)
ANNE, JEAN, LIEVE, DIRK = (UUID(int=number) for number in range(11, 15))
START, DEED = date(2020, 1, 1), date(2026, 5, 4)
WHOLE, HALF, THIRD, QUARTER = Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)
FULL, BARE, USUFRUCT = Right.FULL, Right.BARE, Right.USUFRUCT


def row(owner: UUID, right: Right = FULL, share: Fraction = WHOLE, **more: object) -> HeldRow:
    values = {"valid_from": START, "id": uuid4()} | more
    return HeldRow(LOT, owner, right, share.numerator, share.denominator, **values)  # type: ignore[arg-type]


def held_after(rows: list[HeldRow], change: OwnershipChange, on: date = DEED) -> Mapping[tuple[UUID, Right], Fraction]:
    return shares_of(current(after(rows, change), on))


def contacts(rows: list[HeldRow], on: date) -> list[UUID]:
    return [one.owner_id for one in current(rows, on) if one.primary]


def test_selling_the_whole_keeps_the_past() -> None:
    rows = [row(ANNE, primary=True)]
    change = transfer(rows, DEED, ANNE, [Part(JEAN)])
    assert change.end == ((rows[0].id, DEED),)
    assert held_after(rows, change) == {(JEAN, FULL): WHOLE}
    written = after(rows, change)
    assert shares_of(current(written, DEED - timedelta(days=1))) == {(ANNE, FULL): WHOLE}
    assert contacts(written, DEED) == [JEAN]
    assert contacts(written, DEED - timedelta(days=1)) == [ANNE]


def test_selling_a_part() -> None:
    rows = [row(ANNE, primary=True)]
    change = transfer(rows, DEED, ANNE, [Part(JEAN, QUARTER)])
    assert held_after(rows, change) == {(ANNE, FULL): Fraction(3, 4), (JEAN, FULL): QUARTER}
    assert contacts(after(rows, change), DEED) == [ANNE]


def test_selling_to_several() -> None:
    rows = [row(ANNE)]
    change = transfer(rows, DEED, ANNE, [Part(JEAN, THIRD), Part(LIEVE, THIRD), Part(DIRK, THIRD)])
    assert held_after(rows, change) == {(who, FULL): THIRD for who in (JEAN, LIEVE, DIRK)}


def test_a_neighbour_who_already_holds_a_part_gets_more() -> None:
    rows = [row(ANNE, share=HALF), row(JEAN, share=HALF, primary=True)]
    change = transfer(rows, DEED, ANNE, [Part(JEAN)])
    assert held_after(rows, change) == {(JEAN, FULL): WHOLE}
    assert contacts(after(rows, change), DEED) == [JEAN]


def test_giving_the_bare_ownership_keeps_the_usufruct() -> None:
    rows = [row(ANNE)]
    change = transfer(rows, DEED, ANNE, [Part(JEAN, HALF, BARE), Part(LIEVE, HALF, BARE)])
    assert held_after(rows, change) == {(ANNE, USUFRUCT): WHOLE, (JEAN, BARE): HALF, (LIEVE, BARE): HALF}


def test_selling_both_rights_to_two_leaves_nothing() -> None:
    rows = [row(ANNE)]
    change = transfer(rows, DEED, ANNE, [Part(JEAN, WHOLE, BARE), Part(LIEVE, WHOLE, USUFRUCT)])
    assert held_after(rows, change) == {(JEAN, BARE): WHOLE, (LIEVE, USUFRUCT): WHOLE}


def test_giving_a_long_lease_keeps_the_bare_ownership() -> None:
    rows = [row(ANNE)]
    change = transfer(rows, DEED, ANNE, [Part(JEAN, WHOLE, Right.EMPHYTEUSIS)])
    assert held_after(rows, change) == {(ANNE, BARE): WHOLE, (JEAN, Right.EMPHYTEUSIS): WHOLE}


def test_the_usufruct_that_ends_makes_bare_owners_full_owners() -> None:
    rows = [row(ANNE, USUFRUCT), row(JEAN, BARE, HALF), row(LIEVE, BARE, HALF)]
    change = transfer(rows, DEED, ANNE, [Part(JEAN, HALF), Part(LIEVE, HALF)])
    assert held_after(rows, change) == {(JEAN, FULL): HALF, (LIEVE, FULL): HALF}


def test_more_usufruct_than_bare_ownership_stays_usufruct() -> None:
    rows = [row(ANNE, USUFRUCT), row(JEAN, BARE, HALF), row(LIEVE, BARE, HALF)]
    change = transfer(rows, DEED, ANNE, [Part(JEAN)])
    assert held_after(rows, change) == {(JEAN, FULL): HALF, (JEAN, USUFRUCT): HALF, (LIEVE, BARE): HALF}


def test_two_sales_in_one_day_leave_no_empty_period() -> None:
    rows = [row(ANNE, primary=True)]
    once = after(rows, transfer(rows, DEED, ANNE, [Part(JEAN)]))
    once = [one if one.id else row(one.owner_id, valid_from=DEED, primary=one.primary) for one in once]
    change = transfer(once, DEED, JEAN, [Part(LIEVE)])
    assert (len(change.remove), change.end) == (1, ())
    assert held_after(once, change) == {(LIEVE, FULL): WHOLE}
    assert all(one.valid_to is None or one.valid_from < one.valid_to for one in after(once, change))


@pytest.mark.parametrize(
    ("parts", "right", "reason"),
    [
        ([], FULL, "Nobody"),
        ([Part(JEAN, Fraction(3, 4))], FULL, "holds 1/2, less than the 3/4"),
        ([Part(JEAN, Fraction(0))], FULL, "more than 0"),
        ([Part(JEAN, HALF, FULL)], USUFRUCT, "Only a full owner"),
        ([Part(JEAN)], None, "several rights"),
        ([Part(JEAN)], Right.USE, "does not hold"),
        ([Part(ANNE)], FULL, "changes nothing"),
    ],
)
def test_transfers_that_cannot_be(parts: list[Part], right: Right | None, reason: str) -> None:
    rows = [row(ANNE, FULL, HALF), row(ANNE, USUFRUCT, HALF), row(LIEVE, BARE, HALF)]
    with pytest.raises(Refused, match=reason):
        transfer(rows, DEED, ANNE, parts, right=right)


def test_nobody_sells_before_he_owns_or_after_he_sold() -> None:
    rows = [row(ANNE, valid_to=DEED), row(JEAN, valid_from=DEED)]
    with pytest.raises(Refused, match="already changes on 2026-05-04"):
        transfer(rows, date(2025, 1, 1), ANNE, [Part(LIEVE)])
    with pytest.raises(Refused, match="does not hold"):
        transfer(rows, DEED, ANNE, [Part(LIEVE)])


@st.composite
def whole_lots(draw: st.DrawFn) -> list[HeldRow]:
    """A lot that is whole on both sides, in any mix of rights."""
    owners = [ANNE, JEAN, LIEVE, DIRK]
    weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    rows = []
    for owner, weight in zip(owners, weights, strict=False):
        share = Fraction(weight, sum(weights))
        if draw(st.booleans()):
            rows.append(row(owner, FULL, share))
        else:
            rows += [
                row(owner, BARE, share),
                row(draw(st.sampled_from(owners[len(weights) :] or [uuid4()])), USUFRUCT, share),
            ]
    merged = shares_of(rows)
    return [
        row(owner, right, share, primary=index == 0) for index, ((owner, right), share) in enumerate(merged.items())
    ]


@given(whole_lots(), st.data())
def test_no_transfer_changes_the_totals(rows: list[HeldRow], data: st.DataObject) -> None:
    seller = data.draw(st.sampled_from(rows))
    whole = seller.share * data.draw(st.fractions(0, 1, max_denominator=12).filter(bool))
    count = data.draw(st.integers(1, 3))
    right = data.draw(st.sampled_from([None, BARE, USUFRUCT])) if seller.right is FULL else None
    buyers = data.draw(st.permutations([ANNE, JEAN, LIEVE, DIRK]))[:count]
    parts = [Part(buyer, whole / count, right) for buyer in buyers]
    before = ownership_totals(holdings_of(current(rows, DEED)))
    try:
        change = transfer(rows, DEED, seller.owner_id, parts, right=seller.right)
    except Refused as refused:
        assert "changes nothing" in str(refused)
        return
    written = after(rows, change)
    assert ownership_totals(holdings_of(current(written, DEED))) == before
    assert len(contacts(written, DEED)) == 1
    assert shares_of(current(written, DEED - timedelta(days=1))) == shares_of(rows)
    for owner in {one.owner_id for one in current(written, DEED)} & {part.owner_id for part in parts}:
        rights = {one.right for one in current(written, DEED) if one.owner_id == owner}
        assert not {BARE, USUFRUCT} <= rights


def test_a_draft_grows_until_it_is_whole() -> None:
    change = add_owner([], START, ANNE, FULL, HALF, complete=False, lot_id=LOT)
    assert change.add[0].primary
    rows = [row(ANNE, share=HALF, primary=True)]
    change = add_owner(rows, START, JEAN, FULL, HALF, complete=False, lot_id=LOT)
    assert check_completeness(False, held_after(rows, change))
    assert contacts(after(rows, change), START) == [ANNE]


def test_the_same_right_twice() -> None:
    with pytest.raises(Refused, match="already holds"):
        add_owner([row(ANNE, share=HALF)], DEED, ANNE, FULL, HALF, complete=False, lot_id=LOT)


def test_a_complete_lot_never_becomes_incomplete() -> None:
    rows = [row(ANNE, share=HALF), row(JEAN, share=HALF)]
    with pytest.raises(Refused, match="must stay so"):
        set_share(rows, DEED, ANNE, FULL, THIRD, complete=True)
    with pytest.raises(Refused, match="must stay so"):
        correct_shares(rows, {(ANNE, FULL): THIRD}, DEED, complete=True)
    with pytest.raises(Refused, match="transfer the share"):
        remove_owner(rows, DEED, ANNE, complete=True)
    with pytest.raises(Refused, match="must stay so"):
        add_owner(rows, DEED, LIEVE, FULL, THIRD, complete=True, lot_id=LOT)
    both = {(ANNE, FULL): THIRD, (JEAN, FULL): Fraction(2, 3)}
    assert held_after(rows, set_shares(rows, both, DEED, complete=True, lot_id=LOT)) == both


def test_a_draft_may_change_freely() -> None:
    rows = [row(ANNE, share=HALF), row(JEAN, share=QUARTER)]
    assert held_after(rows, set_share(rows, DEED, JEAN, FULL, THIRD, complete=False))[JEAN, FULL] == THIRD
    assert held_after(rows, remove_owner(rows, DEED, JEAN, complete=False)) == {(ANNE, FULL): HALF}


def test_a_share_that_stays_keeps_its_row() -> None:
    rows = [row(ANNE, share=HALF), row(JEAN, share=QUARTER)]
    change = set_share(rows, DEED, JEAN, FULL, HALF, complete=False)
    assert [row_id for row_id, _ in change.end] == [rows[1].id]
    assert [one.owner_id for one in change.add] == [JEAN]


def test_a_correction_rewrites_without_history() -> None:
    rows = [row(ANNE, share=Fraction("0.3333")), row(JEAN, share=Fraction("0.6667"))]
    change = correct_shares(rows, {(ANNE, FULL): THIRD, (JEAN, FULL): Fraction(2, 3)}, DEED, complete=True)
    assert (change.end, change.add) == ((), ())
    corrected = after(rows, change)
    assert [one.share for one in corrected] == [THIRD, Fraction(2, 3)]
    assert [one.valid_from for one in corrected] == [START, START]


def test_removing_the_contact_leaves_another() -> None:
    rows = [row(ANNE, share=HALF, primary=True), row(JEAN, share=QUARTER)]
    change = remove_owner(rows, DEED, ANNE, complete=False)
    assert contacts(after(rows, change), DEED) == [JEAN]


def test_the_contact_is_one_of_the_holders() -> None:
    rows = [row(ANNE, share=HALF, primary=True), row(JEAN, share=HALF)]
    assert contacts(after(rows, change_contact(rows, DEED, JEAN)), DEED) == [JEAN]
    assert change_contact(rows, DEED, ANNE).is_empty
    with pytest.raises(Refused, match="does not hold"):
        change_contact(rows, DEED, LIEVE)


@pytest.mark.parametrize("share", [Fraction(-1, 2), Fraction(3, 2)])
def test_no_share_outside_the_whole(share: Fraction) -> None:
    with pytest.raises(Refused, match="at most the whole"):
        set_shares([row(ANNE)], {(ANNE, FULL): share}, DEED, complete=False, lot_id=LOT)


def test_a_period_ends_after_it_begins() -> None:
    check_period(DEED, None)
    check_period(START, DEED)
    with pytest.raises(Refused, match="must end after"):
        check_period(DEED, DEED)


def test_splitting_and_merging_lots() -> None:
    anne, jean = {(ANNE, FULL): WHOLE}, {(JEAN, FULL): WHOLE}
    assert split_refusal(349, [200, 149], "AG 2026-06-18, 7") is None
    for refusal in (
        split_refusal(349, [200, 149], ""),
        merge_refusal([LotState(200, anne), LotState(149, anne)], 349, None),
    ):
        assert refusal is not None
        assert refusal.article is not None
        assert refusal.article.code == "3.88 §3"
    assert merge_refusal([LotState(200, anne), LotState(149, anne)], 349, "AG") is None
    assert merge_refusal([LotState(200, anne), LotState(149, anne)], 350, "AG") is not None
    other = merge_refusal([LotState(200, anne), LotState(149, jean)], 349, "AG")
    assert other is not None
    assert "same owners" in other.message


@given(whole_lots())
def test_the_generated_lots_are_whole(rows: list[HeldRow]) -> None:
    assert is_complete(holdings_of(rows))

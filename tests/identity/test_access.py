"""Where a grant reaches, and what whoever has none is told, without a database."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from koprogo_app.foundation.errors import Forbidden, NotFound, Unauthenticated
from koprogo_app.foundation.principal import NOBODY, SYSTEM, Principal
from koprogo_app.identity.access import Grant, Person, person, require
from koprogo_app.identity.model import Role
from koprogo_app.identity.permissions import SELF

OURS, OTHERS = UUID(int=1), UUID(int=2)
TILIA, FAGUS = UUID(int=11), UUID(int=12)
OFFICE, COUNCIL = Grant(Role.SYNDIC, OURS), Grant(Role.BOARD, OURS, TILIA)


@dataclass
class Acting:
    """What `require` asks of a transaction: who acts."""

    principal: Principal

    @property
    def w(self) -> Any:
        return self


def somebody(*grants: Grant, needs_totp: bool = False) -> Person:
    return Person(kind="person", user_id=UUID(int=9), grants=grants, needs_totp=needs_totp)


@pytest.mark.parametrize(
    ("grant", "organization", "building", "reached"),
    [
        (Grant(Role.SUPERADMIN), None, None, True), (Grant(Role.SUPERADMIN), OTHERS, FAGUS, True),
        (OFFICE, OURS, None, True), (OFFICE, OURS, TILIA, True), (OFFICE, OTHERS, None, False),
        (OFFICE, None, None, False), (COUNCIL, OURS, TILIA, True), (COUNCIL, OURS, FAGUS, False),
        (COUNCIL, OURS, None, False), (COUNCIL, OTHERS, TILIA, False), (Grant(Role.SYNDIC), None, None, False),
    ],
)  # fmt: skip
def test_where_a_grant_reaches(grant: Grant, organization: UUID | None, building: UUID | None, reached: bool) -> None:
    assert grant.covers(organization, building) is reached


def test_one_grant_that_allows_it_there_is_enough() -> None:
    both = somebody(COUNCIL, Grant(Role.OWNER, OURS, FAGUS))
    assert both.may("ledger.read", OURS, TILIA) is True and both.may("own_account.read", OURS, FAGUS) is True
    assert both.may("ledger.read", OURS, FAGUS) is False and both.may("own_account.read", OURS, TILIA) is False
    assert somebody().may(SELF) is True and somebody().may("ledger.read", OURS) is False
    assert both.may_somewhere("ledger.read") is True and both.may_somewhere("ledger.write") is False
    assert somebody().may_somewhere(SELF) is True and somebody().may_somewhere("ledger.read") is False


def test_who_has_nothing_to_do_with_it_learns_nothing() -> None:
    require(Acting(SYSTEM).w, "ledger.write", OURS)
    require(Acting(somebody(OFFICE)).w, "ledger.write", OURS, TILIA)
    require(Acting(somebody()).w, SELF)
    for who, where, error in (
        (NOBODY, (OURS, TILIA), Unauthenticated), (somebody(), (OURS, TILIA), NotFound),
        (somebody(COUNCIL), (OURS, FAGUS), NotFound), (somebody(COUNCIL), (OTHERS, None), NotFound),
        (somebody(COUNCIL), (OURS, TILIA), Forbidden), (somebody(COUNCIL), (None, None), Forbidden),
    ):  # fmt: skip
        with pytest.raises(error):
            require(Acting(who).w, "ledger.write", *where)


def test_a_second_step_that_is_missing_comes_before_all_but_ones_own() -> None:
    waiting = somebody(Grant(Role.SUPERADMIN), needs_totp=True)
    require(Acting(waiting).w, SELF)
    with pytest.raises(Forbidden, match="two-step"):
        require(Acting(waiting).w, "ledger.write", OURS)


def test_the_person_who_acts() -> None:
    who = somebody(OFFICE)
    assert person(Acting(who).w) is who
    with pytest.raises(Unauthenticated):
        person(Acting(NOBODY).w)

"""The permission table, cell by cell, and where a grant reaches."""

from uuid import UUID, uuid4

import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Forbidden, NotFound, Unauthenticated
from koprogo_app.foundation.principal import NOBODY, SYSTEM
from koprogo_app.identity.access import Grant, Person, require
from koprogo_app.identity.model import Role
from koprogo_app.identity.permissions import PERMISSIONS, SELF
from tests.world import World

# x: has it. A permission that is not in this table, or a cell that differs, fails.
TABLE = """
                      superadmin syndic accountant board auditor owner notary
self                  x          x      x          x     x       x     x
organizations.create  x          .      .          .     .       .     .
organizations.read    x          x      x          x     x       .     .
organizations.write   x          x      .          .     .       .     .
buildings.create      x          x      .          .     .       .     .
buildings.read        x          x      x          x     x       x     .
buildings.write       x          x      .          .     .       .     .
lots.read             x          x      x          x     x       x     .
lots.write            x          x      .          .     .       .     .
owners.read           x          x      x          .     .       .     .
owners.write          x          x      .          .     .       .     .
keys.read             x          x      x          x     x       x     .
keys.write            x          x      .          .     .       .     .
documents.read        x          x      x          x     x       x     x
documents.read_co_owners x       x      x          x     x       x     .
documents.read_board  x          x      x          x     x       .     .
documents.read_syndic x          x      .          .     .       .     .
documents.read_owner  x          x      x          .     .       .     .
documents.read_own    .          .      .          .     .       x     .
documents.read_file   .          .      .          .     .       .     x
documents.write       x          x      x          .     .       .     .
documents.delete      x          x      .          .     .       .     .
ledger.read           x          x      x          x     x       .     .
ledger.write          x          x      x          .     .       .     .
ledger.close          x          x      x          .     .       .     .
suppliers.read        x          x      x          x     x       .     .
suppliers.write       x          x      x          .     .       .     .
invoices.read         x          x      x          x     x       .     .
invoices.write        x          x      x          .     .       .     .
invoices.approve      x          x      x          .     .       .     .
invoices.pay          x          x      x          .     .       .     .
calls.read            x          x      x          x     x       .     .
calls.write           x          x      x          .     .       .     .
payments.write        x          x      x          .     .       .     .
bank.read             x          x      x          x     x       .     .
bank.write            x          x      x          .     .       .     .
own_account.read      .          .      .          .     .       x     .
reports.read          x          x      x          x     x       .     .
budget.read           x          x      x          x     x       .     .
budget.write          x          x      x          .     .       .     .
budget.vote           x          x      .          .     .       .     .
recovery.read         x          x      x          x     x       .     .
recovery.write        x          x      x          .     .       .     .
rates.write           x          .      .          .     .       .     .
audit.read            x          x      .          .     .       .     .
users.read            x          x      .          .     .       .     .
users.write           x          x      .          .     .       .     .
own_lots.read         .          .      .          .     .       x     .
platform.read         x          .      .          .     .       .     .
platform.write        x          .      .          .     .       .     .
"""

_HEAD, *_LINES = TABLE.strip("\n").splitlines()
CELLS = [
    (line.split()[0], Role(role), mark == "x")
    for line in _LINES
    for role, mark in zip(_HEAD.split(), line.split()[1:], strict=True)
]


def test_the_table_names_every_permission_and_role() -> None:
    assert {c[0] for c in CELLS} == set(PERMISSIONS)
    assert {c[1] for c in CELLS} == set(Role)


@pytest.mark.parametrize(("permission", "role", "has"), CELLS, ids=lambda v: str(v))
def test_each_cell(permission: str, role: Role, has: bool) -> None:
    organization, building = uuid4(), uuid4()
    place: tuple[UUID | None, UUID | None] = (None, None) if role is Role.SUPERADMIN else (organization, building)
    who = Person(kind="person", user_id=uuid4(), grants=(Grant(role, *place),))
    assert who.may(permission, organization, building) is has
    assert who.may_somewhere(permission) is has
    if permission != SELF and role is not Role.SUPERADMIN:
        assert not who.may(permission, uuid4(), building)
        assert not who.may(permission, organization, uuid4())
        assert not who.may(permission, organization)
        assert not who.may(permission)


def test_a_role_on_the_organisation_reaches_its_buildings_and_no_other() -> None:
    organization = uuid4()
    syndic = Person(kind="person", grants=(Grant(Role.SYNDIC, organization),))
    assert syndic.may("lots.write", organization, uuid4()) and syndic.may("lots.write", organization)
    assert not syndic.may("lots.write", uuid4())


async def test_require_tells_strangers_nothing_and_others_why(world: World) -> None:
    a, tilia = world.organizations["a"], world.buildings["tilia"]
    expected: dict[str, type[Exception] | None] = {
        "admin": None, "syndic_a": None, "accountant_a": Forbidden, "board_tilia": Forbidden, "owner_tilia": Forbidden,
        "owner_fagus": NotFound, "syndic_b": NotFound, "owner_quercus": NotFound,
    }  # fmt: skip
    for name, error in expected.items():
        async with work(world.people[name]) as w:
            if error is None:
                require(w, "lots.write", a, tilia)
                continue
            with pytest.raises(error) as raised:
                require(w, "lots.write", a, tilia)
            assert type(raised.value) is error, name
    async with work(SYSTEM) as w:
        require(w, "lots.write", a, tilia)
    async with work(NOBODY) as w:
        with pytest.raises(Unauthenticated):
            require(w, SELF)

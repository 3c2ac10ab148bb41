"""The table of operations as the documentation prints it.

`python -m tests.roles.printed > docs/operations.md` prints it anew.
"""

import sys
from typing import Final
from uuid import UUID

from koprogo_app.identity.access import Grant, Person
from koprogo_app.identity.model import Role
from tests.roles.table import OPERATIONS, Operation, Place

_HEAD: Final = """# Who may call each operation

Printed from the rows of `tests/roles/table.py` and the permissions of `koprogo_app/identity/permissions.py`
([who may do what](permissions.md)); `python -m tests.roles.printed > docs/operations.md` prints it anew. Addresses
stand below `/api/v1`. ● the role may, where it is held; ○ on their own card, account, lot or paper only. What another
building, another organisation or another owner has is refused to every role but superadmin: the tests call each
operation as each of them.

"""
_PLACE: Final = Place(UUID(int=1), UUID(int=2))
_OWN: Final = Place(UUID(int=1), UUID(int=2), mine=True)


def _person(role: Role) -> Person:
    """Somebody with the role where it is usually held: the office on its organisation, others on a building."""
    office = role in (Role.SYNDIC, Role.ACCOUNTANT)
    place = (
        (None, None) if role is Role.SUPERADMIN else (_PLACE.organization_id, None if office else _PLACE.building_id)
    )
    return Person(kind="person", user_id=UUID(int=3), roles=(role,), grants=(Grant(role, *place),))


def _mark(role: Role, row: Operation) -> str:
    who = _person(role)
    return "●" if row.allows(who, _PLACE) else "○" if row.allows(who, _OWN) else ""


def _needs(row: Operation) -> str:
    own = [f"`{permission}` on one's own" for permission in row.own]
    return " or ".join([*(f"`{permission}`" for permission in row.permissions), *own])


def operation_table() -> str:
    """Markdown: a line per operation, what it needs, a column per role."""
    lines = [
        f"| operation | permission | {' | '.join(Role)} |",
        f"|---|---|{'|'.join(':-:' for _ in Role)}|",
        *(f"| `{row.name}` | {_needs(row)} | {' | '.join(_mark(role, row) for role in Role)} |" for row in OPERATIONS),
    ]
    return _HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(operation_table())

"""Who may do what: the permissions of all manifests as one table, which is printed and tested cell by cell."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from koprogo_app.foundation.manifests import manifests
from koprogo_app.identity.model import Role

ALL: Final = frozenset(Role)
ADMINS: Final = frozenset({Role.SUPERADMIN})
SYNDICS: Final = frozenset({Role.SUPERADMIN, Role.SYNDIC})
BOOKS: Final = SYNDICS | {Role.ACCOUNTANT}
CONTROL: Final = BOOKS | {Role.BOARD, Role.AUDITOR}
CO_OWNERS: Final = CONTROL | {Role.OWNER}
OWNERS: Final = frozenset({Role.OWNER})
NOTARIES: Final = frozenset({Role.NOTARY})

PUBLIC: Final = "public"
"""Anybody, signed in or not."""
SELF: Final = "self"
"""Anybody who is signed in, about themselves."""


class _Permissions(Mapping[str, frozenset[Role]]):
    """What the manifests say, read when it is first asked: they are written with the groups of roles above."""

    @cached_property
    def _table(self) -> dict[str, frozenset[Role]]:
        return {
            permission: frozenset(map(Role, roles)) for m in manifests() for permission, roles in m.permissions.items()
        }

    def __getitem__(self, permission: str) -> frozenset[Role]:
        return self._table[permission]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


PERMISSIONS: Final[Mapping[str, frozenset[Role]]] = _Permissions()
"""Permission → the roles that have it, on the organisation or building their grant covers."""

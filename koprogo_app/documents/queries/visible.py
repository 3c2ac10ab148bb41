"""Which documents a person may see, as one condition of SQL."""

from typing import Any, Final

from koprogo_app.documents.model import Visibility
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Forbidden
from koprogo_app.identity.access import person
from koprogo_app.workspace.queries.paging import scope

_PERMISSIONS: Final = {
    "co_owners": "documents.read_co_owners",
    "board": "documents.read_board",
    "syndic": "documents.read_syndic",
    "office": "documents.read_owner",
    "own": "documents.read_own",
    "file": "documents.read_file",
}


def _within(name: str) -> str:
    return (
        f"(%({name}_everything)s or d.organization_id = any(%({name}_organizations)s) "
        f"or d.building_id = any(%({name}_buildings)s))"
    )


VISIBLE: Final = f"""(d.deleted_at is null and case d.visibility
  when '{Visibility.CO_OWNERS}' then {_within("co_owners")}
  when '{Visibility.BOARD}' then {_within("board")}
  when '{Visibility.SYNDIC}' then {_within("syndic")}
  when '{Visibility.OWNER}' then {_within("office")} or ({_within("own")}
    and exists (select from estate.owner mine where mine.id = d.owner_id and mine.user_id = %(me)s))
  when '{Visibility.NOTARY}' then {_within("syndic")} or ({_within("file")} and d.reader_id = %(me)s)
end)"""
"""The condition on `document d`; its parameters are `sight(w)`."""


def sight(w: Work) -> dict[str, Any]:
    """The parameters of `VISIBLE` for the person of this transaction. Raises Unauthenticated or Forbidden."""
    if w.principal.kind != "system" and not person(w).may_somewhere("documents.read"):
        raise Forbidden
    params: dict[str, Any] = {"me": w.principal.user_id}
    for name, permission in _PERMISSIONS.items():
        params |= {f"{name}_{key}": value for key, value in scope(w, permission).params.items()}
    return params

"""The audit trail: who did what to which row, written with the act itself.

Personal data is referenced, never copied: a changed personal field is recorded as changed, without its values, so that
erasing a person erases him everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlmodel import SQLModel

from koprogo_app.foundation.database import Work

PERSONAL = frozenset(
    {"name", "first_name", "email", "phone", "street", "postal_code", "city", "recipient", "email_consent_ref"}
)
_SECRET = frozenset({"password_hash", "totp_secret", "token_hash", "code_hash"})
_MASK = "•"


def snapshot(row: SQLModel) -> dict[str, Any]:
    """The row's values as they are now, for the `before` of a later audit."""
    return row.model_dump()


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | bool | None):
        return value
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return str(value)


def _shown(values: Mapping[str, Any], keys: set[str], personal: frozenset[str]) -> dict[str, Any]:
    shown = {k: values[k] for k in sorted(keys) if k in values and k not in _SECRET}
    return {k: (_MASK if k in personal and v not in (None, "") else _plain(v)) for k, v in shown.items()}


async def audit(
    w: Work,
    action: str,
    entity: str,
    entity_id: UUID | None,
    *,
    organization_id: UUID | None,
    building_id: UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    personal: frozenset[str] = PERSONAL,
) -> None:
    """Records an act. `before`/`after`: values of the row; of a change, only the fields that differ are kept.

    `action` is `<noun>.<verb>` ("lot.updated"); `personal` names the fields whose values are not copied.
    """
    if before is not None and after is not None:
        keys = {k for k in before.keys() | after.keys() if before.get(k) != after.get(k)}
    else:
        keys = set((before or after or {}).keys())
    who = w.principal
    w.record(
        {
            "organization": organization_id,
            "at": w.now,
            "user": who.user_id,
            "session": who.session_id,
            "ip": who.ip,
            "action": action,
            "entity": entity,
            "entity_id": entity_id,
            "building": building_id,
            "before": None if before is None else Jsonb(_shown(before, keys, personal)),
            "after": None if after is None else Jsonb(_shown(after, keys, personal)),
        }
    )


@dataclass(frozen=True, slots=True)
class Chain:
    """Result of a verification: how many entries, and the number of the first that is not as it was written."""

    entries: int
    broken_at: int | None
    last_hash: str


_VERIFY = """
select count(*) as entries,
       min(seq) filter (where seq is distinct from expected or hash is distinct from koprogo_audit_hash(a)
                           or prev_hash is distinct from before_hash) as broken_at,
       coalesce(encode((array_agg(hash order by seq desc))[1], 'hex'), '') as last_hash
  from (select e as a, e.seq, e.hash, e.prev_hash, row_number() over chain as expected,
               lag(e.hash, 1, '\\x00'::bytea) over chain as before_hash
          from audit_entry e where e.organization_id is not distinct from %(o)s::uuid
        window chain as (order by e.seq)) c
"""


async def verified(w: Work, organization_id: UUID | None) -> Chain:
    """Recomputes the whole chain of an organisation (None: of the installation); the caller has authorised it."""
    return await w.one(_VERIFY, Chain, o=organization_id)

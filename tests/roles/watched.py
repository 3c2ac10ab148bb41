"""What a test of strangers watches, read from the catalogue of the database: every table there is, and whose each row
is. A new table is watched by itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person
from koprogo_app.identity.model import Role

OWN_TRACES: Final = frozenset({"user_session", "idempotency_key", "counter"})
"""Tables in which anybody's call leaves its own trace: when a session was last used, how often somebody called."""
_FOR_ALL: Final = frozenset({"owner", "ownership", "mandatary"})
"""Who holds what: any co-owner may ask for it (art. 3.89 §5 14°)."""


_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class _Column:
    table_name: str
    column_name: str


@dataclass(frozen=True, slots=True)
class _Owned:
    id: UUID
    organization_id: UUID
    building_id: UUID | None
    owner_id: UUID | None


@dataclass(frozen=True, slots=True)
class _Called:
    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a row is: one of the places where it is, and the co-owner it is about."""

    table: str
    organization_id: UUID
    buildings: frozenset[UUID | None]
    owner_id: UUID | None


async def columns(w: Work) -> dict[str, set[str]]:
    """The columns of every table that this role may read."""
    found = await w.rows(
        """select c.table_name, c.column_name from information_schema.columns c
             join information_schema.tables t using (table_schema, table_name)
            where table_schema = 'public' and table_type = 'BASE TABLE'
              and has_table_privilege(format('%%I.%%I', table_schema, table_name), 'select')""",
        _Column,
    )
    tables: dict[str, set[str]] = {}
    for one in found:
        tables.setdefault(one.table_name, set()).add(one.column_name)
    return tables


async def fingerprints() -> dict[str, str]:
    """Each table's rows in one figure."""
    async with work(SYSTEM) as w:
        tables = sorted((await columns(w)).keys() - OWN_TRACES)
        whole = "count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '')"
        sql = " union all ".join(
            f"select '{name}' as name, {whole} as rows from public.\"{name}\" t" for name in tables
        )
        found: dict[str, str] = await w.value(f"select jsonb_object_agg(name, rows) from ({sql}) every")
    return found


def changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """The tables that are not as they were."""
    return sorted(table for table in now if now[table] != before[table])


async def whose_rows(*, names: bool = False) -> dict[str, Whose]:
    """The place of every row that belongs to an organisation, by its id as text; of owners by e-mail address and,
    where no two bear the same and none is a word, by name too."""
    found: dict[str, Whose] = {}
    async with work(SYSTEM) as w:
        for table, has in (await columns(w)).items():
            if not {"id", "organization_id"} <= has:
                continue
            parts = [name if name in has else f"null::uuid as {name}" for name in ("building_id", "owner_id")]
            sql = f'select id, organization_id, {", ".join(parts)} from public."{table}"'
            for row in await w.rows(f"{sql} where organization_id is not null", _Owned):
                found[str(row.id)] = Whose(table, row.organization_id, frozenset({row.building_id}), row.owner_id)
        sql = """select p.id, p.organization_id, l.building_id, p.id as owner_id from owner p
                   join ownership o on o.owner_id = p.id join lot l on l.id = o.lot_id"""
        for row in await w.rows(sql, _Owned):
            known = (found[str(row.id)].buildings | {row.building_id}) - {None}
            found[str(row.id)] = Whose("owner", row.organization_id, known, row.id)
        for one in await w.rows("select id, name, email from owner where email <> ''", _Called):
            found[one.email] = replace(found[str(one.id)], table="an owner's e-mail address")
            if names and one.name:
                found[one.name] = found[str(one.id)]
    return found


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person may be told of: rows of the places that a role of theirs reaches, and of the other owners no more
    than who holds what."""

    who: Person | None
    cards: frozenset[UUID]

    def foreign(self, row: Whose) -> bool:
        """Whether the row is none of this person's business."""
        if self.who is None:
            return True
        reaching = [g for g in self.who.grants if any(g.covers(row.organization_id, b) for b in row.buildings)]
        if row.buildings == {None}:
            reaching = [
                g for g in self.who.grants if g.role is Role.SUPERADMIN or g.organization_id == row.organization_id
            ]
        if any(grant.role is not Role.OWNER for grant in reaching):
            return False
        another = row.owner_id is not None and row.owner_id not in self.cards and row.table not in _FOR_ALL
        return not reaching or another


def told(text: str, rows: dict[str, Whose], sight: Sight, asked: Iterable[str]) -> list[str]:
    """The tables of foreign rows that a text names, by their ids (but for those it was asked about), or by names and
    addresses of people."""
    ids = set(_ID.findall(text)) - set(asked)
    named = ids | {key for key in rows if not _ID.fullmatch(key) and key in text}
    return sorted({rows[one].table for one in named if one in rows and sight.foreign(rows[one])})

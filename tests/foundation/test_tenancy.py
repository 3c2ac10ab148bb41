"""What the database refuses, whoever writes."""

from datetime import date

import psycopg
import pytest

from koprogo_app.estate.model import Lot, Ownership
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.errors import Conflict, Invalid, NotFound
from koprogo_app.foundation.model import span
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.principal import NOBODY, SYSTEM
from tests.world import World

TENANT_COLUMN = """
select c.relname, c.relrowsecurity and c.relforcerowsecurity as forced,
       exists (select 1 from pg_policy p where p.polrelid = c.oid) as policy
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = 'public' and c.relkind in ('r', 'p') and (c.relname = 'organization' or exists (
       select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped))
"""


def test_every_tenant_table_has_its_forced_policy(pg: Server) -> None:
    with pg.connect("koprogo") as c:
        tables = c.execute(TENANT_COLUMN).fetchall()
    assert {t[0] for t in tables} >= {"organization", "building", "lot", "owner", "ownership", "audit_entry", "mail"}
    assert [t[0] for t in tables if not (t[1] and t[2])] == []


async def test_no_tenant_no_rows_and_one_tenant_only_its_rows(world: World) -> None:
    async with work(NOBODY) as w:
        assert await w.value("select count(*) from lot") == 0
    async with work(world.people["syndic_b"]) as w:
        assert await w.value("select count(*) from lot") == 3
        with pytest.raises(NotFound):
            await w.get(Lot, world.lots["T1"])
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from lot") == 9


async def test_a_row_cannot_be_written_into_another_organisation(world: World) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with work(world.people["syndic_b"]) as w:
            await w.execute(
                "insert into owner (organization_id, kind, name, first_name, lang, email, phone, street, postal_code, "
                "city, country, email_consent_ref, version) "
                "values (%(o)s, 'person', 'X', '', 'fr', '', '', '', '', '', 'BE', '', 1)",
                o=world.organizations["a"],
            )


async def test_a_reference_cannot_leave_the_organisation(world: World) -> None:
    with pytest.raises(Conflict):
        async with work(SYSTEM) as w:
            await w.add(
                Ownership(
                    organization_id=world.organizations["a"],
                    lot_id=world.lots["T1"],
                    owner_id=world.owners["Q1"],
                    period=span(date(2019, 1, 1), date(2019, 6, 1)),
                )
            )


async def test_a_complete_lot_must_total_one_on_every_day(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        async with work(SYSTEM) as w:
            await w.execute(
                "update ownership set numerator = 1, denominator = 2 where lot_id = %(l)s", l=world.lots["T1"]
            )
    assert refusal.value.field == "share"
    async with work(SYSTEM) as w:  # a transfer passes through an incomplete moment
        await w.execute(
            "update ownership set period = daterange('2020-01-01', '2024-01-01') where lot_id = %(l)s",
            l=world.lots["T1"],
        )
        await w.add(
            Ownership(organization_id=world.organizations["a"], lot_id=world.lots["T1"], owner_id=world.owners["T2"],
                      period=span(date(2024, 1, 1), None))
        )  # fmt: skip


async def test_the_total_is_judged_whatever_tenant_is_set_at_the_end(world: World) -> None:
    with pytest.raises(Invalid):
        async with work(SYSTEM) as w:
            await w.execute("delete from ownership where lot_id = %(l)s", l=world.lots["T1"])
            await w.execute("select set_config('koprogo.organizations', '', true)")


async def test_a_complete_lot_never_becomes_a_draft_again(world: World) -> None:
    for change in ("status = 'draft', complete_from = null", "complete_from = '2022-01-01'"):
        with pytest.raises(Conflict):
            async with work(SYSTEM) as w:
                await w.execute(f"update lot set {change} where id = %(l)s", l=world.lots["T1"])
    with pytest.raises(Conflict):
        async with work(SYSTEM) as w:
            await w.execute("delete from lot where id = %(l)s", l=world.lots["T1"])


async def test_audit_is_chained_append_only_and_holds_no_personal_data(
    world: World, pg: Server, db: Database, database_name: str
) -> None:
    for name in ("Jan", "Piet"):
        async with work(world.people["syndic_a"]) as w:
            await audit(
                w,
                "owner.updated",
                "owner",
                world.owners["T1"],
                organization_id=world.organizations["a"],
                before={"email": "x@example.be", "lang": "fr"},
                after={"email": name, "lang": "nl"},
            )
    async with work(SYSTEM) as w:
        assert await w.value("select array_agg(seq order by seq) from audit_entry") == [1, 2]
        assert await w.value("select bool_and(hash = koprogo_audit_hash(a)) from audit_entry a")
        assert await w.value("select before::text from audit_entry limit 1") == '{"lang": "fr", "email": "•"}'
    for statement in ("update audit_entry set ip = 'x'", "delete from audit_entry", "truncate audit_entry"):
        with pg.connect(database_name, "postgres") as c, pytest.raises(psycopg.Error) as refusal:
            c.execute(statement)
        assert refusal.value.sqlstate == "KG002"
    with pg.connect(database_name, "koprogo_app") as c, pytest.raises(psycopg.errors.InsufficientPrivilege):
        c.execute("truncate audit_entry")

"""Trial balances of 200 buildings with 1,000,000 postings: ours warm, plain Polars, GROUP BY in PostgreSQL.

All three give the same sums, checked. Ours reads each ledger's version in the database, then adds up the cached frames;
plain Polars adds up one frame that lies in memory; PostgreSQL groups the rows as the program's role, behind row-level
security. Prints the median milliseconds of each and the ratios. Run: `python -m benchmarks.finance [postings]`.
"""

import asyncio
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl

from koprogo_app.estate.model import Building, Organization
from koprogo_app.foundation import database as databases
from koprogo_app.foundation import migrations
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.postgres import Server, ensure_server
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.queries import frames, reports
from koprogo_app.ledger.service.books import open_ledger

BUILDINGS, ROUNDS = 200, 15
START, END = date(2026, 1, 1), date(2026, 12, 31)
CODES = ("4101", "440", "551", "61210", "61011", "6120", "701", "61300", "550", "4100")

GROUPED = """
select l.building_id, l.account_id, sum(l.debit_cents) as debit, sum(l.credit_cents) as credit
  from entry_line l join entry e on e.id = l.entry_id
 where e.date between '2026-01-01' and '2026-12-31' and e.nature in ('entry', 'result')
 group by l.building_id, l.account_id
"""


async def make(server: Server, postings: int) -> list[UUID]:
    """Buildings with opened ledgers, and postings poured in beside the triggers, as one COPY each."""
    ids = []
    async with work(SYSTEM) as w:
        office = await w.add(Organization(name="Bench"))
        for number in range(BUILDINGS):
            building = await w.add(Building(organization_id=office.id, name=f"B{number}", deed_total=1000))
            await open_ledger(w, building.id, first_day=START)
            ids.append(building.id)
    await asyncio.to_thread(_pour, server, postings)
    return ids


def _pour(server: Server, postings: int) -> None:
    choose = random.Random(1)
    each = postings // 2 // BUILDINGS
    with server.connect("koprogo", "postgres") as c:
        c.execute("set session_replication_role = replica")
        c.execute("create temp table drawn (building int, seq int, day date, debit text, credit text, cents bigint)")
        rows = StringIO()
        for building in range(BUILDINGS):
            for seq in range(1, each + 1):
                one, other = choose.sample(CODES, 2)
                day = START + timedelta(days=choose.randrange(365))
                rows.write(f"{building},{seq},{day},{one},{other},{choose.randrange(1, 500_000)}\n")
        with c.cursor().copy("copy drawn from stdin (format csv)") as copy:
            copy.write(rows.getvalue())
        for statement in POUR:
            c.execute(statement)


POUR = (
    """create temp table placed as select d.*, b.organization_id, b.id as building_id, uuidv7() as entry_id
         from drawn d join building b on b.name = 'B' || d.building""",
    """insert into entry (id, organization_id, building_id, journal_id, fiscal_year_id, number, date, label,
                          document_ref, document_date, nature, reason)
       select p.entry_id, p.organization_id, p.building_id, j.id, y.id, p.seq, p.day, '', 'X', p.day, 'entry', ''
         from placed p join journal j on j.building_id = p.building_id and j.code = 'OD'
         join fiscal_year y on y.building_id = p.building_id""",
    """insert into entry_line (organization_id, building_id, entry_id, position, account_id, debit_cents, credit_cents,
                               label)
       select p.organization_id, p.building_id, p.entry_id, s.position, a.id,
              case s.position when 1 then p.cents else 0 end, case s.position when 2 then p.cents else 0 end, ''
         from placed p cross join (values (1), (2)) s (position) join account a on a.building_id = p.building_id
          and a.code = case s.position when 1 then p.debit else p.credit end""",
    """insert into entry_seal (entry_id, organization_id, building_id, seq, prev_hash, hash)
       select entry_id, organization_id, building_id, seq, '', sha256(entry_id::text::bytea) from placed""",
    """update ledger l set version = s.seq, head = s.hash from entry_seal s
        where s.building_id = l.building_id
          and s.seq = (select max(seq) from entry_seal where building_id = l.building_id)""",
    "vacuum analyze",
)


async def timed(action: Callable[[], Awaitable[Any]]) -> float:
    """Median milliseconds of an action, after one run that does not count."""
    await action()
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await action()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def plain(whole: pl.DataFrame) -> pl.DataFrame:
    """The floor: the same sums over one frame in memory."""
    kept = whole.lazy().filter(pl.col("day").is_between(START, END))
    return kept.group_by("book", "account").agg(pl.col("debit").sum(), pl.col("credit").sum()).collect()


async def run(server: Server, postings: int) -> None:
    """Measures and prints."""
    begun = time.perf_counter()
    ids = await make(server, postings)
    print(f"made {postings:,} postings in {BUILDINGS} buildings: {time.perf_counter() - begun:.0f} s")

    async def ours() -> pl.DataFrame:
        async with work(SYSTEM) as w:
            return await reports.trial_balances(w, ids, START, END)

    async def grouped() -> int:
        async with work(SYSTEM) as w:
            return await w.value(f"select sum(debit)::bigint from ({GROUPED}) t")

    begun = time.perf_counter()
    found = await ours()
    cold = time.perf_counter() - begun
    whole = pl.concat([held.frame for held in frames._held.values()])

    async def floor() -> pl.DataFrame:
        return plain(whole)

    assert found["debit"].sum() == plain(whole)["debit"].sum() == await grouped()
    warm, bare, sql = await timed(ours), await timed(floor), await timed(grouped)
    print(f"ours warm {warm:.1f} ms · plain Polars {bare:.1f} ms · GROUP BY {sql:.1f} ms · first load {cold:.1f} s")
    print(f"ours / plain Polars {warm / bare:.2f} (at most 2) · GROUP BY / ours {sql / warm:.1f} (at least 10)")


def main() -> None:
    """Everything on a throwaway server."""
    postings = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    home = Path(tempfile.mkdtemp(prefix="koprogo-bench-"))
    server = ensure_server(home, throwaway=True)
    try:
        migrations.upgrade(server.owner_url)

        async def inside() -> None:
            database = Database(server.url("koprogo", "koprogo_app"), size=2)
            databases.use(database)
            try:
                await run(server, postings)
            finally:
                await database.close()

        asyncio.run(inside())
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()

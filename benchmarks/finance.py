"""What the books cost: 1,000,000 postings over two years in 200 buildings.

Trial balances of all buildings: ours warm, plain Polars, GROUP BY in PostgreSQL. All three give the same sums, checked.
Ours reads each ledger's version in the database, then adds up the frame in memory; plain Polars adds up one frame that
lies in memory; PostgreSQL groups the rows as the program's role, behind row-level security. Then one building's
statements and its statement of charges, 36,000 quotas and PDF letters. What is compared runs turn by turn; medians are
printed, and the ratios. Run: `python -m benchmarks.finance [postings]`.
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

from koprogo_app.estate.model import Building, Lot, Organization, Owner, Ownership
from koprogo_app.foundation import database as databases
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.model import span
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.paper.letters import Association
from koprogo_app.foundation.paper.report import Column, Report, Table, report_html
from koprogo_app.foundation.postgres import Server, ensure_server
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.schema import migrations
from koprogo_app.ledger.queries import frames, reports
from koprogo_app.ledger.service.books import add_year, open_ledger
from koprogo_app.statements.rules.allocation import allocate_frame
from koprogo_app.statements.service.statement import yearly
from koprogo_app.statements.service.statement_papers import all_charges, owner_charges

BUILDINGS, ROUNDS = 200, 15
FIRST, START, END = date(2025, 1, 1), date(2026, 1, 1), date(2026, 12, 31)
QUOTAS, LETTERS, LOTS = 36_000, 200, 20
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
            await open_ledger(w, building.id, first_day=FIRST)
            await add_year(w, building.id)
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
                day = FIRST + timedelta(days=choose.randrange(730))
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
         join fiscal_year y on y.building_id = p.building_id and y.period @> p.day""",
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


async def turns(*actions: Callable[[], Awaitable[Any]], rounds: int = ROUNDS) -> list[float]:
    """Median milliseconds of each action, run turn by turn after one turn that does not count."""
    taken: list[list[float]] = [[] for _ in actions]
    for turn in range(rounds + 1):
        for action, times in zip(actions, taken, strict=True):
            begun = time.perf_counter()
            await action()
            if turn:
                times.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(times) for times in taken]


def plain(whole: pl.DataFrame) -> pl.DataFrame:
    """The floor: the same balances over one frame that lies in memory."""
    day, net = pl.col("day"), pl.col("debit") - pl.col("credit")
    during, still = day >= START, (pl.col("account").cast(pl.String) < "6")
    return (
        whole.lazy()
        .filter(day <= END)
        .group_by("book", "account")
        .agg(
            opening=pl.when(~during & still).then(net).otherwise(0).sum(),
            debit=pl.when(during).then(pl.col("debit")).otherwise(0).sum(),
            credit=pl.when(during).then(pl.col("credit")).otherwise(0).sum(),
        )
        .collect()
    )


def whole_frame() -> pl.DataFrame:
    """Every building's lines in one piece."""
    held = [one.frame for one in frames._held.values()]
    return pl.concat([f.with_columns(book=pl.lit(n, dtype=pl.Int32)) for n, f in enumerate(held)]).rechunk()


async def trial_balances(ids: list[UUID]) -> None:
    """All buildings at once: what is warm reads each ledger's version in the database first."""

    async def ours() -> pl.DataFrame:
        async with work(SYSTEM) as w:
            return await reports.trial_balances(w, ids, START, END)

    async def grouped() -> int:
        async with work(SYSTEM) as w:
            return await w.value(f"select sum(debit)::bigint from ({GROUPED}) t")

    begun = time.perf_counter()
    found = await ours()
    cold = time.perf_counter() - begun
    whole = whole_frame()

    async def floor() -> pl.DataFrame:
        return plain(whole)

    sums, bare = found.select("opening", "debit", "credit").sum(), (await floor()).select("opening", "debit", "credit")
    assert sums.equals(bare.sum()) and sums["debit"][0] == await grouped()
    warm, frame, sql = await turns(ours, floor, grouped)
    print(
        f"trial balances: ours warm {warm:.1f} ms · plain Polars {frame:.1f} · GROUP BY {sql:.0f} · first {cold:.1f} s"
    )
    print(f"  ours / plain Polars {warm / frame:.2f} (at most 2) · GROUP BY / ours {sql / warm:.1f} (at least 10)")


async def statement_page(ids: list[UUID]) -> None:
    """One building's balance sheet and income statement, as its page asks for them."""

    async def page() -> None:
        async with work(SYSTEM) as w:
            await reports.balance_sheet(w, ids[0], END)
            await reports.income_statement(w, ids[0], START, END)

    async with work(SYSTEM) as w:
        lines = await w.value("select count(*) from entry_line where building_id = %(b)s", b=ids[0])
    (taken,) = await turns(page)
    print(f"statements of one building, {lines:,} postings, warm: {taken:.1f} ms (at most 20)")


async def _with_owners(building_id: UUID) -> UUID:
    """Lots and their owners in a building; gives one of them."""
    since = span(FIRST, None)
    async with work(SYSTEM) as w:
        office = (await w.get(Building, building_id)).organization_id
        for number in range(1, LOTS + 1):
            lot = await w.add(
                Lot(organization_id=office, building_id=building_id, number=f"A{number}", position=number,
                    kind="apartment", floor=number, share=1000 // LOTS, status="complete", complete_from=FIRST)
            )  # fmt: skip
            owner = await w.add(Owner(organization_id=office, name=f"Owner {number}"))
            await w.add(Ownership(organization_id=office, lot_id=lot.id, owner_id=owner.id, period=since))
        return owner.id


async def charges_page(ids: list[UUID]) -> None:
    """One building's yearly statement of charges: of one owner, and of all of them with the proof."""
    owner = await _with_owners(ids[0])

    async def one() -> None:
        async with work(SYSTEM) as w:
            await owner_charges(w, ids[0], owner, "2026", "fr")

    async def everybody() -> None:
        async with work(SYSTEM) as w:
            await all_charges(w, ids[0], "2026", "fr")

    begun = time.perf_counter()
    async with work(SYSTEM) as w:
        found = (await yearly(w, ids[0], "2026")).shared
    cold = (time.perf_counter() - begun) * 1000
    assert found.proof.holds and found.size
    own, every = await turns(one, everybody)
    lines = found.size // LOTS
    print(
        f"statement of charges, {lines:,} expenses over {LOTS} lots, warm: one owner's {own:.1f} ms · "
        f"all owners' {every:.1f} (at most 20) · first {cold:.0f}"
    )


def bare_parts(lines: pl.DataFrame) -> pl.DataFrame:
    """The floor: shares cut to the cent, and the cents that are missing to the largest remainders."""
    product, total = pl.col("cents") * pl.col("weight"), pl.col("weight").sum().over("group")
    missing = pl.col("cents") - (product // total).sum().over("group")
    place = (product % total).rank("ordinal", descending=True).over("group")
    return lines.lazy().select(part=product // total + (place <= missing)).collect()


async def allocation() -> None:
    """36,000 quotas: 600 expenses over 60 lots each."""
    choose = random.Random(2)
    lines = pl.DataFrame(
        {
            "group": pl.Series([n // 60 for n in range(QUOTAS)], dtype=pl.Int32),
            "cents": [1_000 + 37 * (n // 60) for n in range(QUOTAS)],
            "weight": [choose.randrange(1, 400) for _ in range(QUOTAS)],
        }
    )

    async def ours() -> pl.Series:
        return allocate_frame(lines)

    async def floor() -> pl.DataFrame:
        return bare_parts(lines)

    assert (await ours()).to_list() == (await floor())["part"].to_list()
    mine, bare = await turns(ours, floor)
    print(f"allocation of {QUOTAS:,} quotas: {mine:.1f} ms · plain Polars {bare:.1f} · {mine / bare:.2f} (at most 2)")


def letter(number: int) -> str:
    """A letter with its window and a table of twenty lines."""
    columns = (Column("label", "Poste"), Column("cents", "Montant", kind="money"))
    rows = [{"label": f"Dépense {n}", "cents": 12_345 + n * number} for n in range(20)]
    table = Table(f"Décompte {number}", columns, rows, {"cents": sum(int(r["cents"]) for r in rows)})
    head = Association("ACP Bench", "0712345630", ("Rue du Test 1", "1000 Bruxelles"))
    return report_html(Report(title=f"Décompte {number}", tables=[table]), head, "fr")


async def letters() -> None:
    """One letter through the pool against WeasyPrint by itself; then 200 over all cores."""
    from weasyprint import HTML

    page = letter(1)

    async def ours() -> bytes:
        return await pdf.render(page)

    async def floor() -> bytes:
        return bytes(HTML(string=page).write_pdf())

    await ours()
    mine, bare = await turns(ours, floor, rounds=7)
    print(f"a PDF letter: {mine:.0f} ms · bare WeasyPrint {bare:.0f} · {mine / bare:.2f} (at most 1.3)")
    seen: list[int] = []
    begun = time.perf_counter()
    made = await pdf.render_many([letter(n) for n in range(LETTERS)], lambda done, _: seen.append(done))
    taken = time.perf_counter() - begun
    assert len(made) == LETTERS and seen == list(range(1, LETTERS + 1))
    print(f"{LETTERS} letters over all cores: {taken:.1f} s, {taken * 1000 / LETTERS / bare:.2f} of one letter each")
    await pdf.close()


async def run(server: Server, postings: int) -> None:
    """Measures and prints."""
    begun = time.perf_counter()
    ids = await make(server, postings)
    print(f"made {postings:,} postings in {BUILDINGS} buildings: {time.perf_counter() - begun:.0f} s")
    await trial_balances(ids)
    await statement_page(ids)
    await charges_page(ids)
    await allocation()
    await letters()


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

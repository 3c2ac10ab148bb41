"""A process killed while it imports a bank's file: the whole of its statements or none, and each of them once."""

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from koprogo_app.demo.coda import Payment, paid_in, write
from koprogo_app.foundation.postgres import Server
from koprogo_app.payments.service.bank_accounts import open_account
from tests.ledger.books import Books, open_books
from tests.world import World

ROUNDS = 20
ROOT = Path(__file__).resolve().parents[2]
IBAN = "BE68539007547034"
EACH = 40
FIRST = date(2026, 1, 1)

# Imports everything once; for each line on its input (the file of that round) forks a child that says when it begins,
# imports, and says when it is done.
IMPORTERS = """
import asyncio, os, sys
from pathlib import Path
from uuid import UUID
from koprogo_app.bank.service.bank_import import import_statements
from koprogo_app.foundation import database as databases
from koprogo_app.foundation import storage
from koprogo_app.foundation.database import Database
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage.store import local_store

async def take(url, building, folder, file):
    databases.use(Database(url, size=2))
    storage.use(local_store(Path(folder)))
    data = Path(file).read_bytes()
    os.write(1, b"begun\\n")
    await import_statements(SYSTEM, UUID(building), "x.cod", data)
    os.write(1, b"done\\n")

for line in sys.stdin:
    child = os.fork()
    if not child:
        os.write(1, f"{os.getpid()}\\n".encode())
        asyncio.run(take(*sys.argv[1:], line.strip()))
        os._exit(0)
    os.waitpid(child, 0)
    os.write(1, b"dead\\n")
"""


def file_of(turn: int, folder: Path) -> Path:
    """Two statements that follow those of the rounds before, forty movements each."""
    made = []
    for number in (2 * turn + 1, 2 * turn + 2):
        on = FIRST + timedelta(number)
        payments = [Payment(on, 100, f"PAYER {n}", text="x") for n in range(EACH)]
        made.append(paid_in(IBAN, "TILIA", number, (number - 1) * EACH * 100, on - timedelta(1), payments))
    file = folder / f"{turn}.cod"
    file.write_bytes(write(made))
    return file


def begun(importers: subprocess.Popen[str], file: Path) -> int:
    """Lets a child begin to import a file; its process."""
    assert importers.stdin and importers.stdout
    importers.stdin.write(f"{file}\n")
    importers.stdin.flush()
    child = int(importers.stdout.readline())
    assert importers.stdout.readline() == "begun\n"
    return child


def killed(importers: subprocess.Popen[str], file: Path, after: float) -> bool:
    """Kills an import that many seconds after it began, or when it is done; whether it had said so."""
    child = begun(importers, file)
    assert importers.stdout
    select.select([importers.stdout], [], [], after)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return "done\n" in list(iter(importers.stdout.readline, "dead\n"))


async def test_a_statement_is_there_whole_or_not_at_all(
    world: World, pg: Server, database_name: str, tmp_path: Path
) -> None:
    books: Books = await open_books(world)
    async with books.at_work() as w:
        await open_account(w, books.building, {"iban": IBAN, "fund": "working"})
    command = [sys.executable, "-c", IMPORTERS, pg.url(database_name, "koprogo_app"), str(books.building)]
    command.append(str(tmp_path / "files"))
    seen, turn = set(), 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as importers:
        # How long a whole one takes here and now; the kills fall from its beginning to after its end.
        start = time.monotonic()
        whole = killed(importers, file_of(turn, tmp_path), 60)
        took, turn = time.monotonic() - start, 1
        assert whole
        for attempt in range(ROUNDS):
            said = killed(importers, file_of(turn, tmp_path), took * (attempt % 10) / 6)
            async with books.at_work() as w:
                counts = await w.value(
                    """select coalesce(array_agg(n order by number), '{}') from (
                         select s.number, (select count(*) from bank_movement m where m.statement_id = s.id) as n
                           from bank_statement s) t"""
                )
            there = len(counts) == 2 * turn + 2
            assert counts == [EACH] * (2 * turn + 2 * there)
            assert there or not said
            seen.add(there)
            turn += there
        assert importers.stdin
        importers.stdin.close()
    assert seen == {True, False}, "no kill fell into an import, or none was late enough"
    async with books.at_work() as w:
        assert await w.value("select count(*) from bank_statement s where not exists ("
                             "select from document d where d.id = s.document_id)") == 0  # fmt: skip

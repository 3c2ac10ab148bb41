"""The worker killed in the middle of two hundred reminders, ten times: none is lost, none goes out twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from koprogo_app.estate.model import Owner
from koprogo_app.foundation.database import work
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.recovery.service.policies import set_policy
from tests.ledger.books import Books, open_books
from tests.recovery.arrears import DUE, at, later
from tests.world import World

ROUNDS, OWNERS = 10, 200
ROOT = Path(__file__).resolve().parents[2]

# For each line on its input forks a child that does what the worker does each morning, saying when a letter is drawn.
WORKERS = """
import asyncio, os, sys
from datetime import datetime
from pathlib import Path
from koprogo_app.foundation import database as databases, storage
from koprogo_app.foundation.database import Database
from koprogo_app.foundation.storage.store import local_store
from koprogo_app.recovery.jobs import prepare_all
from koprogo_app.recovery.service.sending import send_automatic

async def drawn(html):
    os.write(1, b"drawn\\n")
    return b"%PDF-1.7\\n" + html.encode()

async def morning(url, folder, now):
    databases.use(Database(url, size=2))
    storage.use(local_store(Path(folder)))
    await prepare_all(datetime.fromisoformat(now))
    os.write(1, b"prepared\\n")
    await send_automatic(now=datetime.fromisoformat(now), draw=drawn)

for _ in sys.stdin:
    child = os.fork()
    if not child:
        os.write(1, f"{os.getpid()}\\n".encode())
        asyncio.run(morning(*sys.argv[1:]))
        os._exit(0)
    os.waitpid(child, 0)
    os.write(1, b"over\\n")
"""


async def _late_owners(books: Books) -> list[UUID]:
    """Two hundred owners who owe ten euros each."""
    async with work(SYSTEM, now=at(DUE)) as w:
        await set_policy(w, books.building, {"automatic_1": True})
        organization = books.world.organizations["a"]
        owners = [
            (await w.add(Owner(organization_id=organization, name=f"Late {n}", email=f"late{n}@example.be"))).id
            for n in range(OWNERS)
        ]
        lines = [DraftLine("4101", 10_00, owner_id=owner) for owner in owners]
        await entries.post(w, books.building, Draft("APP", DUE, "AF", [*lines, DraftLine("701", -10_00 * OWNERS)]))
    return owners


def _one_round(workers: subprocess.Popen[str], letters: int | None) -> None:
    """A morning, killed after so many letters (0: while it prepares); None: until it is done."""
    assert workers.stdin and workers.stdout
    workers.stdin.write("go\n")
    workers.stdin.flush()
    child, drawn = int(workers.stdout.readline()), 0
    for line in iter(workers.stdout.readline, "over\n"):
        drawn += line == "drawn\n"
        if letters is not None and drawn >= letters and (letters or line == "prepared\n"):
            os.kill(child, signal.SIGKILL)


async def test_no_reminder_is_lost_and_none_goes_out_twice(
    world: World, pg: Server, database_name: str, tmp_path: Path
) -> None:
    books = await open_books(world)
    owners = await _late_owners(books)
    url, now = pg.url(database_name, "koprogo_app"), at(later(15)).isoformat()
    command = [sys.executable, "-c", WORKERS, url, str(tmp_path / "files"), now]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as workers:
        for turn in range(ROUNDS):
            _one_round(workers, turn * 3)
        _one_round(workers, None)
        assert workers.stdin
        workers.stdin.close()
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from reminder where status = 'sent'") == OWNERS
        assert await w.value("select count(distinct owner_id) from reminder") == len(owners)
        assert await w.value("select count(*) from reminder") == OWNERS
        assert await w.value("select count(*) from mail where purpose = 'reminder'") == OWNERS
        assert await w.value("select count(distinct recipient) from mail where purpose = 'reminder'") == OWNERS
        assert await w.value("select count(*) from document where entity = 'reminder'") == OWNERS
        assert await w.value(
            "select bool_and(d.entity_id = r.id) from reminder r join document d on d.id = r.document_id"
        )

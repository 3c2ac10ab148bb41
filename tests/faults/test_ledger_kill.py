"""A process killed while it posts: what it acknowledged is there, nothing is half there, numbers have no gap."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from koprogo_app.foundation.postgres import Server
from koprogo_app.ledger.rules.integrity import Level
from koprogo_app.ledger.service import integrity
from tests.ledger.books import Books, open_books
from tests.world import World

ROUNDS = 20
ROOT = Path(__file__).resolve().parents[2]

# Imports everything once; for each line on its input forks a child that posts until killed, and says each number
# after it was committed.
POSTERS = """
import asyncio, os, sys
from datetime import date
from uuid import UUID
from koprogo_app.foundation import database as databases
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries

async def post_for_ever(url, building):
    databases.use(Database(url, size=1))
    lines = [DraftLine("61210", 3), DraftLine("61211", 4), DraftLine("551", -7)]
    while True:
        async with work(SYSTEM) as w:
            posted = await entries.post(w, UUID(building), Draft("OD", date(2026, 3, 1), "K", lines))
        os.write(1, f"{posted.number}\\n".encode())

for _ in sys.stdin:
    child = os.fork()
    if not child:
        os.write(1, f"{os.getpid()}\\n".encode())
        asyncio.run(post_for_ever(*sys.argv[1:]))
    os.waitpid(child, 0)
    os.write(1, b"dead\\n")
"""


def killed_while_posting(posters: subprocess.Popen[str], acknowledged: int) -> list[int]:
    """Numbers that a poster acknowledged before it was killed, after some of them."""
    assert posters.stdin and posters.stdout
    posters.stdin.write("go\n")
    posters.stdin.flush()
    child = int(posters.stdout.readline())
    seen = [int(posters.stdout.readline()) for _ in range(acknowledged)]
    os.kill(child, signal.SIGKILL)
    return seen + [int(line) for line in iter(posters.stdout.readline, "dead\n")]


async def test_no_acknowledged_entry_is_lost_and_none_is_half(world: World, pg: Server, database_name: str) -> None:
    books: Books = await open_books(world)
    url = pg.url(database_name, "koprogo_app")
    said: list[int] = []
    command = [sys.executable, "-c", POSTERS, url, str(books.building)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as posters:
        for turn in range(ROUNDS):
            said += killed_while_posting(posters, 1 + turn % 4)
        assert posters.stdin
        posters.stdin.close()
    async with books.at_work() as w:
        numbers = await w.value("select array_agg(number order by number) from entry")
        assert numbers == list(range(1, len(numbers) + 1))
        assert set(said) <= set(numbers) and len(said) == len(set(said))
        # Killed between commit and acknowledgement: at most one entry a round.
        assert len(numbers) - len(said) <= ROUNDS
        assert await w.value("select count(*) from entry_line") == 3 * len(numbers)
        assert (await integrity.check(w, books.building)).level is Level.GOOD

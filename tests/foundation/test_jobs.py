"""The queue: a job exists when its transaction does, a worker does it, and what expired goes."""

import ast
from pathlib import Path

import pytest

import koprogo_app
from koprogo_app.foundation import jobs
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.principal import SYSTEM
from tests.world import World

done: list[int] = []


@jobs.tasks.task(name="tests.note")
async def note(number: int) -> None:
    """Remembers that it ran."""
    done.append(number)


@jobs.tasks.task(name="tests.fail")
async def fail() -> None:
    """Goes wrong."""
    raise RuntimeError("on purpose")


async def states() -> dict[str, int]:
    async with work(SYSTEM) as w:
        found: dict[str, int] = await w.value(
            "select coalesce(jsonb_object_agg(status, n), '{}') from "
            "(select status, count(*) as n from procrastinate_jobs where task_name like 'tests.%%' group by 1) s"
        )
        return found


async def test_a_job_runs_once_its_transaction_is_committed(db: Database) -> None:
    done.clear()
    async with work(SYSTEM) as w:
        await jobs.defer(w, "tests.note", number=1)
        await jobs.defer(w, "tests.note", number=2)
    with pytest.raises(RuntimeError):
        async with work(SYSTEM) as w:
            await jobs.defer(w, "tests.note", number=3)
            raise RuntimeError
    await jobs.run_worker(wait=False, signals=False)
    assert sorted(done) == [1, 2] and await states() == {}


async def test_a_tenants_transaction_can_defer(world: World) -> None:
    done.clear()
    async with work(world.people["syndic_a"]) as w:
        await jobs.defer(w, "tests.note", number=7)
    await jobs.run_worker(wait=False, signals=False)
    assert done == [7]


async def test_a_job_that_fails_is_kept_to_be_seen(db: Database) -> None:
    async with work(SYSTEM) as w:
        await jobs.defer(w, "tests.fail")
    await jobs.run_worker(wait=False, signals=False)
    assert await states() == {"failed": 1}


async def test_every_area_that_has_tasks_is_known(db: Database) -> None:
    async with jobs.job_app() as app:
        assert {"send_due_mails", "clean_up"} <= set(app.tasks)


async def test_what_expired_is_removed_and_the_rest_stays(world: World) -> None:
    user = world.people["owner_tilia"].user_id
    async with work(SYSTEM) as w:
        for age in (1, 100):
            await w.execute(
                "insert into user_session (user_id, kind, token_hash, active_role, ip, user_agent, expires_at, "
                "revoked_reason) values (%(u)s, 'web', %(t)s, '', '', '', now() - make_interval(days => %(age)s), '')",
                u=user, t=str(age), age=age,
            )  # fmt: skip
            await w.execute(
                "insert into one_time_token (user_id, purpose, token_hash, payload, expires_at) "
                "values (%(u)s, 'reset', %(t)s, '', now() - make_interval(days => %(age)s))",
                u=user, t=str(age), age=age,
            )  # fmt: skip
            await w.execute(
                "insert into idempotency_key (user_id, key, fingerprint, content_type, created_at) "
                "values (%(u)s, %(t)s, '', '', now() - make_interval(days => %(age)s) + interval '1 hour')",
                u=user, t=str(age), age=age,
            )  # fmt: skip
    assert await jobs.clean_up() == 3
    async with work(SYSTEM) as w:
        for table in ("user_session", "one_time_token", "idempotency_key"):
            assert await w.value(f"select count(*) from {table}") == 1, table


_ABANDONED = """
with dead as (insert into procrastinate_workers (last_heartbeat) values (now() - interval '5 minutes') returning id)
update procrastinate_jobs j set status = 'doing', worker_id = dead.id from dead where j.task_name like 'tests.%%'"""


async def test_what_a_killed_worker_left_half_done_goes_on(db: Database) -> None:
    done.clear()
    async with work(SYSTEM) as w:
        await jobs.defer(w, "tests.note", number=4)
    async with work(SYSTEM) as w:
        assert await w.execute(_ABANDONED) == 1
    async with jobs.job_app():
        assert await jobs.resume_abandoned() == 1
        assert await jobs.resume_abandoned() == 0
    await jobs.run_worker(wait=False, signals=False)
    assert done == [4] and await states() == {}


@jobs.tasks.task(name="tests.locked", queueing_lock="tests.locked")
async def locked(number: int) -> None:
    """Waits in the queue once at a time."""
    done.append(number)


async def test_what_waits_already_is_not_put_in_the_queue_twice(db: Database) -> None:
    done.clear()
    async with jobs.job_app():
        await locked.defer_async(number=5)
        async with work(SYSTEM) as w:
            await w.execute(_ABANDONED)
        await locked.defer_async(number=6)
        assert await jobs.resume_abandoned() == 0
    await jobs.run_worker(wait=False, signals=False)
    assert done == [6] and await states() == {}


def _deferred() -> set[tuple[str, int]]:
    """Every task the program puts in the queue by its name, with the priority it is given: `defer(w, "name", …)`, and
    `runs.ask(w, NAME, …)` or `ask_paper(w, NAME, …)`, whose tasks are prompt."""
    found, named = set(), dict[str, str]()
    trees = [ast.parse(path.read_text()) for path in Path(koprogo_app.__file__).parent.rglob("*.py")]
    for tree in trees:
        for node in tree.body:
            if (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.value, ast.Constant)
                and "." in str(node.value.value)
            ):
                named[ast.unparse(node.target)] = str(node.value.value)
    for node in (
        node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1
    ):
        called, task = ast.unparse(node.func), node.args[1]
        if called.rpartition(".")[2] == "defer" and isinstance(task, ast.Constant):
            prompt = any(k.arg == "priority" and ast.unparse(k.value) == "PROMPT" for k in node.keywords)
            found.add((task.value, jobs.PROMPT if prompt else 0))
        elif called in ("runs.ask", "ask_paper") and ast.unparse(task) in named:
            found.add((named[ast.unparse(task)], jobs.PROMPT))
    return found


async def test_what_is_put_in_the_queue_by_name_is_a_task_of_that_priority(db: Database) -> None:
    async with jobs.job_app() as app:
        known = {name: task.priority for name, task in app.tasks.items()}
    assert len(_deferred()) >= 8
    for name, priority in _deferred():
        assert known.get(name) == priority, name
        assert app.tasks[name].queue == "default"

"""Areas and their tables: SQL names an area's own tables and what lower areas publish, and stands where SQL belongs."""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.principal import NOBODY, SYSTEM
from koprogo_app.foundation.schema import areas_of_tables, published
from koprogo_app.foundation.schema.table_map import table_map
from tests.world import World

ROOT = Path(__file__).resolve().parents[1]

# (file, table) that a lower area names although it belongs to a higher one, and why.
UPWARDS = {
    # The day a line is due, and what it came of, lie with the call or the invoice that posted it.
    ("payments/queries/open_items.py", "calls.call_line"),
    ("payments/queries/open_items.py", "calls.call_instalment"),
    ("payments/queries/open_items.py", "purchases.invoice"),
    # What expires and what is counted for the operator, until identity says it itself.
    ("foundation/watch/metrics.py", "user_session"),
}


# States and APIs that still read a single value themselves; what is new asks `queries`.
READS_ITSELF: set[str] = {
    "recovery/api/arrears.py",
}


class Text(NamedTuple):
    """A string of the program: where it stands, and its words (`{}` for what an f-string puts in)."""

    path: str
    line: int
    text: str

    @property
    def area(self) -> str:
        """The folder it stands in; the name of the file when it stands in none."""
        return self.path.split("/", maxsplit=1)[0]

    @property
    def room(self) -> str:
        """`queries`, `service` …; nothing for a file beside the areas."""
        return self.path.split("/")[1].removesuffix(".py") if "/" in self.path else ""


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Line and words of each string that is no docstring; an f-string counts as one."""
    tree, inside = ast.parse(source), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            inside.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            inside.update(id(value) for value in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.lineno, node.value


@functools.cache
def program() -> list[Text]:
    folder = ROOT / "koprogo_app"
    return [
        Text(str(path.relative_to(folder)), line, text)
        for path in sorted(folder.rglob("*.py"))
        if path.name != "published.py"
        for line, text in strings(path.read_text())
    ]


@functools.cache
def owners_of_tables() -> dict[str, str]:
    return areas_of_tables()


@functools.cache
def views_of_areas() -> dict[str, dict[str, str]]:
    return published()


@functools.cache
def rank(area: str) -> int:
    """How high an area stands, by the layers that import-linter holds; what belongs to no area stands above all."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["id"] == "house")
    names = [layer.strip("()").removeprefix("koprogo_app.") for layer in reversed(layers)]
    return names.index(area) if area in names else len(names)


class Named(NamedTuple):
    """A table or view that SQL names: after which word, in which schema ('': none), and whether it is written."""

    schema: str
    table: str
    written: bool


@functools.cache
def _reference() -> re.Pattern[str]:
    tables = "|".join(sorted(areas_of_tables(), key=len, reverse=True))
    return re.compile(
        r"\b(?P<word>delete\s+from|insert\s+into|update(?=\s+[\w.]+\s+(?:\w+\s+)?set\b)|from\s+[\w.]+(?:\s+\w{1,3})?,|from|join|using)"
        rf"\s+(?:(?P<schema>\w+)\.)?(?P<table>{tables})\b(?!\(|\.)"
    )


def _first_of_list(text: str) -> list[re.Match[str]]:
    """The first of `from a, b`, whose second the reference has taken."""
    starts = [match.start() for match in re.finditer(r"\bfrom\s+[\w.]+(?:\s+\w{1,3})?,", text)]
    first = re.compile(_reference().pattern.replace(r"from\s+[\w.]+(?:\s+\w{1,3})?,|", ""))
    return [match for start in starts if (match := first.match(text, start))]


def is_sql(text: str) -> bool:
    """Whether a string is SQL or a piece of it, and no sentence."""
    return bool(re.search(r"\b(select|insert into|delete from|update \w+ set|join [\w.]+ \w+ on|for update)\b", text))


def named(text: str) -> list[Named]:
    """The tables and views a piece of SQL names."""
    if not is_sql(text):
        return []
    locks = "for update" in text
    found = []
    for match in (*_reference().finditer(text), *_first_of_list(text)):
        writes = match["word"].split()[0] in ("delete", "insert", "update") or locks
        found.append(Named(match["schema"] or "", match["table"], writes))
    return found


def wrong(text: Text) -> list[str]:
    """What a string of an area names and may not."""
    owners, views, problems = owners_of_tables(), views_of_areas(), []
    for one in named(text.text):
        owner, name = owners[one.table], f"{one.schema}.{one.table}".lstrip(".")
        if owner == text.area and not one.schema:
            continue
        if (text.path, name) in UPWARDS:
            continue
        if one.written:
            problems.append(f"{text.path}:{text.line} writes or locks {name}")
        elif one.table not in views.get(one.schema, {}):
            problems.append(f"{text.path}:{text.line} names {name}, which {owner} does not publish so")
        elif rank(owner) >= rank(text.area):
            problems.append(f"{text.path}:{text.line} names {name} of a higher area")
    return problems


def test_sql_names_own_tables_and_what_lower_areas_publish() -> None:
    found = [named(text.text) for text in program()]
    assert sum(len(names) for names in found) > 800
    assert [problem for text in program() for problem in wrong(text)] == []


def test_each_exception_still_stands() -> None:
    used = {(text.path, f"{n.schema}.{n.table}".lstrip(".")) for text in program() for n in named(text.text)}
    assert UPWARDS - used == set()


@pytest.mark.parametrize(
    ("area", "text", "problem"),
    [
        ("calls", "select * from entry_line l where true", "does not publish"),
        ("calls", "select 1 from call_line c join lot l on l.id = c.lot_id", "does not publish"),
        ("calls", "select 1 from call_line c, owner o where true", "does not publish"),
        ("calls", "left join entry e on e.id = i.entry_id", "does not publish"),
        ("calls", "select 1 from ledger.matching r", "does not publish"),
        ("ledger", "select 1 from calls.call_line c", "higher area"),
        ("ledger", "select from estate.building where id = 1 for update", "locks"),
        ("estate", "delete from identity.role_grant g where true", "writes"),
        ("estate", "insert into role_grant (user_id) select 1", "writes"),
        ("estate", "update app_user set name = ''", "writes"),
    ],
)
def test_what_goes_through_a_wall_is_found(area: str, text: str, problem: str) -> None:
    assert [one for one in wrong(Text(f"{area}/queries/x.py", 1, text)) if problem in one]


def test_what_stays_inside_is_not() -> None:
    for area, text in (
        ("calls", "select c.id from call_line c join ledger.entry_line l on l.id = c.entry_line_id"),
        ("calls", "update call_line set cents = 1"),
        ("calls", "An owner is told from account 410 on, owner by owner"),
    ):
        assert wrong(Text(f"{area}/queries/x.py", 1, text)) == []


def test_no_page_state_or_api_reads_the_database_itself() -> None:
    found = {text.path for text in program() if text.room in ("page", "pages", "state", "api") and named(text.text)}
    assert found - READS_ITSELF == set()
    assert READS_ITSELF - found == set()


def test_the_map_of_tables_is_current() -> None:
    assert (ROOT / "docs" / "tables.md").read_text() == table_map()


# --- the database ----------------------------------------------------------------------------------------------------

_VIEWS = """
select n.nspname as schema, c.relname as view, pg_get_userbyid(c.relowner) as owner,
       coalesce(c.reloptions, '{}') @> '{security_invoker=true}' as invoker,
       has_table_privilege('koprogo_app', c.oid, 'select') as readable,
       has_table_privilege('koprogo_app', c.oid, 'insert, update, delete, truncate') as writable,
       pg_get_viewdef(c.oid) as query, exists (select from pg_attribute a where a.attrelid = c.oid
       and a.attname = 'organization_id') as tenant
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('v', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'public') order by 1, 2
"""


def test_the_published_views_are_those_declared_and_read_as_whoever_asks(pg: Server, database_name: str) -> None:
    with pg.connect(database_name, "koprogo_owner") as c:
        rows = c.execute(_VIEWS).fetchall()
        assert [(row[0], row[1]) for row in rows] == [
            (s, v) for s in sorted(published()) for v in sorted(published()[s])
        ]
        for schema, view, owner, invoker, readable, writable, query, _ in rows:
            assert (owner, invoker, readable, writable) == ("koprogo_owner", True, True, False), f"{schema}.{view}"
            c.execute(f"create temp view declared as {published()[schema][view]}")
            assert c.execute("select pg_get_viewdef('declared'::regclass)").fetchone() == (query,), f"{schema}.{view}"
            c.execute("drop view declared")


async def test_a_view_shows_nothing_without_a_tenant_and_a_stranger_nothing_of_another(
    world: World, pg: Server, database_name: str
) -> None:
    # A role is judged before anybody has a tenant: its table has no policy, and who is asked says whose it is.
    with pg.connect(database_name, "koprogo_owner") as c:
        views = [f"{row[0]}.{row[1]}" for row in c.execute(_VIEWS).fetchall() if row[-1] and row[1] != "role_grant"]
    assert len(views) > 30
    seen = 0
    for view in views:
        count = f"select count(*) from {view} where organization_id = %(o)s"
        async with work(NOBODY) as w:
            assert await w.value(f"select count(*) from {view}") == 0, view
        async with work(world.people["syndic_b"]) as w:
            assert await w.value(count, o=world.organizations["a"]) == 0, view
        async with work(SYSTEM) as w:
            seen += await w.value(count, o=world.organizations["a"])
    assert seen > 10

"""Every manifest is whole: what it names exists, and what exists is named once, by the area that owns it."""

import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from sqlmodel import SQLModel

from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.jobs import _import_tasks, tasks
from koprogo_app.foundation.manifests import Hook, Manifest, MenuEntry, manifests
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Grant, Person
from koprogo_app.identity.model import Role
from koprogo_app.identity.permissions import PERMISSIONS, SELF
from koprogo_app.identity.state.account import first_page
from koprogo_app.interface.page import Page
from koprogo_app.workspace.reports import REPORTS, Query
from koprogo_app.workspace.state.frame import WORKSPACE, navigation
from koprogo_app.workspace.workplaces import Workplace

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "koprogo_app"
# Unique rules that nobody who uses the program can meet: the program itself keeps to them, with a lock or a key of its
# own. Whoever breaks one nevertheless reads "This already exists."
KEPT_BY_THE_PROGRAM = [
    "alembic_version_pkc",
    "audit_entry_chain",
    "background_run_once",
    "bank_movement_position",
    "budget_alert_once",
    "call_instalment_once",
    "call_line_entry_line_once",
    "call_notice_once",
    "call_part_once",
    "closing_run_once",
    "document_version_once",
    "entry_line_once",
    "entry_number_once",
    "entry_seal_once",
    "invoice_entry_once",
    "match_rule_once",
    "movement_part_position",
    "notice_run_once",
    "oidc_identity_once",
    "one_time_token_token_hash_key",
    "payment_order_line_position",
    "payment_order_reference_once",
    "payment_reference_base_once",
    "payment_reference_once",
    "plan_debt_once",
    "refresh_token_token_hash_key",
    "reminder_debt_level_once",
    "sent_statement_once",
    "user_session_token_hash_key",
    "variance_report_once",
    "year_settlement_entry_once",
    "year_settlement_line_once",
]


@cache
def sources() -> dict[str, str]:
    """Path under koprogo_app → text, without the manifests."""
    found = {str(p.relative_to(HOUSE)): p.read_text() for p in HOUSE.rglob("*.py") if p.name != "manifest.py"}
    assert len(found) > 400
    return found


def quoted(word: str, area: str = "") -> bool:
    return any(f'"{word}"' in text for path, text in sources().items() if path.startswith(area))


def pages() -> Iterator[Page]:
    for m in manifests():
        yield from m.load(m.pages) if m.pages else ()


def entries() -> list[tuple[Manifest, MenuEntry]]:
    return [(m, entry) for m in manifests() for entry in m.menu]


def once(names: list[str]) -> None:
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_the_order_is_that_of_the_house() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c for c in contracts if c["id"] == "house")["layers"]
    floors = [re.sub(r"[()]|koprogo_app\.", "", layer) for layer in reversed(layers)]
    names = [m.name for m in manifests()]
    assert names == [floor for floor in floors if floor in names]
    assert names == sorted(names, key=floors.index) and len(names) > 10
    assert all((HOUSE / m.name / "manifest.py").exists() for m in manifests())


def test_what_a_manifest_names_is_there() -> None:
    for m in manifests():
        m.load_all()
    with pytest.raises(AttributeError):
        Manifest("estate", parts={"lot": ("page.lots:nothing",)}).load_all()


def test_gathering_imports_no_page_no_state_and_no_service() -> None:
    code = "import sys; from koprogo_app.foundation.manifests import manifests; manifests(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    heavy = re.compile(r"reflex|fastapi|koprogo_app\.\w+\.(page|state|service|queries|api|jobs|seal|reports)(\..*)?")
    assert [name for name in loaded.split() if heavy.fullmatch(name)] == []


def test_each_permission_is_declared_once_by_an_area_that_uses_it() -> None:
    once([permission for m in manifests() for permission in m.permissions])
    unused = [p for m in manifests() for p in m.permissions if p != SELF and not quoted(p, f"{m.name}/")]
    assert unused == []
    assert len(PERMISSIONS) == sum(len(m.permissions) for m in manifests())


def test_each_menu_entry_has_its_page_its_permission_and_its_turn() -> None:
    routes = {page.route for page in pages()}
    for m, entry in entries():
        assert entry.permission in PERMISSIONS, entry
        assert ("/buildings/[building_id]" if entry.place == "building" else "") + entry.path in routes, entry
        own = {page.route for page in m.load(m.pages)}
        assert any(route.endswith(entry.path) for route in own), f"{entry.path} is the page of another area"
    once([f"{entry.place} {entry.order}" for _, entry in entries()])
    firsts = [entry.first_page for _, entry in entries() if entry.first_page]
    assert len(firsts) == len(set(firsts)) > 1


def test_each_hook_is_one_and_each_slot_is_in_a_page() -> None:
    for m in manifests():
        m.load_all()
    assert {name for m in manifests() for name in m.gives} == Hook.names
    slots = set(re.findall(r'\bslot\("(\w+)"\)', "\n".join(sources().values())))
    assert {name for m in manifests() for name in m.parts} == slots


def test_each_job_is_called_after_its_area() -> None:
    _import_tasks()
    modules = {task.name: task.func.__module__ for task in tasks.tasks.values()}
    told = {f"koprogo_app.{m.name}.{m.jobs}": m.name for m in manifests() if m.jobs}
    assert told.keys() <= set(modules.values())
    for name, module in modules.items():
        if module.startswith("koprogo_app.") and not module.startswith("koprogo_app.foundation."):
            assert name.startswith(told[module] + "."), name


def tables_of(area: str) -> set[str]:
    classes = [c for c in _tables() if c.__module__.startswith(f"koprogo_app.{area}.")]
    return {str(c.__tablename__) for c in classes}


def _tables() -> list[type[SQLModel]]:
    found, wanted = [], [SQLModel]
    while wanted:
        one = wanted.pop()
        wanted += one.__subclasses__()
        if one is not SQLModel and hasattr(one, "__table__"):
            found.append(one)
    return found


UNIQUE = """
select i.relname as name, t.relname as in_table
  from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
  join pg_namespace n on n.oid = t.relnamespace
 where n.nspname = 'public' and t.relname not like 'procrastinate%%' and (x.indisunique or x.indisexclusion)
"""


class Unique:
    """A unique or exclusion rule of the database."""

    def __init__(self, name: str, in_table: str) -> None:
        self.name, self.table = name, in_table


async def test_each_unique_rule_of_the_database_has_its_sentence(db: Database) -> None:
    async with work(SYSTEM) as w:
        rules = {rule.name: rule.table for rule in await w.rows(UNIQUE, Unique)}
    once([name for m in manifests() for name in m.constraints])
    for m in manifests():
        for name in m.constraints:
            assert rules.get(name) in tables_of(m.name), f"{name} is no rule of a table of {m.name}"
    said = {name for m in manifests() for name in m.constraints}
    silent = {name for name in rules.keys() - said if not name.endswith(("_pkey", "_tenant"))}
    assert sorted(silent) == sorted(KEPT_BY_THE_PROGRAM)


def test_what_expires_is_the_areas_own() -> None:
    for m in manifests():
        for statement in m.expires:
            table = re.match(r"delete from (\w+) where .*%\(now\)s", statement)
            assert table and table[1] in tables_of(m.name) | tables_of("foundation"), statement


def test_the_words_of_the_audit_are_each_said_once() -> None:
    acts = [act for m in manifests() for act in m.audit.acts]
    once(acts)
    once([field for m in manifests() for field in m.audit.fields])
    once([field for m in manifests() for field in m.audit.values])
    written = set(re.findall(r'\b_?audit\w*\(\s*\w+,\s*"([a-z_]+(?:\.[a-z_]+)?)"', "\n".join(sources().values())))
    assert len(written) > 60
    assert sorted(written - set(acts)) == []


def test_each_report_has_its_name_its_turn_and_an_address_of_the_api() -> None:
    kinds = [kind for kinds in REPORTS.given() for kind in kinds]
    once([kind.name for kind in kinds])
    once([str(kind.order) for kind in kinds if kind.order])
    api = FastAPI()
    for m in manifests():
        for router in m.routes:
            api.include_router(m.load(router))
    routes = [re.sub(r"\{\w+\}", "[^/?]+", path) for path in api.openapi()["paths"]]
    everything = Query("2026", owner_id=uuid4(), call_id=uuid4(), invoice_id=uuid4())
    for kind in kinds:
        for asked in (Query("2026"), everything):
            address = kind.address(UUID(int=7), "2026", asked)
            assert not address or any(re.fullmatch(route, address.partition("?")[0]) for route in routes), address
        assert kind.address(UUID(int=7), "2026", everything).count("?") == 1


def menu(role: Role, *, inside: bool) -> list[str]:
    """Headings and paths of a role's menu, in or out of a building whose id is 7."""
    building = Workplace(UUID(int=7), uuid4(), "Tilia", {"flags": 3})
    place = None if role is Role.SUPERADMIN else building.organization_id
    who = Person(kind="person", user_id=uuid4(), grants=(Grant(role, place),))
    items = navigation(who, [building], str(building.id) if inside else "")
    short = "/buildings/00000000-0000-0000-0000-000000000007"
    shown = [f"{item.heading}: {item.href}" if item.heading else item.href for item in items]
    assert [item.badge for item in items if item.badge] == ([3] if inside and who.may_somewhere(WORKSPACE) else [])
    return [text.replace(short, "~") for text in shown]


INSIDE = [
    "Building: ~", "~/lots", "~/owners", "~/keys", "~/documents", "~/invoices", "~/calls", "~/bank", "~/accounts",
    "~/arrears", "~/reports", "~/budget", "~/import",
]  # fmt: skip


def test_the_menu_of_each_role() -> None:
    office = ["/portfolio", "/portfolio/arrears", "/bank-files", "/close-years"]
    admin = [f"/admin/{name}" for name in ("users", "outbox", "interest-rates", "audit", "health")]
    assert menu(Role.SUPERADMIN, inside=True) == [*office, *INSIDE, "Administration: /admin/organizations", *admin]
    assert menu(Role.SYNDIC, inside=True) == [*office, *INSIDE, "Office: /admin/users", "/audit"]
    assert menu(Role.SYNDIC, inside=False) == [*office, "Office: /admin/users", "/audit"]
    assert menu(Role.ACCOUNTANT, inside=True) == [*office, *INSIDE[:-1]]
    assert menu(Role.BOARD, inside=True) == [*office[:2], *(p for p in INSIDE[:-1] if p != "~/owners")]
    assert menu(Role.OWNER, inside=True) == ["/home", "/documents"]
    assert menu(Role.NOTARY, inside=True) == []


def test_where_somebody_begins() -> None:
    def first(*roles: Role) -> str:
        grants = tuple(Grant(role, None if role is Role.SUPERADMIN else uuid4()) for role in roles)
        return first_page(Person(kind="person", user_id=uuid4(), grants=grants))

    assert first(Role.OWNER, Role.SYNDIC, Role.SUPERADMIN) in ("/admin/organizations", "/profile?totp=required")
    assert first(Role.SYNDIC, Role.OWNER) == first(Role.AUDITOR) == "/portfolio"
    assert first(Role.OWNER) == "/home"
    assert first(Role.NOTARY) == first() == "/profile"

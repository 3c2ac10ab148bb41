"""The `koprogo` command line. It finds the parts, shows progress and says what went wrong; the parts do the work."""

from __future__ import annotations

import asyncio
import inspect
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from koprogo_app.documents.commands import app as storage_commands

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from koprogo_app.estate.importing.preview import Problem
    from koprogo_app.estate.service.import_plan import ImportPlan
    from koprogo_app.foundation.database import Work
    from koprogo_app.foundation.postgres.access import Access

app = typer.Typer(
    name="koprogo",
    help="KoproGo runs a Belgian co-ownership. Every setting is an environment variable: see 'koprogo doctor'.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console()
err = Console(stderr=True)

app.add_typer(storage_commands)

Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every network.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes; more than one needs Redis.")]
Prebuilt = Annotated[bool, typer.Option("--prebuilt", help="Serve the front end as it was built; never build it here.")]


def main() -> None:
    """Run the command line; an expected failure is one red paragraph and exit code 1, never a traceback."""
    try:
        app()
    except Exception as error:
        text = _plain_words(error)
        if text is None:
            raise
        err.print(text, style="red", highlight=False, markup=False)
        sys.exit(1)


def _plain_words(error: Exception) -> str | None:
    """What to tell the operator about an expected failure; None for one that is a mistake of ours."""
    from pydantic import ValidationError

    from koprogo_app.foundation.errors import KoproError
    from koprogo_app.foundation.postgres.home import PostgresError
    from koprogo_app.interface.build import BuildError

    if isinstance(error, KoproError):
        return error.text("en")
    if isinstance(error, ValidationError) and error.title == "Settings":
        from koprogo_app.doctor import setting_errors

        return "\n".join(f"{name}: {what}" for name, what in setting_errors(error))
    if isinstance(error, (PostgresError, BuildError)):
        return str(error)
    if type(error).__name__ == "ResolutionError" and "No such revision" in str(
        error
    ):  # alembic's, not imported for this
        return "This database was migrated by a newer version of KoproGo. Use that version, or restore a backup."
    return None


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = 1, prebuilt: Prebuilt = False) -> None:
    """Serve pages, sockets and API on one port."""
    _address(host, port)
    with _database() as access:
        _bring_up_to_date(access)
        if not prebuilt:
            _build()
        out.print(f"KoproGo on [bold]http://{'localhost' if host == '127.0.0.1' else host}:{port}[/]")
        _serve(host, port, workers)


@app.command()
def migrate() -> None:
    """Bring the database to this program's schema; on an external server also make the program's role."""
    with _database() as access:
        _migrate(access)


@app.command()
def demo(
    serve_it: Annotated[bool, typer.Option("--serve", help="Then serve it.")] = False,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Fill an empty database with the demo co-ownership and print a login for each role."""
    from koprogo_app.foundation.postgres.access import refresh_statistics

    if serve_it:
        _address(host, port)
    with _database() as access:
        _migrate(access)
        if serve_it:
            _build()
        with _progress() as step:
            logins = _run(lambda: import_module("koprogo_app.demo").fill(step))
        with _database() as again:  # what ran has let go of the embedded server
            refresh_statistics(again.owner_url)
        _print_logins(logins, f"http://localhost:{port}")
        if serve_it:
            _serve(host, port, 1)


@app.command("import-building")
def import_building(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or XLSX of lots.")],
    building: Annotated[str, typer.Option(help="Name or id of the building that gets the lots and owners.")],
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the ownerships.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Import lots and owners from a syndic's sheet: all of it, or nothing and the list of problems."""
    with _database() as access:
        _bring_up_to_date(access)
        with err.status(f"Reading {file.name} …"):
            plan = _run(
                lambda: _import(
                    file.name, file.read_bytes(), building, since.date() if since else None, write=not dry_run
                )
            )
    _print_plan(plan, dry_run=dry_run)
    if not plan.importable:
        raise typer.Exit(1)


@app.command("create-admin")
def create_admin(
    email: Annotated[str, typer.Option(prompt=True, help="Address to sign in with.")],
    name: Annotated[str, typer.Option(prompt=True, help="First and last name.")],
    password: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="KOPROGO_ADMIN_PASSWORD"),
    ],
    lang: Annotated[Literal["fr", "nl", "de", "en"], typer.Option(help="Language of the pages.")] = "fr",
) -> None:
    """Make a superadmin, the only way to the first account."""
    with _database() as access:
        _bring_up_to_date(access)
        _run(lambda: import_module("koprogo_app.identity.service.members").create_admin(email, name, password, lang))
    out.print(f"{email} may sign in and will be asked to set up a second factor.")


@app.command()
def worker(
    until_empty: Annotated[bool, typer.Option("--until-empty", help="Stop when no job waits any more.")] = False,
) -> None:
    """Run jobs until stopped, apart from the web process."""
    with _database() as access:
        _bring_up_to_date(access)
        _run(lambda: import_module("koprogo_app.foundation.jobs").run_worker(wait=not until_empty))


@app.command()
def build(
    force: Annotated[bool, typer.Option("--force", help="Build even when nothing has changed.")] = False,
) -> None:
    """Build the front end, unless what is there fits the sources."""
    _build(force=force)


@app.command()
def doctor() -> None:
    """Check every setting and part; say what is wrong and how to mend it."""
    from koprogo_app.doctor import Finding, examine

    styles = {"good": "green", "notice": "yellow", "bad": "bold red"}
    table = Table("", "part", "state", box=None, pad_edge=False)

    def show(finding: Finding) -> None:
        mark = {"good": "✓", "notice": "!", "bad": "✗"}[finding.state]
        mend = f"\n→ {finding.mend}" if finding.mend else ""
        table.add_row(f"[{styles[finding.state]}]{mark}[/]", finding.part, f"{finding.detail}{mend}")

    findings = examine()
    for finding in findings:
        show(finding)
    out.print(table)
    bad = sum(finding.state == "bad" for finding in findings)
    out.print(f"[bold red]{bad} to mend[/]" if bad else "[green]All well[/]")
    if bad:
        raise typer.Exit(1)


@app.command()
def verify() -> None:
    """Check every ledger: debits, numbers, carried balances and the chain of hashes; name the entry that is wrong."""
    with _database() as access:
        _bring_up_to_date(access)
        whole = _run(lambda: import_module("koprogo_app.ledger.commands").verify(out))
    if not whole:
        raise typer.Exit(1)


# --- parts ---------------------------------------------------------------------------------------------------------


def _address(host: str, port: int) -> None:
    """Before anything is started: is the port free? And unless the operator names the address people type, it is this
    machine's: page sockets refuse any other origin.
    """
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        err.print(f"Port {port} cannot be used: {error.strerror}. Stop what holds it, or give --port.", style="red")
        raise typer.Exit(1) from None
    os.environ.setdefault("KOPROGO_PUBLIC_URL", f"http://localhost:{port}")


@contextmanager
def _database() -> Iterator[Access]:
    """The database of this installation, running; the embedded one stops with its last user."""
    from koprogo_app.foundation.watch.process import database_access

    with err.status("Database …"):
        access = database_access()
    try:
        yield access
    finally:
        access.release()


def _migrate(access: Access) -> None:
    from koprogo_app.foundation.postgres.access import prepare_app_role
    from koprogo_app.foundation.schema import migrations
    from koprogo_app.settings import settings

    if not access.embedded:
        given = settings().app_database_url
        prepare_app_role(access.owner_url, given.get_secret_value() if given else "")
    missing = migrations.pending(access.owner_url)
    if missing:
        with err.status(f"Migrating, {len(missing)} to go …"):
            migrations.upgrade(access.owner_url)
        out.print(f"Migrated to {missing[-1]}.")


def _bring_up_to_date(access: Access) -> None:
    """Migrate our own server; on an operator's, stop when it is behind: migrating is theirs to decide."""
    from koprogo_app.foundation.schema import migrations

    if access.embedded:
        _migrate(access)
    elif missing := migrations.pending(access.owner_url):
        err.print(f"The database is {len(missing)} migrations behind. Run 'koprogo migrate' first.", style="red")
        raise typer.Exit(1)


def _build(*, force: bool = False) -> None:
    from koprogo_app.interface.build import build as build_front_end

    with err.status("Front end: building it if anything changed (up to a minute) …"):
        build_front_end(force=force)


def _serve(host: str, port: int, workers: int) -> None:
    from koprogo_app.serve import serve as serve_app

    serve_app(host, port, workers)


def _run(start: Callable[[], Any]) -> Any:
    """Run what `start` gives, with the database in use by `work` while it runs."""
    from koprogo_app.foundation.watch.process import connected

    async def inside() -> Any:
        async with connected():
            result = start()
            return await result if inspect.isawaitable(result) else result

    return asyncio.run(inside())


async def _import(name: str, data: bytes, building: str, since: date | None, *, write: bool) -> ImportPlan:
    """Read the sheet, and write it unless it has errors or this is only a look."""
    from koprogo_app.estate.service.imports import apply_import, preview_import
    from koprogo_app.foundation.database import work
    from koprogo_app.foundation.principal import SYSTEM

    async with work(SYSTEM) as w:
        building_id = await _building(w, building)
        plan = await preview_import(w, building_id, data, since=since)
        if plan.importable and write:
            plan = await apply_import(w, building_id, data, filename=name, since=since)
    return plan


async def _building(w: Work, wanted: str) -> UUID:
    """The one building of that id or name; otherwise says which there are."""
    rows = await w.rows("select id, name from estate.building order by name, id", dict)
    found: list[UUID] = [row["id"] for row in rows if wanted.casefold() in (str(row["id"]), row["name"].casefold())]
    if len(found) != 1:
        err.print(f"{len(found) or 'No'} buildings are called {wanted}. There are:", style="red")
        for row in rows:
            err.print(f"  {row['id']}  {row['name']}", highlight=False)
        raise typer.Exit(1)
    return found[0]


def _where(problem: Problem) -> str:
    return problem.cell or (f"line {problem.line}" if problem.line else "file")


def _print_plan(plan: ImportPlan, *, dry_run: bool) -> None:
    for problem in plan.problems:
        colour = {"error": "red", "warning": "yellow"}.get(problem.severity, "dim")
        out.print(f"[{colour}]{problem.severity}[/] {_where(problem)} {escape(problem.text('en'))}", highlight=False)
    for what in ("lots", "owners"):
        counts = ", ".join(f"{plan.count(what, action)} {action}" for action in ("new", "changed", "same"))
        out.print(f"{what}: {counts}", highlight=False)
    if not plan.importable:
        out.print("Nothing was imported.", style="red")
    elif dry_run:
        out.print("Nothing was written: this was only a look.")
    else:
        out.print("Imported." if not plan.changes_nothing else "Everything was there already.", style="green")


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """A progress bar; yields `step(what, share)` with `share` from 0 to 1."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("Demo co-ownership", total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)


def _print_logins(logins: list[Any], address: str) -> None:
    table = Table("role", "e-mail", "password", title=f"Demo on {address}", title_justify="left", box=None)
    for login in logins:
        table.add_row(login.role, login.email, login.password)
    out.print(table)
    out.print("These passwords are public: the demo is for looking, never for real data.", style="yellow")


if __name__ == "__main__":
    main()

"""`koprogo storage`: prepare, check, move and sweep the place where files are kept. No command prints a secret."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from koprogo_app.documents.service.removing import Swept
    from koprogo_app.foundation.storage import Stat, Store
    from koprogo_app.foundation.storage.bucket import Step
    from koprogo_app.foundation.storage.moving import Moved

app = typer.Typer(
    name="storage",
    help="Where files are kept: init, check, move, sweep.",
    no_args_is_help=True,
    add_completion=False,
)
out = Console()
err = Console(stderr=True)

_MARKS = {"done": "[green]✓[/]", "already": "[green]✓[/]", "impossible": "[yellow]✗[/]", "open": "[yellow]![/]"}
_SAID = {"done": "set", "already": "already so", "impossible": "not on this server", "open": "left as it is"}
_SHOWN = 20


def _where(url: str) -> str:
    from koprogo_app.settings import settings

    return url or f"the folder {settings().data_dir / 'files'}"


@app.command()
def init(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a bucket of others.")] = False,
) -> None:
    """Make the bucket of KOPROGO_STORAGE_URL and prepare it; safe to repeat. A local folder needs no preparing."""
    from koprogo_app.settings import settings

    if not settings().storage_url:
        from koprogo_app.foundation.storage.store import local_store

        local_store(settings().data_dir / "files")
        out.print(f"{_where('')} is ready.", highlight=False)
        return
    _known_url(settings().storage_url)
    steps = asyncio.run(_init(settings().storage_url, yes))
    for step in steps:
        why = f" ({step.why})" if step.why and step.state in ("impossible", "open") else ""
        out.print(f"{_MARKS[step.state]} {step.what}: {_SAID[step.state]}{why}", highlight=False)
    if steps[-1].state != "done":
        err.print("Files cannot be written there. Check the key's rights.", style="red")
        raise typer.Exit(1)


async def _init(url: str, yes: bool) -> list[Step]:
    import httpx

    from koprogo_app.foundation.storage.bucket import bucket
    from koprogo_app.settings import settings

    try:
        async with bucket(settings(), url) as b:
            steps: list[Step] = []
            if not await b.exists():
                steps.append(await b.make())
                if steps[0].state == "impossible":
                    err.print(f"The bucket {b.name} could not be made: {steps[0].why}", style="red")
                    raise typer.Exit(1)
            elif not await b.ours() and not yes:
                typer.confirm(f"The bucket {b.name} exists and KoproGo did not make it. Prepare it?", abort=True)
            return steps + await b.prepare()
    except PermissionError as error:
        err.print("The server refuses this key (KOPROGO_S3_KEY, KOPROGO_S3_SECRET).", style="red")
        raise typer.Exit(1) from error
    except httpx.HTTPError as error:
        err.print(f"The S3 server does not answer: {type(error).__name__}. Check KOPROGO_S3_ENDPOINT.", style="red")
        raise typer.Exit(1) from error


@app.command()
def check() -> None:
    """Say whether files can be stored now, and what is there."""
    from koprogo_app.foundation.storage import store
    from koprogo_app.settings import settings

    async def look() -> tuple[int, int]:
        await store().check()
        files = size = 0
        async for stat in store().stats():
            files, size = files + 1, size + stat.size
        return files, size

    with err.status("Storage …"):
        files, size = asyncio.run(look())
    out.print(f"{_where(settings().storage_url)} answers: {files} files, {size / 1e6:.1f} MB.", highlight=False)


Place = Annotated[str, typer.Option("--to", help="s3 (KOPROGO_STORAGE_URL), s3://bucket/prefix, or local.")]


@app.command()
def move(to: Place) -> None:
    """Copy every file to another store, checking each; run it again to go on where it stopped, or to take what is new.

    Nothing is removed here, so the running program goes on. When it is done, set KOPROGO_STORAGE_URL, restart, and run
    the same command once more: it takes what came in meanwhile.
    """
    source, target, name = _ends(to)
    done = asyncio.run(_move(source, target))
    out.print(f"{done.copied} files copied ({done.bytes / 1e6:.1f} MB), {done.present} were there.", highlight=False)
    if done.failed:
        err.print(f"{len(done.failed)} are damaged or missing here and were left out:", style="red")
        _list(done.failed)
        raise typer.Exit(1)
    out.print(f"All files are there, verified. Set KOPROGO_STORAGE_URL={name} and restart.", highlight=False)


def _ends(to: str) -> tuple[Store, Store, str]:
    """Source and target, and the target's address."""
    from koprogo_app.foundation.storage import open_store
    from koprogo_app.settings import settings

    here = settings().storage_url
    if to == "local":
        _known_url(here)
        return open_store(settings(), here), open_store(settings(), ""), ""
    there = here if to == "s3" else to
    _known_url(there)
    return open_store(settings(), "" if there == here else here), open_store(settings(), there), there


def _known_url(url: str) -> None:
    from koprogo_app.foundation.storage.store import bucket_of

    try:
        bucket_of(url)
    except ValueError as error:
        err.print(f"KOPROGO_STORAGE_URL is “{url}”: {error}.", style="red", highlight=False)
        raise typer.Exit(1) from error


async def _move(source: Store, target: Store) -> Moved:
    from koprogo_app.foundation.storage.moving import move as move_all

    await target.check()
    total = 0
    async for stat in source.stats():
        total += stat.size
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("Files", total=total)

        def tell(stat: Stat) -> None:
            bar.advance(task, stat.size)

        return await move_all(source, target, tell)


@app.command()
def sweep(
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove those without a document, older than a day.")
    ] = False,
) -> None:
    """Compare documents and files: files without a document, documents without a file, files of another size."""
    found = asyncio.run(_sweep(remove))
    out.print(f"{found.objects} files, {found.bytes / 1e6:.1f} MB.", highlight=False)
    for name, keys in (
        ("files without a document", found.orphans),
        ("documents without their file", found.missing),
        ("files of another size than recorded", found.wrong),
    ):
        if keys:
            err.print(f"{len(keys)} {name}:", style="red" if keys is not found.orphans else "yellow")
            _list(keys)
    if remove:
        out.print(f"Removed: {found.removed} files without a document, {found.spools} broken uploads.", highlight=False)
    if found.missing or found.wrong:
        raise typer.Exit(1)
    out.print("[green]Every document has its file.[/]")


async def _sweep(remove: bool) -> Swept:
    from koprogo_app.documents.service.removing import sweep as sweep_all
    from koprogo_app.foundation.storage import store
    from koprogo_app.foundation.watch.process import connected

    async with connected():
        with Progress(TextColumn("Files"), MofNCompleteColumn(), console=err, transient=True) as bar:
            task = bar.add_task("Files", total=None)
            return await sweep_all(store(), remove=remove, tell=lambda n: bar.update(task, completed=n))


def _list(keys: list[str]) -> None:
    for key in keys[:_SHOWN]:
        err.print(f"  {key}", highlight=False)
    if len(keys) > _SHOWN:
        err.print(f"  … and {len(keys) - _SHOWN} more")

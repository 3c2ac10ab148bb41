"""`koprogo storage` as an operator types it, against a real S3 server."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner

from koprogo_app import settings as module
from koprogo_app.documents.commands import app
from koprogo_app.foundation import storage
from koprogo_app.foundation.storage import Store, key_of, spool
from koprogo_app.foundation.storage.store import local_store
from tests.s3 import KEY, SECRET, S3Server


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3") / "root")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def runner(s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    for name, value in {
        "DATA_DIR": str(tmp_path), "STORAGE_URL": f"s3://b-{tmp_path.name.replace('_', '-')[-20:]}/papers",
        "S3_ENDPOINT": s3.endpoint, "S3_REGION": "us-east-1", "S3_KEY": KEY, "S3_SECRET": SECRET,
    }.items():  # fmt: skip
        monkeypatch.setenv("KOPROGO_" + name, value)
    module.settings.cache_clear()
    storage.use(None)
    yield CliRunner()
    monkeypatch.undo()
    module.settings.cache_clear()
    storage.use(None)


async def fill(store: Store, count: int) -> list[str]:
    keys = []
    for n in range(count):
        async with spool(store.spools, 1000) as incoming:
            await incoming.write(b"file %d" % n)
            await incoming.finish()
            keys.append(key_of(UUID(int=1), incoming.sha256))
            await store.keep(incoming, keys[-1])
    return keys


def test_init_makes_it_says_what_it_could_not_set_and_shows_no_secret(runner: CliRunner) -> None:
    first, second = runner.invoke(app, ["init"]), runner.invoke(app, ["init"])
    for result in (first, second):
        assert result.exit_code == 0, result.output
        assert "✓ A file can be written: set" in result.output
        assert "✗ Older versions are kept: not on this server (NotImplemented)" in result.output
        assert SECRET not in result.output
        assert KEY not in result.output
    assert "✓ The bucket exists: set" in first.output
    assert "The bucket exists" not in second.output


def test_init_asks_before_it_touches_a_bucket_it_did_not_make(runner: CliRunner, s3: S3Server) -> None:
    name = module.settings().storage_url.split("/")[2]
    s3.make_bucket(name)
    refused = runner.invoke(app, ["init"], input="n\n")
    assert refused.exit_code == 1
    assert "did not make it" in refused.output
    assert runner.invoke(app, ["init"], input="y\n").exit_code == 0
    assert "did not make it" not in runner.invoke(app, ["init"]).output


def test_a_wrong_key_and_a_wrong_address_are_said(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    runner.invoke(app, ["init"])
    for name, value, said in (
        ("S3_SECRET", "not it", "refuses this key"),
        ("S3_ENDPOINT", "http://127.0.0.1:9", "does not answer"),
        ("STORAGE_URL", "ftp://x", "s3://bucket"),
    ):
        monkeypatch.setenv("KOPROGO_" + name, value)
        module.settings.cache_clear()
        result = runner.invoke(app, ["init"])
        assert result.exit_code == 1
        assert said in " ".join(result.output.split())


def test_move_to_s3_and_back(runner: CliRunner, tmp_path: Path) -> None:
    import asyncio

    runner.invoke(app, ["init"])
    keys = asyncio.run(fill(local_store(tmp_path / "files"), 5))
    first = runner.invoke(app, ["move", "--to", "s3"])
    assert first.exit_code == 0, first.output
    assert "5 files copied" in first.output
    assert "0 files copied" in runner.invoke(app, ["move", "--to", "s3"]).output
    assert "5 files" in runner.invoke(app, ["check"]).output
    for key in keys[:2]:
        (tmp_path / "files" / key).unlink()
    assert "2 files copied" in runner.invoke(app, ["move", "--to", "local"]).output
    assert all((tmp_path / "files" / key).exists() for key in keys)

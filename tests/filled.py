"""The demo, filled once in a test run; every process that wants it works on a copy of its own.

Filling takes long and browser tests change what they find, so the copy is made of the whole stopped installation: the
database's folder and the files.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from koprogo_app.foundation.postgres import Server, ensure_server
from tests.browser import ROOT

LIMITS: Final = {
    "KOPROGO_ANONYMOUS_PER_MINUTE": "100000",
    "KOPROGO_FAILED_LOGINS": "50",
    "KOPROGO_EVENTS_PER_SECOND": "100000",
    "KOPROGO_USER_PER_MINUTE": "100000",
}
"""Wide enough for many tests a minute, all from one address."""

GALLERY: Final = {"REFLEX_APP_MODULE_IMPORT": "tests.interface.gallery.gallery", "REFLEX_WEB_WORKDIR": ".web-gallery"}


def folder(name: str) -> Path:
    """A folder of this test run, which the database's own user can reach."""
    return Path(os.environ.get("KOPROGO_TEST_DIR", "/tmp")) / f"koprogo-{name}"


def surroundings(data_dir: Path) -> dict[str, str]:
    """The settings of an installation under `data_dir`."""
    return {
        "KOPROGO_DATA_DIR": str(data_dir), "KOPROGO_EMBEDDED_WORKER": "true",
        "KOPROGO_SECRET_KEY": "a secret for journeys only, longer than thirty-two characters", **LIMITS,
    }  # fmt: skip


def fill_once(run: int) -> Path:
    """The stopped installation with the demo in it; made by the first process of the run that asks."""
    home = folder(f"demo-{run}")
    with Path(f"{home}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "filled").exists():
            shutil.rmtree(home, ignore_errors=True)
            server = ensure_server(home, throwaway=True)
            try:
                _fill(surroundings(home))
            finally:
                server.stop()
            (home / "filled").touch()
    return home


@contextmanager
def ahead(run: int, *chains: list[str]) -> Iterator[None]:
    """While other tests run: makes what browser tests will ask for, each chain in a process of its own.

    Whoever asks before it is there waits for the same locks, and makes it again if that went wrong here.
    """
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.filled", str(run), *chain], cwd=ROOT, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for chain in chains
        if chain
    ]  # fmt: skip
    try:
        yield
    finally:
        for process in started:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """As with Ctrl-C, so that a build puts back what it changed; by force when that is not heard."""
    for last in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, last)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
            return


def build_gallery() -> None:
    """The gallery of the kit, in a folder of its own (only when its sources changed)."""
    from koprogo_app.interface.build import build

    before = {name: os.environ.get(name) for name in GALLERY}
    os.environ.update(GALLERY)
    try:
        build()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def forget(run: int) -> None:
    """Removes what the run has filled."""
    home = folder(f"demo-{run}")
    shutil.rmtree(home, ignore_errors=True)
    Path(f"{home}.lock").unlink(missing_ok=True)


@contextmanager
def started(filled: Path, name: str) -> Iterator[Server]:
    """The server of a copy of the filled installation; stopped and removed at the end."""
    home = folder(f"{name}-{os.getpid()}")
    subprocess.run(["cp", "-a", "--reflink=auto", filled, home], check=True)
    server = ensure_server(home, throwaway=True)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _fill(environment: dict[str, str]) -> None:
    """As `make demo` does, which is tried here too: it names a login per role, and a second time changes nothing."""
    said = _run("demo", environment)
    for role in ("superadmin", "syndic", "accountant", "council", "owner"):
        assert role in said
    assert "never for real data" in said
    assert _run("demo", environment).endswith(said[said.index("Demo on") :])
    _run("worker --until-empty", environment)  # what every copy would draw again: previews, pages, words


def _run(command: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "koprogo_app.cli", *command.split()], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _make(run: int, what: str) -> None:
    from koprogo_app.interface.build import build

    {"demo": lambda: fill_once(run), "pages": build, "gallery": build_gallery}[what]()


if __name__ == "__main__":
    for asked in sys.argv[2:]:
        _make(int(sys.argv[1]), asked)

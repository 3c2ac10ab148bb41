"""What every browser test needs: a free port, a server process, a page that tolerates no console error."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect
from playwright.sync_api import TimeoutError as TooLate

ROOT = Path(__file__).resolve().parents[1]
# The operator's own, the system's, or the one that the set-up put beside Python.
CHROMIUM = (
    os.environ.get("KOPROGO_CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("google-chrome")
    or str(Path(sys.prefix) / "bin" / "chromium")
)
LAUNCH: dict[str, Any] = {
    "executable_path": CHROMIUM,
    "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
}

# How long an expectation is waited for: a busy machine may take seconds for a page.
expect.set_options(timeout=20_000)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[str], log: Path, seconds: float = 60) -> None:
    """Return when the address answers; AssertionError with the log when the server ends or the time is over."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer:\n{log.read_text()[-3000:]}")


@contextmanager
def served(target: str, log: Path, environment: dict[str, str]) -> Iterator[str]:
    """Serve an app from its built front end on a free port; yields its address."""
    port = free_port()
    url = f"http://localhost:{port}"
    command = [sys.executable, "-m", "koprogo_app.serve", "--port", str(port), "--target", target]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "KOPROGO_PUBLIC_URL": url, **environment},
        )  # fmt: skip
        try:
            wait_for(url + "/ping", process, log)
            yield url
        finally:
            process.terminate()
            process.wait(60)


def _wait_until_it_answers(page: Page) -> None:
    """Makes `page.goto` return when our pages take clicks: what is drawn ahead by the build does not yet."""
    goto = page.goto

    def arrive(url: str, **options: Any) -> Any:
        answer = goto(url, **options)
        with suppress(TooLate):  # what the test expects next says better what is missing
            page.locator("html[data-arrived], html:not(:has(#main))").first.wait_for(state="attached", timeout=5_000)
        return answer

    page.goto = arrive  # type: ignore[method-assign]


# The rows of a table are alike: axe looks at the first thirty, else a long one takes it a quarter of a minute.
_LOOKED_AT = {"include": [["html"]], "exclude": [["tbody > tr:nth-child(n+31)"]]}


def barriers(page: Page, *impacts: str) -> list[str]:
    """What axe finds wrong of these impacts: minor, moderate, serious, critical."""
    found = Axe().run(page, _LOOKED_AT).response["violations"]
    return [
        f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]} {v['nodes'][0]['failureSummary'][:300]}"
        for v in found
        if v["impact"] in impacts
    ]


class Watch:
    """Console errors, script errors and failed answers of a page; `allow` names what a test means to cause."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        self.allowed: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))
        page.on("response", lambda r: r.status >= 400 and self.found.append(f"{r.status} {r.url}"))
        _wait_until_it_answers(page)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.found.append(f"console: {message.text}")

    def allow(self, *parts: str) -> None:
        """Findings that contain one of these do not count."""
        self.allowed += parts

    def check(self) -> None:
        """Fail when there was anything that was not allowed."""
        wrong = [f for f in self.found if not any(part in f for part in self.allowed)]
        assert not wrong, "\n".join(wrong)

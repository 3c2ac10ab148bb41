"""Mutation testing: `make mutants`. Changes the program in one place, runs the tests of that module, and expects them
to fail; what they do not see is named.

Each change is tried in a fork of this process, which has the libraries loaded already; the changed module never touches
the disk. `--most N` tries a sample of N changes a module (the same each time), `--database` those modules too whose
tests need one, words choose modules. Ends with 1 where fewer than nine of ten changes are seen that could be.
"""

import argparse
import ast
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from tests.draws import PROFILE
from tests.mutants.changes import Mutant, mutants
from tests.mutants.table import PURE, WITH_DATABASE

ROOT = Path(__file__).resolve().parents[2]
ACCEPTED = Path(__file__).with_name("accepted.txt")
LEAST = 90
_QUIET = ("-q", "-x", "--tb=no", "--assert=plain", "-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin")


@dataclass
class Score:
    """What became of the changes of a module; `known` survived and are explained in `accepted.txt`."""

    module: str
    tried: int = 0
    known: int = 0
    seconds: float = 0.0
    survived: list[Mutant] = field(default_factory=list)

    @property
    def percent(self) -> float:
        """Of a hundred changes that could be seen, how many are."""
        could = self.tried - self.known
        return 100 * (could - len(self.survived)) / could if could else 100.0


class _Changed(MetaPathFinder, Loader):
    """Gives one module from a changed tree instead of from its file."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self.name, self.path, self.code = name, path, code

    def find_spec(self, fullname: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, origin=str(self.path)) if fullname == self.name else None

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self.path)
        exec(self.code, module.__dict__)


class _WithoutDatabase:
    """Leaves out the tests that wait for something of a conftest."""

    @staticmethod
    def pytest_collection_modifyitems(items: list[Any]) -> None:
        import inspect

        items[:] = [
            item for item in items
            if not inspect.iscoroutinefunction(item.function)
            and all(name in item._fixtureinfo.name2fixturedefs or name in ("request",) for name in _wanted(item))
        ]  # fmt: skip


def _wanted(item: Any) -> list[str]:
    given = set(item.callspec.params) if hasattr(item, "callspec") else set()
    return [name for name in item._fixtureinfo.argnames if name not in given]


def tests_of(module: str) -> list[str]:
    """The files whose tests judge a module."""
    files = PURE.get(module) or WITH_DATABASE[module]
    return [f"tests/{name}.py" for name in files]


def _run(module: str, code: CodeType | None, profile: str = "mutants") -> int:
    """In the fork: pytest's exit code over the module's tests."""
    import pytest

    os.environ[PROFILE] = profile

    if code is not None:
        path = ROOT / "koprogo_app" / f"{module}.py"
        sys.meta_path.insert(0, _Changed(f"koprogo_app.{module.replace('/', '.')}", path, code))
    if module in WITH_DATABASE:
        return int(pytest.main([*_QUIET, *tests_of(module)]))
    from tests.draws import choose_profile

    choose_profile()
    return int(pytest.main([*_QUIET, "--noconftest", *tests_of(module)], plugins=[_WithoutDatabase()]))


def _forked(act: Callable[[], int], limit: float) -> int:
    """The exit code of `act` in a fork of its own; 9 when it takes longer than the limit."""
    child = os.fork()
    if child == 0:
        os.setsid()
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        try:
            code = act()
        except BaseException:  # an end of whatever kind is seen
            code = 1
        os._exit(code)
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 9


def accepted_lines() -> list[str]:
    """The survivors that are accepted: module, change and, after two spaces and a #, the reason."""
    return [line for line in ACCEPTED.read_text().splitlines() if line.strip() and not line.startswith("#")]


def judged(module: str, most: int, jobs: int) -> Score:
    """Tries the changes of a module, all or a sample."""
    source = (ROOT / "koprogo_app" / f"{module}.py").read_text()
    chosen = list(mutants(source))
    if most and len(chosen) > most:
        chosen = random.Random(module).sample(chosen, most)
    began = time.monotonic()
    if (code := _forked(lambda: _run(module, None, "house"), 600)) != 0:
        raise SystemExit(f"{module}: its tests end with {code} without any change ({' '.join(tests_of(module))})")
    limit = 10 + 5 * (time.monotonic() - began)

    def seen(one: Mutant) -> bool:
        code = compile(ast.unparse(one.tree), module, "exec")
        # What a few draws do not see is looked for once more with as many as `make test` draws.
        return any(_forked(partial(_run, module, code, profile), limit) != 0 for profile in ("mutants", "house"))

    with ThreadPoolExecutor(jobs) as pool:
        fates = list(pool.map(seen, chosen))
    known = {line.split("  # ")[0].strip() for line in accepted_lines()}
    left = [one for one, dead in zip(chosen, fates, strict=True) if not dead]
    unknown = [one for one in left if f"{module} {one.key}" not in known]
    return Score(module, len(chosen), len(left) - len(unknown), time.monotonic() - began, unknown)


def _modules(words: list[str], *, database: bool) -> Iterator[str]:
    for module in (*PURE, *(WITH_DATABASE if database else ())):
        if not words or any(word in module for word in words):
            yield module


def main() -> int:
    """Judges the modules that are asked for and prints a line for each, with what survived."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--most", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--database", action="store_true")
    asked = parser.parse_args()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.setdefault("KOPROGO_SECRET_KEY", "a secret for tests only, longer than thirty-two characters")
    import hypothesis  # noqa: F401
    import polars  # noqa: F401
    import pydantic  # noqa: F401
    import pytest_asyncio.plugin  # noqa: F401
    import reflex  # noqa: F401
    import sqlmodel  # noqa: F401

    scores = []
    for module in _modules(asked.words, database=asked.database):
        score = judged(module, asked.most, asked.jobs)
        scores.append(score)
        print(f"{score.percent:5.1f} %  {module}: {score.tried} changes, {len(score.survived)} not seen, "
              f"{score.known} explained, {score.seconds:.0f} s", flush=True)  # fmt: skip
        for one in sorted(score.survived, key=lambda one: one.line):
            print(f"         {one.line}: {module} {one.key}", flush=True)
    whole = Score("all", sum(s.tried for s in scores), sum(s.known for s in scores))
    whole.survived = [one for score in scores for one in score.survived]
    print(f"{whole.percent:5.1f} %  of {whole.tried} changes")
    return 0 if whole.percent >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())

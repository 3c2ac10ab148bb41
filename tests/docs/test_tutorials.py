"""The tutorials are done, word for word, in a copy of the checkout; what they make is what they promise."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from koprogo_app.foundation.schema import migrations

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = ROOT / "docs" / "tutorials"
COPIED = ("koprogo_app", "tests", "alembic", "assets", "alembic.ini", "pyproject.toml", "rxconfig.py")
MOST_LINES, MOST_FILES = 120, 5
_BLOCK = re.compile(r"^```(\w+)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# What the checkout's own tests say of the new noun, besides the tutorials' own.
HOUSE = (
    "tests/foundation/test_migrations.py::test_models_and_migrations_agree",
    "tests/foundation/test_manifests.py::test_the_order_is_that_of_the_house",
    "tests/foundation/test_manifests.py::test_each_menu_entry_has_its_page_its_permission_and_its_turn",
)


class Block(NamedTuple):
    """A block of a tutorial: its language, the file it is for, what it holds."""

    language: str
    path: str
    text: str


def blocks(tutorial: str) -> list[Block]:
    """Those with a file in their first line."""
    return [Block(*match.groups()) for match in _BLOCK.finditer((TUTORIALS / tutorial).read_text())]


def edited(text: str, diff: str) -> str:
    """A text with a diff's lines put in and taken out; its place must be there once."""
    before = "".join(line[1:] for line in diff.splitlines(keepends=True) if line[0] in " -")
    after = "".join(line[1:] for line in diff.splitlines(keepends=True) if line[0] in " +")
    if text.count(before) != 1:
        # A line may be given by its beginning.
        before, after = before.rstrip("\n"), after.rstrip("\n")
    assert text.count(before) == 1, f"{text.count(before)} places for:\n{before}"
    return text.replace(before, after)


def follow(tutorial: str, tree: Path) -> None:
    """Does in a tree what a tutorial says."""
    for block in blocks(tutorial):
        path = tree / block.path
        if block.language == "diff":
            path.write_text(edited(path.read_text(), block.text))
            continue
        assert not path.exists(), f"{block.path} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text.replace("the newest", migrations.head()))
        if path.parent.parent.name == "tests":
            (path.parent / "__init__.py").touch()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what runs and tests the program."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        else:
            shutil.copy2(source, tmp_path / name)
    return tmp_path


def run(tree: Path, *command: str) -> None:
    """Runs a program of Python in the tree. Fails with what it said."""
    # The process that runs this test is none of the new one's business.
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COV"))}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=tree, env=environ | {"PYTHONPATH": str(tree)}, capture_output=True,
        text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_both_tutorials_do_what_they_say(tree: Path) -> None:
    follow("add-a-page.md", tree)
    follow("add-a-noun.md", tree)
    made = [block.path for name in ("add-a-page.md", "add-a-noun.md") for block in blocks(name)]
    tests = [path for path in made if Path(path).name.startswith("test_")]
    assert len(tests) == 2
    run(tree, "pytest", "-q", "-p", "no:cacheprovider", *tests, *HOUSE)


def test_what_they_show_is_as_the_house_writes_it(tree: Path) -> None:
    made = []
    for name in ("add-a-page.md", "add-a-noun.md"):
        follow(name, tree)
        made += [block.path for block in blocks(name) if block.language == "python"]
    run(tree, "ruff", "format", "--check", "--no-cache", *made)
    run(tree, "ruff", "check", "--no-cache", *made)


def test_a_noun_is_five_short_files() -> None:
    own = [
        block
        for block in blocks("add-a-noun.md")
        if block.path.startswith("koprogo_app/meters/") and not block.path.endswith("__init__.py")
    ]
    lines = [line for block in own for line in block.text.splitlines() if line.strip()]
    assert len(own) <= MOST_FILES and len(lines) < MOST_LINES, (len(own), len(lines))


@pytest.mark.parametrize("text", ["a\n", "b\nb\n"])
def test_a_place_that_is_not_there_once_is_an_error(text: str) -> None:
    with pytest.raises(AssertionError, match="places"):
        edited(text, "-b\n+c\n")


def test_a_place_is_found_by_the_lines_around_it() -> None:
    assert edited("a\nb\nc\n", " b\n+x\n c\n") == "a\nb\nx\nc\n"
    assert edited("LIST = [one, two]\n", "-LIST = [\n+LIST = [new, \n") == "LIST = [new, one, two]\n"

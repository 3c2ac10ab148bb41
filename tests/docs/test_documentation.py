"""What the documentation points at is there, and the picture of the house is the house."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from koprogo_app.foundation.manifests import manifests

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
_FILE = re.compile(r"`((?:koprogo_app|tests|docs|alembic|[a-z_]+)/[\w/.-]+\.(?:py|md|txt))`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [link for link in _LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("name", ["docs/house.md", "docs/developing.md", "CONTRIBUTING.md"])
def test_every_file_that_is_named_is_there(name: str) -> None:
    named = set(_FILE.findall((ROOT / name).read_text()))
    assert len(named) > 2
    assert [one for one in named if not (ROOT / one).exists() and not (ROOT / "koprogo_app" / one).exists()] == []


def test_the_picture_has_every_area_in_its_order() -> None:
    picture = (ROOT / "docs" / "house.md").read_text().split("```mermaid")[1].split("```")[0]
    stacked = " --> ".join(line.strip() for line in picture.splitlines() if "-->" in line)
    order = list(dict.fromkeys(re.findall(r"\w+", stacked)))
    assert order == ["door", *reversed([m.name for m in manifests()]), "interface", "foundation", "law"]
    assert set(re.findall(r'^\s*(\w+)\["', picture, re.MULTILINE)) == set(order)


def test_the_glossary_names_what_the_code_has() -> None:
    program = "\n".join(path.read_text() for path in (ROOT / "koprogo_app").rglob("*.py"))
    table = [line for line in (ROOT / "docs" / "glossary.md").read_text().splitlines() if line.startswith("| ")]
    assert len(table) > 30 and all(line.count("|") == 6 for line in table)
    named = {name for line in table for name in re.findall(r"`([A-Z]\w+)[.`]", line)}
    assert len(named) > 20
    assert sorted(name for name in named if not re.search(rf"^class {name}\b", program, re.MULTILINE)) == []

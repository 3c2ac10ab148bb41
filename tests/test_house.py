"""The house's own measures, which no linter takes: short functions, files that can be read in one sitting."""

from __future__ import annotations

import ast
import gc
import statistics
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FUNCTION, LONGEST_FILE, MEDIAN_FUNCTION, MOST_FILES = 70, 500, 10, 30


def sources() -> list[Path]:
    found = [path for folder in ("koprogo_app", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    assert len(found) > 100
    return found


def functions(path: Path) -> list[tuple[str, int]]:
    """(name, lines) of each function in a file, docstring and decorators left out of neither."""
    return [
        (f"{path.relative_to(ROOT)}::{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def test_functions_are_short() -> None:
    # Python 3.11 miscounts its own depth when garbage is collected in the middle of parsing.
    gc.disable()
    try:
        found = [one for path in sources() for one in functions(path)]
    finally:
        gc.enable()
    assert [one for one in found if one[1] > LONGEST_FUNCTION] == []
    assert statistics.median(lines for _, lines in found) <= MEDIAN_FUNCTION


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): n for path in sources() if (n := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Imports inside functions count: they hide a circle and do not break it."""
    graph = grimp.build_graph("koprogo_app", exclude_type_checking_imports=True, cache_dir=None)
    order = TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules})
    assert len(graph.modules) > 500
    try:
        order.prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_a_room_holds_what_one_can_oversee() -> None:
    folders = {path.parent for path in (ROOT / "koprogo_app").rglob("*.py")}
    full = {str(f.relative_to(ROOT)): n for f in folders if (n := len(list(f.glob("*.py")))) > MOST_FILES}
    assert full == {}

"""The house's own measures, which no linter takes: short functions, files that can be read in one sitting."""

from __future__ import annotations

import ast
import gc
import statistics
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FUNCTION, LONGEST_FILE, MEDIAN_FUNCTION = 70, 500, 10


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

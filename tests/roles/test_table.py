"""The table of operations: read without a gap, and printed as it is."""

from pathlib import Path

import pytest

from tests.roles.printed import operation_table
from tests.roles.table import OPERATIONS, parsed

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_printed_operations_are_those_in_force() -> None:
    assert (DOCS / "operations.md").read_text() == operation_table()


def test_no_row_stands_twice() -> None:
    assert len({row.name for row in OPERATIONS}) == len(OPERATIONS)


@pytest.mark.parametrize("row", ["GET /x lots.fly @ building", "GET /x lots.read @ moon", "GET lots.read"])
def test_a_row_that_says_nothing_known_is_refused(row: str) -> None:
    with pytest.raises(ValueError, match=r"lots\.|moon"):
        parsed(row)

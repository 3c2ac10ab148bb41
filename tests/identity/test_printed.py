"""The documentation shows the permission table that is in force."""

from pathlib import Path

from koprogo_app.identity.printed import permission_table

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_printed_table_is_the_one_in_force() -> None:
    assert (DOCS / "permissions.md").read_text() == permission_table()

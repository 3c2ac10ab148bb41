"""The changes of mutation testing: each is another program, and a test that looks at the edge sees it."""

import ast
from pathlib import Path

import pytest

from tests.mutants import __main__ as runner
from tests.mutants.changes import mutants
from tests.mutants.table import PURE, WITH_DATABASE

SOURCE = '''
"""A module."""
LIMITS = {"48", "49"}

def over(spent: int, limit: int = 10) -> bool:
    """More than the limit."""
    return spent > limit and not spent == 0
'''


def test_every_part_of_a_line_is_changed_alone() -> None:
    found = {(one.where, one.before, one.after) for one in mutants(SOURCE)}
    assert found == {
        ("", "{'48', '49'}", "{'49'}"), ("", "{'48', '49'}", "{'48'}"), ("", "'48'", "'4~'"), ("", "'49'", "'4~'"),
        ("over", "10", "11"), ("over", "10", "9"), ("over", "0", "1"), ("over", "0", "-1"),
        ("over", "return spent > limit and (not spent == 0)", "return None"),
        ("over", "spent > limit and (not spent == 0)", "spent > limit or not spent == 0"),
        ("over", "spent > limit", "spent >= limit"), ("over", "spent > limit", "spent <= limit"),
        ("over", "not spent == 0", "not not spent == 0"), ("over", "spent == 0", "spent != 0"),
    }  # fmt: skip
    assert len({ast.unparse(one.tree) for one in mutants(SOURCE)}) == len(found)


def test_a_table_of_names_gets_another_name_at_each_place() -> None:
    assert [one.after for one in mutants("T = {'a': X, 'b': X, 'c': Y}")] == [
        "{'a': Y, 'b': X, 'c': Y}", "{'a': X, 'b': Y, 'c': Y}", "{'a': X, 'b': X, 'c': X}",
    ]  # fmt: skip


@pytest.mark.parametrize("module", [*PURE, *WITH_DATABASE])
def test_the_table_names_modules_and_tests_that_are_there(module: str) -> None:
    root = Path(runner.ROOT)
    assert (root / "koprogo_app" / f"{module}.py").is_file()
    assert [name for name in runner.tests_of(module) if not (root / name).is_file()] == []


def test_each_survivor_that_is_accepted_says_why_and_of_which_module() -> None:
    for line in runner.accepted_lines():
        change, _, why = line.partition("  # ")
        assert " → " in change and len(why) > 10 and change.split()[0] in {*PURE, *WITH_DATABASE}, line

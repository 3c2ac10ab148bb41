"""The suite does not fail by what the garbage collector happens to find (interpreter.py)."""

import ast
import gc

SOURCE = "\n".join(f"x{i} = f({i}, [1, 2, {i}])" for i in range(300))


class ParsesWhenItGoes:
    """In a cycle, so that only the collector ends it; what it then does parses, five calls deeper."""

    def __init__(self) -> None:
        self.cycle = self

    def __del__(self) -> None:
        def deeper(calls: int) -> ast.Module:
            return deeper(calls - 1) if calls else ast.parse("a + b")

        deeper(5)


def test_parsing_is_not_disturbed_by_what_is_collected() -> None:
    before = gc.get_threshold()
    gc.set_threshold(50)
    try:
        for _ in range(20):
            for _ in range(5):
                ParsesWhenItGoes()
            assert len(ast.parse(SOURCE).body) == 300
    finally:
        gc.set_threshold(*before)
    assert gc.isenabled()

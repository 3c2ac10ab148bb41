"""What this suite needs of the interpreter that some versions of it do not give."""

import ast
import gc
import sys
import threading
from typing import Any

# python/cpython#106905, mended in 3.11.8; Debian 12 brings 3.11.2.
PARSING_CAN_BE_DISTURBED = (3, 11) <= sys.version_info < (3, 11, 8)


def parse_undisturbed() -> None:
    """Make `ast.parse` run by itself. Where the garbage collector, at work in the middle of it, runs code that parses
    as well (formatting a traceback does), these versions give up the first with a SystemError, in whichever test
    happens to look up the source of something."""
    if not PARSING_CAN_BE_DISTURBED or hasattr(ast.parse, "undisturbed"):
        return
    lock, parse = threading.RLock(), ast.parse

    def alone(*args: Any, **options: Any) -> Any:
        with lock:
            collecting = gc.isenabled()
            gc.disable()
            try:
                return parse(*args, **options)
            finally:
                if collecting:
                    gc.enable()

    alone.undisturbed = True  # type: ignore[attr-defined]
    ast.parse = alone

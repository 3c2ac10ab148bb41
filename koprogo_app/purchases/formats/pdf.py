"""The XML file inside a PDF invoice (Factur-X, ZUGFeRD), taken out in a process of its own with little memory and time.

`await embedded(data) -> Embedded`. `python -m koprogo_app.purchases.formats.pdf` reads a PDF from its input and writes
one JSON line: PDFs come from strangers, and whatever they do to a reader, they do it there.
"""

import asyncio
import base64
import json
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

_MOST: Final = 10_000_000
_MEMORY: Final = 1_500_000_000
_SECONDS: Final = 20
_ROOT: Final = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Embedded:
    """What was found: `found` with the XML's `data`, `none`, `locked` by a password, or `unreadable`."""

    state: Literal["found", "none", "locked", "unreadable"]
    data: bytes = b""


async def embedded(data: bytes) -> Embedded:
    """The first XML file inside a PDF; a crash, a hang or too much memory gives `unreadable`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __spec__.name if __spec__ else __name__, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, cwd=_ROOT, limit=4 * _MOST,
    )  # fmt: skip
    try:
        out, _ = await asyncio.wait_for(process.communicate(data), _SECONDS + 10)
        told = json.loads(out)
        return Embedded(told["state"], base64.b64decode(told["data"]))
    except (TimeoutError, ValueError, KeyError, BrokenPipeError, ConnectionResetError):
        return Embedded("unreadable")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _read(data: bytes) -> tuple[str, bytes]:
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    try:
        document: Any = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        return ("locked" if "password" in str(error).lower() else "unreadable"), b""
    with document:
        for number in range(min(document.count_attachments(), 20)):
            file = document.get_attachment(number)
            if file.get_name().lower().endswith(".xml"):
                return "found", bytes(file.get_data())[: _MOST + 1]
    return "none", b""


def main() -> None:
    """One PDF, on the standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        state, data = _read(sys.stdin.buffer.read())
    except Exception:
        state, data = "unreadable", b""
    sys.stdout.write(json.dumps({"state": state, "data": base64.b64encode(data).decode()}))


if __name__ == "__main__":
    main()

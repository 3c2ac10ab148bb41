"""Files waiting between their preview and their import: one a session, for an hour, readable by this program only.

- `keep(session_id, name, data) -> str` — keeps a file in place of the session's last one; gives its id
- `kept(session_id, file_id) -> KeptFile` — Raises NotFound when it is gone or another session's
- `forget(session_id) -> None`, `forget_old() -> None`
- `check_kind(data) -> None` — Raises Invalid on what is neither a workbook nor text

Call them off the event loop: they touch the disk.
"""

import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from koprogo_app.foundation.errors import Invalid, NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.settings import settings

_SECONDS: Final = 3600
_ID: Final = re.compile(r"[0-9a-f]{32}")
_ZIP: Final = b"PK\x03\x04"
_TEXT_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it was sent, and its name there."""

    name: str
    data: bytes


def check_kind(data: bytes) -> None:
    """Refuses what can be no table: empty files, and bytes that are neither a workbook nor text."""
    if not data.strip():
        raise Invalid("file", N_("This file is empty."))
    if data.startswith((_ZIP, *_TEXT_MARKS)):
        return
    head = data[:65_536]
    strange = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in head)
    if b"\x00" in head or head.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf")) or strange > len(head) // 100:
        raise Invalid("file", N_("This is neither a CSV nor an XLSX file. Save the table as one of them."))


def _folder() -> Path:
    folder = settings().data_dir / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep(session_id: UUID, name: str, data: bytes) -> str:
    """Keeps a file for its session, in place of the one before; forgets those older than an hour. Gives its id."""
    forget(session_id)
    forget_old()
    file_id = secrets.token_hex(16)
    path = _folder() / f"{session_id}-{file_id}"
    path.touch(mode=0o600)
    # The name stands on the first line: it cannot hold a line break.
    path.write_bytes(" ".join(name.split())[:200].encode() + b"\n" + data)
    return file_id


def kept(session_id: UUID, file_id: str) -> KeptFile:
    """The file a session sent."""
    if not _ID.fullmatch(file_id):
        raise NotFound
    path = _folder() / f"{session_id}-{file_id}"
    try:
        name, _, data = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        raise NotFound(N_("This file is no longer here. Send it again.")) from None
    return KeptFile(name.decode(errors="replace"), data)


def forget(session_id: UUID) -> None:
    """Removes what a session sent."""
    for old in _folder().glob(f"{session_id}-*"):
        old.unlink(missing_ok=True)


def forget_old() -> None:
    """Removes what was sent more than an hour ago."""
    limit = time.time() - _SECONDS
    for old in _folder().iterdir():
        with suppress(FileNotFoundError):
            if old.stat().st_mtime < limit:
                old.unlink()

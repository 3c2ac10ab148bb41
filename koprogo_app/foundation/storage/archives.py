"""Unpacking a ZIP that a person sent, in memory and within limits: `unzip(data, endings, …) -> [Member]`."""

import io
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_

_MARKS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_MOST_PARTS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive, under its name without folders."""

    name: str
    data: bytes


def is_zip(data: bytes) -> bool:
    """Whether it begins as a ZIP."""
    return data.startswith(_MARKS)


def unzip(data: bytes, endings: Collection[str], *, most: int, each: int, together: int) -> list[Member]:
    """The files with these endings (".xml"), in the archive's order; others are left.

    At most `most` of them, of `each` bytes, `together` in all: counted while unpacking, whatever the archive says of
    itself. Raises Invalid on `file`.
    """
    found: list[Member] = []
    left = together
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in _wanted(archive, endings):
                if len(found) == most:
                    raise Invalid("file", N_("This archive holds more than {max} files: send them in parts."), max=most)
                room = min(each, left)
                with archive.open(part) as file:
                    unpacked = file.read(room + 1)
                if len(unpacked) > room:
                    raise Invalid(
                        "file", N_("This archive would unfold to more than {megabytes} MB: send its files apart."),
                        megabytes=room // 1_000_000 or 1,
                    )  # fmt: skip
                left -= len(unpacked)
                found.append(Member(_plain(part.filename), unpacked))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise Invalid("file", N_("This archive is damaged and cannot be opened.")) from error
    return found


def _wanted(archive: zipfile.ZipFile, endings: Collection[str]) -> list[zipfile.ZipInfo]:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        raise Invalid("file", N_("This archive holds more than {max} files: send them in parts."), max=_MOST_PARTS)
    names = tuple(endings)
    wanted = [
        part
        for part in parts
        if not part.is_dir()
        and part.filename.lower().endswith(names)
        # What macOS adds beside each file.
        and not part.filename.startswith("__MACOSX/")
    ]
    if any(part.flag_bits & 0x1 for part in wanted):
        raise Invalid("file", N_("This archive is locked with a password. Unpack it and send its files."))
    return wanted


def _plain(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", maxsplit=1)[-1][:150]

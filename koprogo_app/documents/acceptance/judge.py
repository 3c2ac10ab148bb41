"""Judging a received file: one pass over its head, its tail and its structure; nothing is decoded here."""

import mmap
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koprogo_app.documents.acceptance import pictures, texts, zips
from koprogo_app.documents.acceptance.names import clean_name
from koprogo_app.documents.acceptance.types import DOC, PDF, PPT, XLS, FileType, refused, unknown
from koprogo_app.foundation.i18n import N_

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EOCD: Final = b"PK\x05\x06"
_TAIL: Final = 66_000
_PADDING: Final = b"\0\t\n\r\x1a \xff"
"""What fills up the last block of a file on its way, and says nothing."""
# Patterns, because they are found in two thirds of the time that `mmap.find` takes.
_LAUNCH: Final = re.compile(rb"/Launch")
_ACTION: Final = re.compile(rb"/Action")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be kept: its true type, and the name it is kept under."""

    type: FileType
    name: str


def judge(path: Path, name: str) -> Accepted:
    """The type of a file and its clean name. Raises Invalid with the reason when it is refused.

    Blocks on the disk and on parsing headers: call it in a thread.
    """
    if path.stat().st_size == 0:
        raise refused(N_("This file is empty."))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        kind = _type(path, data, name)
    return Accepted(kind, clean_name(name, kind.ending))


def _type(path: Path, data: mmap.mmap, name: str) -> FileType:
    head = data[:64]
    if head.startswith(b"%PDF-"):
        _pdf(data)
        return PDF
    if kind := pictures.kind_of(head):
        pictures.check(path, data, kind)
        _nothing_hidden(data)
        return kind
    if head.startswith(b"PK\x03\x04"):
        return zips.office_type(path)
    if head.startswith(_OLE):
        return _old_office(data)
    if b"%PDF-" in data[:1024]:
        raise refused(N_("Something stands before the beginning of this PDF. Save it again as PDF and send that."))
    if head.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        raise unknown()
    return texts.text_type(path, data, name)


def _pdf(data: mmap.mmap) -> None:
    """A PDF begins at its first byte and ends as one; nothing else hangs on to it."""
    end = _end(data)
    if data.rfind(b"%%EOF", max(0, end - 2048), end) < 0:
        raise refused(N_("This PDF is incomplete: its end is missing. Send it again."))
    if _LAUNCH.search(data) and _ACTION.search(data):
        raise refused(N_("This PDF would start a program. Print it to a new PDF and send that."))
    _nothing_hidden(data)


def _end(data: mmap.mmap) -> int:
    """Where the file ends, padding apart."""
    end = len(data)
    while end:
        start = max(0, end - _TAIL)
        if kept := data[start:end].rstrip(_PADDING):
            return start + len(kept)
        end = start
    return 0


def _nothing_hidden(data: mmap.mmap) -> None:
    """Refuses a file that is also something else: an archive at its end, a page or a script in its tail."""
    end = _end(data)
    # The end record of an archive ends in zeros of its own, which look like padding.
    tail = data[max(0, end - _TAIL) : min(len(data), end + 22)]
    where = tail.rfind(_EOCD)
    # The end record of an archive says how long its comment is: a chance hit does not fit the end of the file.
    if where >= 0 and len(tail) - where >= 22:
        comment = int.from_bytes(tail[where + 20 : where + 22], "little")
        if where + 22 + comment <= len(tail) and len(tail) - where - 22 - comment < 64:
            raise refused(N_("Another file is hidden in this one (an archive). Send them apart."))
    low = tail[-8192:].lower()
    if any(mark in low for mark in (b"<script", b"<html", b"<?php", b"<svg")):
        raise refused(N_("A web page or a script is hidden in this file."))


def _old_office(data: mmap.mmap) -> FileType:
    """A Word, Excel or PowerPoint file from before 2007, without macros."""

    def holds(stream: str) -> bool:
        return data.find(stream.encode("utf-16-le")) >= 0

    if holds("_VBA_PROJECT") or holds("VBA\0") or holds("Macros"):
        raise refused(zips.MACROS)
    if holds("EncryptedPackage"):
        raise refused(zips.LOCKED)
    for stream, kind in (("WordDocument", DOC), ("Workbook", XLS), ("Book\0", XLS), ("PowerPoint Document", PPT)):
        if holds(stream):
            return kind
    raise unknown()

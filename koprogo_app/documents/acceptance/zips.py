"""Office and OpenDocument files: archives whose list of contents is read, never unpacked."""

import zipfile
from pathlib import Path
from typing import Final

from koprogo_app.documents.acceptance.types import (
    BY_MEDIA_TYPE,
    DOCX,
    ODP,
    ODS,
    ODT,
    PPTX,
    XLSX,
    FileType,
    refused,
    unknown,
)
from koprogo_app.foundation.i18n import N_

MACROS: Final = N_("This file holds macros (small programs). Save it without macros, or as PDF, and send that.")
LOCKED: Final = N_("This file is locked with a password. Save it without one and send that.")
_BOMB: Final = N_("This file would unfold to more than {megabytes} MB. Save it again, or as PDF, and send that.")
_MOST_UNFOLDED: Final = 1_000_000_000
_MOST_RATIO: Final = 250
_MOST_PARTS: Final = 20_000
_FOLDERS: Final = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))


def office_type(path: Path) -> FileType:
    """The type of an archive that is an Office or OpenDocument file. Raises Invalid for any other."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_parts(parts, path.stat().st_size)
            names = {part.filename for part in parts}
            kind = _kind(archive, names)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise refused(N_("This file is damaged and cannot be opened.")) from error
    if any(n.rpartition("/")[2].lower() in ("vbaproject.bin", "vbadata.xml") for n in names) or any(
        n.startswith(("Basic/", "Scripts/")) for n in names
    ):
        raise refused(MACROS)
    return kind


def _check_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    unfolded = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or unfolded > _MOST_UNFOLDED:
        raise refused(_BOMB, megabytes=_MOST_UNFOLDED // 1_000_000)
    if unfolded > 50_000_000 and unfolded > _MOST_RATIO * size:
        raise refused(_BOMB, megabytes=50)
    # Parts that share their bytes make a bomb out of an honest list: together they cannot be more than the file.
    if sum(part.compress_size for part in parts) > size:
        raise refused(_BOMB, megabytes=50)
    seen: set[str] = set()
    for part in parts:
        name = part.filename
        steps = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in steps or ":" in steps[0] or "\0" in part.orig_filename:
            raise refused(N_("This file holds names that lead outside of it. Save it again and send that."))
        if name in seen:
            raise refused(N_("This file holds the same part twice. Save it again and send that."))
        if part.flag_bits & 0x1:
            raise refused(LOCKED)
        seen.add(name)


def _kind(archive: zipfile.ZipFile, names: set[str]) -> FileType:
    if "mimetype" in names and "META-INF/manifest.xml" in names:
        info = archive.getinfo("mimetype")
        media = archive.read(info).decode("ascii", "replace").strip() if info.file_size < 200 else ""
        kind = BY_MEDIA_TYPE.get(media)
        if kind in (ODT, ODS, ODP):
            if archive.getinfo("META-INF/manifest.xml").file_size < 1_000_000 and b"encryption-data" in archive.read(
                "META-INF/manifest.xml"
            ):
                raise refused(LOCKED)
            return kind
    if "[Content_Types].xml" in names and "_rels/.rels" in names:
        for folder, kind in _FOLDERS:
            if any(name.startswith(folder) for name in names):
                return kind
    raise unknown()

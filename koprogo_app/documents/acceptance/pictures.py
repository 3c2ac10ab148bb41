"""Pictures: which kind, how many points, and that nothing follows their end."""

import mmap
import warnings
from pathlib import Path
from typing import Final

import pillow_heif
from PIL import Image, UnidentifiedImageError

from koprogo_app.documents.acceptance.types import HEIC, JPEG, PNG, WEBP, FileType, refused
from koprogo_app.foundation.i18n import N_

MOST_POINTS: Final = 100_000_000
MOST_SIDE: Final = 30_000
_HEIF_BRANDS: Final = {b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis", b"hevc", b"hevx"}
_FORMATS: Final = {JPEG: ("JPEG", "MPO"), PNG: ("PNG",), WEBP: ("WEBP",), HEIC: ("HEIF",)}
pillow_heif.register_heif_opener()


def kind_of(head: bytes) -> FileType | None:
    """The kind of picture these first bytes begin, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return HEIC
    return None


def check(path: Path, data: mmap.mmap, kind: FileType) -> None:
    """Reads the header only: refuses what is no picture, or would unfold to more than 100 million points."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=["HEIF" if kind is HEIC else _FORMATS[kind][0]]) as picture:
                width, height = picture.size
    except Image.DecompressionBombError as error:
        raise too_many_points() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, RuntimeError, EOFError) as error:
        raise refused(N_("This picture is damaged and cannot be opened.")) from error
    if width * height > MOST_POINTS or max(width, height) > MOST_SIDE:
        raise too_many_points()
    if kind is PNG and data.rfind(b"IEND") < 0:
        raise refused(N_("This picture is incomplete: its end is missing. Send it again."))
    if kind is JPEG and data.rfind(b"\xff\xd9") < 0:
        raise refused(N_("This picture is incomplete: its end is missing. Send it again."))


def too_many_points() -> Exception:
    """The refusal of a picture that would fill the memory."""
    return refused(N_("This picture has more than {millions} million points. Send a smaller one."), millions=100)

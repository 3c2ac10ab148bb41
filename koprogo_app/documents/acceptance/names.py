"""File names: as people wrote them, without what could lead anywhere or deceive."""

import re
import unicodedata
from typing import Final

from koprogo_app.documents.acceptance.types import refused
from koprogo_app.foundation.i18n import N_

_LONGEST: Final = 150
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')


def clean_name(name: str, ending: str) -> str:
    """A name to keep a file under, its ending the one of its true type.

    Raises Invalid for a name that holds a path. Control and direction marks (which make `gpj.exe` read `exe.jpg`) go,
    signs that a system refuses become "_", and an empty name becomes "document".
    """
    if re.search(r"[/\\\x00]", name) or name.strip() in (".", ".."):
        raise refused(N_("The name of the file holds a path. Rename the file and send it again."))
    text = unicodedata.normalize("NFC", name)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    text = _FORBIDDEN.sub("_", " ".join(text.split())).strip(". ")
    stem = _without_ending(text, ending)
    if not stem or _RESERVED.fullmatch(stem):
        stem = f"document {stem}".strip()
    while len(stem.encode()) > _LONGEST:
        stem = stem[:-1]
    return stem.rstrip(". ") + ending


def _without_ending(text: str, ending: str) -> str:
    """The name before its ending, when that is one that says the type; `v1.2` is no ending."""
    stem, dot, last = text.rpartition(".")
    alike = {".jpg": {"jpg", "jpeg", "jpe"}, ".heic": {"heic", "heif"}, ".txt": {"txt", "text", "md", "log"}}
    if (
        dot
        and stem
        and (last.lower() in alike.get(ending, {ending[1:]}) or re.fullmatch(r"[A-Za-z][A-Za-z0-9]{1,4}", last))
    ):
        return stem.rstrip(". ")
    return text

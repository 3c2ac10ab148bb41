"""The kinds of files that are accepted: their ending, and whether a browser may show them in the page."""

from dataclasses import dataclass
from typing import Any, Final

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_


@dataclass(frozen=True, slots=True)
class FileType:
    """An accepted type: its media type, the ending a download gets, whether it is shown in place (else: saved)."""

    media_type: str
    ending: str
    shown: bool = False


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

PDF: Final = FileType("application/pdf", ".pdf", shown=True)
JPEG: Final = FileType("image/jpeg", ".jpg", shown=True)
PNG: Final = FileType("image/png", ".png", shown=True)
WEBP: Final = FileType("image/webp", ".webp", shown=True)
HEIC: Final = FileType("image/heic", ".heic")
DOCX: Final = FileType(_OOXML + "wordprocessingml.document", ".docx")
XLSX: Final = FileType(_OOXML + "spreadsheetml.sheet", ".xlsx")
PPTX: Final = FileType(_OOXML + "presentationml.presentation", ".pptx")
ODT: Final = FileType(_ODF + "text", ".odt")
ODS: Final = FileType(_ODF + "spreadsheet", ".ods")
ODP: Final = FileType(_ODF + "presentation", ".odp")
DOC: Final = FileType("application/msword", ".doc")
XLS: Final = FileType("application/vnd.ms-excel", ".xls")
PPT: Final = FileType("application/vnd.ms-powerpoint", ".ppt")
TXT: Final = FileType("text/plain", ".txt")
CSV: Final = FileType("text/csv", ".csv")
XML: Final = FileType("application/xml", ".xml")

TYPES: Final = (PDF, JPEG, PNG, WEBP, HEIC, DOCX, XLSX, PPTX, ODT, ODS, ODP, DOC, XLS, PPT, TXT, CSV, XML)
BY_MEDIA_TYPE: Final = {kind.media_type: kind for kind in TYPES}
ENDINGS: Final = ",".join([*(kind.ending for kind in TYPES), ".jpeg", ".heif"])
"""What a file chooser offers."""


def refused(message: str, **params: Any) -> Invalid:
    """A refusal of the file, with its reason."""
    return Invalid("file", message, **params)


def unknown() -> Invalid:
    """The refusal of a type that is not accepted at all."""
    return refused(
        N_(
            "This kind of file is not accepted. Send a PDF, a picture (JPEG, PNG, WebP, HEIC), an Office or "
            "OpenDocument file, a text, a CSV or an XML invoice."
        )
    )

"""The names of kinds, of who may see, and of states, as messages to translate."""

from decimal import Decimal
from typing import Final

from koprogo_app.foundation.i18n import LANGS, N_, number, tr

KINDS: Final[dict[str, str]] = {
    "minutes": N_("Minutes"),
    "convocation": N_("Convocation"),
    "invoice": N_("Invoice"),
    "contract": N_("Contract"),
    "regulation": N_("Deed and regulation"),
    "insurance": N_("Insurance"),
    "works_report": N_("Works report"),
    "quote": N_("Quote"),
    "statement": N_("Financial statement"),
    "post_intervention": N_("Post-intervention file"),
    "photo": N_("Photo"),
    "other": N_("Other paper"),
}
WHO: Final[dict[str, str]] = {
    "co_owners": N_("All co-owners"),
    "board": N_("The council"),
    "syndic": N_("The syndic only"),
    "owner": N_("One owner"),
    "notary": N_("The notary of one file"),
}
STATES: Final[dict[str, str]] = {
    "new": N_("The preview is being made."),
    "plain": N_("This kind of file has no preview. Save it to look at it."),
    "locked": N_("This PDF asks for a password: there is no preview, and the search does not find its words."),
    "unreadable": N_("No preview could be made of this file. It is kept as it came."),
}
PLAIN_NAMES: Final[dict[str, str]] = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/heic": "HEIC",
    "text/plain": "TXT",
    "text/csv": "CSV",
    "application/xml": "XML",
}


def type_name(media_type: str, file_name: str) -> str:
    """How people call a type: PDF, DOCX."""
    return PLAIN_NAMES.get(media_type, file_name.rpartition(".")[2].upper())


def size_text(size: int, lang: str) -> str:
    """A size as people read it: 12 kB, 3.4 MB."""
    unit = {"fr": "o"}.get(lang if lang in LANGS else "fr", "B")
    if size < 1_000_000:
        return f"{number(max(1, round(size / 1000)), lang)} k{unit}"
    return f"{number(Decimal(round(size / 100_000)) / 10, lang)} M{unit}"


def options(names: dict[str, str], lang: str, only: frozenset[str] | None = None) -> list[dict[str, str]]:
    """A list of choices in a language, for a select."""
    return [{"value": v, "label": tr(lang, m)} for v, m in names.items() if only is None or v in only]

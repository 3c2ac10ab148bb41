"""Text, CSV and XML invoices: told from web pages, drawings and programs."""

import mmap
import re
from pathlib import Path
from typing import Final
from xml.parsers import expat

from koprogo_app.documents.acceptance.types import CSV, TXT, XML, FileType, refused, unknown
from koprogo_app.foundation.i18n import N_

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP: Final = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|iframe|svg|\?php|%)", re.I | re.S
)
_SCRIPT_LINE: Final = re.compile(r"#!\s*/")
_INVOICES: Final = {
    ("urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", "Invoice"),
    ("urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", "CreditNote"),
    ("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100", "CrossIndustryInvoice"),
}
_ENVELOPE: Final = (
    "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader", "StandardBusinessDocument"
)  # fmt: skip
"""In which Peppol hands an invoice on."""
_WEB: Final = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"}
_DEEPEST: Final = 100
_LINE: Final = 1 << 20


def text_type(path: Path, data: mmap.mmap, name: str) -> FileType:
    """TXT, CSV or XML. Raises Invalid for what is a page, a drawing, a program or no text at all."""
    head = _decoded(data[: 1 << 16])
    if head is None or _CONTROL.search(head):
        raise unknown()
    if _MARKUP.match(head):
        raise refused(N_("Web pages and SVG drawings can carry scripts and are not accepted. Send a PDF or a picture."))
    if _SCRIPT_LINE.match(head):
        raise refused(N_("This file is a program. Programs are not accepted."))
    if head.lstrip("\ufeff \t\r\n").startswith("<"):
        return _xml(path)
    _check_rest(data, head)
    return CSV if name.lower().endswith((".csv", ".tsv")) or _looks_like_csv(head) else TXT


def _decoded(start: bytes) -> str | None:
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            cut = start[len(bom) :]
            return cut[: len(cut) // 2 * 2].decode(encoding, "replace")
    if b"\0" in start:
        return None
    try:
        return start.decode("utf-8")
    except UnicodeDecodeError as error:
        # The head may end within a letter; anything earlier is not UTF-8 but may be Windows' own.
        if error.start >= len(start) - 3:
            return start[: error.start].decode("utf-8")
    try:
        return start.decode("cp1252")
    except UnicodeDecodeError:
        return None


def _check_rest(data: mmap.mmap, head: str) -> None:
    """No byte in the rest that text does not have, unless its letters take two bytes."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return
    if data.find(b"\0") >= 0:
        raise unknown()


def _looks_like_csv(head: str) -> bool:
    lines = [line for line in head.splitlines()[:6] if line.strip()]
    return len(lines) > 1 and any(len({line.count(sign) for line in lines}) == 1 and sign in lines[0] for sign in ";\t")


def _xml(path: Path) -> FileType:
    """An electronic invoice; its parser knows no entities and no outside."""
    found: list[str] = []
    inside: list[tuple[str, str]] = []
    depth = 0

    def start(name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise refused(N_("This XML file is nested too deeply."))
        space, _, local = name.rpartition("\n")
        if not found:
            found.extend((space, local))
        elif depth == 2:
            inside.append((space, local))
        if space in _WEB and local.lower() in ("script", "iframe", "object", "embed", "foreignobject"):
            raise refused(N_("A script is hidden in this XML file."))

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def no_doctype(*_: object) -> None:
        raise refused(N_("This XML file declares a document type, which invoices do not need and attackers do."))

    parser = expat.ParserCreate(namespace_separator="\n")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = no_doctype
    parser.ProcessingInstructionHandler = _no_stylesheet
    try:
        with path.open("rb") as file:
            # A blank line before the declaration is no XML, but is what mailing systems make of one.
            parser.Parse(file.read(_LINE).lstrip(b" \t\r\n"), False)
            while block := file.read(_LINE):
                parser.Parse(block, False)
            parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise refused(N_("This XML file is not well formed.")) from error
    if tuple(found) in _INVOICES or (tuple(found) == _ENVELOPE and any(one in _INVOICES for one in inside)):
        return XML
    if found and (found[0] in _WEB or found[1].lower() in ("svg", "html")):
        raise refused(N_("Web pages and SVG drawings can carry scripts and are not accepted. Send a PDF or a picture."))
    raise refused(N_("Of XML files only electronic invoices (UBL, CII) are accepted."))


def _no_stylesheet(target: str, _data: str) -> None:
    if target.lower() == "xml-stylesheet":
        raise refused(N_("A script is hidden in this XML file."))

"""What may come in, by files made here: proper, odd, hostile."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from koprogo_app.documents.acceptance import clean_name, judge
from koprogo_app.foundation.errors import Invalid
from tests.documents import files
from tests.purchases.ubl import Doc, enveloped

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE i [<!ENTITY x SYSTEM "file:///etc/passwd">]><i>&x;</i>'


def bomb() -> bytes:
    return files.office("xl", xl__sheet=b"\0" * 60_000_000)


def overlapping() -> bytes:
    """Two entries of the list that point at the same bytes, many times over."""
    data = bytearray(files.office("word", word__big=bytes(range(256)) * 400))
    end = data.rindex(b"PK\x05\x06")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    entries = bytes(data[start:end])
    at = entries.index(b"word/big") - 46
    entry = entries[at : at + 46 + 8]
    clones = b"".join(entry[:46] + name for name in (b"word/b%02d" % n for n in range(40)))
    names = entries + clones.replace(b"word/b", b"word/B")
    count = int.from_bytes(data[end + 8 : end + 10], "little") + 40
    tail = b"PK\x05\x06\0\0\0\0" + count.to_bytes(2, "little") * 2 + len(names).to_bytes(4, "little")
    return bytes(data[:start]) + names + tail + start.to_bytes(4, "little") + b"\0\0"


def encrypted() -> bytes:
    data = bytearray(files.office("word"))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def twice() -> bytes:
    out = BytesIO(files.office("word"))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as zipped:
        zipped.writestr("word/document.xml", b"other")
    return out.getvalue()


ACCEPTED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "pdf": (files.pdf, "pv.pdf", "pv.pdf"),
    "pdf named as a picture": (files.pdf, "pv.jpg", "pv.pdf"),
    "pdf named as a program": (files.pdf, "facture.pdf.exe", "facture.pdf.pdf"),
    "pdf with bytes after its end": (lambda: files.pdf() + b"\r\n\0\0", "a.pdf", "a.pdf"),
    "jpeg": (files.picture, "IMG.JPEG", "IMG.jpg"),
    "jpeg with a place": (files.located_jpeg, "toit.jpg", "toit.jpg"),
    "png": (lambda: files.picture("PNG"), "plan.png", "plan.png"),
    "webp": (lambda: files.picture("WEBP"), "a.webp", "a.webp"),
    "heic": (lambda: files.picture("HEIF"), "IMG_1.HEIC", "IMG_1.heic"),
    "docx": (lambda: files.office("word"), "contrat v1.2.docx", "contrat v1.2.docx"),
    "xlsx": (lambda: files.office("xl"), "budget.xlsx", "budget.xlsx"),
    "pptx": (lambda: files.office("ppt"), "ag.pptx", "ag.pptx"),
    "odt": (lambda: files.open_document("text"), "a.odt", "a.odt"),
    "ods": (lambda: files.open_document("spreadsheet"), "a.ods", "a.ods"),
    "odp": (lambda: files.open_document("presentation"), "a.odp", "a.odp"),
    "doc": (lambda: files.old_office("WordDocument"), "vieux.doc", "vieux.doc"),
    "xls": (lambda: files.old_office("Workbook"), "vieux.xls", "vieux.xls"),
    "ppt": (lambda: files.old_office("PowerPoint Document"), "vieux.ppt", "vieux.ppt"),
    "utf-8 text": (lambda: "Réunion à 19 h".encode(), "note.txt", "note.txt"),
    "windows text": (lambda: "Réunion à 19 h – salle".encode("cp1252"), "note.txt", "note.txt"),
    "utf-16 text": (lambda: "﻿Réunion".encode("utf-16-le"), "note.txt", "note.txt"),
    "text that speaks of html": (lambda: b"The tag <script> is explained here", "note.txt", "note.txt"),
    "csv": (lambda: b"lot;part\nA1;400\nA2;600\n", "lots.csv", "lots.csv"),
    "csv with no name": (lambda: b"lot;part\nA1;400\nA2;600\n", "", "document.csv"),
    "ubl invoice": (lambda: files.UBL, "facture.xml", "facture.xml"),
    "cii invoice": (lambda: files.CII, "facture.xml", "facture.xml"),
    "letter cut at the head's end": (lambda: b"a" * 65535 + "é".encode() + b"b", "n.txt", "n.txt"),
}

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "program for windows": (lambda: b"MZ\x90\0" + b"\0" * 200, "kind of file"),
    "program for linux": (lambda: b"\x7fELF" + b"\0" * 200, "kind of file"),
    "shell script": (lambda: b"#!/bin/sh\nrm -rf /", "program"),
    "html": (lambda: HTML, "scripts"),
    "html behind spaces and a comment": (lambda: b" \n<!-- x --> <html>", "scripts"),
    "html in utf-16": (lambda: b"\xff\xfe" + HTML.decode().encode("utf-16-le"), "scripts"),
    "svg": (lambda: SVG, "scripts"),
    "svg behind a declaration": (lambda: b'<?xml version="1.0"?>' + SVG, "script"),
    "php": (lambda: b"<?php system($_GET[0]); ?>", "scripts"),
    "xml with a stylesheet": (lambda: b'<?xml-stylesheet href="x.xsl"?>' + files.UBL[38:], "script"),
    "xml with a script inside": (
        lambda: files.UBL.replace(b"<ID>", b'<s:script xmlns:s="http://www.w3.org/1999/xhtml">1</s:script><ID>'),
        "script",
    ),
    "a billion laughs": (lambda: LAUGHS, "document type"),
    "xml that reads outside": (lambda: OUTSIDE, "document type"),
    "xml nested too deeply": (lambda: b"<a>" * 500 + b"</a>" * 500, "deeply"),
    "xml cut short": (lambda: files.UBL[:-5], "well formed"),
    "xml that is no invoice": (lambda: b"<rss><channel/></rss>", "invoices"),
    "zip": (lambda: files.archive({"a.txt": b"x"}), "kind of file"),
    "empty zip": (lambda: files.archive({}), "kind of file"),
    "java archive": (lambda: files.archive({"META-INF/MANIFEST.MF": b"x", "A.class": b"y"}), "kind of file"),
    "rar": (lambda: b"Rar!\x1a\x07\0" + b"\0" * 50, "kind of file"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 50, "kind of file"),
    "gzip": (lambda: b"\x1f\x8b\x08" + b"\0" * 50, "kind of file"),
    "gif": (lambda: files.picture("GIF"), "kind of file"),
    "tiff": (lambda: files.picture("TIFF"), "kind of file"),
    "bomb in a spreadsheet": (bomb, "unfold"),
    "parts that share their bytes": (overlapping, "unfold"),
    "docx with macros": (lambda: files.office("word", word__vbaProject_bin=b"x").replace(b"_bin", b".bin"), "macros"),
    "odt with macros": (lambda: files.open_document("text", Basic__Standard__Module=b"x"), "macros"),
    "doc with macros": (lambda: files.old_office("WordDocument", "Macros", "VBA"), "macros"),
    "locked docx": (encrypted, "password"),
    "locked docx of today": (lambda: files.old_office("EncryptedPackage"), "password"),
    "locked odt": (
        lambda: files.open_document("text", **{"META-INF__manifest.xml": b"<m><encryption-data/></m>"}),
        "password",
    ),
    "a name that leads out": (lambda: files.office("word", **{"..__..__etc__passwd": b"x"}), "outside"),
    "an absolute name": (lambda: files.office("word", __etc__passwd=b"x"), "outside"),
    "a drive's name": (lambda: files.office("word", **{"C:\\x": b"x"}), "outside"),
    "the same part twice": (twice, "twice"),
    "docx cut short": (lambda: files.office("word")[:-30], "damaged"),
    "pdf and zip in one": (lambda: files.pdf() + files.archive({"a.exe": b"MZ"}), "archive"),
    "jpeg and zip in one": (lambda: files.picture() + files.archive({"a.exe": b"MZ"}), "archive"),
    "png and page in one": (lambda: files.picture("PNG") + HTML, "hidden"),
    "gif that is a script": (lambda: b"GIF89a/*" + b"\0" * 20, "kind of file"),
    "something before a pdf": (lambda: b"\x89JUNK\n" + files.pdf(), "before the beginning"),
    "pdf that starts a program": (
        lambda: files.pdf(extra=b"/OpenAction<</Type/Action/S/Launch/F(cmd.exe)>>"),
        "start a program",
    ),
    "pdf without an end": (lambda: files.pdf()[:-200], "incomplete"),
    "jpeg without an end": (lambda: files.picture("JPEG", (400, 400))[:-200], "incomplete"),
    "webp without an end": (lambda: files.picture("WEBP", (400, 400))[:-20], "damaged"),
    "jpeg in name only": (lambda: b"\xff\xd8\xff\xe0" + b"x" * 100, "damaged"),
    "picture of ten thousand million points": (lambda: files.png_of(100_000, 100_000), "million points"),
    "picture of 200 million points": (lambda: files.png_of(20_000, 10_000), "million points"),
    "a line as a picture": (lambda: files.png_of(60_000, 1), "million points"),
    "heic in name only": (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 100, "damaged"),
    "text with a null far away": (lambda: b"a" * 100_000 + b"\0", "kind of file"),
    "noise": (lambda: bytes(range(256)) * 20, "kind of file"),
}


def test_the_corpus_is_large_enough() -> None:
    assert len(ACCEPTED) + len(REFUSED) >= 40
    assert len(REFUSED) >= 40


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str, tmp_path: Path) -> None:
    make, given, kept = ACCEPTED[name]
    path = tmp_path / "in"
    path.write_bytes(make())
    assert judge(path, given).name == kept


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(name: str, tmp_path: Path) -> None:
    make, reason = REFUSED[name]
    path = tmp_path / "in"
    path.write_bytes(make())
    with pytest.raises(Invalid) as refusal:
        judge(path, "a.pdf")
    assert reason in refusal.value.text("en"), refusal.value.text("en")
    assert refusal.value.field == "file"


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\boot.ini", "/etc/passwd", "a/b.pdf", "a\0.pdf", ".."])
def test_a_name_that_is_a_path_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="path"):
        clean_name(name, ".pdf")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", "document.pdf"), ("   ", "document.pdf"), (".pdf", "pdf.pdf"), ("CON", "document CON.pdf"),
        ("lpt1.pdf", "document lpt1.pdf"), ("a" * 400 + ".pdf", "a" * 150 + ".pdf"),
        ("facture\u202efdp.exe", "facturefdp.pdf"), ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("procès-verbal.pdf", "procès-verbal.pdf"), ("proce\u0300s.pdf", "procès.pdf"), ("a. .pdf", "a.pdf"),
        ("<img onerror=x>.pdf", "_img onerror=x_.pdf"), ("PV 12.03.2026", "PV 12.03.2026.pdf"),
        ("é" * 200, "é" * 75 + ".pdf"),
    ],
)  # fmt: skip
def test_names_are_kept_as_written_but_harmless(given: str, kept: str) -> None:
    assert clean_name(given, ".pdf") == kept


@pytest.mark.parametrize("padding", [b"\0" * 4096, b"\0" * 200_000, b"\r\n" * 3000, b" " * 5000, b"\x1a" * 5000])
def test_what_fills_up_the_end_of_a_pdf_is_no_matter(tmp_path: Path, padding: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(files.pdf() + padding)
    assert judge(path, "facture.pdf").type.ending == ".pdf"
    path.write_bytes(files.pdf()[:-200] + padding)
    with pytest.raises(Invalid, match="incomplete"):
        judge(path, "facture.pdf")


@pytest.mark.parametrize("padding", [b"", b"\0" * 4096, b"\n" * 100_000])
def test_padding_hides_no_archive(tmp_path: Path, padding: bytes) -> None:
    hidden = BytesIO()
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("a.txt", "x")
    path = tmp_path / "file"
    path.write_bytes(files.pdf() + hidden.getvalue() + padding)
    with pytest.raises(Invalid):
        judge(path, "facture.pdf")
    path.write_bytes(files.pdf() + b"<script>x</script>%%EOF" + padding)
    with pytest.raises(Invalid, match="script"):
        judge(path, "facture.pdf")


@pytest.mark.parametrize("before", [b"", b"\n", b" \r\n\t\n"])
def test_an_invoice_is_taken_with_blanks_before_it_or_in_its_envelope(tmp_path: Path, before: bytes) -> None:
    path = tmp_path / "file"
    for data in (Doc().xml(), enveloped(Doc().xml())):
        path.write_bytes(before + data)
        assert judge(path, "facture.xml").type.ending == ".xml"
    path.write_bytes(enveloped(b"<?xml version='1.0'?><order/>"))
    with pytest.raises(Invalid, match="Of XML files only"):
        judge(path, "facture.xml")

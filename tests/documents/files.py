"""Files for the tests: proper ones, odd ones, hostile ones. All are made here."""

import io
import struct
import zipfile
import zlib

import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()
WORDS = "Procès-verbal de l'assemblée générale : réfection de la toiture"


def pdf(text: str = WORDS, *, extra: bytes = b"", pages: int = 1) -> bytes:
    """A small PDF with a line of text on each page."""
    line = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    stream = b"BT /F1 14 Tf 40 780 Td (" + line + b") Tj ET"
    kids = b" ".join(b"%d 0 R" % (10 + n) for n in range(pages))
    objects: dict[int, bytes] = {
        1: b"<</Type/Catalog/Pages 2 0 R" + extra + b">>",
        2: b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % pages,
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        4: b"<</Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
    }
    for n in range(pages):
        objects[10 + n] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
        )
    out, where = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in objects.items():
        where[number] = len(out)
        out += b"%d 0 obj" % number + body + b"endobj\n"
    start = len(out)
    top = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % top
    for number in range(1, top):
        out += b"%010d 00000 n \n" % where[number] if number in where else b"0000000000 65535 f \n"
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (top, start)
    return bytes(out)


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    """A picture with a gradient."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def located_jpeg() -> bytes:
    """A photo whose metadata says where it was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 50.0, 48.0), 3: "E", 4: (4.0, 21.0, 9.0)})
    return picture("JPEG", (120, 60), exif=exif)


def png_of(width: int, height: int) -> bytes:
    """A PNG header that claims any size, over hardly any bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def archive(parts: dict[str, bytes], *, deflate: bool = True, first: str = "") -> bytes:
    """A zip of these parts; `first` is stored first and unpacked, as OpenDocument wants its type."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as zipped:
        for name in sorted(parts, key=lambda n: n != first):
            method = zipfile.ZIP_STORED if name == first else None
            zipped.writestr(zipfile.ZipInfo(name), parts[name], method or zipped.compression)
    return out.getvalue()


def office(folder: str = "word", **more: bytes) -> bytes:
    """A Word, Excel or PowerPoint file, as far as its parts."""
    return archive(
        {"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>", f"{folder}/document.xml": b"<d/>"}
        | {name.replace("__", "/"): data for name, data in more.items()}
    )


def open_document(kind: str = "text", **more: bytes) -> bytes:
    """An OpenDocument file, as far as its parts."""
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
        "META-INF/manifest.xml": b"<manifest/>",
        "content.xml": b"<office/>",
    }
    return archive(parts | {name.replace("__", "/"): data for name, data in more.items()}, first="mimetype")


def old_office(stream: str = "WordDocument", *more: str) -> bytes:
    """A file of Office 97, as far as the names of its streams."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", stream, *more))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + names.ljust(4096, b"\0")


UBL = (
    b'<?xml version="1.0" encoding="UTF-8"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'
    b"<ID>2026-001</ID></Invoice>"
)
CII = b'<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>'

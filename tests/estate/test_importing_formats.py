"""The file as bytes: encodings, separators, workbooks; and what is refused, with a sentence a person can act on."""

import io
import random
import zipfile
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from koprogo_app.estate.importing import Preview, read_file

TABLE = (
    ("Lot", "Type", "Étage", "Quotités", "Propriétaire", "Droit", "Part"),
    ("A1", "Appartement", "1", "600", "LEMAÎTRE Zoé", "Nue-propriété", "1/1"),
    ("A1", "", "", "", "GOOSSENS Anaïs", "Usufruit", "1/1"),
    ("A2", "Rez commercial", "rez", "400", "ÖZDEMIR François", "", "50,00 %"),
    ("A2", "", "", "", "D'HAENE, Geneviève", "", "50,00 %"),
)


def text(separator: str = ";", end: str = "\r\n") -> str:
    quoted = ([f'"{cell}"' if separator in cell else cell for cell in row] for row in TABLE)
    return end.join(separator.join(row) for row in quoted) + end


def workbook(rows: object = TABLE, **sheets: object) -> bytes:
    out = io.BytesIO()
    with Workbook(out) as book:
        for name, content in ({"Lots": rows} | sheets).items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(content):  # type: ignore[arg-type]
                sheet.write_row(line, 0, row)
    return out.getvalue()


def substance(preview: Preview) -> object:
    return preview.lots, preview.owners, preview.ownerships, [(one.code, one.line) for one in preview.problems]


EXPECTED = substance(read_file(text().encode()))


def reason(data: bytes) -> str:
    preview = read_file(data)
    assert not preview.importable
    assert preview.lots == ()
    assert [(one.code, one.line) for one in preview.problems] == [("unreadable", 0)]
    return preview.problems[0].text("en")


def test_the_expected_table_is_sound() -> None:
    preview = read_file(text().encode())
    assert preview.problems == ()
    assert preview.totals.shares == 1000


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "cp850", "mac_roman"]
)
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_every_encoding_and_separator_reads_the_same(encoding: str, separator: str) -> None:
    preview = read_file(text(separator).encode(encoding))
    assert substance(preview) == EXPECTED
    assert (preview.source.encoding, preview.source.separator) == (encoding, separator)


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman"])
def test_the_names_tell_the_encoding_when_the_headings_do_not(encoding: str) -> None:
    names = ("LEMAÎTRE Zoé", "ÖZDEMIR François", "D'HAENE Geneviève", "Müller Jörg")
    data = "Lot;Kind;Shares;Name\r\n" + "".join(f"A{n};app;1;{name}\r\n" for n, name in enumerate(names))
    preview = read_file(data.encode(encoding))
    assert preview.source.encoding == encoding
    assert tuple(owner.display_name for owner in preview.owners) == names


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_line(end: str) -> None:
    assert substance(read_file(text(end=end).encode())) == EXPECTED


def test_a_line_that_names_the_separator() -> None:
    preview = read_file(("sep=,\r\n" + text(",")).encode("cp1252"))
    assert [lot.number for lot in preview.lots] == ["A1", "A2"]
    assert preview.source.header_line == 2


def test_a_cell_of_several_lines_keeps_the_line_numbers() -> None:
    data = 'Lot;Quotités;Adresse;Propriétaire\nA1;1;"Rue X 5\n1000 Bruxelles";DUPONT A\nA2;x;;DUPONT B\n'
    preview = read_file(data.encode())
    assert preview.owners[0].street == "Rue X 5 1000 Bruxelles"
    assert preview.errors[0].cell == "B4"


def test_a_workbook_reads_the_same() -> None:
    preview = read_file(workbook())
    assert substance(preview) == EXPECTED
    assert (preview.source.format, preview.source.sheet) == ("xlsx", "Lots")


def test_numbers_of_a_workbook() -> None:
    head = ("Lot", "Type", "Étage", "Surface", "Quotités", "Nom", "Part", "Code postal", "GSM")
    rows = [
        head,
        (1, "App", 1, 72.55, 600, "DUPONT Anne", 1 / 3, 1000, 32470123456),
        (1, "", "", "", "", "MARTIN Jean", 2 / 3, 1050.0, ""),
    ]
    preview = read_file(workbook(rows))
    assert not preview.errors
    assert preview.lots[0].number == "1"
    assert str(preview.lots[0].area) == "72.55"
    assert [str(one.share) for one in preview.ownerships] == ["1/3", "2/3"]
    assert (preview.owners[0].postal_code, preview.owners[0].phone) == ("1000", "32470123456")


@pytest.mark.parametrize("shares", [1.234, -5, 0.5, 1e300])
def test_a_fraction_of_a_share_in_a_workbook(shares: float) -> None:
    preview = read_file(workbook([("Lot", "Type", "Quotités", "Nom"), ("A1", "App", shares, "DUPONT Anne")]))
    assert [one.cell for one in preview.errors] == ["C2"]


def test_the_sheet_with_the_table_is_found() -> None:
    preview = read_file(workbook([("Bonjour",)], Copropriétaires=TABLE, Notes=[("Lot", "Nom")]))
    assert preview.source.sheet == "Copropriétaires"
    assert len(preview.lots) == 2


def test_a_date_in_a_workbook() -> None:
    out = io.BytesIO()
    with Workbook(out) as book:
        sheet, dated = book.add_worksheet(), book.add_format({"num_format": "d-mmm"})
        sheet.write_row(0, 0, ("Lot", "Type", "Quotités", "Nom", "Part"))
        sheet.write_row(1, 0, ("A1", "App", 5, "DUPONT Anne"))
        sheet.write_datetime(1, 4, datetime(2026, 3, 1), dated)
        sheet.write_datetime(2, 0, datetime(2026, 2, 1), dated)
        sheet.write_row(2, 1, ("App", 5, "MARTIN Jean"))
    preview = read_file(out.getvalue())
    assert [one.cell for one in preview.errors] == ["E2", "A3"]
    assert "date" in preview.errors[0].text("fr") or preview.errors[0].text("en")


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n;;;\r\n", b"\xef\xbb\xbf", b"\x00\x00\x00"])
def test_nothing_in_it(data: bytes) -> None:
    assert reason(data) == "The file is empty."


@pytest.mark.parametrize(
    "data",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"%PDF-1.7 x",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"{\\rtf1 hello}",
    ],
)
def test_other_kinds_of_files(data: bytes) -> None:
    assert reason(data) == "This kind of file cannot be read. Save the table as XLSX or CSV."


def test_binary_garbage() -> None:
    data = random.Random(7).randbytes(5000)
    assert "cannot be read" in reason(data) or "heading" in reason(data)


def test_no_headings() -> None:
    assert "heading" in reason(b"A1;600;DUPONT Anne\nA2;400;MARTIN Jean\n")


def test_headings_without_lots_or_shares() -> None:
    assert reason("Nom;E-mail;Quotités\nDUPONT;a@b.be;3\n".encode()) == (
        "No column holds the lot numbers. Recognised: Nom, E-mail, Quotités."
    )
    assert "shares" in reason(b"Lot;Nom\nA1;DUPONT\n")


def test_headings_and_nothing_below() -> None:
    preview = read_file(("Lot;Quotités;Nom\n").encode())
    assert [one.code for one in preview.errors] == ["no_lots"]
    assert not preview.importable


def test_a_quotation_mark_left_open() -> None:
    assert "line 2 is never closed" in reason(('Lot;Quotités;Nom\nA1;"5;DUPONT\n' + "A2;5;MARTIN\n" * 100).encode())


def test_too_many_lines_and_too_many_bytes() -> None:
    assert "20000 lines" in reason(b"Lot;Shares;Name\n" + b"A;1;B\n" * 20_001)
    assert "10 MB" in reason(b"Lot;Shares;Name\n" + b"A;1;B\n" * 1_800_000)


def repack(data: bytes, **entries: bytes) -> bytes:
    """The workbook with some entries replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *entries}:
            new.writestr(name, entries.get(name) or old.read(name))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "cell",
    [b'<c r="XFD1048576"><v>1</v></c>', b"<c  s='2' r='A99999'><v>1</v></c>",
     b'<x:c r="ZZ1" xmlns:x="u"><x:v>1</x:v></x:c>',
     b'<c r="a1048576" t="inlineStr"><is><t>x</t></is></c>'],
)  # fmt: skip
def test_a_cell_at_the_far_end_of_the_sheet(cell: bytes) -> None:
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = b'<worksheet xmlns="' + main + b'"><sheetData><row>%s</row></sheetData></worksheet>'
    assert "reaches cell" in reason(repack(workbook(), **{SHEET: sheet % cell}))


def test_empty_formatted_cells_far_below_are_nothing() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook())) as book:
        sheet = book.read(SHEET)
    far = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576" s="1"/></row></sheetData>')
    assert far != sheet
    assert substance(read_file(repack(workbook(), **{SHEET: far}))) == EXPECTED


def test_a_workbook_that_swells() -> None:
    assert "too large inside" in reason(repack(workbook(), **{"xl/media/x.xml": bytes(70_000_000)}))


def test_a_workbook_with_entities() -> None:
    bomb = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">]><worksheet><sheetData>&a;</sheetData></worksheet>'
    assert "damaged" in reason(repack(workbook(), **{SHEET: bomb}))


def test_damaged_workbooks() -> None:
    whole = workbook()
    for data in (
        whole[: len(whole) // 2],
        b"PK\x03\x04" + bytes(200),
        repack(whole, **{SHEET: b"<worksheet><sheetData>"}),
    ):
        assert "damaged" in reason(data)


def test_an_archive_that_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "<office/>")
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "damaged" in reason(out.getvalue())


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    assert read_file(data).importable is False


@given(st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=8), st.sampled_from([";", ",", "\t"]))
def test_no_table_makes_it_fail(rows: list[list[str]], separator: str) -> None:
    body = "\n".join(separator.join(row) for row in rows)
    preview = read_file(
        f"Lot{separator}Shares{separator}Name{separator}Part{separator}Right\n{body}".encode(errors="replace")
    )
    assert all(one.text(lang) for one in preview.problems for lang in ("fr", "nl", "de", "en"))

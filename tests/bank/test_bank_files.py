"""CODA and CAMT.053: what is written is read again, damage is refused, every refusal names its line."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koprogo_app.bank.formats.bank_file import read_bank_file
from koprogo_app.bank.formats.camt import read_camt
from koprogo_app.bank.formats.coda import read_coda
from koprogo_app.bank.formats.statements import Movement, Statement
from koprogo_app.bank.rules.messages import find_ogm, find_ogms
from koprogo_app.demo import coda
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.numbers import make_communication
from tests.bank import camt_files
from tests.draws import rounds

SAMPLE = (Path(__file__).parent / "data" / "sample.cod").read_bytes()
LINES = SAMPLE.decode("cp1252").split("\r\n")[:-1]
IBAN = "BE68539007547034"

# A text never begins with what makes a message structured, nor holds one.
WORDS = ["loyer", "ascenseur", "Éric", "Müller & Cie", "€uro", "<b>", "l'été", '"x"', "a" * 30, "-", "(2)", "TVA"]
words = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
cents = st.integers(-(10**11), 10**11).filter(bool)


@st.composite
def movements(draw: st.DrawFn, depth: int = 0) -> Movement:
    ogm = draw(st.one_of(st.just(""), st.integers(0, 9_999_999_999).map(make_communication)))
    name, amount = draw(words), draw(cents)
    details = draw(st.lists(movements(depth=1), max_size=3)) if not depth else []
    if len(details) == 1:
        details = []
    if details:  # of one direction, as in a batch
        details = [replace(d, cents=abs(d.cents) * (1 if amount > 0 else -1)) for d in details]
        amount = sum(d.cents for d in details)
    text = f"+++{ogm[:3]}/{ogm[3:7]}/{ogm[7:]}+++" if ogm else draw(words)[:140].strip()
    return Movement(
        amount, draw(days), draw(days), name=" ".join(name[:35].split()), iban=draw(st.sampled_from(["", IBAN])),
        bic=draw(st.sampled_from(["", "GKCCBEBB"])), text=" ".join(text.split()), ogm=ogm,
        code="1" * 8 if details else ("5" if depth else "0") + "0150000", reference=f"R{draw(st.integers(1, 999))}",
        details=details,
    )  # fmt: skip


@st.composite
def statements(draw: st.DrawFn, number: int = 1) -> Statement:
    moves, old, on = draw(st.lists(movements(), max_size=4)), draw(cents), draw(days)
    return Statement(
        iban=IBAN, number=number, old_cents=old, old_on=on, new_cents=old + sum(m.cents for m in moves),
        new_on=date(2026, 3, number), holder="ACP LES TILLEULS", bic="NAPSBEB1", movements=moves,
    )  # fmt: skip


files = st.integers(1, 3).flatmap(lambda n: st.tuples(*(statements(number=i + 1) for i in range(n))))


@settings(max_examples=rounds(40))
@given(files, st.sampled_from(["\r\n", "\n"]))
def test_a_written_coda_is_read_again(wanted: tuple[Statement, ...], end: str) -> None:
    assert read_coda(coda.write(wanted, end=end)).statements == wanted


@settings(max_examples=rounds(40))
@given(files, st.sampled_from(["02", "08"]))
def test_a_written_camt_is_read_again(wanted: tuple[Statement, ...], version: str) -> None:
    found = read_camt(camt_files.write(wanted, version)).statements
    assert [s.digest() for s in found] == [s.digest() for s in wanted]
    for one, two in zip(wanted, found, strict=True):
        for m, n in zip(one.movements, two.movements, strict=True):
            parts = m.details or [m]
            got = n.details or [n]
            assert [(d.cents, d.name, d.iban, d.bic, d.ogm, d.text) for d in got] == [
                (d.cents, d.name, d.iban, d.bic, d.ogm, d.text) for d in parts
            ]


# Where amounts stand, 0-based: with their sign.
AMOUNTS = {"1": range(42, 58), "21": range(31, 47), "8": range(41, 57), "9": range(22, 52)}


@settings(max_examples=rounds(80))
@given(st.data())
def test_one_damaged_byte_in_an_amount_is_refused(data: st.DataObject) -> None:
    lines = data.draw(files).__iter__()
    body = coda.write(list(lines)).decode("cp1252").split("\r\n")
    spots = [
        (n, p)
        for n, line in enumerate(body)
        for kind, places in AMOUNTS.items()
        if line.startswith(kind) and (kind != "8" or line[:1] == "8")
        for p in places
    ]
    n, p = data.draw(st.sampled_from(spots))
    sign = data.draw(st.sampled_from("0123456789 -.x").filter(lambda s: s != body[n][p]))
    zero = body[n][p] in "01" and sign in "01" and not body[n][p + 1 : p + 16].strip("0") and p in (31, 41, 42)
    body[n] = body[n][:p] + sign + body[n][p + 1 :]
    if zero:
        return  # minus zero is zero
    with pytest.raises(Invalid, match=r"ine \{line\}|[Ll]ine"):
        read_coda("\r\n".join(body).encode("cp1252"))


def test_the_sample() -> None:
    (found,) = read_bank_file(SAMPLE).statements
    assert (found.iban, found.number, found.old_cents, found.new_cents) == (IBAN, 12, 100_000, 112_650)
    one, two, three = found.movements
    assert (one.cents, one.ogm, one.name, one.iban) == (25_000, "002026004240", "DUPONT ALICE", "BE26091000009729")
    assert (two.cents, two.text, two.bic) == (-12_100, "FACTURE 2026-117 ASCENSEUR", "BBRUBEBB")
    assert three.text == "FRAIS DE TENUE DE COMPTE PERIODE 01/01/2026 - 31/03/2026"
    assert one.booked_on == date(2026, 3, 19)


def put(line: int, at: int, text: str) -> bytes:
    """The sample with a text at a place, both counted from 1."""
    lines = list(LINES)
    lines[line - 1] = lines[line - 1][: at - 1] + text + lines[line - 1][at - 1 + len(text) :]
    return "\r\n".join(lines).encode("cp1252")


def without(*numbers: int) -> bytes:
    return "\r\n".join(line for n, line in enumerate(LINES, 1) if n not in numbers).encode("cp1252")


def camt(old: str, new: str) -> bytes:
    data = camt_files.write([coda.paid_in(IBAN, "ACP", 1, 0, date(2026, 1, 1), [PAID])]).decode()
    assert old in data
    return data.replace(old, new, 1).encode()


PAID = coda.Payment(date(2026, 1, 5), 12_345, "DUPONT ALICE", "BE26091000009729")
ODD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "This file is empty."),
    "blank": (b"\r\n \r\n", "This file is empty."),
    "a pdf": (b"%PDF-1.7", "This is the statement as a PDF. Ask your bank for its CODA or CAMT.053 file."),
    "a spreadsheet": (b"Date;Amount\n1;2\n", "Line 1 has 11 signs; a CODA line has 128."),
    "short line": (SAMPLE[:100] + SAMPLE[101:], "Line 1 has 127 signs; a CODA line has 128."),
    "utf-8, displaced": (
        put(5, 60, "É").decode("cp1252").replace("É ", "É").encode(), "Line 5: this file was saved again in UTF-8",
    ),
    "utf-16": (SAMPLE.decode("cp1252").encode("utf-16"), "This file was saved again in UTF-16."),
    "no letter": (put(5, 60, "X").replace(b"X", b"\x81", 1), "Line 5: the byte 81"),
    "zero byte": (put(5, 60, "\x00"), "Line 5: the byte 00 at position 60 is no letter of Windows-1252."),
    "unknown record": (put(5, 1, "7"), "Line 5: there is no CODA record “73”."),
    "old version": (put(1, 128, "1"), "Line 1: version 1 of CODA is not read, only version 2."),
    "no header": (without(1), "Line 1: a record 1 cannot stand here (after “”)."),
    "no old balance": (without(2), "Line 2: a record 2 cannot stand here (after “0”)."),
    "no new balance": (without(11), "Line 11: a record 9 cannot stand here (after “3”)."),
    "cut off": (without(11, 12), "The file ends at line 10, in the middle of a statement."),
    "cut in a line": (SAMPLE[:-40], "Line 12 has 90 signs; a CODA line has 128."),
    "dollars": (put(2, 40, "USD"), "Line 2: the account is kept in USD; only euros are read."),
    "no kind of account": (put(2, 2, "7"), "Line 2: there is no CODA record “17”."),
    "amount": (put(3, 40, "A"), "Line 3: “0000000A0250000” is no amount (record 21)."),
    "tenths": (put(3, 47, "5"), "Line 3: the amount 000000000250005 has a fraction of a cent."),
    "sign": (put(3, 32, "2"), "Line 3: “2” is no sign, 0 for credit or 1 for debit."),
    "day": (put(3, 116, "310226"), "Line 3: “310226” is no date."),
    "value day": (put(3, 48, "3A0326"), "Line 3: “3A0326” is no date."),
    "balance": (put(11, 51, "9"), "Line 11: old balance and movements do not make the new balance."),
    "debits": (put(12, 34, "9"), "Line 12: the total of debits is not that of the movements."),
    "credits": (put(12, 45, "9"), "Line 12: the total of credits is not that of the movements."),
    "records": (put(12, 22, "9"), "Line 12: the number of records is not that of the file."),
    "lost name": (without(5), "Line 11: the number of records is not that of the file."),
    "twice a movement": (put(6, 3, "0001"), "Line 6: movement 0001 comes after 0001."),
    "lonely name": (put(5, 3, "0009"), "Line 5: record 23 continues nothing."),
    "lonely detail": (put(3, 7, "0001"), "Line 3: kind 0 does not fit movement 0001/0001."),
    "other account": (put(11, 5, "BE54"), "Line 11: the statement ends with another account than it begins with."),
    "end": (put(12, 128, "0"), "Line 12: the last sign says neither that a file follows (1) nor that it ends (2)."),
    "twice the statement": (SAMPLE[:-3] + b"1\r\n" + SAMPLE, "Line 13: statement 2026/12 stands in this file twice."),
    "xml cut": (camt("</Document>", ""), "this XML is not well formed."),
    "entities": (
        b'<!DOCTYPE x [<!ENTITY a "b">]>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">&a;'
        b"</Document>",
        "Line 1: a statement declares no document type.",
    ),
    "an invoice": (b"<Invoice/>", "Line 1: this XML is no bank statement (CAMT.053)."),
    "camt version": (camt("053.001.08", "053.001.12"), "Line 2: version 12 of CAMT.053 is not read, only 02 and 08."),
    "camt currency": (camt('Ccy="EUR"', 'Ccy="USD"'), "Line 5: an amount is in USD; only euros are read."),
    "camt amount": (camt(">123.45<", ">123.455<"), "is no amount in euros and cents."),
    "camt balance": (camt(">123.45<", ">123.46<"), "Line 7: old balance and movements do not make the new balance."),
    "camt count": (camt("<NbOfNtries>1<", "<NbOfNtries>2<"), "the number of entries (TtlNtries) is not"),
    "camt side": (camt(">CRDT<", ">XXXX<"), "an amount is said to be neither credit nor debit."),
    "camt day": (camt("<BookgDt><Dt>2026-01-05", "<BookgDt><Dt>2026-13-05"), "“2026-13-05” is no date."),
    "camt no iban": (camt(f"<IBAN>{IBAN}</IBAN>", ""), "Line 4: the account has no IBAN."),
    "camt nothing": (camt("Stmt>", "Xtmt>").replace(b"Stmt>", b"Xtmt>"), "This file holds no statement."),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_refused_as_a_whole_and_says_where(name: str) -> None:
    data, why = ODD[name]
    with pytest.raises(Invalid) as found:
        read_bank_file(data)
    assert why in found.value.text("en"), found.value.text("en")
    assert found.value.field == "file"


def test_details_are_not_counted_twice_and_must_add_up() -> None:
    on = date(2026, 2, 2)
    parts = [Movement(250, on, on, name="A", code="50150000"), Movement(750, on, on, name="B", code="50150000")]
    whole = Movement(1000, on, on, code="10150000", details=parts)
    one = Statement(IBAN, 3, 0, on, 1000, on + timedelta(1), movements=[whole])
    data = coda.write([one])
    (found,) = read_coda(data).statements
    assert [m.cents for m in found.movements] == [1000] and [d.cents for d in found.movements[0].details] == [250, 750]
    with pytest.raises(Invalid, match="do not add up"):
        read_coda(data.replace(b"000000000002500", b"000000000003500"))


def test_a_wrong_structured_message_is_text_only() -> None:
    ogm = make_communication(20260042)
    assert find_ogm(f"paid ***{ogm[:3]}/{ogm[3:7]}/{ogm[7:]}*** thanks") == ogm == find_ogm(ogm)
    assert find_ogm("+++002/0260/04241+++") == "" == find_ogm("invoice 2026")
    (found,) = read_coda(put(3, 63, "102")).statements
    assert (found.movements[0].ogm, found.movements[0].text) == ("", "+++002/0260/04240+++")
    (found,) = read_coda(put(3, 77, "1")).statements
    assert found.movements[0].ogm == ""


def test_several_statements_lone_line_feeds_and_remarks() -> None:
    follows = SAMPLE.decode().replace("\r\n", "\n")
    read = read_coda((follows[:-2] + "1\n").encode())
    assert [r.message for r in read.remarks] == [
        "The bank announces a further statement after the last one; it is not in this file."
    ]
    copy = put(1, 17, "D")
    assert read_coda(copy).remarks[0].params == {"line": 1}
    assert read_coda(SAMPLE + b"\x1a").statements == read_coda(SAMPLE).statements


@pytest.mark.parametrize("version", ["02", "08"])
def test_entries_that_the_bank_only_announces_are_left_out_and_told(version: str) -> None:
    one = coda.paid_in(IBAN, "ACP", 1, 0, date(2026, 1, 1), [PAID])
    whole = camt_files.write([one], version).decode()
    entry = whole[whole.index("<Ntry>") : whole.index("</Ntry>") + len("</Ntry>")]
    assert entry.count("BOOK") == 1
    for announced in ("PDNG", "INFO"):
        found = read_camt(whole.replace(entry, entry + entry.replace("BOOK", announced)).encode())
        assert [m.cents for m in found.statements[0].movements] == [12_345]
        assert [remark.params["count"] for remark in found.remarks] == [1]
    assert read_camt(whole.encode()).remarks == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+++002/0260/04240+++", ["002026004240"]),
        ("***002/0260/04240***", ["002026004240"]),
        ("002 0260 04240", ["002026004240"]),
        ("002.0260.04240", ["002026004240"]),
        ("002 / 0260 / 04240", ["002026004240"]),
        ("+ + +002-0260-04240+ + +", ["002026004240"]),
        ("002/026004240", ["002026004240"]),
        ("charges 002026004240 appel 4", ["002026004240"]),
        ("OGM002026004240.", ["002026004240"]),
        ("lot 12 002/0260/04240", ["002026004240"]),
        ("002/0260/04240 puis 000/0000/97097", ["002026004240", "000000097097"]),
        ("002/0260/04240 002/0260/04240", ["002026004240"]),
        ("0020260042401", []),
        ("1002026004240", []),
        ("002/0260/04241", []),
        ("002 ---- 0260 04240", []),
        ("BE68 5390 0754 7034", []),
        ("", []),
    ],
)
def test_messages_in_a_text(text: str, found: list[str]) -> None:
    assert find_ogms(text) == found
    assert find_ogm(text) == (found[0] if found else "")


def test_a_coda_saved_again_in_utf8_is_read_right_and_said() -> None:
    body = put(5, 48, "CLAES V\xe9ronique".ljust(35)[:35]).decode("cp1252")
    plain, again = read_coda(body.encode("cp1252")), read_coda(body.encode())
    assert again.statements == plain.statements and again.statements[0].movements[0].name == "CLAES Véronique"
    assert not plain.remarks and "UTF-8" in again.remarks[0].message
    assert read_coda(b"\xef\xbb\xbf" + body.encode()).statements == plain.statements
    assert read_bank_file(b"\xef\xbb\xbf" + SAMPLE).statements == read_coda(SAMPLE).statements


@pytest.mark.parametrize(
    ("code", "back"), [("00154000", True), ("00554000", True), ("00150000", False), ("05401000", False)]
)
def test_codas_codes_of_what_comes_back(code: str, back: bool) -> None:
    (found,) = read_coda(put(3, 54, code)).statements
    assert found.movements[0].returned is back


@pytest.mark.parametrize("filler", ["NOTPROVIDED", "000000000000", " ", "not provided"])
def test_what_only_fills_the_field_is_nobodys_account(filler: str) -> None:
    (found,) = read_coda(put(5, 11, filler.ljust(34))).statements
    assert found.movements[0].iban == ""


def batch(*transactions: str, charges: str = "") -> Statement:
    """A batch of 123.45 € with these transactions."""
    data = camt_files.write([coda.paid_in(IBAN, "ACP", 1, 0, date(2026, 1, 1), [PAID])]).decode()
    start, end = data.index("<NtryDtls>"), data.index("</NtryDtls>")
    return read_camt((data[:start] + charges + "<NtryDtls>" + "".join(transactions) + data[end:]).encode()).statements[
        0
    ]


def tx(*parts: str) -> str:
    return f"<TxDtls>{''.join(parts)}</TxDtls>"


def amt(text: str, currency: str = "EUR", path: str = "") -> str:
    inside = f'<Amt Ccy="{currency}">{text}</Amt>'
    for name in reversed(path.split("/") if path else []):
        inside = f"<{name}>{inside}</{name}>"
    return inside


def fee(text: str, side: str = "") -> str:
    said = f"<CdtDbtInd>{side}</CdtDbtInd>" if side else ""
    return f"<Chrgs><Rcrd>{amt(text)}{said}</Rcrd></Chrgs>"


@pytest.mark.parametrize(
    ("transactions", "charges", "cents"),
    [
        ((tx(amt("100.00")), tx(amt("23.45"))), "", [10_000, 2_345]),
        ((tx(amt("100.00")), tx(amt("24.45"), fee("1.00"))), "", [10_000, 2_445, -100]),
        ((tx(amt("100.00")), tx(amt("24.45"))), fee("1.00"), [10_000, 2_445, -100]),
        ((tx(amt("100.00")), tx(amt("24.45"), fee("1.00"))), fee("1.00"), [10_000, 2_445, -100]),
        ((tx(amt("100.00")), tx(amt("22.45"), fee("1.00", "CRDT"))), "", [10_000, 2_245, 100]),
        ((tx(amt("100.00")), tx(amt("23.45"), fee("1.00"))), "", [10_000, 2_345]),  # not taken from this account
        ((tx(amt("100.00")), tx(amt("99.00", "USD"), amt("23.45", path="AmtDtls/CntrValAmt"))), "", [10_000, 2_345]),
        ((tx(amt("100.00")), tx(amt("25.00", "USD"))), "", [10_000, 2_345]),
        ((tx(amt("100.00")), tx(amt("25.00", "USD"), fee("1.00"))), "", [10_000, 2_445, -100]),
        ((tx(amt("90.00", "USD")), tx(amt("25.00", "USD"))), "", []),
    ],
)  # fmt: skip
def test_the_transactions_of_a_batch(transactions: tuple[str, ...], charges: str, cents: list[int]) -> None:
    (found,) = batch(*transactions, charges=charges).movements
    assert (found.cents, [one.cents for one in found.details]) == (12_345, cents)
    if cents and sum(cents[:2]) != 12_345:
        assert found.details[-1].code.endswith("/CHRG") or not found.code


def test_a_batch_whose_sums_nothing_explains_is_refused() -> None:
    for wrong in ((tx(amt("100.00")), tx(amt("24.45"))), (tx(amt("100.00")), tx(amt("24.46"), fee("1.00")))):
        with pytest.raises(Invalid, match="do not add up"):
            batch(*wrong)


def test_a_batch_in_another_currency_alone_is_taken_as_one_and_said() -> None:
    data = camt_files.write([coda.paid_in(IBAN, "ACP", 1, 0, date(2026, 1, 1), [PAID])]).decode()
    start, end = data.index("<NtryDtls>"), data.index("</NtryDtls>")
    foreign = tx(amt("90.00", "USD")) + tx(amt("25.00", "USD"))
    found = read_camt((data[:start] + "<NtryDtls>" + foreign + data[end:]).encode())
    assert len(found.remarks) == 1 and "no amounts in euros" in found.remarks[0].message


def test_totals_that_count_what_is_only_announced_are_right_too() -> None:
    whole = camt_files.write([coda.paid_in(IBAN, "ACP", 1, 0, date(2026, 1, 1), [PAID])]).decode()
    entry = whole[whole.index("<Ntry>") : whole.index("</Ntry>") + len("</Ntry>")]
    both = whole.replace(entry, entry + entry.replace("BOOK", "PDNG"))
    for name in ("TtlNtries", "TtlCdtNtries"):
        total = f"<{name}><NbOfNtries>1</NbOfNtries><Sum>123.45</Sum>"
        assert total in both
        both = both.replace(total, f"<{name}><NbOfNtries>2</NbOfNtries><Sum>246.90</Sum>")
    assert [m.cents for m in read_camt(both.encode()).statements[0].movements] == [12_345]
    with pytest.raises(Invalid, match="the total"):
        read_camt(both.replace("246.90", "246.91").encode())


PARTIES = (
    "<RltdPties><Dbtr><Pty><Nm>{dbtr}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>{mine}</IBAN></Id></DbtrAcct>"
    "<UltmtDbtr><Pty><Nm>BEHIND</Nm></Pty></UltmtDbtr>"
    "<Cdtr><Pty><Nm>FIRM</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>BE88363000000141</IBAN></Id></CdtrAcct></RltdPties>"
)


@pytest.mark.parametrize(
    ("marks", "mine", "name", "iban", "back"),
    [
        ("<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>", IBAN, "FIRM", "BE88363000000141", True),
        ("", IBAN, "FIRM", "BE88363000000141", True),  # from this very account: it comes back
        ("", "BE26091000009729", "PAYER", "BE26091000009729", False),
    ],
)
def test_the_other_side_of_what_comes_back(marks: str, mine: str, name: str, iban: str, back: bool) -> None:
    (found,) = batch(tx(PARTIES.format(dbtr="PAYER", mine=mine), marks)).movements
    assert (found.name, found.iban, found.returned) == (name, iban, back)
    assert found.ultimate == ("" if back else "BEHIND")


def test_a_message_in_the_payers_own_reference_counts() -> None:
    (found,) = batch(tx("<Refs><EndToEndId>002026004240</EndToEndId></Refs>")).movements
    assert found.ogm == "002026004240"

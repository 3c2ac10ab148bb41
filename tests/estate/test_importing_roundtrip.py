"""What is exported reads back unchanged, and one table reads the same however it is written."""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koprogo_app.estate.importing import ExportRow, Preview, read_file, write_csv, write_xlsx
from koprogo_app.estate.importing.columns import HEADINGS, Column
from koprogo_app.foundation.tables import unescaped
from koprogo_app.law.buildings import LotKind
from koprogo_app.law.shares import Right
from tests.draws import rounds

LANGS = sorted(HEADINGS)
NUMBERS = ("0403101217", "1000000021", "0428759497")

# Any text a person may have typed, as the database keeps it: trimmed, single spaces; also what spreadsheets would run.
_SIGNS = st.characters(codec="utf-8", exclude_categories=["C", "Z"])
WORDS = st.lists(st.text(_SIGNS, min_size=1, max_size=8), min_size=1, max_size=3).map(" ".join)
NASTY = st.sampled_from(
    ["=1", "+32 2 123", "-5", "@SUM(A1)", "'t Serstevens", "'=1", "''=1", 'a"b', "a;b", "a,b|c", "00012", "Total"]
)
TEXTS = st.one_of(WORDS, NASTY)


@st.composite
def tables(draw: st.DrawFn) -> list[ExportRow]:
    """A building as its database exports it: owners with a reference each, lots whole or without owner."""
    count = draw(st.integers(1, 4))
    owners = [
        ExportRow(
            "",
            LotKind.OTHER,
            0,
            owner=draw(TEXTS),
            first_name=draw(st.one_of(st.just(""), TEXTS)),
            company=draw(st.booleans()),
            enterprise_number=draw(st.sampled_from(["", NUMBERS[index]])) if index < len(NUMBERS) else "",
            email=draw(st.sampled_from(["", "family@example.be", f"owner{index}@example.be"])),
            phone=draw(st.sampled_from(["", "+32 470 12 34 56", "02/123.45.67"])),
            lang=draw(st.sampled_from(["", "fr", "nl", "de", "en"])),
            street=draw(st.one_of(st.just(""), TEXTS)),
            postal_code=draw(st.sampled_from(["", "1000", "01234", "L-1234"])),
            city=draw(st.one_of(st.just(""), TEXTS)),
            country=draw(st.sampled_from(["", "BE", "LU", "FR"])),
            reference=f"owner-{index}",
        )
        for index in range(count)
    ]
    rows: list[ExportRow] = []
    for number in draw(st.lists(TEXTS, min_size=1, max_size=5, unique_by=str.casefold)):
        lot = ExportRow(
            number,
            draw(st.sampled_from(LotKind)),
            draw(st.integers(0, 10_000)),
            floor=draw(st.one_of(st.none(), st.integers(-3, 40))),
            area=draw(st.one_of(st.none(), st.decimals("0.01", "9999.99", places=2))),
        )
        rows += draw(ownership(lot, owners))
    return rows


@st.composite
def ownership(draw: st.DrawFn, lot: ExportRow, owners: list[ExportRow]) -> list[ExportRow]:
    weights = draw(st.lists(st.integers(1, 7), max_size=len(owners)))
    divided = draw(st.booleans())
    details = {"number": lot.number, "kind": lot.kind, "shares": lot.shares, "floor": lot.floor, "area": lot.area}
    rows = [
        replace(
            owner,
            **details,
            right=Right.BARE if divided else Right.FULL,
            share=Fraction(weight, sum(weights)),
            primary=owner is owners[0],
        )
        for owner, weight in zip(owners, weights, strict=False)
    ]
    if divided and rows:
        rows.append(replace(rows[-1], right=Right.USUFRUCT, share=Fraction(1), primary=False))
    return rows or [lot]


def export_rows(preview: Preview) -> list[ExportRow]:
    """The preview as the rows that would export it."""
    owners = {owner.key: owner for owner in preview.owners}
    rows = []
    for lot in preview.lots:
        first = ExportRow(lot.number, lot.kind, lot.share, lot.floor, lot.area)
        held = [one for one in preview.ownerships if one.lot_key == lot.key]
        rows += [
            replace(
                first,
                owner=owner.name,
                first_name=owner.first_name,
                company=owner.company,
                enterprise_number=owner.enterprise_number,
                email=owner.email,
                phone=owner.phone,
                lang=owner.lang,
                street=owner.street,
                postal_code=owner.postal_code,
                city=owner.city,
                country=owner.country,
                right=one.right,
                share=one.share,
                primary=one.primary,
                reference=owner.reference,
            )
            for one in held
            for owner in [owners[one.owner_key]]
        ] or [first]
    return rows


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
@settings(max_examples=rounds(60))
@given(table=tables(), lang=st.sampled_from(LANGS))
def test_an_export_reads_back_unchanged(
    write: Callable[[list[ExportRow], str], bytes], table: list[ExportRow], lang: str
) -> None:
    preview = read_file(write(table, lang))
    assert not preview.errors, preview.errors
    assert export_rows(preview) == table


@settings(max_examples=rounds(40))
@given(
    table=tables(), lang=st.sampled_from(LANGS), other=st.sampled_from(LANGS), seed=st.randoms(use_true_random=False)
)
def test_one_table_reads_the_same_however_it_is_written(
    table: list[ExportRow], lang: str, other: str, seed: random.Random
) -> None:
    expected = read_file(write_csv(table, lang))
    rewritten = _shuffled(write_csv(table, other), seed)
    preview = read_file(rewritten)
    assert (preview.lots, preview.owners, preview.ownerships) == (expected.lots, expected.owners, expected.ownerships)


def _shuffled(data: bytes, seed: random.Random) -> bytes:
    """The same table with other columns order, another separator and, where it can hold the text, another encoding."""
    import csv
    import io

    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    order = list(range(len(rows[0])))
    seed.shuffle(order)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=seed.choice(";,\t|"), lineterminator=seed.choice(["\n", "\r\n"]))
    writer.writerows([[row[place] for place in order] for row in rows])
    return out.getvalue().encode(seed.choice(["utf-8", "utf-8-sig", "utf-16"]))


def test_the_tilleuls_read_back_in_every_language() -> None:
    from tests.estate.test_importing import TILLEULS

    first = read_file(TILLEULS.read_bytes())
    for lang in LANGS:
        for write in (write_csv, write_xlsx):
            again = read_file(write(export_rows(first), lang))
            assert again.problems == ()
            assert export_rows(again) == export_rows(first)


def test_no_cell_of_the_csv_would_run() -> None:
    row = ExportRow("=1", LotKind.OTHER, 1, owner="@SUM(A1)", phone="+32 2", street="-1", city="\tx", floor=-1)
    line = write_csv([row]).decode("utf-8-sig").splitlines()[1]
    texts = [cell for place, cell in enumerate(line.split(";")) if place != list(Column).index(Column.FLOOR)]
    assert not [cell for cell in texts if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert line.split(";")[2] == "-1"  # a number below 0 is a number


def test_texts_of_the_workbook_stay_texts() -> None:
    import io

    from python_calamine import CalamineWorkbook

    row = ExportRow("=1", LotKind.OTHER, 7, owner="=cmd()", street="https://example.be", area=Decimal("72.5"))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(write_xlsx([row], "en"))).get_sheet_by_index(0).to_python()
    assert sheet[1][:6] == ["=1", "Other", "", 72.5, 7.0, "=cmd()"]


def test_the_csv_of_a_language_has_its_decimal_sign() -> None:
    row = ExportRow("A1", LotKind.CELLAR, 7, area=Decimal("6.50"))
    assert "A1;Cave;;6,50;7" in write_csv([row], "fr").decode("utf-8-sig")
    assert "A1;Cellar;;6.50;7" in write_csv([row], "en").decode("utf-8-sig")


@given(TEXTS)
def test_the_guard_comes_off_exactly(text: str) -> None:
    row = ExportRow("A1", LotKind.CELLAR, 7, owner=text)
    preview = read_file(write_csv([row], "fr"))
    assert preview.owners[0].name == text
    assert unescaped(f"'={text}") == f"={text}"

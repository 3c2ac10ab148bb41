"""Files of lots and owners: what is understood, and where each problem is said to stand."""

import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from koprogo_app.estate.importing import Preview, Problem, Severity, read_file
from koprogo_app.estate.importing.columns import HEADINGS, Column, column_of
from koprogo_app.law.buildings import LotKind
from koprogo_app.law.shares import Right

TILLEULS = Path(__file__).parents[2] / "koprogo_app" / "demo" / "data" / "tilleuls.csv"
HEAD = "Lot;Type;Étage;Surface;Quotités;Propriétaire;E-mail;Droit;Part;N° d'entreprise\n"


def read(*lines: str, head: str = HEAD, **more: int) -> Preview:
    return read_file((head + "\n".join(lines)).encode(), **more)


def problem(preview: Preview, code: str) -> Problem:
    found = [one for one in preview.problems if one.code == code]
    assert len(found) == 1, preview.problems
    return found[0]


def codes(preview: Preview) -> list[str]:
    return [one.code for one in preview.problems]


def holders(preview: Preview, lot: str) -> list[tuple[str, Right, Fraction]]:
    names = {owner.key: owner.display_name for owner in preview.owners}
    return [(names[one.owner_key], one.right, one.share) for one in preview.ownerships if one.lot_key == lot.casefold()]


# --- the real file ---------------------------------------------------------------------------------------------------


def test_the_tilleuls() -> None:
    preview = read_file(TILLEULS.read_bytes(), deed_total=10_000)
    assert preview.importable
    assert preview.problems == ()
    assert (preview.source.encoding, preview.source.separator) == ("cp1252", ";")
    totals = preview.totals
    assert (totals.lots, totals.main_lots, totals.owners, totals.ownerships, totals.shares) == (60, 23, 26, 64, 10_000)
    third = Fraction(1, 3)
    assert holders(preview, "A1.3") == [
        ("SIMON François", Right.FULL, third),
        ("MAES Els", Right.FULL, third),
        ("DENIS Didier", Right.FULL, third),
    ]
    assert holders(preview, "A2.2") == [("COLLARD Frédérique", Right.USUFRUCT, 1), ("COLLARD Ursula", Right.BARE, 1)]
    assert holders(preview, "A2.4")[0][2] == Fraction(1, 2)
    bakery = next(owner for owner in preview.owners if owner.company and "PAIN" in owner.name)
    assert (bakery.enterprise_number, bakery.first_name) == ("1000000021", "")
    first = preview.lots[0]
    assert (first.number, first.kind, first.floor, first.area, first.share, first.line) == (
        "A1.1", LotKind.APARTMENT, 1, Decimal(72), 349, 2,
    )  # fmt: skip
    assert preview.lots[-1].floor == -1
    assert sum(one.primary for one in preview.ownerships) == 60


def test_five_hundred_lots_read_in_well_under_a_second() -> None:
    lines = [
        f"A{n};Appartement;1;72,5;{n};DUPONT Jean{n};jean{n}@example.be;Pleine propriété;1/1;" for n in range(1, 501)
    ]
    data = (HEAD + "\n".join(lines)).encode("cp1252")
    start = time.perf_counter()
    preview = read_file(data)
    assert time.perf_counter() - start < 1
    assert preview.totals.lots == 500


# --- headings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", HEADINGS)
def test_our_own_headings_are_known(lang: str) -> None:
    assert {column_of(heading) for heading in HEADINGS[lang].values()} == set(Column)
    assert all(column_of(heading) is column for column, heading in HEADINGS[lang].items())


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("  N° DE LOT ", Column.LOT),
        ("N° LOT", Column.LOT),
        ("QUOTITES (/10.000)", Column.SHARES),
        ("Quote-part", Column.SHARES),
        ("Superficie (m²)", Column.AREA),
        ("Nom et prénom", Column.OWNER),
        ("E MAIL", Column.EMAIL),
        ("Nº d’entreprise", Column.ENTERPRISE_NUMBER),
        ("KBO-nr.", Column.ENTERPRISE_NUMBER),
        ("Naam mede-eigenaar", Column.OWNER),
        ("Duizendsten", Column.SHARES),
        ("Miteigentumsanteil", Column.SHARES),
        ("Straße", Column.STREET),
        ("PLZ", Column.POSTAL_CODE),
        ("Owner's share", Column.PART),
        ("Remarques", None),
        ("", None),
    ],
)
def test_headings_of_others(heading: str, column: Column | None) -> None:
    assert column_of(heading) is column


def test_columns_in_any_order_below_a_title_with_a_total_under_them() -> None:
    data = (
        "ACP Les Tilleuls;;;\r\n"
        "Liste au 01/01/2026;;;\r\n"
        ";;;\r\n"
        "Copropriétaire;Millièmes;Remarque;Lot\r\n"
        "DUPONT Anne; 600 ;vend;A1\r\n"
        ";;;\r\n"
        "BLOC B;;;\r\n"
        "MARTIN Jean;400;;A2\r\n"
        "Copropriétaire;Millièmes;Remarque;Lot\r\n"
        "TOTAL;1.000;;\r\n"
    ).encode("cp1252")
    preview = read_file(data, deed_total=1000)
    assert preview.importable
    assert [(lot.number, lot.share, lot.line) for lot in preview.lots] == [("A1", 600, 5), ("A2", 400, 8)]
    assert preview.source.header_line == 4
    assert preview.source.columns[Column.SHARES] == "Millièmes"
    assert codes(preview) == ["no_kinds", "unknown_column", "aside", "total"]
    assert problem(preview, "unknown_column").cell == "C4"
    assert problem(preview, "aside").line == 7


@pytest.mark.parametrize(
    ("stated", "told"), [("1000", False), ("1 000", False), ("999", True)]
)  # fmt: skip
def test_a_total_that_differs_is_told(stated: str, told: bool) -> None:
    preview = read("A1;App;;;600;DUPONT Anne", "A2;App;;;400;MARTIN Jean", f"Total général;;;;{stated};")
    assert ("total_differs" in codes(preview)) is told
    assert preview.totals.lots == 2


def test_subtotals_of_blocks() -> None:
    preview = read("A1;App;;;600;DUPONT A", "Sous-total;;;;600;", "A2;App;;;400;DUPONT B", "Sous-total;;;;400;")
    assert "total_differs" not in codes(preview)
    assert preview.totals.shares == 1000


@pytest.mark.parametrize("heading", ["Aandeel", "Anteil", "Parts"])
def test_a_heading_that_means_both_is_told_by_its_figures(heading: str) -> None:
    preview = read("A1;600;DUPONT Anne", "A2;400;MARTIN Jean", head=f"Lot;{heading};Naam\n")
    assert preview.source.columns[Column.SHARES] == heading
    assert preview.totals.shares == 1000
    both = read("A1;600;DUPONT Anne;50 %", "A1;;MARTIN Jean;50 %", head=f"Lot;{heading};Naam;Percentage\n")
    assert [one.share for one in both.ownerships] == [Fraction(1, 2)] * 2


# --- lots ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("Appartement", LotKind.APARTMENT), ("APP.", LotKind.APARTMENT), ("studio 2", LotKind.APARTMENT),
        ("Wohnung", LotKind.APARTMENT), ("kelder", LotKind.CELLAR), ("Cave n° 4", LotKind.CELLAR),
        ("Garagebox", LotKind.GARAGE), ("Autostaanplaats", LotKind.PARKING), ("Stellplatz", LotKind.PARKING),
        ("Emplacement de parking", LotKind.PARKING), ("Handelszaak", LotKind.SHOP), ("Büro", LotKind.OFFICE),
        ("Maison", LotKind.HOUSE), ("Divers", LotKind.OTHER),
    ],
)  # fmt: skip
def test_kinds(kind: str, meant: LotKind) -> None:
    preview = read(f"A1;{kind};;;1;DUPONT Anne")
    assert preview.lots[0].kind is meant
    assert preview.problems == ()


def test_an_unknown_kind_is_told() -> None:
    preview = read("A1;Pigeonnier;;;1;DUPONT Anne")
    assert preview.lots[0].kind is LotKind.OTHER
    assert problem(preview, "unknown_kind").cell == "B2"
    assert problem(preview, "unknown_kind").column == "Type"


@pytest.mark.parametrize(
    ("floor", "meant"),
    [("rez", 0), ("RDC", 0), ("Gelijkvloers", 0), ("EG", 0), ("2ème", 2), ("1er étage", 1), ("3e verd.", 3), ("-1", -1),
     ("sous-sol", -1), ("2. OG", 2), ("1. UG", -1), ("+4", 4), ("", None)],
)  # fmt: skip
def test_floors(floor: str, meant: int | None) -> None:
    preview = read(f"A1;App;{floor};;1;DUPONT Anne")
    assert preview.lots[0].floor == meant
    assert preview.problems == ()


@pytest.mark.parametrize(
    ("area", "meant"),
    [("72", "72"), ("72,5", "72.5"), ("72.50 m²", "72.5"), ("1.234", "1234"), ("1 234,56", "1234.56"),
     ("1,234.56", "1234.56"), ("", None), ("0", None)],
)  # fmt: skip
def test_areas(area: str, meant: str | None) -> None:
    preview = read(f"A1;App;1;{area};1;DUPONT Anne")
    assert preview.lots[0].area == (Decimal(meant) if meant else None)
    assert preview.problems == ()


@pytest.mark.parametrize(
    ("shares", "meant"),
    [("349", 349), ("1.000", 1000), ("1 000", 1000), ("1'000", 1000), ("1,000", 1000), ("349,00", 349),
     ("349/10.000", 349), ("12.345.678", 12_345_678), ("349/10.000èmes", 349)],
)  # fmt: skip
def test_shares(shares: str, meant: int) -> None:
    preview = read(f"A1;App;;;{shares};DUPONT Anne")
    assert preview.lots[0].share == meant
    assert not preview.errors


@pytest.mark.parametrize("shares", ["34,9", "3.5 %", "abc", "-3", "1.23.4", "400/300", "9999999999", "1/0", "²", "1_0"])
def test_shares_that_cannot_be(shares: str) -> None:
    preview = read(f"A1;App;;;{shares};DUPONT Anne")
    assert problem(preview, "shares").cell == "E2"
    assert not preview.importable


def test_a_lot_on_several_lines_must_agree_with_itself() -> None:
    preview = read("A1;App;1;;349;DUPONT Anne;;;1/2;", "a1 ;Cave;2;;350;MARTIN Jean;;;1/2;")
    assert len(preview.lots) == 1
    told = [(one.severity, one.cell) for one in preview.problems if one.code == "lot_differs"]
    assert told == [(Severity.ERROR, "B3"), (Severity.WARNING, "C3"), (Severity.ERROR, "E3")]


def test_later_lines_may_leave_details_out_even_the_number() -> None:
    preview = read("A1;App;1;80;349;DUPONT Anne;;;1/2;", "A1;;;;;MARTIN Jean;;;1/4;", ";;;;;DENIS Hugo;;;1/4;")
    assert preview.importable
    assert len(holders(preview, "A1")) == 3
    assert problem(preview, "continued").params["lot"] == "A1"


def test_what_a_first_line_leaves_out_a_later_one_may_say() -> None:
    preview = read("A1;;;;;DUPONT Anne;;;1/2;", "A1;App;1;80;349;MARTIN Jean;;;1/2;")
    assert preview.problems == ()
    assert preview.lots[0].share == 349
    assert preview.lots[0].kind is LotKind.APARTMENT


def test_missing_shares_lot_numbers_and_owners() -> None:
    preview = read("A1;App;;;;DUPONT Anne", ";App;;;5;MARTIN Jean", "A3;App;;;5;;x@example.be", "A4;App;;;5;")
    assert problem(preview, "shares_missing").cell == "E2"
    assert problem(preview, "lot_missing").cell == "A3"
    assert problem(preview, "owner_missing").cell == "F4"
    drafts = [one.line for one in preview.warnings if one.code == "no_owner"]
    assert drafts == [4, 5]


def test_the_lots_against_the_deed() -> None:
    preview = read("A1;App;;;349;DUPONT Anne", deed_total=1000)
    assert preview.importable
    assert problem(preview, "deed_total").text("en") == "The lots have 349 shares together, the deed 1000: 651 missing."
    assert "deed_total" in codes(read("A1;App;;;349/1000;DUPONT Anne"))
    assert problem(read("A1;App;;;3/10;DUPONT A", "A2;App;;;3/100;DUPONT B"), "deed_totals").line == 3


def test_a_date_made_by_a_spreadsheet() -> None:
    preview = read("A1;App;;;349;DUPONT Anne;;;01-mars;", "A1;;;;;MARTIN Jean;;;1/02/2026;")
    assert [one.cell for one in preview.errors] == ["I2", "I3"]
    assert "date" in preview.errors[0].message


# --- owners ----------------------------------------------------------------------------------------------------------


def owners(*lines: tuple[str, str, str], head: str = "Lot;Type;Quotités;Nom;E-mail;BCE\n") -> Preview:
    return read(*(f"A{n};App;1;{';'.join(line)}" for n, line in enumerate(lines)), head=head)


@pytest.mark.parametrize(
    ("written", "name", "first_name"),
    [
        ("DENIS Hugo", "DENIS", "Hugo"),
        ("Hugo DENIS", "DENIS", "Hugo"),
        ("VAN DEN BERGHE Anne-Marie", "VAN DEN BERGHE", "Anne-Marie"),
        ("Denis, Hugo", "Denis", "Hugo"),
        ("M. DENIS Hugo", "DENIS", "Hugo"),
        ("Dhr. Hugo DENIS", "DENIS", "Hugo"),
        ("ÖZDEMIR Ursula", "ÖZDEMIR", "Ursula"),
        ("Hugo Denis", "Hugo Denis", ""),
        ("DENIS HUGO", "DENIS HUGO", ""),
        ("IMMO DU PARC SRL", "IMMO DU PARC SRL", ""),
        ("S.A. Lift Service", "S.A. Lift Service", ""),
    ],
)
def test_names(written: str, name: str, first_name: str) -> None:
    owner = owners((written, "", "")).owners[0]
    assert (owner.name, owner.first_name) == (name, first_name)


def test_the_same_owner_on_many_lines() -> None:
    preview = owners(
        ("DENIS Hugo", "h.denis@example.be", ""),
        ("Hugo Denis", "", ""),
        ("denis hugo", "H.Denis@Example.be", ""),
        ("DÉNIS H.", "h.denis@example.be", ""),
    )
    assert [owner.display_name for owner in preview.owners] == ["DENIS Hugo"]
    assert preview.problems == ()


def test_the_line_with_the_e_mail_may_come_last() -> None:
    preview = owners(("DENIS Hugo", "", ""), ("DENIS Hugo", "h@example.be", ""))
    assert [(owner.email, owner.line) for owner in preview.owners] == [("h@example.be", 2)]


def test_a_company_is_known_by_its_number_whatever_its_name() -> None:
    preview = owners(
        ("Immo du Parc", "", "0403.101.217"), ("IMMO PARC SRL", "", "BE0403101217"), ("immo du parc", "", "")
    )
    assert [owner.name for owner in preview.owners] == ["Immo du Parc"]
    assert preview.owners[0].company
    assert problem(preview, "other_name").cell == "F3"


def test_a_couple_with_one_e_mail_stays_two_persons() -> None:
    preview = owners(("DUPONT Jean", "famille@example.be", ""), ("MARTIN Anne", "famille@example.be", ""))
    assert len(preview.owners) == 2
    assert problem(preview, "shared_email").line == 3


def test_one_name_with_two_e_mails_is_two_persons_and_told() -> None:
    preview = owners(("DUPONT Jean", "a@example.be", ""), ("DUPONT Jean", "b@example.be", ""))
    assert len(preview.owners) == 2
    assert problem(preview, "same_name").severity is Severity.WARNING
    third = owners(("DUPONT Jean", "a@example.be", ""), ("DUPONT Jean", "", ""), ("DUPONT Jean", "b@example.be", ""))
    assert problem(third, "ambiguous_owner").cell == "D3"


def test_details_that_differ_are_told_and_the_first_stays() -> None:
    head = "Lot;Type;Quotités;Nom;E-mail;BCE;GSM;Langue\n"
    preview = owners(
        ("DUPONT Jean", "a@example.be", ";0470 12 34 56;FR"),
        ("DUPONT Jean", "a@example.be", ";0470 99 99 99;nl"),
        head=head,
    )
    assert preview.owners[0].phone == "0470 12 34 56"
    assert preview.owners[0].lang == "fr"
    assert [one.cell for one in preview.warnings] == ["G3", "H3"]


def test_two_persons_in_one_cell_are_told() -> None:
    for name in ("DUPONT Jean & MARTIN Anne", "M. et Mme DUPONT", "Dupont/Martin", "Jan en Els MAES"):
        assert problem(owners((name, "", "")), "two_persons").cell == "D2"


@pytest.mark.parametrize(
    ("email", "code"), [("h.denis@", "email"), ("hugo at example.be", "email"), ("a@b.be; c@d.be", "several_emails")]
)
def test_e_mail_addresses(email: str, code: str) -> None:
    preview = owners(("DENIS Hugo", f'"{email}"', ""))
    assert problem(preview, code).cell == "E2"


def test_a_mistyped_enterprise_number_says_why() -> None:
    told = problem(owners(("IMMO SRL", "", "0403.101.218")), "enterprise_number")
    assert (told.cell, told.severity) == ("F2", Severity.ERROR)
    assert "check digits" in told.message


# --- rights ----------------------------------------------------------------------------------------------------------


BARE = Right.BARE


def rights(*lines: tuple[str, str]) -> Preview:
    return read(*(f"A1;App;;;349;DUPONT {chr(97 + n)};;{right};{part};" for n, (right, part) in enumerate(lines)))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("Pleine propriété", "PP", "volle eigendom", "VE", "Volleigentum", "full"), Right.FULL),
        (("Nue-propriété", "NP", "nu-propriétaire", "blote eigendom", "naakte eigenaar", "bloßes Eigentum"), BARE),
        (("Usufruit", "usufruitière", "VG", "vruchtgebruik", "Nießbrauch", "Niessbrauch"), Right.USUFRUCT),
        (("Emphytéose", "erfpacht", "Erbpacht"), Right.EMPHYTEUSIS),
        (("droit de superficie", "opstalrecht"), Right.SUPERFICIES),
        (("habitation", "Wohnrecht", "bewoning"), Right.HABITATION),
    ],
)  # fmt: skip
def test_words_of_rights(words: tuple[str, ...], meant: Right) -> None:
    for word in words:
        preview = rights((word, "100 %"))
        assert preview.ownerships[0].right is meant, word


@pytest.mark.parametrize(
    ("parts", "meant"),
    [
        (("1/2", "1/2"), ("1/2", "1/2")),
        (("50,00 %", "50"), ("1/2", "1/2")),
        (("33,33", "66,67"), ("3333/10000", "6667/10000")),
        (("0,5", "0,5"), ("1/2", "1/2")),
        (("0.25", ".75"), None),
        (("½", "50%"), ("1/2", "1/2")),
    ],
)
def test_parts(parts: tuple[str, str], meant: tuple[str, str] | None) -> None:
    preview = rights(("", parts[0]), ("", parts[1]))
    if meant is None:
        assert problem(preview, "part").cell == "I3"
    else:
        assert [one.share for one in preview.ownerships] == [Fraction(part) for part in meant]
        assert preview.importable


def test_parts_that_count_from_one_are_told() -> None:
    assert problem(rights(("", "0,5"), ("", "0,5")), "parts_from_one").severity is Severity.NOTICE
    assert rights(("", "1")).ownerships[0].share == 1


def test_a_sole_owner_needs_no_part_and_usufruct_none_either() -> None:
    assert rights(("", "")).ownerships[0].share == 1
    assert [one.share for one in rights(("Usufruit", ""), ("NP", "")).ownerships] == [1, 1]


def test_several_owners_need_theirs() -> None:
    preview = rights(("", ""), ("", ""))
    assert [one.cell for one in preview.errors] == ["I2", "I3"]


def test_too_little_makes_a_draft_too_much_an_error() -> None:
    short = rights(("", "1/3"), ("", "1/3"))
    assert short.importable
    assert problem(short, "incomplete").text("en") == "The shares add up to 2/3: 1/3 is missing."
    assert problem(short, "incomplete").cell == "I3"
    over = rights(("", "2/3"), ("", "2/3"))
    assert not over.importable
    assert problem(over, "too_much").cell == "I3"


def test_an_owner_twice_on_a_lot() -> None:
    preview = read("A1;App;;;349;DUPONT Jean;;;1/2;", "A1;;;;;Jean DUPONT;;;1/2;")
    assert problem(preview, "held_twice").params["first"] == 2


def test_an_unknown_right() -> None:
    assert problem(rights(("locataire", "1/1")), "right").cell == "H2"


def test_one_contact_a_lot() -> None:
    head = "Lot;Type;Quotités;Nom;Part;Contact principal\n"
    preview = read("A1;App;1;DUPONT Jean;1/2;", "A1;App;1;MARTIN Anne;1/2;oui", "A2;App;1;DENIS Hugo;;non", head=head)
    assert [one.primary for one in preview.ownerships] == [False, True, True]


def test_a_formula_is_not_a_value() -> None:
    preview = read('A1;App;;;349;"=HYPERLINK(""http://x"")";;;;', "A2;App;;;1;'=SRL;;;;")
    assert problem(preview, "formula").cell == "F2"
    assert preview.owners[1].name == "=SRL"

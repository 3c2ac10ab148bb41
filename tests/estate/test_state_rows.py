"""Lots as the table shows them: what is open, what is closed, what a draft lacks and how it is mended."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from koprogo_app.estate.queries.lots import Holder, LotRow
from koprogo_app.estate.state import beside
from koprogo_app.estate.state.rows import Look, inputs_of, lot_row, preview_of
from koprogo_app.workspace.queries.paging import Page
from koprogo_app.workspace.state.common import enterprise, page_position, page_request

HUGO, ELS = uuid4(), uuid4()
WRITE = Look("fr", "/buildings/1", True)
READ = Look("nl", "/buildings/1", False)


def holder(owner: UUID, name: str, part: tuple[int, int], right: str = "full") -> Holder:
    return Holder(owner, name, right, *part, primary=False)


def lot(*holders: Holder, status: str = "complete", voting: str = "votes", mandatary: str | None = None) -> LotRow:
    return LotRow(
        id=uuid4(), building_id=uuid4(), number="A1", position=1, kind="apartment", floor=-1, area=Decimal("88.50"),
        share=1234, status=status, complete_from=date(2026, 1, 1), retired_on=None, version=3, voting=voting,
        mandatary_id=None, mandatary=mandatary, ownership=Decimal(1), enjoyment=Decimal(1), holders=list(holders),
    )  # fmt: skip


def test_numbers_are_written_in_the_readers_language() -> None:
    french, dutch = (lot_row(lot(holder(HUGO, "DENIS Hugo", (1, 1))), look)["cells"] for look in (WRITE, READ))
    assert french["area"] == {"value": "88,5"}
    assert french["floor"] == {"value": "-1"}
    assert french["share"]["value"].replace("\u202f", " ").replace("\xa0", " ") == "1 234"
    assert dutch["share"] == {"value": "1.234", "readonly": True}
    assert dutch["kind"] == {"value": "Appartement", "readonly": True}


def test_a_complete_lot_opens_no_part_and_needs_no_mend() -> None:
    row = lot_row(lot(holder(HUGO, "DENIS Hugo", (1, 2)), holder(ELS, "MAES Els", (1, 2)), voting="suspended"), WRITE)
    assert [line["cells"]["part"]["readonly"] for line in row["lines"]] == [True, True]
    assert row["note"] == {}
    voting = row["cells"]["voting"]
    assert voting["badge"] == {"kind": "attention", "text": "vote suspendu"}
    assert voting["article"] == "art. 3.87 §1, al. 2"
    assert voting["action"]["id"] == "mandatary"


def test_who_may_only_read_is_offered_nothing() -> None:
    suspended = lot_row(lot(holder(HUGO, "DENIS Hugo", (1, 1)), voting="suspended"), READ)
    assert "action" not in suspended["cells"]["voting"]
    draft = lot_row(lot(holder(HUGO, "DENIS Hugo", (1, 2)), status="draft", voting="draft"), READ)
    assert draft["note"]["fixes"] == []
    assert draft["lines"][0]["cells"]["part"]["readonly"] is True


def test_a_draft_says_what_is_missing_and_offers_to_give_the_rest() -> None:
    holders = [holder(HUGO, "DENIS Hugo", (1, 2)), holder(ELS, "MAES Els", (9, 20), "full")]
    row = lot_row(lot(*holders, status="draft", voting="draft"), WRITE)
    assert row["note"]["text"].replace("\xa0", " ") == "Les parts totalisent 95 % : il manque 5 %."
    assert [fix["label"] for fix in row["note"]["fixes"]] == [
        "Attribuer le reste à DENIS Hugo",
        "Attribuer le reste à MAES Els",
    ]
    at = int(row["note"]["fixes"][1]["action"].removeprefix("mend:"))
    after = inputs_of(preview_of(holders).suggestions[at], holders)
    assert [(one.owner_id, str(one.share)) for one in after] == [(HUGO, "1/2"), (ELS, "1/2")]


def test_a_lot_without_owner_offers_to_add_one() -> None:
    note = lot_row(lot(status="draft", voting="draft"), WRITE)["note"]
    assert note["text"] == "Ce lot n’a pas encore de propriétaire."
    assert [fix["action"] for fix in note["fixes"]] == ["holders"]


def test_the_mandatary_votes_for_those_who_named_him() -> None:
    row = lot_row(lot(holder(HUGO, "DENIS Hugo", (1, 2)), mandatary="MAES Els"), WRITE)
    assert row["cells"]["voting"] == {"value": "MAES Els", "hint": "mandataire"}


@pytest.mark.parametrize(
    ("query", "page", "per"),
    [
        ({}, 1, 25), ({"page": "3", "per": "100"}, 3, 100), ({"page": "0"}, 1, 25), ({"page": "-2", "per": "7"}, 1, 25),
        ({"page": "x", "per": "999999"}, 1, 25), ({"page": "1" * 40}, 1, 25),
    ],
)  # fmt: skip
def test_an_address_asks_for_nothing_that_is_not_offered(query: dict[str, str], page: int, per: int) -> None:
    wanted = page_request(query)
    assert (wanted.page, wanted.per_page) == (page, per)


def test_the_pager_counts_from_one_and_an_empty_page_from_nothing() -> None:
    assert page_position(Page(["a"] * 10, 60, 3, 25)) == {"page": 3, "pages": 3, "total": 60, "first": 51, "last": 60}
    assert page_position(Page([], 0, 1, 25)) == {"page": 1, "pages": 1, "total": 0, "first": 0, "last": 0}


def test_an_enterprise_number_has_its_dots() -> None:
    assert enterprise("0403170701") == "0403.170.701"
    assert enterprise(None) == ""


async def test_what_other_areas_say_of_a_lot_stands_beside_its_link(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = uuid4(), uuid4()

    async def papers(_w: object, lots: Sequence[UUID], lang: str) -> dict[UUID, str]:
        assert (list(lots), lang) == ([one, two], "fr")
        return {one: "3 documents"}

    async def reports(_w: object, _lots: Sequence[UUID], _lang: str) -> dict[UUID, str]:
        return {one: "1 signalement"}

    monkeypatch.setattr(beside.SAID_OF_LOTS, "_given", (papers, reports))
    said_of = await beside.said_of(None, [one, two], "fr")  # type: ignore[arg-type]
    assert said_of == {one: "3 documents · 1 signalement"}
    row = lot_row(lot(holder(HUGO, "DENIS Hugo", (1, 1))), WRITE, said_of[one])
    assert row["cells"]["open"]["hint"] == "3 documents · 1 signalement"  # type: ignore[index]

"""The trail in the reader's words: names of fields, of values, of what ids stand for."""

from uuid import UUID

import pytest
from sqlmodel import SQLModel

from koprogo_app.console.queries.named import names_of
from koprogo_app.console.state.differences import Difference, Reader, differences, field_name, ids_in
from koprogo_app.console.state.words import HIDDEN, fields
from koprogo_app.foundation.database import work
from koprogo_app.foundation.i18n import LANGS
from koprogo_app.recovery import model as _last_area  # the tables of all areas
from tests.world import World

LOT, OTHER = UUID("01a218a4-d7a8-7a38-b59d-83ed2adda3a3"), UUID("01a218a4-d7a8-7a60-a85c-eb9b12cc2593")
assert _last_area
READER = Reader("fr", {LOT: "A1.1"})
AUDITED = (
    "account", "allocation_key", "bank_account", "budget", "budget_line", "building", "charge_settings", "commitment",
    "document", "invoice", "invoice_line", "lot", "organization", "owner", "recovery_policy", "reminder", "supplier",
)  # fmt: skip


def shown(entity: str, before: dict | None, after: dict | None) -> list[tuple[str, str, str]]:
    return [(one.name, one.before, one.after) for one in differences(entity, before, after, READER)]


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("total_cents", 123456, "1\u202f234,56\xa0€"),
        ("share", 349, "349"),
        ("voted_on", "2026-03-26", "26/03/2026"),
        ("voted_on", "2026-03-99", "2026-03-99"),
        ("approved_at", "2026-01-05T23:30:00+00:00", "06/01/2026 00:30"),
        ("four_eyes", True, "oui"),
        ("lot_id", str(LOT), "A1.1"),
        ("lot_id", str(OTHER), "01a218a4"),
        ("weights", {str(LOT): 349}, "A1.1 349"),
        ("period", {"lower": "2026-01-01", "upper": "2026-04-01", "bounds": "[)"}, "01/01/2026 – 31/03/2026"),
        ("period", {"lower": "2026-01-01", "upper": None, "bounds": "[)"}, "01/01/2026 – …"),
        ("langs", ["fr", "de"], "Français · Allemand"),
        ("decision", "AG, point 6", "AG, point 6"),
        ("reason", "2026 was late", "2026 was late"),
    ],
)  # fmt: skip
def test_a_value_reads_as_people_write_it(field: str, value: object, text: str) -> None:
    assert shown("budget", None, {field: value}) == [(field_name(field, "fr"), "", text)]


def test_values_of_one_field_read_by_their_entity() -> None:
    assert shown("lot", {"kind": "cellar"}, {"kind": "garage"}) == [("Type", "Cave", "Garage")]
    assert shown("document", None, {"kind": "minutes"}) == [("Type", "", "Procès-verbal")]
    assert shown("budget", {"status": "submitted"}, {"status": "voted"}) == [("État", "soumis au vote", "voté")]


def test_what_tells_nothing_is_left_out() -> None:
    assert shown("lot", {"version": 1, "area": None}, {"version": 2, "area": "", "id": str(LOT)}) == []
    long = "x" * 400
    ((_, _, cut),) = shown("owner", None, {"reason": long})
    assert cut.endswith("…") and len(cut) < len(long)


def test_every_field_of_what_is_audited_has_a_name_in_each_language() -> None:
    columns = {column.name for table in AUDITED for column in SQLModel.metadata.tables[table].columns}
    assert not sorted(columns - fields().keys() - HIDDEN)
    for name in columns & fields().keys():
        assert all(field_name(name, lang) for lang in LANGS)
        assert field_name(name, "fr") != name


async def test_ids_are_called_what_the_reader_may_see(world: World) -> None:
    lot, owner = world.lots["T1"], world.owners["T1"]
    ids = ids_in([{"lot_id": str(lot)}, None, {"rights": [{"owner_id": str(owner)}]}, {"weights": {str(OTHER): 1}}])
    assert ids == {lot, owner, OTHER}
    async with work(world.people["syndic_a"]) as w:
        assert (await names_of(w, ids, owners=True)).keys() == {lot, owner}
        assert await names_of(w, ids, owners=False) == {lot: "T1"}
    async with work(world.people["syndic_b"]) as w:  # of another organisation
        assert await names_of(w, ids, owners=True) == {}


def test_a_difference_is_plain_text() -> None:
    assert differences("lot", None, {"share": 3}, READER) == [Difference("Quotités", "", "3")]

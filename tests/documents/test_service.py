"""Documents through the services: who sees which, how long they are kept, versions, the search, the trace."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import psycopg
import pytest

from koprogo_app.documents.model import Document, DocumentVersion
from koprogo_app.documents.queries.library import Choice, counts, document_detail, documents_page, tree
from koprogo_app.documents.service import describing, showing, subjects
from koprogo_app.documents.service.describing import update_document
from koprogo_app.documents.service.digesting import digest_version
from koprogo_app.documents.service.receiving import receive_version
from koprogo_app.documents.service.removing import remove_document_objects, sweep
from koprogo_app.estate.model import Owner
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Store, key_of, spool
from tests.documents import files
from tests.documents.conftest import put
from tests.ledger.books import Books
from tests.purchases.invoices import draft
from tests.world import World

READERS = [
    "admin",
    "syndic_a",
    "accountant_a",
    "board_tilia",
    "owner_tilia",
    "owner_fagus",
    "syndic_b",
    "owner_quercus",
]
SEEN = {
    "co_owners": {"admin", "syndic_a", "accountant_a", "board_tilia", "owner_tilia"},
    "board": {"admin", "syndic_a", "accountant_a", "board_tilia"},
    "syndic": {"admin", "syndic_a"},
    "owner": {"admin", "syndic_a", "accountant_a", "owner_tilia"},
    "notary": {"admin", "syndic_a"},
}


@pytest.fixture(autouse=True)
def notarial_files(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An area of notaries' files, as one that will come declares it."""

    async def place(w: Work, record_id: UUID) -> subjects.Place | None:
        return subjects.Place(world.organizations["a"], world.buildings["tilia"]) if record_id == UUID(int=7) else None

    known = (*subjects.SUBJECTS.given(), subjects.Subject("transfer", "documents.write", place))
    monkeypatch.setattr(subjects.SUBJECTS, "_given", known)


def where(world: World, visibility: str = "co_owners", **more: object) -> dict[str, object]:
    values: dict[str, object] = {"building_id": world.buildings["tilia"], "visibility": visibility, "kind": "minutes"}
    if visibility == "owner":
        values["owner_id"] = world.owners["T1"]
    if visibility == "notary":
        values |= {"reader_id": world.people["board_tilia"].user_id, "entity": "transfer", "entity_id": UUID(int=7)}
    return values | more


@pytest.mark.parametrize("visibility", SEEN)
async def test_each_visibility_reaches_just_its_readers(world: World, kept: Store, visibility: str) -> None:
    document = (await put(world.people["syndic_a"], **where(world, visibility))).document
    seen = set()
    for name in READERS:
        async with work(world.people[name]) as w:
            page = await documents_page(w)
            try:
                await document_detail(w, document.id)
                await showing.content(w, document.id)
                seen.add(name)
                assert [row.id for row in page.rows] == [document.id]
                assert len(await tree(w)) == 1
            except NotFound:
                assert page.total == 0
                assert await tree(w) == []
                with pytest.raises(NotFound):
                    await describing.update_document(w, document.id, {"title": "Mine"})
    assert seen == SEEN[visibility]


async def test_a_paper_of_one_owner_is_not_for_the_next_one(world: World, kept: Store) -> None:
    document = (await put(world.people["syndic_a"], **where(world, "owner", owner_id=world.owners["T2"]))).document
    async with work(world.people["owner_tilia"]) as w:
        with pytest.raises(NotFound):
            await document_detail(w, document.id)


async def test_one_may_not_file_what_one_would_not_see(world: World, kept: Store) -> None:
    with pytest.raises(Invalid) as refusal:
        await put(world.people["accountant_a"], **where(world, "syndic"))
    assert refusal.value.field == "visibility"
    for name in ("board_tilia", "owner_tilia"):
        with pytest.raises(Forbidden):
            await put(world.people[name], **where(world))
    with pytest.raises(NotFound):
        await put(world.people["syndic_b"], **where(world))
    assert [s async for s in kept.stats()] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "poem"}, "kind"),
        ({"visibility": "everyone"}, "visibility"),
        ({"lang": "es"}, "lang"),
        ({"dated": "31/31/2026"}, "dated"),
        ({"dated": "0026-01-01"}, "dated"),
        ({"lot_id": "x"}, "lot_id"),
        ({"lot_id": "F1"}, "lot_id"),
        ({"visibility": "owner"}, "owner_id"),
        ({"owner_id": "Q1"}, "owner_id"),
        ({"visibility": "notary"}, "reader_id"),
        ({"entity": "meeting"}, "entity_id"),
        ({"building_id": ""}, "building_id"),
        ({"kind": "invoice", "destroy_on": "2030-01-01"}, "destroy_on"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_is_wrong_is_said_on_its_field(
    world: World, kept: Store, change: dict[str, str], field: str
) -> None:
    ids = {**world.lots, **{k: v for k, v in world.owners.items() if k.startswith("Q")}}
    values = where(world) | {k: ids.get(v, v) for k, v in change.items()}
    with pytest.raises(Invalid) as refusal:
        await put(world.people["syndic_a"], **values)
    assert refusal.value.field == field


async def test_defaults_title_from_the_name_and_the_day_of_destruction(world: World, kept: Store) -> None:
    given = {
        "building_id": world.buildings["tilia"],
        "kind": "invoice",
        "dated": "2025-03-14",
        "lot_id": world.lots["T1"],
    }
    document = (await put(world.people["syndic_a"], name="Facture toiture.pdf", **given)).document
    assert (document.title, document.visibility, document.lang) == ("Facture toiture", "syndic", "fr")
    assert document.destroy_on == date(2036, 1, 1)
    async with work(world.people["syndic_a"]) as w:
        changed = await describing.update_document(w, document.id, {"kind": "minutes", "title": " PV  2025 "})
        assert (changed.destroy_on, changed.title, changed.version) == (None, "PV 2025", 2)
        with pytest.raises(Conflict):
            await describing.update_document(w, document.id, {"title": "x"}, version=1)
        assert await counts(w, "lot", [world.lots["T1"], world.lots["T2"]]) == {world.lots["T1"]: 1}


async def test_not_deleted_before_its_time_without_a_reason(world: World, kept: Store) -> None:
    minutes = (await put(world.people["syndic_a"], **where(world))).document
    photo = (
        await put(world.people["syndic_a"], files.picture(), "a.jpg", **where(world, kind="photo", dated="2010-05-05"))
    ).document
    syndic = world.people["syndic_a"]
    async with work(syndic) as w:
        with pytest.raises(AgainstTheLaw) as refusal:
            await describing.delete_document(w, minutes.id, "wrong")
        assert (refusal.value.field, refusal.value.article) == ("reason", "3.93 §4")
        await describing.delete_document(w, photo.id, "")
    async with work(world.people["accountant_a"]) as w:
        with pytest.raises(Forbidden):
            await describing.delete_document(w, minutes.id, "Filed with the wrong building.")
    async with work(syndic) as w:
        await describing.delete_document(w, minutes.id, "Filed with the wrong building.")
    async with work(syndic) as w:
        assert (await documents_page(w)).total == 0
        with pytest.raises(NotFound):
            await showing.content(w, minutes.id)
    assert await remove_document_objects(minutes.id) == 1
    assert await remove_document_objects(photo.id) == 1
    assert [s async for s in kept.stats()] == []
    async with work(SYSTEM) as w:
        row = await w.get(Document, minutes.id)
        assert (row.delete_reason, row.deleted_by) == ("Filed with the wrong building.", syndic.user_id)
        assert await w.value("select count(*) from document_version where removed_at is null") == 0
        after = await w.value(
            "select after from audit_entry where action = 'document.deleted' and entity_id = %(i)s", i=minutes.id
        )
        assert after["delete_reason"] == "•"


async def test_the_database_keeps_what_must_be_kept(world: World, kept: Store, pg: Server, database_name: str) -> None:
    received = await put(world.people["syndic_a"], **where(world, kind="invoice"))
    document, version = received.document.id, received.version.id
    refused = {
        f"delete from document where id = '{document}'": "KG002",
        f"delete from document_version where id = '{version}'": "KG002",
        f"update document_version set sha256 = repeat('0', 64) where id = '{version}'": "KG002",
        f"update document_version set size = 1 where id = '{version}'": "KG002",
        f"update document set deleted_at = now(), deleted_by = id where id = '{document}'": "KG001",
        f"update document set destroy_on = '2020-01-01' where id = '{document}'": "KG003",
        f"update document set building_id = '{world.buildings['fagus']}' where id = '{document}'": "KG002",
        f"update document set lot_id = '{world.lots['F1']}' where id = '{document}'": "KG003",
        f"update document set visibility = 'owner' where id = '{document}'": "23514",
        f"update document set owner_id = '{world.owners['Q1']}' where id = '{document}'": "23503",
    }  # fmt: skip
    with pg.connect(database_name, "postgres") as c:
        c.execute("set koprogo.organizations = '*'")
        for statement, state in refused.items():
            with pytest.raises(psycopg.Error) as refusal, c.transaction():
                c.execute(statement)
            assert refusal.value.sqlstate == state, statement
        c.execute(
            "update document set deleted_at = now(), deleted_by = id, delete_reason = 'A written reason' "
            f"where id = '{document}'"
        )
        with pytest.raises(psycopg.Error) as refusal:
            c.execute(f"update document set deleted_at = null, deleted_by = null where id = '{document}'")
        assert refusal.value.sqlstate == "KG002"


async def test_versions_follow_and_the_same_file_again_is_refused(world: World, kept: Store) -> None:
    syndic = world.people["syndic_a"]
    document = (await put(syndic, **where(world))).document

    async def again(data: bytes) -> DocumentVersion:
        async with spool(kept.spools, 10**7) as incoming:
            await incoming.write(data)
            await incoming.finish()
            return (await receive_version(syndic, incoming, "pv2.pdf", document.id)).version

    assert (await again(files.pdf("Corrigé"))).number == 2
    with pytest.raises(Conflict):
        await again(files.pdf("Corrigé"))
    async with work(world.people["owner_tilia"]) as w:
        detail = await document_detail(w, document.id)
        assert [v.number for v in detail.versions] == [2, 1]
        assert (await showing.content(w, document.id)).sha256 == detail.versions[0].sha256
        assert (await showing.content(w, document.id, 1)).sha256 == detail.versions[1].sha256
        with pytest.raises(NotFound):
            await showing.content(w, document.id, 3)


async def test_the_same_bytes_twice_are_stored_once_and_survive_one_deletion(world: World, kept: Store) -> None:
    syndic = world.people["syndic_a"]
    one, two = [(await put(syndic, **where(world))).document for _ in range(2)]
    other = (await put(world.people["syndic_b"], building_id=world.buildings["quercus"])).document
    keys = [s.key async for s in kept.stats()]
    assert sorted(k[:36] for k in keys) == sorted(str(world.organizations[o]) for o in "ab")
    async with work(syndic) as w:
        await describing.delete_document(w, one.id, "It was there twice.")
    await remove_document_objects(one.id)
    async with work(syndic) as w:
        assert await kept.stat((await showing.content(w, two.id)).key) is not None
    async with work(world.people["syndic_b"]) as w:
        assert (await document_detail(w, other.id)).row.title == "pv"


async def test_preview_pages_and_words_come_from_the_job(world: World, kept: Store) -> None:
    syndic = world.people["syndic_a"]
    received = await put(syndic, files.pdf(pages=3), **where(world, title="Assemblée 2026"))
    photo = await put(syndic, files.located_jpeg(), "toit.jpg", **where(world, kind="photo"))
    broken = await put(syndic, files.pdf()[:300] + b"%%EOF", **where(world))
    for one in (received, photo, broken):
        await digest_version(one.version.id)
        await digest_version(one.version.id)  # again: nothing changes
    async with work(world.people["owner_tilia"]) as w:
        row = (await document_detail(w, received.document.id)).row
        assert (row.state, row.pages, row.has_preview) == ("ready", 3, True)
        assert (await document_detail(w, broken.document.id)).row.state == "unreadable"
        shown = await showing.preview(w, photo.document.id)
        data = b"".join([b async for b in kept.read(shown.key, shown.size)])
    import io

    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, dict(picture.getexif()), picture.info.get("exif")) == ("WEBP", {}, None)
        assert picture.height > picture.width  # it stands upright, as its metadata said


SEARCHES = {
    "assemblée": {"fr"}, "assemblee": {"fr"}, "toitures": {"fr"}, "toit": {"fr"}, "ASSEMBLÉE toiture": {"fr"},
    "dakwerken": {"nl"}, "dak": {"nl"}, "Dachdecker": {"de"}, "roofing": {"en"}, "toiture -générale": set(),
    '"réfection de la toiture"': {"fr"}, '"toiture de la réfection"': set(), "'; drop table document --": set(),
    "&|!():*": {"fr", "nl", "de", "en"}, "\0\ud800": {"fr", "nl", "de", "en"}, "begin": {"de", "en"},
}  # fmt: skip


async def test_search_in_four_languages_with_and_without_accents(world: World, kept: Store) -> None:
    texts = {
        "fr": files.WORDS,
        "nl": "Notulen: de dakwerken worden gegund",
        "de": "Der Dachdecker beginnt im Mai",
        "en": "The roofing works begin in May",
    }
    for lang, text in texts.items():
        received = await put(world.people["syndic_a"], files.pdf(text), **where(world, lang=lang, title=lang))
        await digest_version(received.version.id)
    async with work(world.people["owner_tilia"]) as w:
        for words, found in SEARCHES.items():
            page = await documents_page(w, choice=Choice(text=words))
            assert {row.title for row in page.rows} == found, words


async def test_filters_and_the_tree(world: World, kept: Store) -> None:
    syndic = world.people["syndic_a"]
    for kind, dated in [
        ("invoice", "2014-02-01"),
        ("invoice", "2025-02-01"),
        ("invoice", "2025-12-31"),
        ("quote", "2025-01-01"),
    ]:
        await put(syndic, files.pdf(kind + dated), **where(world, kind=kind, dated=dated))
    async with work(world.people["board_tilia"]) as w:
        assert [(b.kind, b.year, b.count) for b in await tree(w, world.buildings["tilia"])] == [
            ("invoice", 2025, 2), ("invoice", 2014, 1), ("quote", 2025, 1),
        ]  # fmt: skip
        for choice, total in [
            (Choice(kind="invoice"), 3), (Choice(kind="invoice", year=2025), 2), (Choice(due=True), 1),
            (Choice(building_id=world.buildings["fagus"]), 0), (Choice(visibility="board"), 0),
        ]:  # fmt: skip
            assert (await documents_page(w, choice=choice)).total == total, choice


async def test_reading_is_recorded_once_for_a_reader_and_never_for_the_sender(world: World, kept: Store) -> None:
    sent = await put(world.people["syndic_a"], **where(world))
    document = sent.document
    for name in ("syndic_a", "owner_tilia", "owner_tilia"):
        async with work(world.people[name]) as w:
            await showing.content(w, document.id)
    await digest_version(sent.version.id)
    async with work(world.people["board_tilia"]) as w:
        await showing.preview(w, document.id)
        await showing.content(w, document.id)
    async with work(SYSTEM) as w:
        readers = await w.value(
            "select array_agg(user_id order by seq) from audit_entry where action = 'document.read'"
        )
    assert readers == [world.people["owner_tilia"].user_id, world.people["board_tilia"].user_id]


async def test_the_sweep_finds_what_does_not_fit_on_both_sides(world: World, kept: Store) -> None:
    import os

    assert kept.root is not None
    documents = [await put(world.people["syndic_a"], files.pdf(str(n)), **where(world)) for n in range(3)]
    assert (await sweep(kept)).clean
    keys = [key_of(world.organizations["a"], d.version.sha256) for d in documents]
    (kept.root / keys[0]).unlink()
    (kept.root / keys[1]).write_bytes(b"short")
    async with spool(kept.spools, 100) as incoming:
        await incoming.write(b"nobody's")
        await incoming.finish()
        orphan = key_of(world.organizations["a"], incoming.sha256)
        await kept.keep(incoming, orphan)
    assert (await sweep(kept)).orphans == []  # it may belong to what is just being received
    os.utime(kept.root / orphan, (0, 0))
    found = await sweep(kept)
    assert (found.orphans, found.missing, found.wrong) == ([orphan], [keys[0]], [keys[1]])
    assert (await sweep(kept, remove=True)).removed == 1
    assert await kept.stat(orphan) is None


async def test_a_link_opens_one_document_for_a_while(world: World, kept: Store) -> None:
    from dataclasses import replace
    from uuid import uuid4

    who = replace(world.people["owner_tilia"], session_id=uuid4())
    document = (await put(world.people["syndic_a"], **where(world))).document
    async with work(who) as w:
        token = await showing.make_link(w, document.id)
    link = showing.read_link(token)
    assert link is not None
    assert (link.document_id, link.session_id) == (document.id, who.session_id)
    for broken in (token[:-2] + "AA", "", "x", token[4:], "é"):
        assert showing.read_link(broken) is None


async def test_an_owner_who_is_also_named_elsewhere_stays_outside(world: World, kept: Store) -> None:
    """The user of an owner of another organisation, though the same person, sees only where his role is."""
    async with work(SYSTEM) as w:
        owner = await w.get(Owner, world.owners["T1"])
        owner.user_id = world.people["owner_quercus"].user_id
        w.session.add(owner)
    document = (await put(world.people["syndic_a"], **where(world, "owner"))).document
    async with work(world.people["owner_quercus"]) as w:
        with pytest.raises(NotFound):
            await document_detail(w, document.id)


async def test_a_document_belongs_to_what_exists_in_its_building(opened_books: Books, kept: Store) -> None:
    """An invoice of this building; none of another, none that is not, and nothing that no area knows."""
    world, syndic = opened_books.world, opened_books.world.people["syndic_a"]
    bill = await draft(opened_books)
    other = world.buildings["fagus"]
    made = await put(syndic, **where(world, entity="invoice", entity_id=str(bill)))
    assert (made.document.entity, made.document.entity_id) == ("invoice", bill)
    await put(syndic, **where(world, entity="supplier", entity_id=str(opened_books.supplier)))
    for values in (
        {"entity": "invoice", "entity_id": str(bill), "building_id": other},
        {"entity": "invoice", "entity_id": str(UUID(int=1))}, {"entity": "supplier", "entity_id": str(bill)},
        {"entity": "reminder", "entity_id": str(bill)}, {"entity": "ticket", "entity_id": str(bill)},
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            await put(syndic, **where(world, **values))
        assert refusal.value.field == "entity_id"
    async with work(syndic) as w:
        with pytest.raises(Invalid):
            await update_document(w, made.document.id, {"entity_id": str(UUID(int=1))})
        await update_document(w, made.document.id, {"title": "Bill"})


async def test_a_document_is_put_with_what_one_may_write_only(
    opened_books: Books, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bill = await draft(opened_books)
    known = [replace(one, permission="rates.write") for one in subjects.SUBJECTS.given()]
    monkeypatch.setattr(subjects.SUBJECTS, "_given", tuple(known))
    world = opened_books.world
    with pytest.raises(Forbidden):
        await put(world.people["syndic_a"], **where(world, entity="invoice", entity_id=str(bill)))

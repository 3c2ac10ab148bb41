"""Documents over REST: sending, reading whole and in parts, links, bundles, and who gets 404."""

import io
import zipfile
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from koprogo_app.documents.service.bundling import forget_bundles, make_bundle
from koprogo_app.documents.service.digesting import digest_version
from koprogo_app.foundation import runs
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Store
from koprogo_app.identity.service import sessions
from tests.documents import files
from tests.documents.conftest import ClientOf, put
from tests.world import World


async def sent(client: httpx.AsyncClient, world: World, data: bytes = b"", **fields: str) -> httpx.Response:
    fields = {"building_id": str(world.buildings["tilia"]), "kind": "minutes", "visibility": "co_owners"} | fields
    return await client.post("/documents/upload", data=fields, files={"file": ("PV n° 1.pdf", data or files.pdf())})


async def test_a_document_goes_in_is_listed_found_read_and_deleted(
    world: World, kept: Store, client_of: ClientOf
) -> None:
    syndic, owner, stranger = [await client_of(name) for name in ("syndic_a", "owner_tilia", "owner_fagus")]
    answer = await sent(syndic, world, title="PV 2026", dated="2026-06-18")
    assert answer.status_code == 201, answer.text
    one = answer.json()
    assert (one["title"], one["number"], one["destroy_on"], one["media_type"]) == (
        "PV 2026",
        1,
        None,
        "application/pdf",
    )
    path = f"/documents/{one['id']}"
    listed = (await owner.get("/documents", params={"text": "pv", "kind": "minutes", "year": 2026})).json()
    assert [item["id"] for item in listed["items"]] == [one["id"]]
    building = f"/buildings/{world.buildings['tilia']}/documents"
    assert (await owner.get(building)).json()["total"] == 1
    assert (await stranger.get(building)).status_code == 404
    assert (await owner.get("/documents/tree")).json() == [{"kind": "minutes", "year": 2026, "count": 1}]
    for client, status in ((owner, 200), (stranger, 404)):
        for tail in ("", "/metadata"):
            assert (await client.get(path + tail)).status_code == status
        assert (await client.post(path + "/link")).status_code == status
        assert (await client.delete(path)).status_code == (403 if status == 200 else 404)
    assert (await owner.patch(path + "/metadata", json={"title": "x"})).status_code == 403
    changed = await syndic.patch(path + "/metadata", json={"title": "PV juin 2026", "version": 1})
    assert (changed.json()["title"], changed.json()["version"]) == ("PV juin 2026", 2)
    refusal = await syndic.delete(path)
    assert (refusal.status_code, refusal.json()["article"], refusal.json()["field"]) == (422, "3.93 §4", "reason")
    assert (await syndic.delete(path, params={"reason": "Filed with the wrong building"})).status_code == 204
    assert (await owner.get(path)).status_code == 404


async def test_an_upload_repeated_with_its_key_keeps_one_document(
    world: World, kept: Store, client_of: ClientOf
) -> None:
    syndic = await client_of("syndic_a")
    syndic.headers["idempotency-key"] = "scan-1"
    first, again = [await sent(syndic, world, title="PV") for _ in range(2)]  # each with a boundary of its own
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert (await syndic.get("/documents")).json()["total"] == 1
    for other in (
        await sent(syndic, world, title="Another"),
        await sent(syndic, world, files.pdf("other"), title="PV"),
    ):
        assert (other.status_code, other.json()["field"]) == (422, "Idempotency-Key")
    del syndic.headers["idempotency-key"]
    one = first.json()["id"]
    links = [await syndic.post(f"/documents/{one}/link", headers={"idempotency-key": "link"}) for _ in range(2)]
    assert links[0].json() == links[1].json()


async def test_the_next_version_and_the_same_file_again(world: World, kept: Store, client_of: ClientOf) -> None:
    syndic = await client_of("syndic_a")
    one = (await sent(syndic, world)).json()
    two = await sent(syndic, world, files.pdf("two"), document_id=one["id"])
    assert (two.status_code, two.json()["number"]) == (201, 2)
    assert (await sent(syndic, world, files.pdf("two"), document_id=one["id"])).status_code == 409
    first = await syndic.get(f"/documents/{one['id']}", params={"number": 1})
    assert first.content == files.pdf()
    versions = (await syndic.get(f"/documents/{one['id']}/metadata")).json()["versions"]
    assert [v["number"] for v in versions] == [2, 1]


async def test_pages_send_a_file_as_the_body(world: World, kept: Store, client_of: ClientOf) -> None:
    syndic = await client_of("syndic_a")
    query = {
        "name": "toit.jpg",
        "building_id": str(world.buildings["tilia"]),
        "kind": "photo",
        "lot_id": str(world.lots["T1"]),
    }
    answer = await syndic.put("http://test/api/documents", params=query, content=files.picture())
    assert (answer.status_code, answer.json()["file_name"]) == (201, "toit.jpg")
    refused = await syndic.put("http://test/api/documents", params=query | {"name": "a.jpg"}, content=b"MZ\x90\0\0")
    assert (refused.status_code, refused.json()["field"]) == (422, "file")


@pytest.mark.parametrize(
    ("data", "name", "headers"),
    [
        (files.pdf(), "PV été.pdf",
         ("application/pdf", 'inline; filename="PV _t_.pdf"; filename*=UTF-8\'\'PV%20%C3%A9t%C3%A9.pdf')),
        (b"a;b\n1;2\n", "x.csv", ("text/csv; charset=utf-8", 'attachment; filename="x.csv"; filename*=UTF-8\'\'x.csv')),
        (files.UBL, "x.xml", ("application/xml", 'attachment; filename="x.xml"; filename*=UTF-8\'\'x.xml')),
        (files.picture("HEIF"), "x.heic", ("image/heic", 'attachment; filename="x.heic"; filename*=UTF-8\'\'x.heic')),
    ],
)  # fmt: skip
async def test_bytes_are_served_as_what_they_are(
    world: World, kept: Store, client_of: ClientOf, data: bytes, name: str, headers: tuple[str, str]
) -> None:
    document = (await put(world.people["syndic_a"], data, name, building_id=world.buildings["tilia"])).document
    syndic = await client_of("syndic_a")
    answer = await syndic.get(f"/documents/{document.id}")
    assert answer.content == data
    assert (answer.headers["content-type"], answer.headers["content-disposition"]) == headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"].startswith("private")
    assert ("sandbox" in answer.headers.get("content-security-policy", "")) == (name != "PV été.pdf")
    saved = await syndic.get(f"/documents/{document.id}", params={"download": True})
    assert saved.headers["content-disposition"].startswith("attachment")


async def test_ranges_and_conditions(world: World, kept: Store, client_of: ClientOf) -> None:
    data = files.pdf("x" * 3000)
    document = (await put(world.people["syndic_a"], data, building_id=world.buildings["tilia"])).document
    syndic, path, size = await client_of("syndic_a"), f"/documents/{document.id}", len(data)
    tag = (await syndic.get(path)).headers["etag"]
    for asked, status, part in [
        ("bytes=0-9", 206, data[:10]), ("bytes=100-", 206, data[100:]), ("bytes=-7", 206, data[-7:]),
        (f"bytes=5-{size * 2}", 206, data[5:]), (f"bytes={size}-", 416, b""), ("bytes=-0", 416, b""),
        ("bytes=9-5", 200, data), ("bytes=0-1,5-6", 200, data), ("lines=1-2", 200, data), ("bytes=-", 200, data),
    ]:  # fmt: skip
        answer = await syndic.get(path, headers={"range": asked})
        assert (answer.status_code, answer.content) == (status, part), asked
        assert int(answer.headers.get("content-length", 0)) == len(part)
    assert (await syndic.get(path, headers={"range": "bytes=0-9"})).headers["content-range"] == f"bytes 0-9/{size}"
    assert (await syndic.get(path, headers={"range": "bytes=0-9", "if-range": '"other"'})).status_code == 200
    assert (await syndic.get(path, headers={"if-none-match": tag})).status_code == 304


async def test_a_link_opens_it_until_the_session_ends(
    world: World, kept: Store, client_of: ClientOf, stranger: httpx.AsyncClient
) -> None:
    owner = await client_of("owner_tilia")
    one, two = [
        (await put(world.people["syndic_a"], building_id=world.buildings["tilia"], visibility="co_owners")).document
        for _ in range(2)
    ]
    made = (await owner.post(f"/documents/{one.id}/link")).json()
    token = made["url"].partition("link=")[2]
    assert made["seconds"] == 600
    assert (await stranger.get(f"/documents/{one.id}", params={"link": token})).content == files.pdf()
    assert (await stranger.get(f"/documents/{two.id}", params={"link": token})).status_code == 401
    assert (await stranger.get(f"/documents/{one.id}")).status_code == 401
    async with work(SYSTEM) as w:
        await w.execute("update user_session set revoked_at = now(), revoked_reason = 'test'")
    sessions.forget()
    assert (await stranger.get(f"/documents/{one.id}", params={"link": token})).status_code == 401


FORM = "multipart/form-data; boundary=x"


class Counted:
    """A body that says how much of it was asked for."""

    def __init__(self, megabytes: int) -> None:
        self.left = megabytes
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.left:
            self.left -= 1
            self.given += 1
            yield b"%PDF-1.7" + b"x" * 999_992


@pytest.mark.parametrize("announced", [True, False])
async def test_too_large_a_file_is_refused_early(
    world: World, kept: Store, client_of: ClientOf, announced: bool
) -> None:
    syndic, body = await client_of("syndic_a"), Counted(200)
    headers = {"content-length": "200000000"} if announced else {"transfer-encoding": "chunked"}
    headers["accept-language"] = "en"
    query = {"name": "a.pdf", "building_id": str(world.buildings["tilia"])}
    answer = await syndic.put("http://test/api/documents", params=query, content=body, headers=headers)
    assert answer.status_code == 413
    assert "50 MB" in answer.json()["detail"]
    assert body.given <= (1 if announced else 52)
    assert not list(kept.spools.glob("*"))


async def test_who_may_not_send_is_told_before_the_bytes(world: World, kept: Store, client_of: ClientOf) -> None:
    query = {"name": "a.pdf", "building_id": str(world.buildings["tilia"])}
    for name, status in (("owner_tilia", 403), ("syndic_b", 404)):
        body = Counted(10)
        client = await client_of(name)
        answer = await client.put("http://test/api/documents", params=query, content=body)
        assert (answer.status_code, body.given) == (status, 0)
        assert (await sent(client, world)).status_code == status


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", FORM),
        (b"--x\r\n", FORM),
        (b"no form at all", FORM),
        (b"{}", "application/json"),
        (b"x", "multipart/form-data"),
        (b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\na\r\n--x--\r\n', FORM),
        (b'--x\r\nContent-Disposition: form-data; name="t"\r\n\r\n' + b"a" * 60_000 + b"\r\n--x--\r\n", FORM),
        (b'--x\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\na\r\n--x--\r\n', FORM),
    ],
)  # fmt: skip
async def test_a_broken_form_is_said_as_such(
    world: World, kept: Store, client_of: ClientOf, content: bytes, kind: str
) -> None:
    syndic = await client_of("syndic_a")
    answer = await syndic.post("/documents/upload", content=content, headers={"content-type": kind})
    assert answer.status_code == 422, answer.text
    assert not list(kept.spools.glob("*"))


async def test_a_bundle_is_made_by_its_job_and_only_for_who_asked(
    world: World, kept: Store, client_of: ClientOf
) -> None:
    syndic = world.people["syndic_a"]
    values = {
        "building_id": world.buildings["tilia"],
        "visibility": "co_owners",
        "kind": "invoice",
        "dated": "2025-05-05",
    }
    ids = [str((await put(syndic, files.pdf(str(n)), "Même titre.pdf", **values)).document.id) for n in range(3)]
    hidden = (await put(syndic, building_id=world.buildings["tilia"])).document
    owner, board = await client_of("owner_tilia"), await client_of("board_tilia")
    assert (await owner.post("/documents/bundles", json={"ids": [*ids, str(hidden.id)]})).status_code == 404
    asked = await owner.post("/documents/bundles", json={"ids": ids})
    assert (asked.status_code, asked.json()["total"]) == (202, 3)
    path = f"/documents/bundles/{asked.json()['id']}"
    assert (await owner.get(path + "/content")).status_code == 409
    assert (await board.get(path)).status_code == 404
    await runs.perform(UUID(str(asked.json()["id"])), make_bundle)
    ready = (await owner.get(path)).json()
    assert (ready["status"], ready["done"]) == ("ready", 3)
    answer = await owner.get(path + "/content")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = [f"2025/invoice/2025-05-05 Même titre{n}.pdf" for n in ("", " (2)", " (3)")]
        assert archive.namelist() == names
        assert archive.read(names[1]) == files.pdf("1")
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from audit_entry where action = 'document.bundled'") == 3
        await w.execute("update background_run set expires_at = now() - interval '1 minute'")
    assert await forget_bundles() == 1
    assert len([s async for s in kept.stats()]) == 4


async def test_a_preview_is_a_picture_and_absent_until_it_is_made(
    world: World, kept: Store, client_of: ClientOf
) -> None:
    received = await put(world.people["syndic_a"], building_id=world.buildings["tilia"])
    syndic, path = await client_of("syndic_a"), f"/documents/{received.document.id}/preview"
    assert (await syndic.get(path)).status_code == 404
    await digest_version(received.version.id)
    answer = await syndic.get(path)
    assert (answer.headers["content-type"], answer.content[:4]) == ("image/webp", b"RIFF")


async def test_a_damaged_file_is_said_and_not_sent(world: World, kept: Store, client_of: ClientOf) -> None:
    assert kept.root is not None
    document = (await put(world.people["syndic_a"], building_id=world.buildings["tilia"])).document
    syndic = await client_of("syndic_a")
    for stat in [s async for s in kept.stats()]:
        (kept.root / stat.key).write_bytes(b"%PDF-" + b"z" * (stat.size - 5))
    answer = await syndic.get(f"/documents/{document.id}", headers={"accept-language": "en"})
    assert (answer.status_code, "damaged" in answer.json()["detail"]) == (500, True)
    for stat in [s async for s in kept.stats()]:
        (kept.root / stat.key).unlink()
    answer = await syndic.get(f"/documents/{document.id}", headers={"accept-language": "en"})
    assert (answer.status_code, "missing" in answer.json()["detail"]) == (500, True)

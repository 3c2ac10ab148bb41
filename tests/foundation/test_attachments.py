"""Files that go out with a mail: read from the store when it is sent, never copied, never another tenant's."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from koprogo_app.console.queries import outbox
from koprogo_app.console.service.outbox import try_again
from koprogo_app.foundation import mail, storage
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, KoproError
from koprogo_app.foundation.mail import MOST_ATTACHED, Attached
from koprogo_app.foundation.model import Mail
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import key_of, spool
from koprogo_app.foundation.storage.store import Store, local_store
from tests.foundation.test_mail import Postman, postman, server
from tests.world import World

__all__ = ["postman", "server"]
PAPER = b"%PDF-1.7\n" + bytes(range(256)) * 40


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Store]:
    """A file store of this test."""
    target = local_store(tmp_path / "files")
    storage.use(target)
    yield target
    storage.use(None)


async def stored(kept: Store, world: World, data: bytes = PAPER, name: str = "Appel d’été : 1.pdf") -> Attached:
    """A file of organisation a."""
    async with spool(kept.spools, MOST_ATTACHED * 2) as incoming:
        await incoming.write(data)
        await incoming.finish()
        await kept.keep(incoming, key_of(world.organizations["a"], incoming.sha256))
        return Attached(incoming.sha256, incoming.size, mail.file_name(name.removesuffix(".pdf")))


async def queue(world: World, *files: Attached) -> Mail:
    async with work(world.people["syndic_a"]) as w:
        return await mail.queue_mail(
            w, to="jan@example.be", lang="fr", purpose="role", subject="A new role in KoproGo",
            package="koprogo_app.identity", letter="role_given", organization_id=world.organizations["a"],
            link="https://x.example", name="X", role="co-owner", organization="Tilia", inviter="Syndic",
            attached=files,
        )  # fmt: skip


async def after(world: World, queued: Mail) -> tuple[str, str]:
    async with work(world.people["admin"]) as w:
        row = await outbox.mail(w, queued.id)
    return row.status, row.last_error


async def test_what_is_attached_arrives_byte_for_byte(postman: Postman, kept: Store, world: World) -> None:
    await queue(world, await stored(kept, world), await stored(kept, world, b"second", "Annexe\r\nBcc: x@y.be"))
    assert await mail.send_due() == 1
    (message,) = postman.got
    assert message.get_body(("plain",)) is not None and message.get_body(("html",)) is not None
    first, second = message.iter_attachments()
    assert (first.get_content_type(), first.get_filename()) == ("application/pdf", "Appel d’été 1.pdf")
    assert first.get_content() == PAPER and second.get_content() == b"second"
    assert message["Bcc"] is None and second.get_filename() == "Annexe Bcc x@y.be.pdf"


async def test_a_missing_file_is_shown_in_the_outbox_and_sent_once_it_is_back(
    postman: Postman, kept: Store, world: World
) -> None:
    paper = await stored(kept, world)
    await kept.delete(key_of(world.organizations["a"], paper.sha256))
    queued = await queue(world, paper)
    assert await mail.send_due() == 1
    assert postman.got == []  # never without what its text promises
    status, error = await after(world, queued)
    assert status == "failed" and "file-missing" in error and paper.name in error
    await stored(kept, world)
    async with work(world.people["admin"]) as w:
        assert [one.file_name for one in await outbox.enclosed(w, queued.id)] == [paper.name]
        await try_again(w, queued.id)
    assert await mail.send_due() == 1 and len(postman.got) == 1
    assert await after(world, queued) == ("sent", "")


async def test_a_store_that_does_not_answer_is_tried_again(postman: Postman, kept: Store, world: World) -> None:
    queued = await queue(world, await stored(kept, world))
    storage.use(_Silent(kept.kind, kept.objects, kept.spools, kept.root))
    await mail.send_due()
    assert (await after(world, queued))[0] == "queued"


class _Silent(Store):
    """A store whose disk is gone for the moment."""

    async def read(self, key: str, size: int) -> AsyncIterator[bytes]:
        raise storage.StorageUnavailable
        yield b""


async def test_too_much_is_refused_before_anything_is_written(kept: Store, world: World) -> None:
    half = Attached("0" * 64, MOST_ATTACHED // 2 + 1, "big.pdf")
    with pytest.raises(KoproError) as refused:
        await queue(world, half, half)
    assert refused.value.kind == "too-large"
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from mail") == 0


async def test_an_attachment_is_its_tenants_and_goes_with_its_mail(kept: Store, world: World) -> None:
    queued = await queue(world, await stored(kept, world))
    for name, seen in (("syndic_a", 1), ("syndic_b", 0), ("admin", 1)):
        async with work(world.people[name]) as w:
            assert await w.value("select count(*) from mail_attachment") == seen
    with pytest.raises(Conflict):  # a file of another organisation than the mail's
        async with work(SYSTEM) as w:
            await w.execute("update mail_attachment set organization_id = %(b)s", b=world.organizations["b"])
    async with work(SYSTEM) as w:
        await w.execute("delete from mail where id = %(m)s", m=queued.id)
        assert await w.value("select count(*) from mail_attachment") == 0

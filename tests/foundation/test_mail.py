"""The outbox against a real mail server: what arrives, what waits, what is given up."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

from koprogo_app.foundation import mail
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.model import Mail
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.settings import settings
from tests.world import World


class Postman:
    """Takes mails and keeps them; answers `say` to the next recipients instead."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.say: list[str] = []

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if self.say:
            return self.say.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        message = BytesParser(policy=default).parsebytes(envelope.content or b"")
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        return "250 OK"


@pytest.fixture(scope="module")
def server() -> Iterator[Controller]:
    """A mail server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Postman(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
async def postman(server: Controller, db: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Postman]:
    """The mail server named in the settings."""
    monkeypatch.setenv("KOPROGO_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("KOPROGO_SMTP_PORT", str(server.port))
    monkeypatch.setenv("KOPROGO_SMTP_SECURITY", "none")
    monkeypatch.setenv("KOPROGO_MAIL_FROM", "Syndic <syndic@example.be>")
    settings.cache_clear()
    postman = server.handler
    assert isinstance(postman, Postman)
    postman.got.clear()
    postman.say.clear()
    yield postman
    settings.cache_clear()


async def write(to: str = "jan@example.be", lang: str = "fr", name: str = "Jan <b>") -> Mail:
    """Queues a letter."""
    async with work(SYSTEM) as w:
        return await mail.queue_mail(
            w, to=to, lang=lang, purpose="reset", subject="Choose a new password", package="koprogo_app.identity",
            letter="reset", link="https://copro.example/reset/new#abc", label="Choose a new password", name=name,
        )  # fmt: skip


async def row(queued: Mail) -> Mail:
    async with work(SYSTEM) as w:
        return await w.get(Mail, queued.id)


async def test_a_letter_arrives_as_text_and_html_in_the_readers_language(postman: Postman) -> None:
    queued = await write()
    assert await mail.send_due() == 1
    (message,) = postman.got
    assert (message["To"], message["From"]) == ("jan@example.be", "Syndic <syndic@example.be>")
    assert message["Message-ID"] == f"<{queued.id}@example.be>" and message["Auto-Submitted"] == "auto-generated"
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert text is not None and html is not None
    assert "Jan <b>" in text.get_content() and "https://copro.example/reset/new#abc" in text.get_content()
    assert "Jan &lt;b&gt;" in html.get_content() and 'href="https://copro.example/reset/new#abc"' in html.get_content()
    after = await row(queued)
    assert (after.status, after.attempts, after.sent_at is not None) == ("sent", 1, True)
    assert await mail.send_due() == 0 and len(postman.got) == 1


async def test_a_mail_exists_exactly_when_its_act_does(postman: Postman) -> None:
    with pytest.raises(RuntimeError):
        async with work(SYSTEM) as w:
            await mail.queue_mail(
                w, to="x@example.be", lang="fr", purpose="reset", subject="x", package="koprogo_app.identity",
                letter="reset", link="x", name="x",
            )  # fmt: skip
            raise RuntimeError
    assert await mail.send_due() == 0 and postman.got == []


async def test_two_workers_send_a_mail_once(postman: Postman) -> None:
    for n in range(6):
        await write(f"p{n}@example.be")
    assert sum(await asyncio.gather(*(mail.send_due() for _ in range(3)))) == 6
    assert sorted(m["To"] for m in postman.got) == [f"p{n}@example.be" for n in range(6)]


async def test_a_server_that_is_busy_is_tried_again_later_and_later(postman: Postman) -> None:
    queued = await write()
    waits = []
    for n in range(mail.ATTEMPTS):
        postman.say = ["451 busy jan@example.be"]
        assert await mail.send_due() == 1
        after = await row(queued)
        async with work(SYSTEM) as w:
            waits.append(round((after.next_try_at - w.now) / timedelta(minutes=1)))
            await w.execute("update mail set next_try_at = now()")
        assert after.attempts == n + 1 and "jan" not in after.last_error and "451" in after.last_error
    assert waits[:7] == [1, 2, 4, 8, 16, 32, 64]
    assert (await row(queued)).status == "failed"
    assert await mail.send_due() == 0


async def test_a_refused_address_is_not_tried_again(postman: Postman) -> None:
    queued = await write()
    postman.say = ["550 no such person"]
    await mail.send_due()
    assert (await row(queued)).status == "failed" and postman.got == []


async def test_without_a_reachable_server_mails_wait(postman: Postman, monkeypatch: pytest.MonkeyPatch) -> None:
    queued = await write()
    monkeypatch.setenv("KOPROGO_SMTP_PORT", "1")
    settings.cache_clear()
    assert await mail.send_due() == 1
    assert (await row(queued)).status == "queued"
    monkeypatch.setenv("KOPROGO_SMTP_HOST", "")
    settings.cache_clear()
    async with work(SYSTEM) as w:
        await w.execute("update mail set next_try_at = now()")
    assert await mail.send_due() == 0 and (await row(queued)).attempts == 1


@pytest.mark.parametrize(
    "address", ["", "x", "x@y", "a@b.be\nBcc: c@d.be", "a b@c.be", "<a@b.be>", "a@b.be,c@d.be", "x" * 250 + "@b.be"]
)
async def test_what_is_no_address_is_refused(db: Database, address: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await write(address)
    assert refusal.value.field == "email"


async def test_a_name_cannot_add_a_header(postman: Postman) -> None:
    await write(name="Jan\r\nBcc: evil@example.be")
    await mail.send_due()
    (message,) = postman.got
    assert message["Bcc"] is None and "\n" not in message["Subject"]


async def test_a_tenants_mail_is_seen_by_that_tenant_only(world: World) -> None:
    async with work(world.people["syndic_a"]) as w:
        await mail.queue_mail(
            w, to="x@example.be", lang="nl", purpose="role", subject="A new role in KoproGo",
            package="koprogo_app.identity", letter="role_given", organization_id=world.organizations["a"],
            link="https://x.example", name="X", role="co-owner", organization="Tilia", inviter="Syndic",
        )  # fmt: skip
    for name, seen in (("syndic_a", 1), ("syndic_b", 0), ("admin", 1)):
        async with work(world.people[name]) as w:
            assert await w.value("select count(*) from mail") == seen


async def test_the_server_can_be_greeted(postman: Postman) -> None:
    assert "answers" in await mail.check_server()

"""The outbox, and one mail of it to read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.console.queries import outbox as queries
from koprogo_app.console.service import outbox as service
from koprogo_app.console.state.common import PER_PAGE, offset_of, place
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, P_, catalogue, in_all_languages
from koprogo_app.foundation.mail import Enclosed
from koprogo_app.identity.guard import current, handler
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.settings import settings

STATES = {"queued": P_("e-mail", "waits"), "sent": P_("e-mail", "sent"), "failed": P_("e-mail", "not sent")}
KINDS = {"queued": "information", "sent": "done", "failed": "refused"}


@dataclass(frozen=True)
class MailLine:
    """A mail in the list."""

    id: str = ""
    recipient: str = ""
    subject: str = ""
    status: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    written: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a mail; `href` when it is a link."""

    text: str = ""
    href: str = ""


@dataclass(frozen=True)
class MailDetail:
    """The mail that is open."""

    id: str = ""
    recipient: str = ""
    subject: str = ""
    paragraphs: list[Paragraph] = field(default_factory=list)
    status: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    written: dict[str, str] = field(default_factory=dict)
    tries: int = 0
    error: str = ""
    sent: bool = False
    files: list[str] = field(default_factory=list)


class Outbox(rx.State):
    """The list of mails and the one that is read."""

    ready: bool = False
    rows: list[MailLine] = []
    at: dict[str, int] = {}
    server: bool = False
    reading: bool = False
    mail: MailDetail = MailDetail()

    @handler("platform.read")
    async def load(self) -> None:
        """Builds the page from its address."""
        query = self.router.url.query_parameters
        async with work(current()) as w:
            rows = await queries.mails(
                w, status=query.get("show", ""), search=query.get("q", ""), limit=PER_PAGE, offset=offset_of(query)
            )
        self.rows, self.at = [_line(row) for row in rows], place(query, len(rows), rows[0].total if rows else 0)
        self.server, self.ready, self.reading = bool(settings().smtp_host), True, False

    @handler("platform.read")
    async def read(self, mail_id: str) -> None:
        """Opens a mail."""
        try:
            async with work(current()) as w:
                row = await queries.mail(w, UUID(mail_id))
                self.mail = _detail(row, await queries.enclosed(w, row.id))
        except KoproError as error:
            await refuse(self, error)
            return
        self.reading = True

    @handler("platform.read")
    async def close(self) -> None:
        """Closes it."""
        self.reading = False

    @handler("platform.write")
    async def try_again(self) -> Any:
        """Sends the open mail once more."""
        try:
            async with work(current()) as w:
                await service.try_again(w, UUID(self.mail.id))
        except KoproError as error:
            await refuse(self, error)
            return None
        self.reading = False
        await notify(self, "done", N_("The mail is tried again now."))
        return Outbox.load


def _line(row: queries.MailRow) -> MailLine:
    return MailLine(
        str(row.id), row.recipient, row.subject, catalogue(STATES[row.status]), KINDS[row.status],
        in_all_languages(row.created_at),
    )  # fmt: skip


def _detail(row: queries.MailText, enclosed: Sequence[Enclosed]) -> MailDetail:
    return MailDetail(
        str(row.id), row.recipient, row.subject, [_paragraph(text) for text in row.body_text.strip().split("\n\n")],
        catalogue(STATES[row.status]), KINDS[row.status], in_all_languages(row.created_at), row.attempts,
        row.last_error, row.status == "sent", [one.file_name for one in enclosed],
    )  # fmt: skip


def _paragraph(text: str) -> Paragraph:
    """Only our own addresses become links: a mail also holds what strangers typed, such as their name."""
    own = text.startswith(settings().address("/")) and re.fullmatch(r"\S+", text) is not None
    return Paragraph(text, text if own else "")

"""The outbox, and one mail of it to read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import reflex as rx

from koprogo_app.console.queries import outbox as queries
from koprogo_app.console.service import outbox as service
from koprogo_app.console.state.common import PER_PAGE
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, P_, moment, tr
from koprogo_app.foundation.mail import Enclosed
from koprogo_app.settings import settings
from koprogo_app.workspace.state.common import as_id, asked, place
from koprogo_app.workspace.state.page import PageState, acts, loads, opening

STATES = {"queued": P_("e-mail", "waits"), "sent": P_("e-mail", "sent"), "failed": P_("e-mail", "not sent")}
KINDS = {"queued": "information", "sent": "done", "failed": "refused"}


@dataclass(frozen=True)
class MailLine:
    """A mail in the list."""

    id: str = ""
    recipient: str = ""
    subject: str = ""
    status: str = ""
    kind: str = ""
    written: str = ""


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
    status: str = ""
    kind: str = ""
    written: str = ""
    tries: int = 0
    error: str = ""
    sent: bool = False
    files: list[str] = field(default_factory=list)


class Outbox(PageState, rx.State):
    """The list of mails and the one that is read."""

    rows: list[MailLine] = []
    at: dict[str, int] = {}
    server: bool = False
    mail: MailDetail = MailDetail()

    load = loads("platform.read")

    async def _fill(self, w: Work, lang: str) -> None:
        query = self.router.url.query_parameters
        found = await queries.mails(w, asked(query, PER_PAGE), status=query.get("show", ""), search=query.get("q", ""))
        self.rows, self.at = [_line(row, lang) for row in found.rows], place(found)
        self.server = bool(settings().smtp_host)

    @opening("platform.read", "mail")
    async def read(self, w: Work, lang: str, record: str) -> None:
        """Opens a mail."""
        row = await queries.mail(w, as_id(record))
        self.mail = _detail(row, await queries.enclosed(w, row.id), lang)

    @acts("platform.write", done=N_("The mail is tried again now."))
    async def try_again(self, w: Work, mail_id: str) -> None:
        """Sends a mail once more."""
        await service.try_again(w, as_id(mail_id))


def _line(row: queries.MailRow, lang: str) -> MailLine:
    return MailLine(
        str(row.id), row.recipient, row.subject, tr(lang, STATES[row.status]), KINDS[row.status],
        moment(row.created_at, lang),
    )  # fmt: skip


def _detail(row: queries.MailText, enclosed: Sequence[Enclosed], lang: str) -> MailDetail:
    return MailDetail(
        str(row.id), row.recipient, row.subject, [_paragraph(text) for text in row.body_text.strip().split("\n\n")],
        tr(lang, STATES[row.status]), KINDS[row.status], moment(row.created_at, lang), row.attempts,
        row.last_error, row.status == "sent", [one.file_name for one in enclosed],
    )  # fmt: skip


def _paragraph(text: str) -> Paragraph:
    """Only our own addresses become links: a mail also holds what strangers typed, such as their name."""
    own = text.startswith(settings().address("/")) and re.fullmatch(r"\S+", text) is not None
    return Paragraph(text, text if own else "")

"""The outbox: every mail, sent or not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.mail import Enclosed, attachments
from koprogo_app.identity.access import require
from koprogo_app.identity.queries.paging import FIRST, Asked, Page, like, paged

STATES: Final = ("queued", "sent", "failed")


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail in the list."""

    id: UUID
    recipient: str
    subject: str
    purpose: str
    status: str
    attempts: int
    last_error: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailText:
    """A mail to read."""

    id: UUID
    recipient: str
    subject: str
    body_text: str
    lang: str
    status: str
    attempts: int
    last_error: str
    created_at: datetime
    sent_at: datetime | None
    next_try_at: datetime


_LIST = """
select id, recipient, subject, purpose, status, attempts, last_error, created_at, sent_at, count(*) over () as total
  from foundation.mail
 where (%(status)s = '' or status = %(status)s)
   and (%(q)s = '' or recipient ilike %(like)s or subject ilike %(like)s)
 order by id desc limit %(limit)s offset %(offset)s
"""


async def mails(w: Work, asked: Asked = FIRST, *, status: str = "", search: str = "") -> Page[MailRow]:
    """The mails of the installation, newest first (`platform.read`)."""
    require(w, "platform.read")
    chosen = status if status in STATES else ""
    return await paged(w, _LIST, MailRow, asked, status=chosen, q=search.strip(), like=like(search))


async def enclosed(w: Work, mail_id: UUID) -> list[Enclosed]:
    """What goes with a mail (`platform.read`)."""
    require(w, "platform.read")
    return await attachments(w, mail_id)


async def mail(w: Work, mail_id: UUID) -> MailText:
    """One mail with its text (`platform.read`). Raises NotFound."""
    require(w, "platform.read")
    return await w.one(
        "select id, recipient, subject, body_text, lang, status, attempts, last_error, created_at, sent_at, "
        "next_try_at from foundation.mail where id = %(m)s",
        MailText, m=mail_id,
    )  # fmt: skip

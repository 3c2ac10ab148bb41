"""Mails that did not go out."""

from uuid import UUID

from koprogo_app.foundation import jobs
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.model import Mail
from koprogo_app.identity.access import require


async def try_again(w: Work, mail_id: UUID) -> None:
    """Puts a mail that waits or was given up back at the front of the queue. Raises Conflict when it was sent."""
    require(w, "platform.write")
    mail = await w.get(Mail, mail_id)
    if mail.status == "sent":
        raise Conflict(N_("This mail has been sent."))
    mail.status, mail.attempts, mail.next_try_at, mail.last_error = "queued", 0, w.now, ""
    w.session.add(mail)
    await jobs.defer(w, "send_due_mails")
    await audit(w, "mail.retried", "mail", mail.id, organization_id=mail.organization_id)

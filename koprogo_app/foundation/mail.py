"""Mails: written into the outbox with the act that causes them, sent later by the worker.

A letter is one Jinja template of plain text per area (`<area>/letters/<name>.txt`), its sentences through `t("…")` in
the reader's language. The HTML part is made of the same text: paragraphs, and the one link as a button. What is
attached is a stored file, named by its hash and read when the mail goes out.
"""

import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from html import escape
from typing import Any, Final
from uuid import UUID

import aiosmtplib
import structlog
from jinja2 import Environment, PackageLoader, StrictUndefined

from koprogo_app.foundation import jobs
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_, P_, tr
from koprogo_app.foundation.model import Mail, MailAttachment
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Damaged, Missing, TooLarge, key_of, store
from koprogo_app.settings import Settings, settings

ATTEMPTS: Final = 8
MOST_ATTACHED: Final = 10_000_000
"""Bytes of all attachments of a mail: with their encoding, about what every mail server takes."""
_BACK_OFF: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(hours=6)
_SECONDS: Final = 30
_ADDRESS: Final = re.compile(r"[^\s@<>(),;:\\\"\[\]]+@[^\s@<>(),;:\\\"\[\]]+\.[^\s@<>(),;:\\\"\[\].]+")
log = structlog.get_logger(__name__)

_HTML: Final = (
    '<!doctype html><html lang="{lang}"><body style="margin:0;background:#F6F5F1"><div style="max-width:560px;'
    'margin:0 auto;padding:24px;font:15px/1.5 system-ui,sans-serif;color:#1C2321">{body}</div></body></html>'
)
_BUTTON: Final = (
    '<p><a href="{link}" style="display:inline-block;padding:10px 18px;border-radius:8px;background:#17594A;'
    'color:#fff;text-decoration:none">{label}</a></p>'
    '<p style="font-size:13px;color:#667069;word-break:break-all">{link}</p>'
)


@dataclass(frozen=True, slots=True)
class Attached:
    """A stored file to go with a mail: its hash and bytes in the organisation's store, and the name its reader sees."""

    sha256: str
    size: int
    name: str
    media_type: str = "application/pdf"


def file_name(title: str, ending: str = ".pdf") -> str:
    """A title as the name of a file, which any system takes: "Appel de fonds 2026.pdf"."""
    plain = " ".join(re.sub(r'[\x00-\x1f\x7f\\/:*?"<>|]', " ", title).split())
    return (plain.strip(". ")[:80].rstrip(". ") or "document") + ending


def clean_address(email: str, field: str = "email") -> str:
    """An e-mail address as it is kept. Raises Invalid for what is none."""
    clean = email.strip()
    if len(clean) > 254 or not clean.isprintable() or not _ADDRESS.fullmatch(clean):
        raise Invalid(field, N_("“{text}” is not an e-mail address."), text=clean[:60])
    return clean


@cache
def _letters(package: str) -> Environment:
    # Plain text: what is put in is escaped when the HTML part is made of it.
    environment = Environment(  # noqa: S701
        loader=PackageLoader(package, "letters"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"N_": N_, "P_": P_}
    return environment


def render(package: str, letter: str, lang: str, values: dict[str, Any]) -> str:
    """The text of a letter in a language."""

    def t(msgid: str, **params: object) -> str:
        return tr(lang, msgid, **params)

    text = _letters(package).get_template(f"{letter}.txt").render(t=t, lang=lang, **values)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def html_of(text: str, lang: str, link: str = "", label: str = "") -> str:
    """The same letter as simple HTML; the paragraph that is the link becomes a button."""
    parts = []
    for paragraph in text.strip().split("\n\n"):
        if link and paragraph.strip() == link:
            parts.append(_BUTTON.format(link=escape(link), label=escape(label)))
        else:
            parts.append("<p>" + escape(paragraph).replace("\n", "<br>") + "</p>")
    return _HTML.format(lang=lang, body="".join(parts))


async def queue_mail(
    w: Work,
    *,
    to: str,
    lang: str,
    purpose: str,
    subject: str,
    package: str,
    letter: str,
    organization_id: UUID | None = None,
    link: str = "",
    label: str = "",
    attached: Sequence[Attached] = (),
    **values: Any,
) -> Mail:
    """Writes a mail into the outbox of this transaction; the worker sends it once that is committed.

    `subject` and `label` (of the button for `link`) are msgids; `letter` is a template of `package`; `values` fill
    all three. `attached` are files in the store of that organisation, `MOST_ATTACHED` bytes of them at most: else
    TooLarge.
    """
    if sum(one.size for one in attached) > MOST_ATTACHED:
        raise TooLarge(MOST_ATTACHED)
    text = render(package, letter, lang, {"link": link, **values})
    mail = Mail(
        organization_id=organization_id, recipient=clean_address(to), lang=lang, purpose=purpose,
        subject=" ".join(tr(lang, subject, **values).split())[:200], body_text=text,
        body_html=html_of(text, lang, link, tr(lang, label, **values) if label else link), next_try_at=w.now,
    )  # fmt: skip
    await w.add(mail)
    for position, one in enumerate(attached, 1):
        if organization_id is None:
            raise ValueError("only an organisation's mail has attachments")
        w.session.add(MailAttachment(
            mail_id=mail.id, position=position, organization_id=organization_id, file_name=one.name,
            media_type=one.media_type, sha256=one.sha256, size=one.size,
        ))  # fmt: skip
    await jobs.defer(w, "send_due_mails")
    return mail


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What goes with a mail, in its order."""

    organization_id: UUID
    file_name: str
    media_type: str
    sha256: str
    size: int


async def attachments(w: Work, mail_id: UUID) -> list[Enclosed]:
    """The attachments of a mail; the caller has authorised reading it."""
    return await w.rows(
        """select organization_id, file_name, media_type, sha256, size from mail_attachment
            where mail_id = %(m)s order by position""",
        Enclosed,
        m=mail_id,
    )


class _Unreadable(Exception):
    """An attachment that cannot be had from the store; `final` when trying again is of no use."""

    def __init__(self, name: str, why: KoproError) -> None:
        super().__init__(name)
        self.code = f"{why.kind}: {name}"
        self.final = isinstance(why, Missing | Damaged)


async def _read(one: Enclosed) -> bytes:
    try:
        return b"".join([block async for block in store().read(key_of(one.organization_id, one.sha256), one.size)])
    except KoproError as error:
        raise _Unreadable(one.file_name, error) from error


def _message(mail: Mail, files: Sequence[tuple[Enclosed, bytes]], of: Settings) -> EmailMessage:
    name, address = parseaddr(of.mail_from)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    # The same at each try, so that a mail server knows a mail it already has.
    message["Message-ID"] = f"<{mail.id}@{address.partition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = mail.lang
    message.set_content(mail.body_text)
    if mail.body_html:
        message.add_alternative(mail.body_html, subtype="html")
    for one, data in files:
        main, _, sub = one.media_type.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=one.file_name)
    return message


async def _deliver(mail: Mail, enclosed: Sequence[Enclosed]) -> None:
    of = settings()
    files = [(one, await _read(one)) for one in enclosed]
    await aiosmtplib.send(
        _message(mail, files, of),
        hostname=of.smtp_host,
        port=of.smtp_port,
        username=of.smtp_user or None,
        password=of.smtp_password.get_secret_value() if of.smtp_password else None,
        use_tls=of.smtp_security == "tls",
        start_tls=of.smtp_security == "starttls",
        tls_context=None if of.smtp_security == "none" else ssl.create_default_context(),
        timeout=_SECONDS,
    )


def _is_final(error: Exception) -> bool:
    """Whether trying again is of no use: the server said no for good (5xx about this mail), a file is gone."""
    if isinstance(error, _Unreadable):
        return error.final
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(one.code >= 500 for one in error.recipients)
    return isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= 500 and error.code != 535


def _failed(w: Work, mail: Mail, error: Exception) -> None:
    refused = getattr(error, "recipients", None)
    code = refused[0].code if refused else getattr(error, "code", "")
    # Never the server's text: it repeats the address.
    mail.last_error = f"{type(error).__name__.lstrip('_')} {code}".strip()
    if _is_final(error) or mail.attempts >= ATTEMPTS:
        mail.status = "failed"
    else:
        mail.next_try_at = w.now + min(_BACK_OFF * 2 ** (mail.attempts - 1), _LONGEST)
    log.warning("mail not sent", mail=str(mail.id), error=mail.last_error, attempt=mail.attempts, status=mail.status)


_DUE = (
    "select id from mail where status = 'queued' and next_try_at <= %(now)s order by next_try_at "
    "limit 1 for update skip locked"
)


async def _send_one() -> bool:
    """Sends the next mail that is due, holding its row, so that no other worker sends it too; False when none is."""
    async with work(SYSTEM) as w:
        mail_id = await w.value(_DUE, now=w.now)
        if mail_id is None:
            return False
        mail = await w.get(Mail, mail_id)
        mail.attempts += 1
        try:
            await _deliver(mail, await attachments(w, mail_id))
        except (aiosmtplib.SMTPException, OSError, ValueError, _Unreadable) as error:
            _failed(w, mail, error)
        else:
            mail.status, mail.sent_at, mail.last_error = "sent", w.now, ""
        w.session.add(mail)
        return True


async def send_due() -> int:
    """Sends every mail that is due; returns how many were tried. Without a mail server they stay in the outbox."""
    if not settings().smtp_host:
        return 0
    tried = 0
    while await _send_one():
        tried += 1
    return tried


@jobs.tasks.periodic(cron="* * * * *")
@jobs.tasks.task(name="send_due_mails", queueing_lock="send_due_mails")
async def send_due_mails(timestamp: int = 0) -> None:
    """Sends what is due: when a mail was written, and each minute for those that wait for another try."""
    await send_due()


async def check_server() -> str:
    """Greets the mail server and leaves. Returns what to show, raises OSError or SMTPException."""
    of = settings()
    if not of.smtp_host:
        return N_("No mail server: mails stay in the outbox.")
    client = aiosmtplib.SMTP(
        hostname=of.smtp_host, port=of.smtp_port, use_tls=of.smtp_security == "tls",
        start_tls=of.smtp_security == "starttls", timeout=5,
    )  # fmt: skip
    async with client:
        await client.noop()
    return N_("The mail server answers.")

"""Telling the owners of a call: a letter to each, filed, mailed to who has an address, the rest merged to print."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from koprogo_app.calls.model.calls import CallStatus, Notice
from koprogo_app.calls.queries.calls import call_detail
from koprogo_app.calls.queries.notices import MAKING, stored_notices
from koprogo_app.calls.service import notice_letters
from koprogo_app.calls.service.notice_letters import Instalment, Letter
from koprogo_app.documents.model import Visibility
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.estate.model import Organization
from koprogo_app.foundation import runs
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict, NotFound
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.mail import Attached, file_name, queue_mail
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.principal import Principal
from koprogo_app.foundation.runs import Progress
from koprogo_app.foundation.storage import key_of, store
from koprogo_app.payments.queries.bank_accounts import bank_accounts
from koprogo_app.settings import settings

Draw = Callable[[Sequence[str]], Awaitable[list[bytes]]]
_BUSY: Final = N_("These notices are being made already.")
_AT_ONCE: Final = 8
"""Letters drawn between two words on how far the run is."""
log = structlog.get_logger(__name__)


async def ask(w: Work, call_id: UUID, instalment_id: UUID, *, mail: bool = True) -> Run:
    """Asks for the notices of an instalment (`calls.write`): those already made are kept, those not sent are sent.

    Raises Conflict when the call is not posted, the association has no bank account, or a run is under way.
    """
    detail = await call_detail(w, call_id, "calls.write")
    if instalment_id not in {one.id for one in detail.instalments}:
        raise NotFound
    if detail.call.status != CallStatus.POSTED:
        raise Conflict(N_("Post the call first: only then is it known who owes what."))
    if not await bank_accounts(w, detail.call.building_id):
        raise Conflict(N_("Add the association’s bank account first: the letter says where to pay."))
    call = detail.call
    run = await runs.ask(
        w, MAKING, organization_id=call.organization_id, building_id=call.building_id, subject=str(instalment_id),
        asked={"call_id": str(call_id), "mail": mail}, busy=_BUSY,
    )  # fmt: skip
    await _audited(w, run, call_id, "call.notices_asked", mail=mail)
    return run


async def _audited(w: Work, run: Run, call_id: UUID, act: str, **after: object) -> None:
    await audit(
        w, act, "fund_call", call_id, organization_id=run.organization_id, building_id=run.building_id, after=after
    )


async def make(run: Run, progress: Progress, draw: Draw = pdf.render_many) -> dict[str, str]:
    """Does a run, or goes on with one whose worker died; gives the file to print, when there is one.

    `draw`: HTML pages to PDFs.
    """
    who, instalment_id = runs.behalf(run), UUID(run.subject)
    async with work(who) as w:
        call_id = await w.value("select call_id from call_instalment where id = %(i)s", i=instalment_id)
        of = await notice_letters.instalment(w, call_id, instalment_id)
        have = {one.owner_id for one in await stored_notices(w, instalment_id)}
    wanted = sorted(set(of.told) - have, key=lambda owner: (of.people[owner].name.lower(), owner))
    await progress.tell(0, len(wanted))
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = wanted[start : start + _AT_ONCE]
        async with work(who) as w:
            letters = [await notice_letters.letter(w, of, owner_id) for owner_id in chosen]
        for letter, page in zip(letters, await draw([one.html for one in letters]), strict=True):
            await _file(who, run, of, letter, page)
        await progress.tell(start + len(chosen))
    if run.asked["mail"]:
        await _send(who, run, of)
    document_id = await _to_print(who, run, of)
    async with work(who) as w:
        await _audited(w, run, call_id, "call.notices_made", made=len(wanted))
    return {"document_id": str(document_id)} if document_id else {}


async def _file(who: Principal, run: Run, of: Instalment, letter: Letter, page: bytes) -> None:
    async with made(page) as paper, work(who) as w:
        document = await file_made(
            w, run.organization_id, of.detail.call.building_id, paper,
            f"{letter.person.id.hex[-6:]}-{of.row.due_on}.pdf",
            {"title": letter.title[:200], "lang": letter.person.lang, "visibility": Visibility.OWNER,
             "owner_id": letter.person.id, "entity": "call", "entity_id": of.detail.call.id},
        )  # fmt: skip
        await w.add(Notice(
            organization_id=run.organization_id, building_id=of.detail.call.building_id,
            instalment_id=UUID(run.subject), owner_id=letter.person.id, lang=letter.person.lang,
            document_id=document.id,
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Unsent:
    id: UUID
    owner_id: UUID
    sha256: str
    size: int


async def _send(who: Principal, run: Run, of: Instalment) -> None:
    """Mails every notice of the instalment that has not gone out to who has an address, its letter attached."""
    async with work(who) as w:
        waiting = await w.rows(
            """select n.id, n.owner_id, v.sha256, v.size from call_notice n join estate.owner o on o.id = n.owner_id
                 join documents.document_version v on v.document_id = n.document_id and v.number = 1
                where n.instalment_id = %(i)s and n.sent_at is null and o.email <> ''""",
            _Unsent,
            i=UUID(run.subject),
        )
        for one in waiting:
            letter = await notice_letters.letter(w, of, one.owner_id)
            queued = await queue_mail(
                w, to=letter.person.email, lang=letter.person.lang, purpose="call",
                subject="{title}", title=letter.title,
                package="koprogo_app.calls", letter="notice", organization_id=run.organization_id,
                link=_page(of.detail.call.building_id, one.owner_id), label=N_("Open my account"),
                attached=[Attached(one.sha256, one.size, file_name(letter.title))],
                **notice_letters.mail_values(of, letter.values),
            )  # fmt: skip
            await w.execute(
                "update call_notice set mail_id = %(m)s, sent_how = 'mail', sent_at = %(now)s where id = %(n)s",
                m=queued.id, now=w.now, n=one.id,
            )  # fmt: skip


def _page(building_id: UUID, owner_id: UUID) -> str:
    return settings().address(f"/buildings/{building_id}/owners/{owner_id}/account")


async def _to_print(who: Principal, run: Run, of: Instalment) -> UUID | None:
    """One file of all notices that no mail took, filed for the office; None when all were mailed."""
    async with work(who) as w:
        mailed = set(await w.value(
            """select coalesce(array_agg(owner_id), '{}') from call_notice
                where instalment_id = %(i)s and sent_how = 'mail'""",
            i=UUID(run.subject),
        ))  # fmt: skip
        lang = (await w.get(Organization, run.organization_id)).lang
        papers = [one for one in await stored_notices(w, UUID(run.subject)) if one.owner_id not in mailed]
    if not papers:
        return None
    pages = [await _bytes(one.organization_id, one.sha256, one.size) for one in papers]
    async with made(pdf.merge(pages)) as paper, work(who) as w:
        document = await file_made(
            w, run.organization_id, of.detail.call.building_id, paper, f"{of.row.due_on}.pdf",
            {"title": tr(lang, "Notices to print: {label}", label=of.detail.call.label)[:200],
             "visibility": Visibility.BOARD, "entity": "call", "entity_id": of.detail.call.id},
        )  # fmt: skip
        await w.execute(
            """update call_notice set sent_how = 'print', sent_at = %(now)s
                    where instalment_id = %(i)s and sent_at is null""",
            now=w.now, i=UUID(run.subject),
        )  # fmt: skip
    return document.id


async def _bytes(organization_id: UUID, sha256: str, size: int) -> bytes:
    return b"".join([block async for block in store().read(key_of(organization_id, sha256), size)])

"""Telling the owners of a call: a letter to each, filed, mailed to who has an address, the rest merged to print."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog

from koprogo_app.calls.model.calls import CallStatus, Notice, NoticeRun
from koprogo_app.calls.queries.calls import call_detail
from koprogo_app.calls.queries.notices import stored_notices
from koprogo_app.calls.service import notice_letters
from koprogo_app.calls.service.notice_letters import Instalment, Letter
from koprogo_app.documents.model import Visibility
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.estate.model import Organization
from koprogo_app.foundation import i18n
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict, KoproError, NotFound
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.jobs import PROMPT, defer
from koprogo_app.foundation.mail import Attached, file_name, queue_mail
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.principal import SYSTEM, Principal
from koprogo_app.foundation.storage import key_of, store
from koprogo_app.payments.queries.bank_accounts import bank_accounts
from koprogo_app.settings import settings

Draw = Callable[[Sequence[str]], Awaitable[list[bytes]]]
_AT_ONCE: Final = 8
"""Letters drawn between two words on how far the run is."""
log = structlog.get_logger(__name__)


async def ask(w: Work, call_id: UUID, instalment_id: UUID, *, mail: bool = True) -> NoticeRun:
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
    run = await w.add(NoticeRun(
        organization_id=call.organization_id, building_id=call.building_id, instalment_id=instalment_id, mail=mail,
        user_id=w.principal.user_id,
    ))  # fmt: skip
    await defer(w, "calls.make_notices", priority=PROMPT, run_id=str(run.id))
    await _audited(w, run, call_id, "call.notices_asked", mail=mail)
    return run


async def _audited(w: Work, run: NoticeRun, call_id: UUID, act: str, **after: object) -> None:
    await audit(
        w, act, "fund_call", call_id, organization_id=run.organization_id, building_id=run.building_id, after=after
    )


async def make(run_id: UUID, draw: Draw = pdf.render_many) -> None:
    """Does a run, or goes on with one whose worker died; a refusal is kept on it, a fault ends it and is raised.

    `draw`: HTML pages to PDFs.
    """
    run = await _begin(run_id)
    if run is None:
        return
    try:
        document_id = await _run(run, draw)
    except KoproError as error:
        texts: dict[str, Any] = {lang: error.text(lang) for lang in i18n.LANGS}
        await _end(run_id, "failed", refusal=texts)
    except Exception:
        await _end(run_id, "failed", refusal={})
        raise
    else:
        await _end(run_id, "done", document_id=document_id)


async def _begin(run_id: UUID) -> NoticeRun | None:
    async with work(SYSTEM) as w:
        changed = await w.execute(
            "update notice_run set status = 'running' where id = %(r)s and status in ('waiting', 'running')", r=run_id
        )
        return await w.get(NoticeRun, run_id) if changed else None


async def _end(
    run_id: UUID, status: str, *, refusal: dict[str, Any] | None = None, document_id: UUID | None = None
) -> None:
    async with work(SYSTEM) as w:
        run = await w.get(NoticeRun, run_id)
        run.status, run.refusal, run.document_id, run.ended_at = status, refusal, document_id, w.now
        await w.add(run)
    log.info("notices ended", run=str(run_id), status=status)


async def _run(run: NoticeRun, draw: Draw) -> UUID | None:
    who = Principal(kind="system", user_id=run.user_id, organizations=frozenset({run.organization_id}))
    async with work(who) as w:
        call_id = await w.value("select call_id from call_instalment where id = %(i)s", i=run.instalment_id)
        of = await notice_letters.instalment(w, call_id, run.instalment_id)
        have = {one.owner_id for one in await stored_notices(w, run.instalment_id)}
    wanted = sorted(set(of.told) - have, key=lambda owner: (of.people[owner].name.lower(), owner))
    await _tell(run.id, 0, len(wanted))
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = wanted[start : start + _AT_ONCE]
        async with work(who) as w:
            letters = [await notice_letters.letter(w, of, owner_id) for owner_id in chosen]
        for letter, page in zip(letters, await draw([one.html for one in letters]), strict=True):
            await _file(who, run, of, letter, page)
        await _tell(run.id, start + len(chosen), len(wanted))
    if run.mail:
        await _send(who, run, of)
    document_id = await _to_print(who, run, of)
    async with work(who) as w:
        await _audited(w, run, call_id, "call.notices_made", made=len(wanted))
    return document_id


async def _tell(run_id: UUID, done: int, total: int) -> None:
    async with work(SYSTEM) as w:
        await w.execute("update notice_run set done = %(d)s, total = %(t)s where id = %(r)s", d=done, t=total, r=run_id)


async def _file(who: Principal, run: NoticeRun, of: Instalment, letter: Letter, page: bytes) -> None:
    async with made(page) as paper, work(who) as w:
        document = await file_made(
            w, run.organization_id, run.building_id, paper, f"{letter.person.id.hex[-6:]}-{of.row.due_on}.pdf",
            {"title": letter.title[:200], "lang": letter.person.lang, "visibility": Visibility.OWNER,
             "owner_id": letter.person.id, "entity": "call", "entity_id": of.detail.call.id},
        )  # fmt: skip
        await w.add(Notice(
            organization_id=run.organization_id, building_id=run.building_id, instalment_id=run.instalment_id,
            owner_id=letter.person.id, lang=letter.person.lang, document_id=document.id,
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Unsent:
    id: UUID
    owner_id: UUID
    sha256: str
    size: int


async def _send(who: Principal, run: NoticeRun, of: Instalment) -> None:
    """Mails every notice of the instalment that has not gone out to who has an address, its letter attached."""
    async with work(who) as w:
        waiting = await w.rows(
            """select n.id, n.owner_id, v.sha256, v.size from call_notice n join estate.owner o on o.id = n.owner_id
                 join documents.document_version v on v.document_id = n.document_id and v.number = 1
                where n.instalment_id = %(i)s and n.sent_at is null and o.email <> ''""",
            _Unsent,
            i=run.instalment_id,
        )
        for one in waiting:
            letter = await notice_letters.letter(w, of, one.owner_id)
            queued = await queue_mail(
                w, to=letter.person.email, lang=letter.person.lang, purpose="call",
                subject="{title}", title=letter.title,
                package="koprogo_app.calls", letter="notice", organization_id=run.organization_id,
                link=_page(run.building_id, one.owner_id), label=N_("Open my account"),
                attached=[Attached(one.sha256, one.size, file_name(letter.title))],
                **notice_letters.mail_values(of, letter.values),
            )  # fmt: skip
            await w.execute(
                "update call_notice set mail_id = %(m)s, sent_how = 'mail', sent_at = %(now)s where id = %(n)s",
                m=queued.id, now=w.now, n=one.id,
            )  # fmt: skip


def _page(building_id: UUID, owner_id: UUID) -> str:
    return settings().address(f"/buildings/{building_id}/owners/{owner_id}/account")


async def _to_print(who: Principal, run: NoticeRun, of: Instalment) -> UUID | None:
    """One file of all notices that no mail took, filed for the office; None when all were mailed."""
    async with work(who) as w:
        mailed = set(await w.value(
            """select coalesce(array_agg(owner_id), '{}') from call_notice
                where instalment_id = %(i)s and sent_how = 'mail'""",
            i=run.instalment_id,
        ))  # fmt: skip
        lang = (await w.get(Organization, run.organization_id)).lang
        papers = [one for one in await stored_notices(w, run.instalment_id) if one.owner_id not in mailed]
    if not papers:
        return None
    pages = [await _bytes(one.organization_id, one.sha256, one.size) for one in papers]
    async with made(pdf.merge(pages)) as paper, work(who) as w:
        document = await file_made(
            w, run.organization_id, run.building_id, paper, f"{of.row.due_on}.pdf",
            {"title": tr(lang, "Notices to print: {label}", label=of.detail.call.label)[:200],
             "visibility": Visibility.BOARD, "entity": "call", "entity_id": of.detail.call.id},
        )  # fmt: skip
        await w.execute(
            """update call_notice set sent_how = 'print', sent_at = %(now)s
                    where instalment_id = %(i)s and sent_at is null""",
            now=w.now, i=run.instalment_id,
        )  # fmt: skip
    return document.id


async def _bytes(organization_id: UUID, sha256: str, size: int) -> bytes:
    return b"".join([block async for block in store().read(key_of(organization_id, sha256), size)])

"""Notices of an instalment: who is told, what was made and sent, and how far a run is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.estate.queries.lots import full_name
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.rest.answers import Hidden, answer
from koprogo_app.identity.access import require


@answer()
@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice: its document, and how it went out ("" not yet, "mail", "print")."""

    id: Hidden[UUID]
    owner_id: UUID
    owner: str
    lang: Hidden[str]
    document_id: UUID
    mail_status: Hidden[str]
    sent_how: str
    sent_at: Hidden[datetime | None]
    instalment: int
    due_on: Hidden[date]


async def notices(w: Work, call_id: UUID) -> list[NoticeRow]:
    """The notices of a call, by instalment and name; the caller has authorised the call."""
    return await w.rows(
        f"""select n.id, n.owner_id, {full_name("o")} as owner, n.lang, n.document_id,
                  coalesce(m.status, '') as mail_status, n.sent_how, n.sent_at, i.position as instalment, i.due_on
             from call_notice n join call_instalment i on i.id = n.instalment_id
             join estate.owner o on o.id = n.owner_id
             left join foundation.mail m on m.id = n.mail_id
            where i.call_id = %(c)s order by i.position, lower(o.name), n.id""",
        NoticeRow,
        c=call_id,
    )


@answer()
@dataclass(frozen=True, slots=True)
class NoticeRunRow:
    """A run: waiting, running (`done` of `total`), done with the file to print, or failed with its refusal."""

    id: UUID
    organization_id: Hidden[UUID]
    building_id: Hidden[UUID]
    instalment_id: Hidden[UUID]
    status: Annotated[str, Field(description="`waiting`, `running`, `done` or `failed`")]
    done: int
    total: int
    document_id: UUID | None
    refusal: Hidden[dict[str, Any] | None]


MAKING: Final = "calls.make_notices"
_RUN = """select r.id, r.organization_id, r.building_id, r.subject::uuid as instalment_id, r.status, r.done, r.total,
                 (r.result->>'document_id')::uuid as document_id, r.refusal from foundation.background_run r {where}"""


async def notice_run(w: Work, run_id: UUID) -> NoticeRunRow:
    """One run (`calls.read`). Raises NotFound."""
    row = await w.one(_RUN.format(where="where r.id = %(r)s and r.task = %(t)s"), NoticeRunRow, r=run_id, t=MAKING)
    require(w, "calls.read", row.organization_id, row.building_id)
    return row


async def last_run(w: Work, call_id: UUID) -> NoticeRunRow | None:
    """The newest run of a call; the caller has authorised the call."""
    rows = await w.rows(
        _RUN.format(
            where="""join call_instalment i on i.organization_id = r.organization_id and i.id::text = r.subject
                      where i.call_id = %(c)s and r.task = %(t)s order by r.id desc limit 1"""
        ),
        NoticeRunRow,
        c=call_id,
        t=MAKING,
    )
    return rows[0] if rows else None


@dataclass(frozen=True, slots=True)
class OwnerNotice:
    """A notice as its owner finds it."""

    document_id: UUID
    label: str
    due_on: date
    created_at: datetime


async def notices_of(w: Work, building_id: UUID, owner_id: UUID, limit: int = 6) -> list[OwnerNotice]:
    """An owner's newest notices; the caller has authorised the account."""
    return await w.rows(
        """select n.document_id, f.label, i.due_on, n.created_at
             from call_notice n join call_instalment i on i.id = n.instalment_id join fund_call f on f.id = i.call_id
            where n.building_id = %(b)s and n.owner_id = %(o)s and f.status = 'posted'
            order by i.due_on desc, n.id desc limit %(limit)s""",
        OwnerNotice,
        b=building_id,
        o=owner_id,
        limit=limit,
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """A filed notice's bytes: where they are, and whose."""

    owner_id: UUID
    organization_id: UUID
    sha256: str
    size: int


async def stored_notices(w: Work, instalment_id: UUID) -> list[Stored]:
    """The papers of an instalment's notices, by name."""
    return await w.rows(
        """select n.owner_id, n.organization_id, v.sha256, v.size from call_notice n
             join estate.owner o on o.id = n.owner_id
             join documents.document_version v on v.document_id = n.document_id and v.number = 1
            where n.instalment_id = %(i)s order by lower(o.name), n.id""",
        Stored,
        i=instalment_id,
    )

"""Reminders: one, those of a building or an owner, and what each asks for."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from koprogo_app.estate.queries.lots import FULL_NAME
from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work
from koprogo_app.recovery.facts import LAST_LEVEL
from koprogo_app.recovery.facts import Asked as AskedDebt


@answer(total_cents="earlier_cents", charged="proof_document_id")
@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A reminder as lists show it. `has_email`: whether the owner can be mailed."""

    id: UUID
    organization_id: Hidden[UUID]
    building_id: UUID
    owner_id: UUID
    owner: str
    has_email: Hidden[bool]
    level: int
    status: Annotated[str, Field(description="`prepared`, `sent` or `cancelled`")]
    channel: str
    lang: str
    prepared_on: date
    principal_cents: int
    interest_cents: int
    costs_cents: int
    earlier_cents: Annotated[
        int, Field(description="Interest and costs of earlier letters for the same debts, still open")
    ]
    react_days: Hidden[int]
    automatic: Hidden[bool]
    sent_on: date | None
    react_by: date | None
    tracking: str
    document_id: UUID | None
    mail_status: Hidden[str]
    proof_document_id: UUID | None
    entry_id: Hidden[UUID | None]
    reason: str
    waived_on: Annotated[date | None, Field(description="Since then its costs are not asked any more")]
    waived_reason: str
    waived_by: str

    @property
    def costs_left_cents(self) -> int:
        """Its costs, unless they were waived."""
        return 0 if self.waived_on else self.costs_cents

    @property
    def charged(self) -> bool:
        """Whether its interest and costs are on the owner's account."""
        return self.entry_id is not None

    @property
    def total_cents(self) -> int:
        """What the letter asks for."""
        return self.principal_cents + self.interest_cents + self.costs_cents + self.earlier_cents


_CHARGED = "case when not exists (select from ledger.entry x where x.reversal_of = r.entry_id) then r.entry_id end"
_COLUMNS = f"""r.id, r.organization_id, r.building_id, r.owner_id, {FULL_NAME} as owner, p.email <> '' as has_email,
  r.level, r.status, r.channel, r.lang, r.prepared_on, r.principal_cents, r.interest_cents, r.costs_cents,
  r.earlier_cents, r.react_days,
  r.automatic, r.sent_on, r.react_by, r.document_id, coalesce(m.status, '') as mail_status, r.tracking,
  r.proof_document_id, {_CHARGED} as entry_id, r.reason,
  r.waived_on, r.waived_reason, coalesce(u.name, '') as waived_by"""
_FROM = "from reminder r join estate.owner p on p.id = r.owner_id left join foundation.mail m on m.id = r.mail_id "
_FROM += "left join identity.app_user u on u.id = r.waived_by"


async def reminder_row(w: Work, reminder_id: UUID) -> ReminderRow:
    """One reminder; the caller authorises on its building. Raises NotFound."""
    return await w.one(f"select {_COLUMNS} {_FROM} where r.id = %(r)s", ReminderRow, r=reminder_id)


async def reminders(w: Work, building_id: UUID, *, owner_id: UUID | None = None, status: str = "") -> list[ReminderRow]:
    """The reminders of a building, newest first; the caller has authorised it."""
    sql = f"""select {_COLUMNS} {_FROM} where r.building_id = %(b)s
       and (%(owner)s::uuid is null or r.owner_id = %(owner)s) and (%(status)s = '' or r.status = %(status)s)
     order by coalesce(r.sent_on, r.prepared_on) desc, r.id desc"""
    return await w.rows(sql, ReminderRow, b=building_id, owner=owner_id, status=status)


@dataclass(frozen=True, slots=True)
class DebtRow:
    """A debt as a reminder names it."""

    line_id: UUID
    due_on: date
    label: str
    open_cents: int


async def debts_of(w: Work, reminder_id: UUID) -> list[DebtRow]:
    """What a reminder asks for, oldest due first."""
    return await w.rows(
        """select line_id, due_on, label, open_cents from reminder_debt
            where reminder_id = %(r)s order by due_on, line_id""",
        DebtRow,
        r=reminder_id,
    )


async def asked(w: Work, building_id: UUID, owner_ids: list[UUID]) -> dict[UUID, list[AskedDebt]]:
    """What the letters sent to owners asked, by owner, lowest level first, without costs that were waived since; the
    caller has authorised the building."""
    rows = await w.rows(
        f"""select r.owner_id, r.id as reminder_id, r.level,
                  case when r.waived_on is null then r.costs_cents else 0 end as costs_cents, {_CHARGED} as entry_id,
                  d.line_id, d.due_on,
                  d.interest_cents
             from reminder_debt d join reminder r on r.id = d.reminder_id
            where r.building_id = %(b)s and r.owner_id = any(%(owners)s) and r.status = 'sent'
            union all
           select a.owner_id, a.entry_id, %(after)s, 0, a.entry_id, a.line_id, a.due_on, a.interest_cents
             from interest_accrual a
            where a.building_id = %(b)s and a.owner_id = any(%(owners)s)
              and not exists (select from ledger.entry x where x.reversal_of = a.entry_id)
            order by 3, 2, 7, 6""",
        _AskedRow, b=building_id, owners=owner_ids, after=LAST_LEVEL + 1,
    )  # fmt: skip
    found: dict[UUID, list[AskedDebt]] = {owner: [] for owner in owner_ids}
    for row in rows:
        found[row.owner_id].append(row)
    return found


@dataclass(frozen=True, slots=True)
class _AskedRow(AskedDebt):
    owner_id: UUID


@dataclass(frozen=True, slots=True)
class Debtor:
    """What a letter must know of its owner."""

    id: UUID
    kind: str
    lang: str
    email: str


async def debtors(w: Work, owner_ids: list[UUID]) -> dict[UUID, Debtor]:
    """The owners by id."""
    rows = await w.rows("select id, kind, lang, email from estate.owner where id = any(%(ids)s)", Debtor, ids=owner_ids)
    return {row.id: row for row in rows}


@dataclass(frozen=True, slots=True)
class WaitingDebt:
    """A debt of a prepared reminder."""

    reminder_id: UUID
    line_id: UUID
    open_cents: int


async def waiting_debts(w: Work, building_id: UUID) -> list[WaitingDebt]:
    """The debts of all prepared reminders of a building."""
    return await w.rows(
        """select d.reminder_id, d.line_id, d.open_cents from reminder_debt d join reminder r on r.id = d.reminder_id
            where r.building_id = %(b)s and r.status = 'prepared'""",
        WaitingDebt,
        b=building_id,
    )

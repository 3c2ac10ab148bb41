"""A building's arrears: who is late, what waits to be sent, how it went over the months."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import reflex as rx

from koprogo_app.estate.state.common import acting, as_id, failure, id_after, lang_of, may, shown_day, workspace
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, KoproError
from koprogo_app.foundation.i18n import N_, P_, money, number, tr
from koprogo_app.foundation.jobs import defer
from koprogo_app.identity.guard import handler
from koprogo_app.interface.chart import NO_CHART, ChartData, money_series
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.law.calendar import add_months
from koprogo_app.recovery.queries import names
from koprogo_app.recovery.rules.arrears import Ageing
from koprogo_app.recovery.service import overview, preparing, sending
from koprogo_app.recovery.service.overview import Overview, OwnerArrears
from koprogo_app.recovery.state.lines import LetterLine, letter_line, level_kind, percent
from koprogo_app.recovery.state.words import LEVELS

_MONTHS = 12
_YEAR_DAYS = 365


@dataclass(frozen=True)
class LateLine:
    """A late owner."""

    id: str = ""
    owner: str = ""
    href: str = ""
    late: str = ""
    to_30: str = ""
    to_60: str = ""
    to_90: str = ""
    over_90: str = ""
    interest: str = ""
    days: str = ""
    level: str = ""
    level_kind: str = "neutral"
    coming: str = ""
    hold: str = ""
    letter: LetterLine | None = None
    letter_id: str = ""
    letter_pdf: str = ""
    letter_name: str = ""


class Arrears(rx.State):
    """The page of a building's arrears."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    write: bool = False
    rows: list[LateLine] = []
    ages: dict[str, str] = {}
    waiting: int = 0
    behind: bool = False
    figures: dict[str, str] = {}
    over_time: ChartData = NO_CHART
    by_level: ChartData = NO_CHART
    sending_now: bool = False

    @handler("recovery.read")
    async def load(self) -> None:
        """Builds the page from its address."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            await self._fill()
            self.ready, self.failed = True, {}
        except KoproError as error:
            self.failed = failure(error)

    async def _fill(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            found = await overview.arrears(w, building_id)
            ends = await names.month_ends(w, building_id, month_ends(w.today))
            went = await names.recovered(w, building_id, w.today - timedelta(days=_YEAR_DAYS), w.today)
        self.building, self.behind = found.building, found.bank_behind
        self.write = may("recovery.write", found.organization_id, building_id)
        self.rows = [late_line(row, self.base, lang) for row in found.rows]
        self.waiting = sum(1 for row in self.rows if row.letter_id)
        self.ages = ages_of(found.total, len(found.rows), lang)
        days = went.days_outstanding(_YEAR_DAYS)
        self.figures = {
            "recovered": percent(went.paid_cents, went.reminded_cents, lang) or "–",
            "recovered_of": money(went.reminded_cents, lang),
            "outstanding": number(days, lang) if days is not None else "–",
        }
        self.over_time = _over_time(ends, lang)
        self.by_level = _by_level(found, lang)

    @handler("recovery.write")
    async def prepare(self) -> None:
        """Prepares what is due today, and sends what goes out by itself."""
        from koprogo_app.recovery.jobs import send_due

        try:
            async with work(acting(await lang_of(self))) as w:
                done = await preparing.prepare(w, id_after(self, "buildings"))
                if done.new:
                    await defer(w, send_due)
            await self._fill()
        except KoproError as error:
            await refuse(self, error)
            return
        if done.new:
            await notify(
                self, "done", N_("{count} reminder is ready.", "{count} reminders are ready."), count=len(done.new)
            )
        else:
            await notify(self, "information", N_("Nothing new is due today."))

    @handler("recovery.write")
    async def send(self, reminder: str) -> None:
        """Sends one reminder."""
        try:
            sent = await sending.send(acting(await lang_of(self)), as_id(reminder))
            await self._fill()
        except KoproError as error:
            await refuse(self, error)
            return
        await _told(self, sent)

    @handler("recovery.write", background=True)
    async def send_all(self) -> Any:
        """Sends everything that waits, one after the other; the page may be left meanwhile."""
        async with self:
            if self.sending_now:
                return None
            self.sending_now = True
            lang, rows = await lang_of(self), [row.letter_id for row in self.rows if row.letter_id]
            who = acting(lang)
        sent = 0
        try:
            for reminder in rows:
                try:
                    sent += await sending.send(who, as_id(reminder))
                except Conflict:
                    continue  # sent by somebody else, or held up: the table says so
        finally:
            async with self:
                self.sending_now = False
                await self._fill()
                await notify(self, "done", N_("{count} reminder was sent.", "{count} reminders were sent."), count=sent)
        return None


async def _told(state: rx.State, sent: bool) -> None:
    if sent:
        await notify(state, "done", N_("The reminder is sent and filed among the owner’s documents."))
    else:
        await notify(state, "information", N_("All of it is paid: the reminder was not needed any more."))


def month_ends(today: date) -> list[date]:
    """The last days of the eleven months before, and today."""
    first = today.replace(day=1)
    return [add_months(first, -n) - timedelta(days=1) for n in range(_MONTHS - 2, -1, -1)] + [today]


def late_line(row: OwnerArrears, base: str, lang: str) -> LateLine:
    """A late owner as the table shows her."""
    ages, letter = row.ages, row.prepared[0] if row.prepared else None
    hold = _hold(row, lang)
    shown = letter_line(letter, lang) if letter and not hold else None
    return LateLine(
        str(row.owner_id), row.owner, f"{base}/arrears/{row.owner_id}", money(ages.late, lang), _cell(ages.to_30, lang),
        _cell(ages.to_60, lang), _cell(ages.to_90, lang), _cell(ages.over_90, lang), _cell(row.interest_cents, lang),
        number(row.days, lang), tr(lang, LEVELS[row.level]), level_kind(row.level), _coming(row, lang),
        hold, shown, shown.id if shown else "", shown.pdf if shown else "", shown.level if shown else "",
    )  # fmt: skip


def _cell(cents: int, lang: str) -> str:
    return money(cents, lang) if cents else ""


def _coming(row: OwnerArrears, lang: str) -> str:
    if row.next_on is None or row.pause or row.planned:
        return ""
    return tr(lang, "{level} from {day}", level=tr(lang, LEVELS[row.next_level]), day=shown_day(row.next_on, lang))


def _hold(row: OwnerArrears, lang: str) -> str:
    if row.pause:
        until = row.pause.until
        return (
            tr(lang, "paused until {day}", day=shown_day(until, lang))
            if until
            else tr(lang, P_("reminders to an owner", "paused"))
        )
    return tr(lang, "instalment plan kept") if row.planned else ""


def ages_of(total: Ageing, owners: int, lang: str) -> dict[str, str]:
    """What is owed by its age, and by how many owners, as pages show it."""
    return {
        "late": money(total.late, lang), "later": money(total.later, lang), "to_30": money(total.to_30, lang),
        "to_60": money(total.to_60, lang), "to_90": money(total.to_90, lang), "over_90": money(total.over_90, lang),
        "owners": str(owners),
    }  # fmt: skip


def _over_time(ends: list[names.MonthEnd], lang: str) -> ChartData:
    return {
        "kind": "columns", "heading": tr(lang, "End of"), "labels": [f"{end.on:%m/%y}" for end in ends],
        "series": [money_series(tr(lang, "Past due"), [max(0, end.late_cents) for end in ends], lang)],
        "stacked": False,
    }  # fmt: skip


def _by_level(found: Overview, lang: str) -> ChartData:
    if not found.rows:
        return NO_CHART
    return {
        "kind": "rows", "heading": tr(lang, "Level"),
        "labels": [tr(lang, LEVELS[level]) for level in found.by_level],
        "series": [money_series(tr(lang, "Past due"), list(found.by_level.values()), lang)], "stacked": False,
    }  # fmt: skip

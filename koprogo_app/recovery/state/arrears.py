"""A building's arrears: who is late, what waits to be sent, how it went over the months."""

from dataclasses import dataclass
from datetime import date, timedelta

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_, P_, money, number, tr
from koprogo_app.foundation.jobs import defer
from koprogo_app.foundation.principal import Principal
from koprogo_app.interface.chart import NO_CHART, ChartData, money_series
from koprogo_app.interface.notice import notify
from koprogo_app.law.calendar import add_months
from koprogo_app.recovery.queries import names
from koprogo_app.recovery.rules.arrears import Ageing
from koprogo_app.recovery.service import overview, preparing, sending
from koprogo_app.recovery.service.overview import Overview, OwnerArrears
from koprogo_app.recovery.state.lines import LetterLine, letter_line, level_kind, percent, told
from koprogo_app.recovery.words import LEVELS
from koprogo_app.workspace.state.common import as_id, id_after, may, shown_day
from koprogo_app.workspace.state.page import PageState, Told, acts, loads, refill

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


@dataclass(frozen=True)
class Ages:
    """What is owed, by its age, and by how many owners."""

    late: str = ""
    later: str = ""
    to_30: str = ""
    to_60: str = ""
    to_90: str = ""
    over_90: str = ""
    owners: int = 0


@dataclass(frozen=True)
class Figures:
    """How recovery goes: what reminders brought in of how much, and the days of calls that are owed."""

    recovered: str = ""
    recovered_of: str = ""
    outstanding: str = ""


class Arrears(PageState, rx.State):
    """The page of a building's arrears."""

    building: str = ""
    write: bool = False
    rows: list[LateLine] = []
    ages: Ages = Ages()
    waiting: int = 0
    behind: bool = False
    figures: Figures = Figures()
    over_time: ChartData = NO_CHART
    by_level: ChartData = NO_CHART
    sending_now: bool = False

    load = loads("recovery.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        found = await overview.arrears(w, building_id)
        ends = await names.month_ends(w, building_id, month_ends(w.today))
        went = await names.recovered(w, building_id, w.today - timedelta(days=_YEAR_DAYS), w.today)
        self.building, self.behind = found.building, found.bank_behind
        self.write = may("recovery.write", found.organization_id, building_id)
        self.rows = [late_line(row, self.base, lang) for row in found.rows]
        self.waiting = sum(1 for row in self.rows if row.letter_id)
        self.ages = ages_of(found.total, len(found.rows), lang)
        days = went.days_outstanding(_YEAR_DAYS)
        self.figures = Figures(
            percent(went.paid_cents, went.reminded_cents, lang) or "–",
            money(went.reminded_cents, lang),
            number(days, lang) if days is not None else "–",
        )
        self.over_time = _over_time(ends, lang)
        self.by_level = _by_level(found, lang)

    @acts("recovery.write")
    async def prepare(self, w: Work) -> Told:
        """Prepares what is due today, and sends what goes out by itself."""
        made = await preparing.prepare(w, id_after(self, "buildings"))
        if not made.new:
            return Told(N_("Nothing new is due today."), "information")
        await defer(w, "recovery.send")
        return Told(N_("{count} reminder is ready.", "{count} reminders are ready."), params={"count": len(made.new)})

    @acts("recovery.write", apart=True)
    async def send(self, who: Principal, reminder: str) -> Told:
        """Sends one reminder."""
        return told(await sending.send(who, as_id(reminder)))

    @acts("recovery.write", background=True)
    async def send_all(self, who: Principal) -> None:
        """Sends everything that waits, one after the other; the page may be left meanwhile."""
        async with self:
            if self.sending_now:
                return
            self.sending_now = True
            rows = [row.letter_id for row in self.rows if row.letter_id]
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
                await refill(self)
                await notify(self, "done", N_("{count} reminder was sent.", "{count} reminders were sent."), count=sent)


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


def ages_of(total: Ageing, owners: int, lang: str) -> Ages:
    """What is owed by its age, as pages show it."""
    return Ages(
        money(total.late, lang), money(total.later, lang), money(total.to_30, lang), money(total.to_60, lang),
        money(total.to_90, lang), money(total.over_90, lang), owners,
    )  # fmt: skip


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

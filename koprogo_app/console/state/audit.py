"""The audit trail: of one organisation for its syndic, of everything for superadmins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import reflex as rx

from koprogo_app.console.queries.named import names_of
from koprogo_app.console.state.common import PER_PAGE
from koprogo_app.console.state.differences import Difference, Reader, differences, ids_in
from koprogo_app.console.state.words import acts
from koprogo_app.estate.service.organizations import ORGANIZATION
from koprogo_app.foundation.audit import Chain
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Forbidden
from koprogo_app.foundation.i18n import N_, P_, catalogue, moment, tr
from koprogo_app.identity.access import person
from koprogo_app.identity.queries import audit as queries
from koprogo_app.workspace.queries.paging import MAX_PER_PAGE, Asked
from koprogo_app.workspace.state.common import asked, place
from koprogo_app.workspace.state.page import PageState, loads, reads

_INSTALLATION = "installation"
_AT_ONCE = 4
_PROGRAM = N_("the program itself")


@dataclass(frozen=True)
class EntryLine:
    """One act."""

    id: str = ""
    number: int = 0
    at: str = ""
    who: str = ""
    address: str = ""
    act: str = ""
    action: str = ""
    place: str = ""
    changes: list[Difference] = field(default_factory=list)
    more: list[Difference] = field(default_factory=list)


class Audit(PageState, rx.State):
    """One page of acts, and the result of the last verification: `verdict` in four languages."""

    rows: list[EntryLine] = []
    at: dict[str, int] = {}
    scopes: list[dict[str, str]] = []
    choices: list[dict[str, str]] = []
    scope: str = ""
    everywhere: bool = False
    verdict: dict[str, str] = {}
    whole: bool = False
    _asked: dict[str, str] = {}

    load = loads("audit.read")

    async def _fill(self, w: Work, lang: str) -> None:
        query, scope = self.router.url.query_parameters, self.scope
        self.scopes, self.everywhere = await _scopes(w), _is_admin(w)
        self.choices = self._choices(lang)
        self.scope = self._chosen(query.get("of", ""))
        found = await queries.entries(w, _which(self.scope), _filter(query, w.today), asked(query, PER_PAGE))
        self.rows = await _lines(w, found.rows, {s["value"]: s["label"] for s in self.scopes}, lang)
        self.at = place(found)
        seen = {**query, "lang": lang}
        if scope != self.scope or seen == self._asked:  # else only the filter changed: the chain is the same
            self.verdict = {}
        self._asked = seen

    def _choices(self, lang: str) -> list[dict[str, str]]:
        if not self.everywhere:
            return self.scopes
        whole = [{"value": "", "label": tr(lang, P_("audit", "Everything"))},
                 {"value": _INSTALLATION, "label": tr(lang, "The installation")}]  # fmt: skip
        return whole + self.scopes

    def _chosen(self, asked: str) -> str:
        offered = [s["value"] for s in self.scopes]
        if asked in offered or (self.everywhere and asked == _INSTALLATION):
            return asked
        return "" if self.everywhere else next(iter(offered), "")

    @reads("audit.read")
    async def verify(self, w: Work, lang: str) -> None:
        """Recomputes the chain, or every chain when all of them are shown."""
        ids = [self.scope] if self.scope else [_INSTALLATION, *(s["value"] for s in self.scopes)]
        found = [await queries.verify_chain(w, None if one == _INSTALLATION else UUID(one)) for one in ids]
        self.whole, self.verdict = all(c.broken_at is None for c in found), _verdict(found)


def _verdict(found: Sequence[Chain]) -> dict[str, str]:
    broken = [c.broken_at for c in found if c.broken_at is not None]
    if broken:
        return catalogue(
            N_("The chain is broken at entry {number}: somebody changed or removed what was recorded."),
            number=broken[0],
        )
    count = sum(c.entries for c in found)
    text = N_(
        "{count} entry recomputed: the chain is whole. Last seal: {seal}",
        "{count} entries recomputed: the chain is whole. Last seal: {seal}",
    )
    seal = found[0].last_hash[:16] if len(found) == 1 and found[0].last_hash else "—"
    return catalogue(text, count=count, seal=seal)


def _is_admin(w: Work) -> bool:
    return person(w).may_somewhere("platform.read")


async def _scopes(w: Work) -> list[dict[str, str]]:
    who = person(w)
    try:
        page = await ORGANIZATION.page(w, None, Asked(per_page=MAX_PER_PAGE))
    except Forbidden:
        return []
    return [{"value": str(o.id), "label": o.name} for o in page.rows if who.may("audit.read", o.id)]


def _which(scope: str) -> UUID | str | None:
    if scope == _INSTALLATION:
        return None
    return UUID(scope) if scope else queries.ALL


def _filter(query: Mapping[str, str], today: date) -> queries.Filter:
    days = {"1": 0, "7": 6, "30": 29}.get(query.get("days", ""))
    since = None if days is None else today - timedelta(days=days)
    return queries.Filter(search=query.get("q", "").strip(), since=since)


async def _lines(w: Work, rows: Sequence[queries.EntryRow], names: Mapping[str, str], lang: str) -> list[EntryLine]:
    ids = ids_in(values for row in rows for values in (row.before, row.after))
    reader = Reader(lang, await names_of(w, ids, owners=not _is_admin(w)))
    return [_line(row, names, reader) for row in rows]


def _line(row: queries.EntryRow, names: Mapping[str, str], reader: Reader) -> EntryLine:
    changes = differences(row.entity, row.before, row.after, reader)
    act, place = acts().get(row.action, row.action), names.get(str(row.organization_id), "")
    return EntryLine(
        str(row.id), row.seq, moment(row.at, reader.lang), row.who or tr(reader.lang, _PROGRAM), row.ip,
        tr(reader.lang, act), row.action, place, changes[:_AT_ONCE], changes[_AT_ONCE:],
    )  # fmt: skip

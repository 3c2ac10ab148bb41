"""The audit trail: of one organisation for its syndic, of everything for superadmins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import reflex as rx

from koprogo_app.console.queries.named import names_of
from koprogo_app.console.state.common import PER_PAGE, failure, offset_of, place
from koprogo_app.console.state.differences import Difference, Reader, differences, ids_in
from koprogo_app.console.state.words import acts
from koprogo_app.estate.queries.buildings import organizations_page
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Forbidden, KoproError
from koprogo_app.foundation.i18n import LANGS, N_, P_, catalogue, in_all_languages, tr
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current, handler
from koprogo_app.identity.queries import audit as queries
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.notice import refuse
from koprogo_app.workspace.queries.paging import MAX_PER_PAGE, Asked

_INSTALLATION = "installation"
_AT_ONCE = 4
_PROGRAM = N_("the program itself")


@dataclass(frozen=True)
class EntryLine:
    """One act."""

    id: str = ""
    number: int = 0
    at: dict[str, str] = field(default_factory=dict)
    who: dict[str, str] = field(default_factory=dict)
    address: str = ""
    act: dict[str, str] = field(default_factory=dict)
    action: str = ""
    place: str = ""
    changes: list[Difference] = field(default_factory=list)
    more: list[Difference] = field(default_factory=list)


class Audit(rx.State):
    """One page of acts, and the result of the last verification."""

    ready: bool = False
    failed: dict[str, str] = {}
    rows: list[EntryLine] = []
    at: dict[str, int] = {}
    scopes: list[dict[str, str]] = []
    choices: list[dict[str, str]] = []
    scope: str = ""
    everywhere: bool = False
    verdict: dict[str, str] = {}
    _asked: dict[str, str] = {}
    whole: bool = False

    @handler("audit.read")
    async def load(self) -> None:
        """Builds the page from its address."""
        query, scope = self.router.url.query_parameters, self.scope
        try:
            async with work(current()) as w:
                self.scopes = await _scopes(w)
                self.everywhere = _is_admin()
                lang = (await self.get_state(Locale)).lang
                self.choices = self._choices(lang)
                self.scope = self._chosen(query.get("of", ""))
                rows = await queries.entries(
                    w, _which(self.scope), _filter(query, w.today), limit=PER_PAGE, offset=offset_of(query)
                )
                self.rows = await _lines(w, rows, {s["value"]: s["label"] for s in self.scopes}, lang)
        except KoproError as error:
            self.failed = failure(error)
            return
        self.at = place(query, len(rows), rows[0].total if rows else 0)
        if scope != self.scope or dict(query) == self._asked:  # else only the filter changed: the chain is the same
            self.verdict = {}
        self.failed, self.ready, self._asked = {}, True, dict(query)

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

    @handler("audit.read")
    async def verify(self) -> None:
        """Recomputes the chain, or every chain when all of them are shown."""
        ids = [self.scope] if self.scope else [_INSTALLATION, *(s["value"] for s in self.scopes)]
        try:
            async with work(current()) as w:
                found = [await queries.verify_chain(w, _which(one) or None) for one in ids]  # type: ignore[arg-type]
        except KoproError as error:
            await refuse(self, error)
            return
        count, broken = sum(c.entries for c in found), [c.broken_at for c in found if c.broken_at is not None]
        self.whole = not broken
        if broken:
            self.verdict = catalogue(
                N_("The chain is broken at entry {number}: somebody changed or removed what was recorded."),
                number=broken[0],
            )
            return
        text = N_(
            "{count} entry recomputed: the chain is whole. Last seal: {seal}",
            "{count} entries recomputed: the chain is whole. Last seal: {seal}",
        )
        seal = found[0].last_hash[:16] if len(found) == 1 and found[0].last_hash else "—"
        self.verdict = catalogue(text, count=count, seal=seal)


def _is_admin() -> bool:
    who = current()
    return isinstance(who, Person) and who.may_somewhere("platform.read")


async def _scopes(w: Work) -> list[dict[str, str]]:
    who = current()
    if not isinstance(who, Person):
        return []
    try:
        page = await organizations_page(w, Asked(per_page=MAX_PER_PAGE))
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
    reader = Reader(lang, await names_of(w, ids, owners=not _is_admin()))
    return [_line(row, names, reader) for row in rows]


def _line(row: queries.EntryRow, names: Mapping[str, str], reader: Reader) -> EntryLine:
    changes = differences(row.entity, row.before, row.after, reader)
    who = dict.fromkeys(LANGS, row.who) if row.who else catalogue(_PROGRAM)
    return EntryLine(
        str(row.id), row.seq, in_all_languages(row.at), who, row.ip, catalogue(acts().get(row.action, row.action)),
        row.action, names.get(str(row.organization_id), ""), changes[:_AT_ONCE], changes[_AT_ONCE:],
    )  # fmt: skip

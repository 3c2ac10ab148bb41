"""The seal that stands on every page of the books."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.identity.guard import handler
from koprogo_app.ledger.rules.integrity import Finding, Level
from koprogo_app.ledger.service.integrity import recent
from koprogo_app.workspace.state.common import acting, id_after, lang_of, workspace

_KINDS = {Level.GOOD: "done", Level.ATTENTION: "attention", Level.BROKEN: "refused"}


@dataclass(frozen=True)
class Named:
    """An entry that a finding names."""

    name: str = ""
    href: str = ""


@dataclass(frozen=True)
class FindingLine:
    """One check: its outcome as a sentence, and the entries it names."""

    text: str = ""
    kind: str = ""
    named: list[Named] | None = None


class BooksSeal(rx.State):
    """What was checked, and what is wrong."""

    kind: str = ""
    title: str = ""
    lines: list[FindingLine] = []

    @handler("ledger.read")
    async def look(self) -> None:
        """Checks the books of the building in the address; silent where they are not open."""
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        try:
            async with work(acting(lang)) as w:
                seal = await recent(w, building_id)
        except KoproError:
            self.kind, self.title, self.lines = "", "", []
            return
        self.kind = _KINDS[seal.level]
        self.title = {
            Level.GOOD: tr(
                lang,
                N_("The books are whole; {count} entry checked", "The books are whole; {count} entries checked"),
                count=seal.entries,
            ),
            Level.ATTENTION: tr(lang, "The books are whole; something to settle"),
            Level.BROKEN: tr(lang, "Something in the books does not agree"),
        }[seal.level]
        self.lines = [_line(finding, workspace(building_id), lang) for finding in seal.findings]


def _line(finding: Finding, base: str, lang: str) -> FindingLine:
    named = [Named(str(entry), f"{base}/entries/{entry.id}") for entry in finding.entries]
    return FindingLine(tr(lang, finding.message, **finding.params), _KINDS[finding.level], named)

"""The seal that stands on every page of the books."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.rules.integrity import Finding, Level
from koprogo_app.ledger.service.integrity import recent
from koprogo_app.workspace.state.common import id_after
from koprogo_app.workspace.state.page import PageState, loads

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
    named: tuple[Named, ...] = ()


class BooksSeal(PageState, rx.State):
    """What was checked, and what is wrong; nothing where the books are not open."""

    kind: str = ""
    title: str = ""
    lines: list[FindingLine] = []

    load = loads("ledger.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        self.kind, self.title, self.lines = "", "", []
        if not (await books.book(w, building_id)).opened:
            return
        seal = await recent(w, building_id)
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
        self.lines = [_line(finding, self.base, lang) for finding in seal.findings]


def _line(finding: Finding, base: str, lang: str) -> FindingLine:
    named = tuple(Named(str(entry), f"{base}/entries/{entry.id}") for entry in finding.entries)
    return FindingLine(tr(lang, finding.message, **finding.params), _KINDS[finding.level], named)

"""A bank's file of several associations: each part goes to its own building."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from koprogo_app.bank.service.bank_import import OfficeImport, OfficePart, import_for_office
from koprogo_app.bank.state.bank import aside_text, sent_file, statement_text
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import Problem, problem
from koprogo_app.workspace.state.common import acting, lang_of, workspace
from koprogo_app.workspace.state.page import PageState, loads


@dataclass(frozen=True)
class PartLine:
    """What became of one association's part: the sentences of its statements, or why nothing of it was taken."""

    href: str = ""
    building: str = ""
    said: list[str] = field(default_factory=list)
    refused: str = ""
    kind: str = "done"


class BankFiles(PageState, rx.State):
    """What became of the last file."""

    parts: list[PartLine] = []
    aside: list[str] = []
    remarks: list[str] = []
    file_errors: dict[str, Problem] = {}

    load = loads("bank.write")

    async def _fill(self, w: Work, lang: str) -> None:
        """Nothing is read: the page shows what became of a file."""

    def _arrive(self) -> None:
        self._show(OfficeImport((), ()), "fr")
        self.file_errors = {}

    @handler("bank.write")
    async def take(self, file_id: str) -> Any:
        """Imports the file that was just sent, which is taken in once however often it comes."""
        lang, self.file_errors = await lang_of(self), {}
        try:
            async with sent_file(file_id) as file:
                done = await import_for_office(acting(lang), file.name, file.data)
        except KoproError as error:
            self._show(OfficeImport((), ()), lang)
            self.file_errors = {"": problem(error)}
            return
        self._show(done, lang)

    def _show(self, done: OfficeImport, lang: str) -> None:
        self.parts = [_line(part, lang) for part in done.parts]
        self.aside = [aside_text(one, lang) for one in done.aside]
        self.remarks = [tr(lang, remark.message, **remark.params) for remark in done.remarks]


def _line(part: OfficePart, lang: str) -> PartLine:
    said = [statement_text(one, lang) for one in part.imported.statements]
    gaps = any(one.missing or one.jump_cents for one in part.imported.statements)
    refused = part.refused.text(lang) if part.refused else ""
    kind = "refused" if refused else "attention" if gaps else "done"
    return PartLine(f"{workspace(part.building_id)}/bank", part.building, said, refused, kind)

"""The state of every part."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.console.service import health
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, number, tr
from koprogo_app.workspace.state.page import PageState, loads

NAMES = {
    "database": N_("Database"),
    "migrations": N_("Schema"),
    "storage": N_("Files"),
    "worker": N_("Worker"),
    "mail": N_("Mail"),
}


@dataclass(frozen=True)
class PartLine:
    """A part and how it is."""

    name: str = ""
    ok: bool = False
    detail: str = ""
    milliseconds: int = 0


@dataclass(frozen=True)
class Shown:
    """How much there is and how much waits, as numbers are written."""

    organizations: str = ""
    buildings: str = ""
    lots: str = ""
    people: str = ""
    sessions: str = ""
    mails_waiting: str = ""
    mails_failed: str = ""
    jobs_waiting: str = ""
    jobs_failed: str = ""
    megabytes: str = ""
    version: str = ""


class Health(PageState, rx.State):
    """The page of the parts."""

    well: bool = False
    parts: list[PartLine] = []
    figures: Shown = Shown()

    load = loads("platform.read")

    async def _fill(self, w: Work, lang: str) -> None:
        self.figures = _figures(await health.figures(w), lang)
        found = await health.checks(w.principal)
        self.parts = [PartLine(tr(lang, NAMES.get(c.name, c.name)), c.ok, tr(lang, c.detail), c.milliseconds)
                      for c in found]  # fmt: skip
        self.well = all(c.ok for c in found)


def _figures(counted: health.Figures, lang: str) -> Shown:
    def much(name: str) -> str:
        return number(getattr(counted, name), lang)

    return Shown(
        much("organizations"), much("buildings"), much("lots"), much("people"), much("sessions"),
        much("mails_waiting"), much("mails_failed"), much("jobs_waiting"), much("jobs_failed"),
        number(round(counted.database_bytes / 1_000_000), lang), counted.version,
    )  # fmt: skip

"""The state of every part."""

from dataclasses import dataclass, field

import reflex as rx

from koprogo_app.console.service import health
from koprogo_app.foundation.database import work
from koprogo_app.foundation.i18n import N_, catalogue, number
from koprogo_app.identity.guard import current, handler
from koprogo_app.workspace.state.common import lang_of

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

    name: dict[str, str] = field(default_factory=dict)
    ok: bool = False
    detail: dict[str, str] = field(default_factory=dict)
    milliseconds: int = 0


class Health(rx.State):
    """The page of the parts."""

    ready: bool = False
    well: bool = False
    parts: list[PartLine] = []
    figures: dict[str, str] = {}

    @handler("platform.read")
    async def load(self) -> None:
        """Asks every part."""
        lang = await lang_of(self)
        async with work(current()) as w:
            counted = await health.figures(w)
        found = await health.checks(current())
        self.parts = [
            PartLine(catalogue(NAMES.get(c.name, c.name)), c.ok, catalogue(c.detail), c.milliseconds) for c in found
        ]
        names = [f for f in counted.__dataclass_fields__ if f not in ("database_bytes", "version")]
        self.figures = {name: number(getattr(counted, name), lang) for name in names}
        self.figures |= {
            "version": counted.version, "megabytes": number(round(counted.database_bytes / 1_000_000), lang)
        }  # fmt: skip
        self.well, self.ready = all(c.ok for c in found), True

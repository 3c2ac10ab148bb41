"""Every report of a building by name, whichever area makes it."""

from functools import cache
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.paper.report import Report
from koprogo_app.workspace.reports import REPORTS, Kind, Query


@cache
def _by_name() -> dict[str, Kind]:
    found = [kind for kinds in REPORTS.given() for kind in kinds]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.order)}


def listed() -> list[Kind]:
    """The reports that the list names, in its order."""
    return [kind for kind in _by_name().values() if kind.order]


def report_kind(name: str) -> Kind:
    """The report of that name. Raises NotFound for a name that is none."""
    kind = _by_name().get(name)
    if kind is None:
        raise NotFound
    return kind


async def make(w: Work, name: str, building_id: UUID, asked: Query, lang: str) -> Report:
    """The report of that name; each authorises by itself. Raises NotFound for a name that is none."""
    return await report_kind(name).make(w, building_id, asked, lang)

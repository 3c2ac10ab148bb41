"""What a report of a building is: what it is called, what it is asked, what makes it, where the API gives it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.manifests import Hook
from koprogo_app.foundation.paper.report import Report


@dataclass(frozen=True, slots=True)
class Days:
    """Which days a report is asked for: a financial year by its name, or days; without either the running year."""

    year: str = ""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Query(Days):
    """What a report is asked: days; a person; a call for funds; an invoice."""

    owner_id: UUID | None = None
    call_id: UUID | None = None
    invoice_id: UUID | None = None


Maker = Callable[[Work, UUID, Query, str], Awaitable[Report]]
"""Takes the building, what is asked, and the language; authorises by itself."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A report: title and what it answers (messages), and what it can be asked (`year`, `owner`)."""

    name: str
    title: str
    hint: str
    make: Maker
    addresses: tuple[str, ...]
    """Below `/api/v1/reports/`: that of one person, call or invoice first, where it has one."""
    order: int = 0
    """In the list of reports; 0: it is not named there, but reached from the figure it stands behind."""
    asks: tuple[str, ...] = ("year",)

    def address(self, building_id: UUID, year: str, asked: Query) -> str:
        """Where the API gives this report, ready for `&format=…&lang=…`; nothing while its person is not chosen."""
        values = {
            "building": building_id, "year": year, "owner": asked.owner_id, "call": asked.call_id,
            "invoice": asked.invoice_id,
        }  # fmt: skip
        missing = {f"{{{name}}}" for name, value in values.items() if value is None}
        given = (one for one in self.addresses if not any(name in one for name in missing))
        address = next(given, None)
        return f"/api/v1/reports/{address.format_map(values)}" if address else ""


REPORTS: Final = Hook[Sequence[Kind]]("workspace.reports")
"""The reports of each area."""

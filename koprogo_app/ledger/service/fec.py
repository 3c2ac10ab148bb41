"""The accounting entries file of a year, for whoever controls the accounts with software."""

from dataclasses import dataclass
from uuid import UUID

from koprogo_app.estate.model import Building
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import tr
from koprogo_app.ledger.model import JOURNAL_NAMES, JournalKind
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.fec import FecLine, fec_lines
from koprogo_app.ledger.rules import fec
from koprogo_app.ledger.service.papers import chosen_year


@dataclass(frozen=True, slots=True)
class FecFile:
    """The file's name and its rows under `rules.fec.COLUMNS`."""

    name: str
    rows: list[tuple[str, ...]]

    @property
    def data(self) -> bytes:
        """The file."""
        return fec.file(self.rows)


async def fec_file(w: Work, building_id: UUID, year: str) -> FecFile:
    """The file of a financial year by its name (`ledger.read`). Raises NotFound when there is no such year."""
    book = await books.open_book(w, building_id)
    chosen = chosen_year(await books.years(w, building_id), year, w.today)
    building = await w.get(Building, building_id)
    lines = await fec_lines(w, book.organization_id, building_id, chosen.id)
    return FecFile(fec.name(building.enterprise_number or "", chosen.end), [_row(line) for line in lines])


def _row(line: FecLine) -> tuple[str, ...]:
    journal = line.journal_name or tr("fr", JOURNAL_NAMES[JournalKind(line.journal_kind)])
    return (
        line.journal, fec.text(journal), str(line.number), fec.day(line.on), line.code, fec.text(line.label_fr),
        str(line.party_id or ""), fec.text(line.party), fec.text(line.document_ref), fec.day(line.document_date),
        fec.text(line.label), fec.amount(line.debit), fec.amount(line.credit), fec.letters(line.matching),
        fec.day(line.matched_on), fec.day(line.posted_on), "", "",
    )  # fmt: skip

"""Documents as lines of a list, in the reader's words."""

from dataclasses import dataclass

from koprogo_app.documents.queries.library import DocumentRow
from koprogo_app.documents.words import KINDS, WHO, size_text, type_name
from koprogo_app.foundation.i18n import tr
from koprogo_app.workspace.state.common import shown_day


@dataclass(frozen=True)
class DocLine:
    """One document in a list."""

    id: str = ""
    title: str = ""
    under: str = ""
    kind: str = ""
    dated: str = ""
    who: str = ""
    level: str = ""
    type: str = ""
    size: str = ""
    kept: str = ""
    preview: bool = False


def line(row: DocumentRow, lang: str, *, with_building: bool = False) -> DocLine:
    """A row as the page shows it; `under` says where it belongs."""
    where = [row.building_name] if with_building else []
    where += [tr(lang, "Lot {number}", number=row.lot_number)] if row.lot_number else []
    who = row.owner_name if row.visibility == "owner" and row.owner_name else tr(lang, WHO[row.visibility])
    kept = shown_day(row.destroy_on, lang) if row.destroy_on else tr(lang, "without limit")
    return DocLine(
        str(row.id), row.title, " · ".join(where), tr(lang, KINDS[row.kind]), shown_day(row.dated, lang), who,
        row.visibility, type_name(row.media_type, row.file_name), size_text(row.size, lang), kept, row.has_preview,
    )  # fmt: skip

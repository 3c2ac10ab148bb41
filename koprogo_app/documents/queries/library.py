"""The library: pages of documents by kind, year and words; its tree; one document with its versions; counts.

- `documents_page(w, asked, choice) -> Page[DocumentRow]`
- `tree(w, building_id) -> list[Branch]` — how many of each kind and year
- `document_detail(w, document_id) -> DocumentDetail`
- `counts(w, entity, ids) -> dict[UUID, int]` — for badges in lists of lots, meetings, invoices …
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from koprogo_app.documents.queries.visible import VISIBLE, sight
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.rest.answers import Hidden, answer
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, paged

Kind = Literal[
    "minutes", "convocation", "invoice", "contract", "regulation", "insurance", "works_report", "quote", "statement",
    "post_intervention", "photo", "other",
]  # fmt: skip
Visible = Literal["co_owners", "board", "syndic", "owner", "notary"]


@answer()
@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document with its newest version."""

    id: UUID
    organization_id: Hidden[UUID]
    building_id: UUID
    building_name: str
    lot_id: UUID | None
    lot_number: str | None
    kind: Kind
    title: str
    dated: date
    lang: Literal["fr", "nl", "de", "en"]
    visibility: Visible
    owner_id: UUID | None
    owner_name: str | None
    reader_id: Hidden[UUID | None]
    entity: Annotated[
        str, Field(description="What it belongs to: meeting, invoice, ticket, supplier, transfer; empty: nothing")
    ]
    entity_id: UUID | None
    destroy_on: Annotated[date | None, Field(description="First day it may be destroyed; null: never")]
    version: int
    created_at: datetime
    created_by: Hidden[UUID | None]
    number: Annotated[int, Field(description="Of the newest version, from 1")]
    media_type: str
    size: Annotated[int, Field(description="Bytes")]
    file_name: str
    state: Literal["new", "ready", "plain", "locked", "unreadable"]
    pages: int | None
    has_preview: bool


_ROW: Final = """d.id, d.organization_id, d.building_id, b.name as building_name, d.lot_id, l.number as lot_number,
  d.kind, d.title, d.dated, d.lang, d.visibility, d.owner_id,
  nullif(trim(concat(o.first_name, ' ', o.name)), '') as owner_name, d.reader_id, d.entity, d.entity_id, d.destroy_on,
  d.version, d.created_at, d.created_by,
  v.number, v.media_type, v.size, v.file_name, v.state, v.pages, v.preview_sha256 is not null as has_preview"""
_FROM: Final = """
  from document d join estate.building b on b.id = d.building_id left join estate.lot l on l.id = d.lot_id
  left join estate.owner o on o.id = d.owner_id
  join lateral (select * from document_version v where v.organization_id = d.organization_id
                 and v.document_id = d.id order by v.number desc limit 1) v on true"""
SORTS: Final = {
    "title": "lower(d.title)",
    "dated": "d.dated",
    "kind": "d.kind",
    "size": "v.size",
    "created_at": "d.created_at",
    "destroy_on": "d.destroy_on",
}
_QUERY: Final = (
    "(websearch_to_tsquery(koprogo_search_language(d.lang), %(text)s) "
    "|| websearch_to_tsquery('simple', koprogo_fold(%(text)s)) || to_tsquery('simple', %(prefix)s))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which documents: each value narrows; empty or None takes all. `due`: those that may be destroyed today."""

    text: str = ""
    building_id: UUID | None = None
    lot_id: UUID | None = None
    kind: str = ""
    year: int | None = None
    visibility: str = ""
    entity: str = ""
    entity_id: UUID | None = None
    due: bool = False

    def conditions(self) -> list[str]:
        """As SQL; the parameters are `params`."""
        found = {
            "d.building_id = %(building)s": self.building_id,
            "d.lot_id = %(lot)s": self.lot_id,
            "d.kind = %(kind)s": self.kind,
            "d.dated >= make_date(%(year)s, 1, 1) and d.dated < make_date(%(year)s + 1, 1, 1)": self.year,
            "d.visibility = %(visibility)s": self.visibility,
            "d.entity = %(entity)s": self.entity,
            "d.entity_id = %(entity_id)s": self.entity_id,
            "d.destroy_on <= %(today)s": self.due,
            f"d.search @@ {_QUERY}": prefixes(self.text),
        }
        return [sql for sql, wanted in found.items() if wanted]

    def params(self, today: date) -> dict[str, object]:
        """The parameters of `conditions`."""
        return {
            "building": self.building_id, "lot": self.lot_id, "kind": self.kind, "year": self.year, "today": today,
            "visibility": self.visibility, "entity": self.entity, "entity_id": self.entity_id,
            "text": _plain(self.text), "prefix": "" if _EXACT.search(self.text) else prefixes(self.text),
        }  # fmt: skip


ALL: Final = Choice()
_EXACT: Final = re.compile(r'"|(?:^|\s)-\w')
_ACCENTS: Final = str.maketrans("àáâãäåçèéêëìíîïñòóôõöùúûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy")


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() and not "\ud800" <= c <= "\udfff" else " " for c in text)[:200]


def prefixes(text: str) -> str:
    """The words of a search as beginnings, all of which must occur: "toit 20" finds "toiture 2026"."""
    letters = "".join(c if c.isalnum() else " " for c in _plain(text).lower().translate(_ACCENTS))
    return " & ".join(f"{word}:*" for word in letters.split()[:8])


def documents_sql(asked: Asked, choice: Choice) -> str:
    """The library as SQL; raises Invalid for a sort that is not offered. A search without a sort is by fitness."""
    default = "d.dated desc, d.id desc"
    if choice.text and prefixes(choice.text):
        default = f"ts_rank(d.search, {_QUERY}) desc, {default}"
    where = " and ".join([VISIBLE, *choice.conditions()])
    return f"""select count(*) over () as total, {_ROW} {_FROM} where {where}
 order by {asked.order(SORTS, default)} limit %(limit)s offset %(offset)s"""


async def documents_page(w: Work, asked: Asked = FIRST, choice: Choice = ALL) -> Page[DocumentRow]:
    """The documents one may see, the newest first, or the best found first."""
    return await paged(w, documents_sql(asked, choice), DocumentRow, asked, **sight(w), **choice.params(w.today))


@dataclass(frozen=True, slots=True)
class Branch:
    """How many documents of a kind and year there are."""

    kind: Kind
    year: int
    count: int


async def tree(w: Work, building_id: UUID | None = None) -> list[Branch]:
    """The documents one may see, counted by kind and year, newest year first."""
    here = "and d.building_id = %(building)s" if building_id else ""
    return await w.rows(
        f"""select d.kind, extract(year from d.dated)::int as year, count(*) as count from document d
             where {VISIBLE} {here} group by 1, 2 order by 1, 2 desc""",
        Branch,
        **sight(w),
        building=building_id,
    )


@answer()
@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a document."""

    id: Hidden[UUID]
    number: int
    sha256: str
    size: int
    media_type: str
    file_name: str
    state: str
    pages: int | None
    preview_sha256: Hidden[str | None]
    preview_size: Hidden[int | None]
    created_at: datetime
    created_by_name: str | None


@dataclass(frozen=True, slots=True)
class DocumentDetail:
    """A document and its versions, the newest first."""

    row: DocumentRow
    versions: list[VersionRow]


_VERSION: Final = """v.id, v.number, v.sha256, v.size, v.media_type, v.file_name, v.state, v.pages, v.preview_sha256,
  v.preview_size, v.created_at, u.name as created_by_name"""


async def document_detail(w: Work, document_id: UUID) -> DocumentDetail:
    """One document. Raises NotFound also for one that is not this person's to see."""
    row = await w.one(
        f"select {_ROW} {_FROM} where d.id = %(id)s and {VISIBLE}", DocumentRow, id=document_id, **sight(w)
    )
    versions = await w.rows(
        f"""select {_VERSION} from document_version v left join identity.app_user u on u.id = v.created_by
             where v.organization_id = %(org)s and v.document_id = %(id)s order by v.number desc""",
        VersionRow,
        org=row.organization_id,
        id=document_id,
    )
    return DocumentDetail(row, versions)


async def counts(w: Work, entity: str, ids: list[UUID]) -> dict[UUID, int]:
    """How many documents one may see of each of these; `entity` is "lot" or the noun a document belongs to."""
    column = "d.lot_id" if entity == "lot" else "d.entity_id"
    match = "" if entity == "lot" else "and d.entity = %(entity)s"

    @dataclass(frozen=True, slots=True)
    class Count:
        id: UUID
        count: int

    found = await w.rows(
        f"select {column} as id, count(*) as count from document d "
        f"where {column} = any(%(ids)s) {match} and {VISIBLE} group by 1",
        Count,
        ids=ids,
        entity=entity,
        **sight(w),
    )
    return {row.id: row.count for row in found}

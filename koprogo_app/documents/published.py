"""What others may read of documents by name in SQL: its views, in the schema `documents` (made by a migration)."""

from typing import Final

VIEWS: Final[dict[str, str]] = {
    "document": (
        "select id, organization_id, building_id, lot_id, kind, title, dated, lang, visibility, owner_id, "
        "reader_id, entity, entity_id, deleted_at from document"
    ),
    "document_version": "select id, organization_id, document_id, number, sha256, size from document_version",
}

"""What the program knows of the papers."""

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import AuditWords, Manifest, MenuEntry
from koprogo_app.identity.permissions import ALL, BOOKS, CO_OWNERS, CONTROL, NOTARIES, OWNERS, SYNDICS

MANIFEST = Manifest(
    name="documents",
    above="estate",
    permissions={
        # To reach the library; which papers are in it for a role is said by the visibility of each, below.
        "documents.read": ALL,
        "documents.read_co_owners": CO_OWNERS,
        "documents.read_board": CONTROL,
        "documents.read_syndic": SYNDICS,
        # A paper of one owner: their own, and the office's; not the council's.
        "documents.read_owner": BOOKS,
        "documents.read_own": OWNERS,
        "documents.read_file": NOTARIES,
        "documents.write": BOOKS,
        "documents.delete": SYNDICS,
    },
    menu=(
        MenuEntry(N_("Documents"), "/documents", 50, "own_lots.read", "top"),
        MenuEntry(N_("Documents"), "/documents", 50, "documents.read"),
    ),
    audit=AuditWords(
        acts={
            "document.added": N_("Document added"),
            "document.updated": N_("Document changed"),
            "document.deleted": N_("Document deleted"),
            "document.read": N_("Document read"),
            "document.bundled": N_("Document put into a bundle"),
            "document.version_added": N_("New version of a document"),
        },
        fields={
            "created_by": N_("Made by"),
            "dated": N_("Date"),
            "delete_reason": N_("Reason of the deletion"),
            "deleted_at": N_("Deleted on"),
            "deleted_by": N_("Deleted by"),
            "destroy_on": N_("Kept until"),
            "document_id": N_("Document"),
            "reader_id": N_("Reader"),
            "size": N_("Size"),
            "title": N_("Title"),
            "visibility": N_("Who may see it"),
        },
        values={
            "visibility": "words:WHO",
            "document.kind": "words:KINDS",
        },
    ),
    pages="page:PAGES",
    routes=("api:router",),
    jobs="jobs",
    parts={"lot": ("page.panel:lot_panel",)},
    gives={"estate.said_of_lots": ("queries.beside:documents_of_lots",)},
)

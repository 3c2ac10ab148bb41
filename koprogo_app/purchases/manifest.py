"""What the program knows of suppliers, invoices and payment orders."""

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import AuditWords, Manifest, MenuEntry
from koprogo_app.identity.permissions import BOOKS, CONTROL

MANIFEST = Manifest(
    name="purchases",
    above="payments",
    permissions={
        # What suppliers bill. Approving is another's act than writing where the building asks for four eyes.
        "suppliers.read": CONTROL,
        "suppliers.write": BOOKS,
        "invoices.read": CONTROL,
        "invoices.write": BOOKS,
        "invoices.approve": BOOKS,
        "invoices.pay": BOOKS,
    },
    menu=(MenuEntry(N_("Invoices"), "/invoices", 60, "invoices.read"),),
    constraints={
        "invoice_number_once": ("number", N_("This supplier already has an invoice or credit note with this number.")),
        "payment_order_line_credit_once": ("refunds", N_("One of these credits is in a payment order already.")),
        "payment_order_line_once": ("invoices", N_("One of these invoices is in another payment order already.")),
    },
    audit=AuditWords(
        acts={
            "supplier.updated": N_("Supplier changed"),
            "supplier.archived": N_("Supplier taken out of use"),
            "supplier.restored": N_("Supplier in use again"),
            "charge_settings.updated": N_("Rules for invoices and calls changed"),
            "invoice.created": N_("Invoice entered"),
            "invoice.imported": N_("Electronic invoice received"),
            "invoice.updated": N_("Invoice changed"),
            "invoice.removed": N_("Draft invoice removed"),
            "invoice.line_added": N_("Invoice line added"),
            "invoice.line_changed": N_("Invoice line changed"),
            "invoice.line_removed": N_("Invoice line removed"),
            "invoice.submitted": N_("Invoice submitted"),
            "invoice.withdrawn": N_("Invoice taken back to draft"),
            "invoice.rejected": N_("Invoice rejected"),
            "invoice.approved": N_("Invoice approved"),
            "invoice.reversed": N_("Approved invoice taken back"),
            "payment_order.made": N_("Payment order made"),
            "payment_order.cancelled": N_("Payment order cancelled"),
        },
        fields={
            "approved_at": N_("Approved on"),
            "approved_by": N_("Approved by"),
            "author_id": N_("Author"),
            "bank_account_id": N_("Bank account"),
            "communication": N_("Message"),
            "count": N_("Number of rows"),
            "due_on": N_("Due on"),
            "execute_on": N_("To be paid on"),
            "file": N_("File"),
            "invoice_id": N_("Invoice"),
            "message": N_("Structured message"),
            "net_cents": N_("Net"),
            "rejected_at": N_("Rejected on"),
            "rejected_by": N_("Rejected by"),
            "submitted_at": N_("Submitted on"),
            "submitted_by": N_("Submitted by"),
            "total_cents": N_("Total"),
            "vat_cents": N_("VAT"),
            "vat_rate": N_("VAT rate"),
        },
        values={
            "invoice.kind": "words:KINDS",
            "invoice.status": "words:STATUS",
        },
    ),
    pages="page:PAGES",
    routes=("api:router",),
)

"""What the program knows of the installation seen as a whole."""

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import AuditWords, Manifest, MenuEntry

MANIFEST = Manifest(
    name="console",
    above="recovery",
    menu=(
        MenuEntry(N_("Organisations"), "/admin/organizations", 10, "platform.read", "administration", first_page=10),
        MenuEntry(N_("People"), "/admin/users", 20, "platform.read", "administration"),
        MenuEntry(N_("Outbox"), "/admin/outbox", 30, "platform.read", "administration"),
        MenuEntry(N_("Audit"), "/admin/audit", 50, "platform.read", "administration"),
        MenuEntry(N_("Health"), "/admin/health", 60, "platform.read", "administration"),
        MenuEntry(N_("People"), "/admin/users", 10, "users.read", "office"),
        MenuEntry(N_("Audit"), "/audit", 20, "audit.read", "office"),
    ),
    audit=AuditWords(
        acts={
            "mail.retried": N_("Mail sent again"),
        },
    ),
    pages="page:PAGES",
)

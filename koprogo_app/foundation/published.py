"""What others may read of the foundation by name in SQL: views of the schema `foundation`, made by a migration."""

from typing import Final

VIEWS: Final[dict[str, str]] = {
    "audit_entry": (
        "select id, organization_id, seq, at, user_id, session_id, ip, action, entity, entity_id, building_id, "
        "before, after from audit_entry"
    ),
    "mail": (
        "select id, organization_id, recipient, subject, body_text, lang, purpose, status, attempts, last_error, "
        "next_try_at, sent_at, created_at from mail"
    ),
}

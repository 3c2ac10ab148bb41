"""What others may read of the foundation by name in SQL: views of the schema `foundation`, made by a migration."""

from typing import Final

VIEWS: Final[dict[str, str]] = {
    "audit_entry": (
        "select id, organization_id, seq, at, user_id, session_id, ip, action, entity, entity_id, building_id, "
        "before, after from audit_entry"
    ),
    "background_run": (
        "select id, organization_id, building_id, user_id, task, subject, status, done, total, result, refusal, "
        "sha256, size, created_at from background_run"
    ),
    "mail": (
        "select id, organization_id, recipient, subject, body_text, lang, purpose, status, attempts, last_error, "
        "next_try_at, sent_at, created_at from mail"
    ),
}

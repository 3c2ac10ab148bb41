"""What others may read of identity by name in SQL: its views, in the schema `identity` (made by a migration)."""

from typing import Final

VIEWS: Final[dict[str, str]] = {
    "app_user": "select id, email, name, lang, status from app_user",
    "role_grant": "select id, user_id, role, organization_id, building_id, period from role_grant",
    "user_session": "select id, expires_at, revoked_at from user_session",
}

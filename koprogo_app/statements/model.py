"""Yearly statements that went out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import SQLModel

from koprogo_app.foundation.model import created_field, id_field, moment_field, same_building, same_organization


class SentStatement(SQLModel, table=True):
    """A co-owner's statement of charges of a closed year, as it was filed and sent: once for each closing."""

    __tablename__ = "sent_statement"
    __table_args__ = (
        same_building("fiscal_year", "fiscal_year_id", "sent_statement_year_fkey"),
        same_organization("owner", "owner_id", "sent_statement_owner_fkey"),
        same_organization("document", "document_id", "sent_statement_document_fkey"),
        UniqueConstraint("fiscal_year_id", "owner_id", "closed_at", name="sent_statement_once"),
        CheckConstraint("sent_how in ('mail', 'print')", name="sent_how"),
        CheckConstraint("lang in ('fr', 'nl', 'de', 'en')", name="lang"),
        Index("sent_statement_year", "organization_id", "fiscal_year_id"),
    )
    id: UUID = id_field()
    organization_id: UUID
    building_id: UUID
    fiscal_year_id: UUID
    closed_at: datetime = moment_field(nullable=False)
    owner_id: UUID
    lang: str
    document_id: UUID
    mail_id: UUID | None = None
    sent_how: str
    created_at: datetime = created_field()

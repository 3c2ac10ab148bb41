"""Papers that a job draws: kept for a day, as bundles of documents are."""

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document_bundle", sa.Column("asked", sa.String(), server_default="", nullable=False))
    op.add_column("document_bundle", sa.Column("file_name", sa.String(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("document_bundle_file_name"),
        "document_bundle",
        "file_name !~ '[[:cntrl:]/]' and (asked = '') = (file_name = '')",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("document_bundle_file_name"), "document_bundle", type_="check")
    op.drop_column("document_bundle", "file_name")
    op.drop_column("document_bundle", "asked")

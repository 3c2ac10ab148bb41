"""Mails with attachments: stored files that go out with a mail."""

import sqlalchemy as sa

from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_unique_constraint("mail_tenant", "mail", ["organization_id", "id"])
    op.create_table(
        "mail_attachment",
        sa.Column("mail_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("mail_attachment_position")),
        sa.CheckConstraint(
            "file_name <> '' and file_name !~ '[[:cntrl:]/]'", name=op.f("mail_attachment_file_name")
        ),
        sa.CheckConstraint("media_type ~ '^[a-z]+/[a-z0-9.+-]+$'", name=op.f("mail_attachment_media_type")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("mail_attachment_sha256")),
        sa.CheckConstraint("size between 1 and 10000000", name=op.f("mail_attachment_size")),
        sa.ForeignKeyConstraint(
            ["organization_id", "mail_id"],
            ["mail.organization_id", "mail.id"],
            name="mail_attachment_mail_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mail_id", "position", name=op.f("mail_attachment_pkey")),
    )
    op.execute("call koprogo_tenant('mail_attachment')")


def downgrade() -> None:
    op.drop_table("mail_attachment")
    op.drop_constraint("mail_tenant", "mail")

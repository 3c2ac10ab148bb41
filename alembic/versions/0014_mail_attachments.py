"""Mails with attachments; what letters of recovery ask again, and the interest of each debt."""

import sqlalchemy as sa

from alembic import op

revision = "0014"
down_revision = "0013"
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
        sa.CheckConstraint("file_name <> '' and file_name !~ '[[:cntrl:]/]'", name=op.f("mail_attachment_file_name")),
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
    nothing = sa.text("0")
    op.add_column("reminder", sa.Column("earlier_cents", sa.BigInteger(), server_default=nothing, nullable=False))
    op.add_column("reminder_debt", sa.Column("interest_cents", sa.BigInteger(), server_default=nothing, nullable=False))
    op.drop_constraint(op.f("reminder_amounts"), "reminder", type_="check")
    op.create_check_constraint(
        op.f("reminder_amounts"),
        "reminder",
        "principal_cents > 0 and interest_cents >= 0 and costs_cents >= 0 and earlier_cents >= 0",
    )
    op.drop_constraint(op.f("reminder_debt_open"), "reminder_debt", type_="check")
    op.create_check_constraint(op.f("reminder_debt_open"), "reminder_debt", "open_cents > 0 and interest_cents >= 0")


def downgrade() -> None:
    op.drop_constraint(op.f("reminder_debt_open"), "reminder_debt", type_="check")
    op.create_check_constraint(op.f("reminder_debt_open"), "reminder_debt", "open_cents > 0")
    op.drop_constraint(op.f("reminder_amounts"), "reminder", type_="check")
    op.create_check_constraint(
        op.f("reminder_amounts"), "reminder", "principal_cents > 0 and interest_cents >= 0 and costs_cents >= 0"
    )
    op.drop_column("reminder_debt", "interest_cents")
    op.drop_column("reminder", "earlier_cents")
    op.drop_table("mail_attachment")
    op.drop_constraint("mail_tenant", "mail")

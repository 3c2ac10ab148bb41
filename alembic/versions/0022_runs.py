"""One table of long acts, in place of those of closings, notices and bundles.

The old tables stay, empty, for the program of the release before; what they held is taken over.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TAKE_OVER = """
insert into background_run (id, organization_id, building_id, user_id, task, subject, asked, status, done, total,
                            refusal, created_at, ended_at)
select id, organization_id, building_id, user_id, 'ledger.close_year', fiscal_year_id::text,
       jsonb_build_object('year_id', fiscal_year_id, 'accepted', accepted), status, step, greatest(step, 8),
       refusal, created_at, ended_at
  from closing_run;
insert into background_run (id, organization_id, building_id, user_id, task, subject, asked, status, done, total,
                            result, refusal, created_at, ended_at)
select id, organization_id, building_id, user_id, 'calls.make_notices', instalment_id::text,
       jsonb_build_object('instalment_id', instalment_id, 'mail', mail), status, done, greatest(total, done),
       case when document_id is not null then jsonb_build_object('document_id', document_id) end, refusal, created_at,
       ended_at
  from notice_run;
insert into background_run (id, organization_id, user_id, task, subject, asked, status, done, total, file_name, sha256,
                            size, created_at, expires_at)
select id, organization_id, user_id, case when asked = '' then 'documents.bundle' else 'statements.draw_report' end,
       case when asked = '' then '' else user_id || ' ' || asked end,
       jsonb_build_object('document_ids', to_jsonb(document_ids)), case status when 'ready' then 'done' else 'failed' end,
       done, total, file_name, sha256, size, created_at, expires_at
  from document_bundle;
delete from procrastinate_jobs where status = 'todo'
   and task_name in ('documents.bundle', 'charges.draw_report', 'charges.send_statements');
delete from closing_run;
delete from notice_run;
delete from document_bundle;
"""


def upgrade() -> None:
    op.create_table(
        "background_run",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("refusal", postgresql.JSONB(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status in ('waiting', 'running', 'done', 'failed')", name=op.f("background_run_status")),
        sa.CheckConstraint("0 <= done and done <= total", name=op.f("background_run_done")),
        sa.CheckConstraint(
            "file_name !~ '[[:cntrl:]/]' and (sha256 is null) = (size is null)", name=op.f("background_run_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("background_run_pkey")),
    )
    op.create_index(
        "background_run_once", "background_run", ["organization_id", "task", "subject"], unique=True,
        postgresql_where=sa.text("status in ('waiting', 'running') and subject <> ''"),
    )  # fmt: skip
    op.create_index(
        "background_run_subject", "background_run", ["organization_id", "task", "subject", "created_at"], unique=False
    )
    op.create_index("background_run_object", "background_run", ["organization_id", "sha256"], unique=False)
    op.create_index("background_run_user", "background_run", ["organization_id", "user_id"], unique=False)
    op.execute("call koprogo_tenant('background_run')")
    for statement in _TAKE_OVER.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("background_run")

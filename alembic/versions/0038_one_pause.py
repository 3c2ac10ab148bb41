"""Recovery is paused once for an owner at a time, for the same kind of reason.

Revision ID: 0038
Revises: 0037
"""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# Of pauses that overlap, the one begun first stays; the others have no day left.
_END_OTHERS = """
update recovery_pause p set until = p.since - 1
 where exists (
   select from recovery_pause q
    where q.organization_id = p.organization_id and q.building_id = p.building_id and q.owner_id = p.owner_id
      and q.kind = p.kind and (q.since, q.created_at, q.id) < (p.since, p.created_at, p.id)
      and daterange(q.since, q.until + 1) && daterange(p.since, p.until + 1))
"""


def upgrade() -> None:
    op.execute(_END_OTHERS)
    op.execute(
        "alter table recovery_pause add constraint recovery_pause_once exclude using gist "
        "(organization_id with =, building_id with =, owner_id with =, kind with =, "
        "daterange(since, until + 1) with &&)"
    )


def downgrade() -> None:
    op.execute("alter table recovery_pause drop constraint recovery_pause_once")

"""The job queue, in the same database."""

from procrastinate.schema import SchemaManager

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The driver reads % as a parameter, and the queue's own SQL holds format() calls.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())


def downgrade() -> None:
    op.execute("""
        do $$ declare r record; begin
          for r in select tablename from pg_tables where schemaname = 'public' and tablename like 'procrastinate_%' loop
            execute format('drop table %I cascade', r.tablename);
          end loop;
          for r in select p.oid::regprocedure as f from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                   where n.nspname = 'public' and p.proname like 'procrastinate_%' loop
            execute format('drop function %s cascade', r.f);
          end loop;
          for r in select typname from pg_type t join pg_namespace n on n.oid = t.typnamespace
                   where n.nspname = 'public' and typname like 'procrastinate_%' and typtype in ('e', 'c') loop
            execute format('drop type if exists %I cascade', r.typname);
          end loop;
        end $$;
    """)

"""Runs migrations over the connection that `koprogo_app.foundation.schema.migrations` hands over."""

from sqlalchemy import Connection

from alembic import context
from koprogo_app.foundation.schema import target_metadata


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=target_metadata(), transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])

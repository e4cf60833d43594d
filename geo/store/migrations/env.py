"""Alembic's entry: runs the steps on the connection that `geo.store.migrate` hands over."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection

from geo.store.migrations import compare
from geo.store.tables import Base

connection: Connection = context.config.attributes["connection"]


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    **compare.OPTIONS,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    compare_server_default=False,
    transaction_per_migration=False,
)

with context.begin_transaction():
    context.run_migrations()

"""Runs the revisions on the connection that `opendoors_desktop.store.migrate` hands in, all in one transaction."""

from alembic import context
from sqlalchemy import Connection

from opendoors_desktop.store.tables import Base


def migrate(connection: Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # With foreign keys on, rebuilding a parent table in batch mode would delete the rows that cascade from it.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # Two programs that start at once: the second waits here, and then finds its work done.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('opendoors_migrations'))")
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=True
    )
    context.run_migrations()
    if is_sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration left {len(broken)} rows without the row they refer to: {broken[:5]}")
    connection.commit()


if context.is_offline_mode():
    raise RuntimeError("Revisions run on a store; they can't be written out as a script.")
migrate(context.config.attributes["connection"])

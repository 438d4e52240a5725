"""The first store: every table, in the words of either database, from the two files of SQL beside this one.

They were written out of the mapped tables of that day and stay as they are; a test compares what they make with what
the tables of today make.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPLICATION_ID = 0x4F44444B  # "ODDK": tells a store from other programs' SQLite files


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    script = Path(__file__).with_suffix(f".{dialect}.sql").read_text(encoding="utf-8")
    for statement in script.strip().removesuffix(";").split(";\n\n"):
        connection.exec_driver_sql(statement.replace("%", "%%") if dialect == "postgresql" else statement)
    if dialect == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={int(revision)}")


def downgrade() -> None:
    raise RuntimeError("A store isn't taken back to an older version: put back the backup made before.")

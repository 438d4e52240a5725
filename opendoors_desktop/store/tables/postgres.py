"""What only Postgres has: partitions, the function that makes them ahead, and row-level security.

The owner of the tables, who also migrates them, sees all. A teammate signs in as a role of their own
(`users.database_role`) and sees the workspaces they are a member of, whatever statement they send.
"""

import sqlalchemy as sa
from sqlalchemy import event

from opendoors_desktop.store.tables.base import Base

_MEMBERS_FUNCTION = """
CREATE FUNCTION opendoors_workspaces() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT coalesce(array_agg(m.workspace_id), '{}')
  FROM memberships m JOIN users u ON u.id = m.user_id
  WHERE u.database_role = session_user AND u.retired_at IS NULL
$$
"""

_PARTITIONS_FUNCTION = """
CREATE FUNCTION opendoors_make_activity_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  this_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
  month_start timestamptz;
  month_end timestamptz;
  partition_name text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('opendoors_make_activity_partitions'));
  FOR ahead IN 0..months_ahead LOOP
    month_start := (this_month + make_interval(months => ahead)) AT TIME ZONE 'UTC';
    month_end := (this_month + make_interval(months => ahead + 1)) AT TIME ZONE 'UTC';
    partition_name := 'email_activities_' || to_char(month_start AT TIME ZONE 'UTC', 'YYYY_MM');
    CONTINUE WHEN to_regclass(partition_name) IS NOT NULL;
    -- A month that has rows in the default partition stays there: moving them would lock out every sender.
    CONTINUE WHEN EXISTS (
      SELECT FROM email_activities_default WHERE occurred_at >= month_start AND occurred_at < month_end);
    EXECUTE format('CREATE TABLE %I PARTITION OF email_activities FOR VALUES FROM (%L) TO (%L)',
      partition_name, month_start, month_end);
    made := made + 1;
  END LOOP;
  RETURN made;
END $$
"""

_MINE = "ANY ((SELECT opendoors_workspaces())::uuid[])"
_BY_PARENT = {
    "outgoing_messages": "EXISTS (SELECT FROM outgoing_emails parent WHERE parent.id = outgoing_id)",
    "inbound_messages": "EXISTS (SELECT FROM inbound_emails parent WHERE parent.id = inbound_id)",
    "import_changes": "EXISTS (SELECT FROM import_batches parent WHERE parent.id = batch_id)",
    "workspaces": f"id = {_MINE}",
    "users": "customer_id IN (SELECT customer_id FROM workspaces)",
    "customers": "id IN (SELECT customer_id FROM workspaces)",
}


def statements() -> list[str]:
    """Everything Postgres needs beside tables and indexes, in the order it is to be run."""
    made = [
        "CREATE TABLE sequence_enrollments_default PARTITION OF sequence_enrollments DEFAULT",
        "CREATE TABLE email_activities_default PARTITION OF email_activities DEFAULT",
        _PARTITIONS_FUNCTION.strip(),
        _MEMBERS_FUNCTION.strip(),
    ]
    for table in sorted(Base.metadata.tables.values(), key=lambda table: table.name):
        rule = _BY_PARENT.get(table.name)
        if rule is None and "workspace_id" in table.columns:
            rule = f"workspace_id = {_MINE}"
        if rule is not None:
            made.append(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY")
            made.append(f"CREATE POLICY workspace_members ON {table.name} USING ({rule})")
    return made


def _create_the_rest(_metadata: sa.MetaData, connection: sa.Connection, **_: object) -> None:
    if connection.dialect.name == "postgresql":
        for statement in statements():
            connection.execute(sa.text(statement))


event.listen(Base.metadata, "after_create", _create_the_rest)

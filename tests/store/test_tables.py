"""The tables: what the migration makes is what the mapped classes say, and what the given data model asks for."""

import re
import sqlite3
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.pool import NullPool

from opendoors_desktop.domain.enrollment import CompletionReason, EnrollmentSource, EnrollmentStatus
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.step import Branch, LinkedInAction, StepType
from opendoors_desktop.domain.suppression import EmailKind, SuppressionReason, SuppressionScope
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.faults import broken_rule
from opendoors_desktop.store.migrate import SCHEMA, make_partitions
from opendoors_desktop.store.tables import Base, enums
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW, found_workspace
from tests.store.data_model import COLUMNS, ENUMS, INDEXES


def evened(text: str) -> str:
    """DDL without the spaces that mean nothing."""
    return re.sub(r" ?([(),]) ?", r"\1", re.sub(r"\s+", " ", text)).strip()


def sqlite_text(path: Path) -> list[str]:
    """The DDL of a file as SQLite keeps it."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'")
        return sorted(evened(row[0]) for row in rows)


POSTGRES_CATALOG = {
    "columns": """
        SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
          pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d
          ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "partitions": """
        SELECT relname, pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid), relrowsecurity FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')""",
    "enums": """
        SELECT t.typname, e.enumsortorder::int, e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid""",
    "functions": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "policies": "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'",
}


def postgres_text(url: str) -> dict[str, list[tuple[str, ...]]]:
    """Everything that the catalogue of a database says of its tables."""
    with psycopg.connect(url) as connection:
        found = {name: connection.execute(query).fetchall() for name, query in POSTGRES_CATALOG.items()}
    return {
        name: sorted(tuple(str(value) for value in row) for row in rows if "alembic_version" not in str(row))
        for name, rows in found.items()
    }


def test_models_and_migration_make_the_same_sqlite_text_for_text(store_file: Path, tmp_path: Path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'models.db'}", poolclass=NullPool)
    Base.metadata.create_all(engine)
    engine.dispose()
    assert sqlite_text(store_file) == sqlite_text(tmp_path / "models.db")


@pytest.mark.postgres
def test_models_and_migration_make_the_same_postgres_text_for_text(postgres_store: Store, postgres_url: str):
    engine = sa.create_engine(postgres_url, poolclass=NullPool)
    Base.metadata.create_all(engine)
    engine.dispose()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("SELECT opendoors_make_activity_partitions(3)")
    made, migrated = postgres_text(postgres_url), postgres_text(postgres_store.location.target)
    for part in POSTGRES_CATALOG:
        assert migrated[part], part
        assert migrated[part] == made[part], part


def test_the_newest_revision_is_the_head_of_the_folder():
    config = Config()
    config.set_main_option("script_location", str(SCHEMA.folder))
    script = ScriptDirectory.from_config(config)
    assert tuple(revision.revision for revision in reversed(list(script.walk_revisions()))) == SCHEMA.revisions


def test_every_constraint_has_a_name_so_that_a_later_revision_can_drop_it(store_file: Path):
    for text in sqlite_text(store_file):
        bare = re.findall(r"[(,](PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY)\b", text)
        assert bare == [], text


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_the_given_columns_are_there_in_order_with_type_and_default(table: str):
    mapped = Base.metadata.tables[table]
    dialect = sa.dialects.postgresql.dialect()
    shapes = [(column.name, column.type.compile(dialect=dialect)) for column in mapped.columns]
    given = [(name, kind) for name, kind, _, _ in COLUMNS[table]]
    assert [shape for shape in shapes if shape[0] in {name for name, _ in given}] == given


@pytest.mark.postgres
@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_the_given_defaults_and_not_nulls_stand_on_postgres(postgres_store: Store, table: str):
    rows = {
        row[2]: row for row in map(list, postgres_text(postgres_store.location.target)["columns"]) if row[0] == table
    }
    for name, _, is_required, default in COLUMNS[table]:
        not_null, expression = rows[name][4:]
        assert (name, not_null) == (name, str(is_required))
        assert (name, re.sub(r"::[\w ]+(\[\])?", "", str(expression))) == (name, default)


@pytest.mark.parametrize("name", sorted(ENUMS))
def test_the_given_enum_values_come_first_and_in_order(name: str):
    kinds = {kind.name: kind for kind in vars(enums).values() if isinstance(kind, sa.Enum)}
    assert tuple(kinds[name].enums[: len(ENUMS[name])]) == ENUMS[name]


@pytest.mark.parametrize(
    "kind, words",
    [
        (enums.STEP_TYPE, StepType),
        (enums.BRANCH, Branch),
        (enums.LINKEDIN_ACTION, LinkedInAction),
        (enums.ENROLLMENT_STATUS, EnrollmentStatus),
        (enums.ENROLLMENT_SOURCE, EnrollmentSource),
        (enums.COMPLETION_REASON, CompletionReason),
        (enums.OUTGOING_KIND, EmailKind),
        (enums.SUPPRESSION_REASON, SuppressionReason),
        (enums.SUPPRESSION_SCOPE, SuppressionScope),
    ],
)
def test_the_store_knows_every_word_of_the_rules(kind: sa.Enum, words: type[StrEnum]):
    assert set(kind.enums) == {str(word.value) for word in words}


@pytest.mark.parametrize("name", sorted(INDEXES))
def test_the_given_indexes_stand_on_sqlite(store_file: Path, name: str):
    assert evened(f"CREATE INDEX {name} ON {INDEXES[name]}") in sqlite_text(store_file)


@pytest.mark.postgres
def test_the_given_indexes_stand_on_postgres(postgres_store: Store):
    catalogue = {name for name, _ in postgres_text(postgres_store.location.target)["indexes"]}
    assert set(INDEXES) <= catalogue


@pytest.mark.postgres
def test_enrollments_lie_in_a_partition_a_customer_and_activities_in_one_a_month(postgres_store: Store):
    text = postgres_text(postgres_store.location.target)
    keys = {name: key for name, key, _, _ in text["partitions"] if key != "None"}
    assert keys == {"sequence_enrollments": "LIST (customer_id)", "email_activities": "RANGE (occurred_at)"}
    bounds = {name: bound for name, _, bound, _ in text["partitions"] if bound != "None"}
    assert bounds["sequence_enrollments_default"] == bounds["email_activities_default"] == "DEFAULT"
    assert sum(name.startswith("email_activities_2") for name in bounds) == 4
    constraints = {(table, definition) for table, _, definition in text["constraints"]}
    assert ("sequence_enrollments", "PRIMARY KEY (customer_id, id)") in constraints
    assert ("sequence_enrollments", "UNIQUE (customer_id, sequence_id, contact_id)") in constraints
    assert ("email_activities", "PRIMARY KEY (occurred_at, id)") in constraints
    assert (
        "tasks",
        "FOREIGN KEY (customer_id, enrollment_id) REFERENCES sequence_enrollments(customer_id, id)",
    ) in constraints
    assert not [definition for _, definition in constraints if "REFERENCES email_activities" in definition]


@pytest.mark.postgres
def test_partitions_made_again_are_left_and_further_months_are_added(postgres_store: Store):
    assert make_partitions(postgres_store) == 0
    assert make_partitions(postgres_store, months=5) == 2


def test_sqlite_has_no_partitions_to_make(sqlite_store: Store):
    assert make_partitions(sqlite_store) == 0


class Ground:
    """A contact and two sequences, put in with the fewest columns."""

    def __init__(self, store: Store, scope: Scope, new_id) -> None:
        self.store, self.scope, self.new_id = store, scope, new_id
        self.contact = new_id()
        self.one, self.other = self.sequence(), self.sequence()
        with store.write() as unit:
            unit.run(
                "INSERT INTO contacts (id, workspace_id, email, email_key) VALUES (:id, :workspace_id, 'a@example.com',"
                " 'a@example.com')",
                {"id": self.contact, "workspace_id": scope.workspace_id},
            )

    def sequence(self) -> UUID:
        key = self.new_id()
        with self.store.write() as unit:
            unit.run(
                "INSERT INTO sequences (id, customer_id, workspace_id, name, owner_id, created_by)"
                " VALUES (:id, :customer_id, :workspace_id, 'S', :user_id, :user_id)",
                {
                    "id": key,
                    "customer_id": self.scope.customer_id,
                    "workspace_id": self.scope.workspace_id,
                    "user_id": self.scope.user_id,
                },
            )
        return key

    def enroll(self, sequence: UUID, *, is_exclusive: bool = True, quietly: bool = False) -> UUID | None:
        key = self.new_id()
        with self.store.write() as unit:
            done = unit.run(
                "INSERT INTO sequence_enrollments (id, sequence_id, contact_id, customer_id, workspace_id,"
                " is_exclusive) VALUES (:id, :sequence_id, :contact_id, :customer_id, :workspace_id, :is_exclusive)"
                + (" ON CONFLICT DO NOTHING" if quietly else ""),
                {
                    "id": key,
                    "sequence_id": sequence,
                    "contact_id": self.contact,
                    "customer_id": self.scope.customer_id,
                    "workspace_id": self.scope.workspace_id,
                    "is_exclusive": is_exclusive,
                },
            )
        return key if done else None

    def set_status(self, enrollment: UUID | None, status: str) -> None:
        with self.store.write() as unit:
            unit.run(
                "UPDATE sequence_enrollments SET status = :status WHERE customer_id = :customer_id AND id = :id",
                {"status": status, "id": enrollment, "customer_id": self.scope.customer_id},
            )


@pytest.fixture
def ground(store: Store, scope: Scope, new_id) -> Ground:
    return Ground(store, scope, new_id)


def drivers_error(raised: pytest.ExceptionInfo[BaseException]) -> str:
    rule = broken_rule(raised.value)
    assert rule is not None
    return rule


def test_T12_a_contact_is_in_a_sequence_once_whoever_writes_it(ground: Ground):
    first = ground.enroll(ground.one)
    ground.set_status(first, "completed")
    with pytest.raises(Exception, match="sequence_id") as raised:
        ground.enroll(ground.one)
    assert "sequence_id" in drivers_error(raised)
    assert ground.enroll(ground.one, quietly=True) is None


@pytest.mark.parametrize("status", ["active", "paused"])
def test_two_sequences_at_once_are_refused_by_the_store_itself(ground: Ground, status: str):
    ground.set_status(ground.enroll(ground.one), status)
    with pytest.raises(Exception, match="contact_id") as raised:
        ground.enroll(ground.other)
    assert drivers_error(raised) in {
        "sequence_enrollments.contact_id",
        "sequence_enrollments_default_customer_id_contact_id_idx",
    }
    assert ground.enroll(ground.other, quietly=True) is None


@pytest.mark.parametrize("status", ["completed", "stopped", "bounced", "unsubscribed"])
def test_an_ended_enrollment_leaves_the_contact_free(ground: Ground, status: str):
    ground.set_status(ground.enroll(ground.one), status)
    assert ground.enroll(ground.other) is not None


def test_an_ended_enrollment_cant_be_reopened_beside_another(ground: Ground):
    first = ground.enroll(ground.one)
    ground.set_status(first, "stopped")
    ground.enroll(ground.other)
    with pytest.raises(Exception, match="contact_id"):
        ground.set_status(first, "active")


def test_a_sequence_that_shares_its_contacts_stands_beside_any(ground: Ground):
    assert ground.enroll(ground.one, is_exclusive=False) is not None
    assert ground.enroll(ground.other) is not None
    assert ground.enroll(ground.sequence(), is_exclusive=False) is not None


def test_a_step_in_a_lane_names_both_its_parent_and_its_branch(store: Store, ground: Ground, new_id):
    with pytest.raises(Exception, match="ck_sequence_steps_lane"), store.write() as unit:
        unit.run(
            "INSERT INTO sequence_steps (id, sequence_id, customer_id, workspace_id, step_order, step_type, branch)"
            " VALUES (:id, :sequence_id, :customer_id, :workspace_id, 1, 'email', 'yes')",
            {
                "id": new_id(),
                "sequence_id": ground.one,
                "customer_id": ground.scope.customer_id,
                "workspace_id": ground.scope.workspace_id,
            },
        )


def test_a_word_no_rule_knows_is_refused(ground: Ground):
    enrollment = ground.enroll(ground.one)
    with pytest.raises(Exception, match="enrollment_status_enum"):
        ground.set_status(enrollment, "asleep")


@pytest.mark.postgres
def test_a_teammate_sees_the_rooms_they_are_a_member_of_and_no_other(postgres_store: Store, postgres_server, new_id):
    scope = found_workspace(postgres_store)
    other_user, other_room = new_id(), UUID(int=5)
    postgres_server.run("DROP ROLE IF EXISTS opendoors_teammate")
    postgres_server.run("CREATE ROLE opendoors_teammate LOGIN")
    with postgres_store.write() as unit:
        unit.run("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO opendoors_teammate")
        unit.run(
            "INSERT INTO users (id, customer_id, name, database_role)"
            " VALUES (:id, :customer_id, 'T', 'opendoors_teammate')",
            {"id": other_user, "customer_id": scope.customer_id},
        )
        unit.run(
            "INSERT INTO workspaces (id, customer_id, name, erasure_key, tracking_key)"
            " VALUES (:id, :customer_id, 'Elsewhere', :key, :key)",
            {"id": other_room, "customer_id": scope.customer_id, "key": b"k"},
        )
        for room in (scope.workspace_id, other_room):
            unit.run("INSERT INTO tags (workspace_id, name) VALUES (:room, 'vip')", {"room": room})
    url = postgres_store.location.target.replace("postgres@", "opendoors_teammate@")
    mate = Store(type(postgres_store.location)(postgres_store.dialect, url, url))
    with mate.read() as unit:
        assert unit.rows("SELECT workspace_id FROM tags") == []
        assert unit.rows("SELECT id FROM workspaces") == []
    with postgres_store.write() as unit:
        unit.run(
            "INSERT INTO memberships (workspace_id, user_id, role, created_at) VALUES (:room, :user, 'member', :now)",
            {"room": scope.workspace_id, "user": other_user, "now": NOW},
        )
    with mate.read() as unit:
        assert unit.rows("SELECT workspace_id FROM tags") == [(scope.workspace_id,)]
        assert unit.rows("SELECT id FROM workspaces") == [(scope.workspace_id,)]
    with pytest.raises(StoreError) as refused, mate.write() as unit:
        unit.run("INSERT INTO tags (workspace_id, name) VALUES (:room, 'mine')", {"room": other_room})
    assert refused.value.code == "store_denied"
    mate.close()
    with postgres_store.write() as unit:
        unit.run("DROP OWNED BY opendoors_teammate")
    postgres_server.run("DROP ROLE opendoors_teammate")

"""Values as the two databases keep them, and back."""

import sqlite3
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.store import types
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.tables import SequenceRow, SequenceStepRow
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW

INSTANTS = st.datetimes(
    min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.sampled_from([UTC, timezone.max])
)


@given(INSTANTS)
def test_an_instant_survives_as_microseconds(instant):
    assert types.as_instant(types.microseconds_of(instant)) == instant
    assert types.as_instant(types.microseconds_of(instant)).tzinfo is UTC


def test_an_instant_of_another_zone_comes_back_in_utc():
    given_by_postgres = datetime(2026, 3, 2, 11, tzinfo=timezone(timedelta(hours=2)))
    assert types.as_instant(given_by_postgres) == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert types.as_instant(given_by_postgres).tzinfo is UTC


def test_a_naive_instant_is_refused():
    with pytest.raises(TypeError):
        types.microseconds_of(datetime(2026, 3, 2))


@given(st.uuids())
def test_a_key_is_read_from_either_form(key):
    assert types.as_uuid(key.bytes) == types.as_uuid(key) == key


@given(st.times().map(lambda value: value.replace(microsecond=0)))
def test_a_time_survives_as_text(value):
    assert types.as_time(types.time_text(value)) == types.as_time(value) == value


def test_a_time_without_seconds_is_written_short():
    assert types.time_text(time(9, 0)) == "09:00"
    assert types.time_text(time(9, 0, 30)) == "09:00:30"


@pytest.mark.parametrize("read", [types.maybe_uuid, types.maybe_instant, types.maybe_day, types.maybe_time])
def test_null_is_none(read):
    assert read(None) is None


def test_what_is_there_is_read_by_the_same_functions():
    key = UUID(int=1)
    assert types.maybe_uuid(key.bytes) == key
    assert types.maybe_instant(0) == types.EPOCH
    assert types.maybe_day("2026-03-02") == types.as_day(date(2026, 3, 2)) == date(2026, 3, 2)
    assert types.maybe_time("09:00") == time(9)


@pytest.mark.parametrize("raw", ['["a","ü"]', ["a", "ü"]])
def test_tags_are_read_from_either_form(raw):
    assert types.as_tags(raw) == ("a", "ü")


def test_no_tags_are_an_empty_tuple():
    assert types.as_tags(None) == ()
    assert types.as_weekdays(None) is None


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()))
def test_json_survives_as_text(value):
    assert types.as_json(types.json_text(value)) == types.as_json(value) == value


def test_sqlite_takes_every_kind_of_value_as_a_parameter():
    connection = sqlite3.connect(":memory:")
    row = connection.execute("SELECT ?, ?, ?, ?", (UUID(int=7), NOW, date(2026, 3, 2), time(9))).fetchone()
    connection.close()
    assert row == (UUID(int=7).bytes, types.microseconds_of(NOW), "2026-03-02", "09:00")


def test_plain_sql_and_rows_mean_the_same_values(store: Store, scope: Scope, new_id):
    key, step = new_id(), new_id()
    days = (True, False, True, False, True, False, True)
    with store.write() as unit:
        unit.session.add(
            SequenceRow(
                id=key,
                customer_id=scope.customer_id,
                workspace_id=scope.workspace_id,
                name="Ünïcode “one”",
                owner_id=scope.user_id,
                created_by=scope.user_id,
                tags=("a", "b"),
                goal_deadline=date(2026, 12, 31),
                sending_window_start=time(8, 30),
                sending_days=days,
                starts_at=NOW + timedelta(microseconds=1),
            )
        )
        unit.session.flush()
        unit.session.add(
            SequenceStepRow(
                id=step,
                sequence_id=key,
                customer_id=scope.customer_id,
                workspace_id=scope.workspace_id,
                step_order=1,
                step_type="email",
                conditions={"conditions": [], "operator": "AND"},
                variables=("first_name",),
                success_rate=66.67,
            )
        )
    with store.read() as unit:
        row = unit.row(
            "SELECT tags, goal_deadline, sending_window_start, sending_days, starts_at, stop_on_reply, status"
            " FROM sequences WHERE id = :id",
            {"id": key},
        )
        assert row is not None
        assert types.as_tags(row[0]) == ("a", "b")
        assert types.as_day(row[1]) == date(2026, 12, 31)
        assert types.as_time(row[2]) == time(8, 30)
        assert types.as_weekdays(row[3]) == days
        assert types.as_instant(row[4]) == NOW + timedelta(microseconds=1)
        assert bool(row[5]) is True
        assert row[6] == "draft"
        sequence = unit.session.get(SequenceRow, key)
        assert (sequence.tags, sequence.sending_days, sequence.goal_deadline) == (("a", "b"), days, date(2026, 12, 31))
        assert (sequence.starts_at, sequence.sending_window_start) == (NOW + timedelta(microseconds=1), time(8, 30))
        saved = unit.session.get(SequenceStepRow, step)
        assert saved.conditions == {"conditions": [], "operator": "AND"}
        assert saved.success_rate == pytest.approx(66.67)
        assert not isinstance(saved.success_rate, Decimal)


def test_plain_parameters_are_what_rows_read(store: Store, scope: Scope, new_id):
    key = new_id()
    with store.write() as unit:
        unit.run(
            "INSERT INTO sequences (id, customer_id, workspace_id, name, owner_id, created_by, tags, sending_days,"
            " sending_window_start, goal_deadline, starts_at, stop_on_reply) VALUES (:id, :customer_id, :workspace_id,"
            " 'Plain', :user_id, :user_id, :tags, :days, :start, :deadline, :starts_at, :no)",
            {
                "id": key,
                "customer_id": scope.customer_id,
                "workspace_id": scope.workspace_id,
                "user_id": scope.user_id,
                "tags": unit.listing(["x"]),
                "days": unit.listing([False] * 7),
                "start": time(7, 15),
                "deadline": date(2026, 5, 1),
                "starts_at": NOW,
                "no": False,
            },
        )
    with store.read() as unit:
        sequence = unit.session.get(SequenceRow, key)
        assert (sequence.tags, sequence.sending_days) == (("x",), (False,) * 7)
        assert (sequence.sending_window_start, sequence.goal_deadline) == (time(7, 15), date(2026, 5, 1))
        assert (sequence.starts_at, sequence.stop_on_reply) == (NOW, False)


def test_a_naive_instant_is_refused_on_its_way_into_either_database(store: Store):
    with pytest.raises(Exception, match="naive"), store.write() as unit:
        unit.session.execute(SequenceRow.__table__.select().where(SequenceRow.starts_at == datetime(2026, 3, 2)))


def test_seven_weekdays_and_no_other_number_are_kept(store: Store, scope: Scope, new_id):
    with pytest.raises(Exception, match="ck_schedules_days"), store.write() as unit:
        unit.run(
            "INSERT INTO schedules (id, workspace_id, name, days) VALUES (:id, :workspace_id, 'Short', :days)",
            {"id": new_id(), "workspace_id": scope.workspace_id, "days": unit.listing([True])},
        )

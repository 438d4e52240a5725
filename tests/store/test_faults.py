"""What the drivers raise, told to a person."""

import sqlite3

import psycopg
import pytest
import sqlalchemy as sa

from opendoors_desktop.store.faults import broken_rule, fault_of, is_busy
from opendoors_desktop.store.location import parse_location

HERE = parse_location("store.db")


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("words of SQLite")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "code, expected",
    [
        (sqlite3.SQLITE_BUSY, "store_busy"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "store_busy"),
        (sqlite3.SQLITE_LOCKED, "store_busy"),
        (sqlite3.SQLITE_FULL, "store_full"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "store_read_only"),
        (sqlite3.SQLITE_CORRUPT, "store_damaged"),
        (sqlite3.SQLITE_NOTADB, "store_damaged"),
        (sqlite3.SQLITE_IOERR_FSYNC, "store_disk"),
        (sqlite3.SQLITE_CANTOPEN, "store_missing"),
    ],
)
def test_fault_21_what_goes_wrong_with_a_file_is_told_apart(code: int, expected: str):
    fault = fault_of(sqlite_error(code), HERE)
    assert fault is not None
    assert (fault.code, fault.where) == (expected, HERE.name)
    assert fault.advice


@pytest.mark.parametrize(
    "state, expected",
    [
        ("08006", "store_away"),
        ("57P01", "store_away"),
        ("53300", "store_away"),
        ("28P01", "store_denied"),
        ("42501", "store_denied"),
        ("3F000", "store_denied"),
        ("3D000", "store_missing"),
        ("53100", "store_full"),
        ("55P03", "store_busy"),
        ("40P01", "store_busy"),
        ("25006", "store_read_only"),
        ("58030", "store_disk"),
        ("XX001", "store_damaged"),
    ],
)
def test_what_goes_wrong_with_a_server_is_told_apart(state: str, expected: str):
    fault = fault_of(psycopg.errors.lookup(state)("words of Postgres"), HERE)
    assert fault is not None
    assert fault.code == expected


@pytest.mark.parametrize(
    "words, expected",
    [
        ('FATAL:  password authentication failed for user "sam"', "store_denied"),
        ("fe_sendauth: no password supplied", "store_denied"),
        ("failed to resolve host 'db': [Errno -8] Servname not supported for ai_socktype", "store_url"),
        ('invalid port number: "99999"', "store_url"),
        ('FATAL:  database "team" does not exist', "store_missing"),
        ("connection timeout expired", "store_away"),
        ("could not translate host name", "store_away"),
    ],
)
def test_a_refused_connection_is_told_by_its_words(words: str, expected: str):
    fault = fault_of(psycopg.OperationalError(words), HERE)
    assert fault is not None
    assert fault.code == expected


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a bug"),
        sqlite3.IntegrityError("UNIQUE constraint failed: tags.name"),
        sqlite3.ProgrammingError("Incorrect number of bindings supplied"),
        psycopg.errors.lookup("23505")("duplicate key"),
        psycopg.errors.lookup("42601")("syntax error"),
        psycopg.ProgrammingError("no state"),
    ],
)
def test_bugs_and_broken_rules_are_no_faults_of_the_store(error: BaseException):
    assert fault_of(error, HERE) is None


def test_an_error_that_came_by_way_of_the_orm_is_looked_through():
    wrapped = sa.exc.OperationalError("INSERT", {}, sqlite_error(sqlite3.SQLITE_FULL))
    fault = fault_of(wrapped, HERE)
    assert fault is not None
    assert fault.code == "store_full"
    rule = sa.exc.IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed: tags.name"))
    assert broken_rule(rule) == "tags.name"


def test_only_a_held_file_is_worth_waiting_for():
    assert is_busy(sqlite_error(sqlite3.SQLITE_BUSY))
    assert not is_busy(sqlite_error(sqlite3.SQLITE_FULL))
    assert not is_busy(ValueError())


def test_the_name_of_a_broken_rule_is_given_as_far_as_the_driver_tells_it():
    assert broken_rule(sqlite3.IntegrityError("CHECK constraint failed: ck_x")) == "ck_x"
    assert broken_rule(sqlite3.IntegrityError("datatype mismatch")) == "datatype mismatch"
    assert broken_rule(psycopg.errors.lookup("23505")("duplicate key")) == "duplicate key"
    assert broken_rule(psycopg.errors.lookup("42601")("syntax error")) is None

"""A report of a fault: it holds what is needed and nothing private."""

import json
import sqlite3
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine import diagnostics
from opendoors_desktop.engine.diagnostics import LOG_BYTES, LOG_LINES, collect_diagnostics
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.location import parse_location

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
PLANTED = ["korrekt-pferd-batterie", "ana.lopez", "For your eyes alone", "bo.private", "Lopez and Sons"]


@pytest.fixture
def store(tmp_path):
    """A store with private things in it."""
    with sqlite3.connect(tmp_path / "opendoors.db") as link:
        link.execute("CREATE TABLE contacts (email TEXT, name TEXT)")
        link.execute("INSERT INTO contacts VALUES ('bo.private@example.com', 'Lopez and Sons')")
    link.close()
    opened = Store(parse_location(str(tmp_path / "opendoors.db")))
    yield opened
    opened.close()


def collect(store: Store | StoreError, log_file: Path) -> dict[str, Any]:
    options = {
        "store": "postgresql://team:korrekt-pferd-batterie@db.example.com/mail",
        "data_dir": "/home/ana.lopez/.local/share/OpenDoors",
        "keyring": None,
    }
    report = collect_diagnostics(store, options, log_file, now=NOW, home="/home/ana.lopez")
    plain: dict[str, Any] = json.loads(json.dumps(report.as_json()))
    return plain


def test_fault_44_a_report_holds_nothing_that_was_planted(store, tmp_path):
    log = tmp_path / "opendoors.log"
    log.write_text(
        '{"message": "login of ana.lopez@example.com failed, password=korrekt-pferd-batterie"}\n'
        '{"message": "store /home/ana.lopez/.local/share/OpenDoors opened"}\n',
        encoding="utf-8",
    )

    text = json.dumps(collect(store, log), ensure_ascii=False)

    assert [word for word in PLANTED if word in text] == []


def test_a_report_tells_versions_sizes_and_the_end_of_the_log(store, tmp_path):
    (tmp_path / "opendoors.log").write_text("\n".join(f"line {n}" for n in range(1000)), encoding="utf-8")

    report = collect(store, tmp_path / "opendoors.log")

    assert report["made_at"] == "2026-03-02T08:00:00+00:00"
    assert report["versions"]["python"]
    assert report["options"] == {
        "store": "postgresql://…@db.example.com/mail",
        "data_dir": "~/.local/share/OpenDoors",
    }
    assert report["store"]["rows"] == {"contacts": 1}
    assert report["log"][-1] == "line 999"
    assert len(report["log"]) == LOG_LINES


def test_of_a_long_log_no_half_line_is_shown(store, tmp_path):
    line = "x" * 999
    (tmp_path / "opendoors.log").write_text(f"{line}\n" * (LOG_BYTES // 500), encoding="utf-8")

    assert set(collect(store, tmp_path / "opendoors.log")["log"]) == {line}


def test_a_store_that_cannot_be_opened_and_a_log_that_is_not_there_are_told(tmp_path):
    fault = StoreError("The store is newer than this program.", "Update it.", where="ana.lopez@db.example.com")

    report = collect(fault, tmp_path / "opendoors.log")

    assert report["store"] == "The store is newer than this program. …@db.example.com"
    assert report["log"] == ["the log can't be read: No such file or directory"]


def test_a_store_that_fails_while_it_is_read_is_told(tmp_path):
    (tmp_path / "opendoors.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    store = Store(parse_location(str(tmp_path / "opendoors.db")))

    report = collect(store, tmp_path / "opendoors.log")
    store.close()

    assert isinstance(report["store"], str)


def test_libraries_are_named_as_the_programs_own_metadata_says(monkeypatch):
    monkeypatch.setattr(
        metadata,
        "requires",
        lambda name: ["psycopg[binary]>=3.3", "typer >=0.29", "tzdata", 'redis; extra == "redis"', "nothing~=1"],
    )

    versions = diagnostics._versions()

    assert {"psycopg", "typer", "tzdata"} <= set(versions)
    assert "redis" not in versions
    assert versions["nothing"] == "missing"


def test_uninstalled_the_program_names_no_libraries(monkeypatch):
    def missing(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", missing)

    assert set(diagnostics._versions()) == {"opendoors", "python", "system", "packaged"}

"""What the REST API is measured against: bare FastAPI endpoints with the same SQL by plain sqlite3, in a process."""

import json
import sqlite3
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.queries.sequence_search import SequenceFilter, SequenceOrder, search_sequences

TABLES = ("sequence_enrollments", "email_activities", "claim_queue")
PAGE = 100
BATCH = 400
_local = threading.local()


class _Recorder:
    """Stands for a unit, and keeps the query it is asked."""

    dialect = Dialect.SQLITE

    def rows(self, sql: str, params: dict[str, Any]) -> list[Any]:
        self.asked = (sql, params)
        return []


def listing_query(workspace_id: UUID) -> tuple[str, dict[str, Any]]:
    """The SQL of our list of sequences, and its parameters."""
    recorder: Any = _Recorder()
    search_sequences(recorder, workspace_id, SequenceFilter(), SequenceOrder.NAME, limit=PAGE + 1)
    sql, params = recorder.asked
    return sql, {name: value.bytes if isinstance(value, UUID) else value for name, value in params.items()}


def connect(path: Path) -> sqlite3.Connection:
    """A connection of this thread, set as the store sets its own."""
    found: sqlite3.Connection | None = getattr(_local, "connection", None)
    if found is None:
        found = _local.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            found.execute(f"PRAGMA {pragma}")
    return found


def read_rows(path: Path, contact_ids: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
    """What enrolling these contacts wrote, table by table, as they stand in a store."""
    wanted = {UUID(key).bytes for key in contact_ids}
    database = sqlite3.connect(path)
    enrolled = [row for row in _all(database, TABLES[0]) if row["contact_id"] in wanted]
    ids = {row["id"] for row in enrolled}
    activities = [row for row in _all(database, TABLES[1]) if row["enrollment_id"] in ids]
    queued = [row for row in _all(database, TABLES[2]) if row["enrollment_id"] in ids]
    database.close()
    return dict(zip(TABLES, ([tuple(row) for row in rows] for rows in (enrolled, activities, queued)), strict=True))


def write_rows(database: sqlite3.Connection, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """Insert rows by executemany, in one commit."""
    database.execute("BEGIN IMMEDIATE")
    for table, values in rows.items():
        if values:
            database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values[0]))})", values)
    database.execute("COMMIT")


def write_all(path: Path, rows: dict[str, list[tuple[Any, ...]]]) -> float:
    """Seconds in which executemany writes these rows, in commits of a batch each."""
    database = connect(path)
    began = time.perf_counter()
    for first in range(0, len(rows[TABLES[0]]), BATCH):
        write_rows(database, {table: values[first : first + BATCH] for table, values in rows.items()})
    return time.perf_counter() - began


def _all(database: sqlite3.Connection, table: str) -> sqlite3.Cursor:
    database.row_factory = sqlite3.Row
    return database.execute(f"SELECT * FROM {table} ORDER BY rowid" if table != TABLES[2] else f"SELECT * FROM {table}")


def serve(pipe: Connection, path: Path, theirs: Path, workspace_id: UUID) -> None:
    """Answer `GET /list` and `POST /enroll` until told to end; tells its address first.

    What the parent sends is a list of contacts whose rows are read from the store `theirs`, to be written at the next
    POST; None ends it.
    """
    import asyncio
    import socket

    import uvicorn
    from fastapi import FastAPI
    from pydantic import BaseModel

    app = FastAPI()
    sql, params = listing_query(workspace_id)
    ready: dict[str, list[tuple[Any, ...]]] = {}

    class Asked(BaseModel):
        contact_ids: list[UUID]

    @app.get("/list")
    def listed() -> Any:
        cursor = connect(path).execute(sql, params)
        names = [column[0] for column in cursor.description]
        return {"items": [dict(zip(names, map(_plain, row), strict=True)) for row in cursor]}

    @app.post("/enroll")
    def enrolled(body: Asked) -> Any:
        write_rows(connect(path), ready)
        return {"items": [{"contact_id": key, "status": "enrolled"} for key in body.contact_ids]}

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(app, http="httptools", log_config=None, access_log=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    pipe.send(f"http://127.0.0.1:{listening.getsockname()[1]}")
    while (asked := pipe.recv()) is not None:
        ready.clear()
        ready.update(read_rows(theirs, json.loads(asked)))
        pipe.send(len(ready[TABLES[0]]))
    server.should_exit = True
    thread.join()


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value

"""The REST API beside bare FastAPI endpoints with the same SQL by plain sqlite3, and bulk-enroll beside executemany.

Each server is a process of its own on loopback with a copy of the same store; they take turns, asked by one client over
one kept connection. The bare endpoints read the same rows and write the very rows that ours wrote, without token, rules
or checks. Memory is what the serving process gained at its peak over a run of 100,000 contacts; the longest write is
measured from behind BEGIN IMMEDIATE to behind COMMIT.
"""

import http.client
import json
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from bench import _bare_api
from bench._workspace import add_strangers, make_store
from bench.figure import Figure, figure
from opendoors_desktop.engine.clock import RealClock, id_source
from opendoors_desktop.engine.commands import sequences
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.entrance import enter
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.secrets import MemorySecrets

LISTED = 1_000
LISTS = 100
ENROLLS = 20
FEW = 100
MANY = 100_000
MEGABYTE = 1 << 20


def figures(rounds: int) -> Iterator[Figure]:
    """Requests a second, listing and enrolling; seconds for 100,000; memory in MiB and the longest write in ms."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        sequence_id, ids, workspace_id = _fill(place, rounds * ENROLLS * FEW + MANY)
        bare = place / "bare.db"
        shutil.copyfile(place / "bench.db", bare)
        context = multiprocessing.get_context("spawn")
        with (
            _child(context, _serve_ours, place) as (pipe, told),
            _child(context, _bare_api.serve, bare, place / "bench.db", workspace_id) as (bare_pipe, address),
        ):
            ours, anchor = _Client(*told.split()), _Client(address)
            listed = [(ours.list_pages("/api/sequences?limit=100"), anchor.list_pages("/list")) for _ in range(rounds)]
            yield figure("api: list 100 sequences", listed, unit="1/s", goal=0.5)
            blocks = iter([ids[first : first + FEW] for first in range(0, rounds * ENROLLS * FEW, FEW)])
            pairs = []
            path = f"/api/sequences/{sequence_id}/enroll"
            for _ in range(rounds):
                turns = [_turn(ours, anchor, bare_pipe, path, next(blocks)) for _ in range(ENROLLS)]
                pairs.append((ENROLLS / sum(our for our, _ in turns), ENROLLS / sum(their for _, their in turns)))
            yield figure("api: enroll 100 contacts", pairs, unit="1/s", goal=0.5)
            yield from _bulk(ours, pipe, f"/api/sequences/{sequence_id}/bulk-enroll", (place, bare), ids[-MANY:])


def _bulk(ours: "_Client", pipe: Connection, path: str, places: tuple[Path, Path], ids: list[str]) -> Iterator[Figure]:
    pipe.send("begin")
    before, _ = pipe.recv()
    lasted = ours.enroll(path, ids)
    pipe.send("told")
    peak, longest = pipe.recv()
    theirs = _bare_api.write_all(places[1], _bare_api.read_rows(places[0] / "bench.db", ids))
    yield figure("api: enroll 100,000", [(lasted, theirs)], unit="s", goal=2.0, less_is_better=True)
    yield figure("api: memory for 100,000", [(peak - before, 150.0)], unit="MiB", goal=1.0, less_is_better=True)
    yield figure("api: longest write", [(longest * 1000, 100.0)], unit="ms", goal=1.0, less_is_better=True)


def _turn(ours: "_Client", anchor: "_Client", pipe: Connection, path: str, ids: list[str]) -> tuple[float, float]:
    """Seconds in which ours enrolls some contacts, and the anchor writes the same rows."""
    our = ours.enroll(path, ids)
    pipe.send(json.dumps(ids))
    assert pipe.recv() == len(ids)
    return our, anchor.enroll("/enroll", ids)


class _Client:
    """Asks one server over one kept connection."""

    def __init__(self, address: str, token: str = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=600)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def list_pages(self, path: str) -> float:
        """Pages a second."""
        self._ask("GET", path)
        began = time.perf_counter()
        for _ in range(LISTS):
            self._ask("GET", path)
        return LISTS / (time.perf_counter() - began)

    def enroll(self, path: str, ids: list[str]) -> float:
        """Seconds until these contacts are enrolled."""
        began = time.perf_counter()
        answer = json.loads(self._ask("POST", path, json.dumps({"contact_ids": ids}).encode()))
        lasted = time.perf_counter() - began
        assert [each["status"] for each in answer["items"]] == ["enrolled"] * len(ids)
        return lasted

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:500]
        return content


@contextmanager
def _child(context: Any, run: Any, *arguments: object) -> Iterator[tuple[Connection, str]]:
    """A serving process, the pipe to it and what it told first."""
    pipe, other = context.Pipe()
    process = context.Process(target=run, args=(other, *arguments))
    process.start()
    try:
        yield pipe, pipe.recv()
    finally:
        pipe.send(None)
        process.join(60)


def _serve_ours(pipe: Connection, place: Path) -> None:
    """Answer our API until told to end; tells address and token first, then its peak memory and longest write."""
    from opendoors_desktop.api.server import ApiServer
    from opendoors_desktop.config import Listen
    from opendoors_desktop.engine.commands.api_tokens import create_token

    longest = [0.0]
    write = Store.write

    @contextmanager
    def timed(self: Store) -> Iterator[Any]:
        with write(self) as unit:
            began = time.perf_counter()
            yield unit
        longest[0] = max(longest[0], time.perf_counter() - began)

    setattr(Store, "write", timed)  # noqa: B010  # measured from outside
    context = _open(place)
    server = ApiServer(context, Listen(port=0))
    server.start()
    pipe.send(f"{server.address} {create_token(context, 'bench').text}")
    while pipe.recv() is not None:
        pipe.send((_peak_memory(), longest[0]))
        longest[0] = 0.0
    server.end()
    context.store.close()


def _peak_memory() -> float:
    """The most memory this process ever held, in MiB."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MEGABYTE if sys.platform == "darwin" else peak / 1024


def _open(place: Path) -> Context:
    clock = RealClock()
    new_id = id_source(clock)
    store = Store.open(str(place / "bench.db"))
    scope = enter(store, clock.now(), new_id)
    return Context(store=store, clock=clock, new_id=new_id, scope=scope, secrets=MemorySecrets(), data_dir=place)


def _fill(place: Path, contacts: int) -> tuple[UUID, list[str], UUID]:
    """A store with a running sequence, drafts to be listed and contacts; gives what is asked for by."""
    made = make_store(place, port=2525, connections=8)
    context = made.context
    for number in range(LISTED):
        sequences.create_sequence(context, sequences.new_settings(context, f"Sequence {number}"))
    ids = add_strangers(made, contacts)
    context.store.close()
    return made.sequence_id, [str(key) for key in ids], context.scope.workspace_id

"""A program whose line to the database is cut while it sends: another takes over, and nothing goes twice."""

import signal
from pathlib import Path

import pytest

from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.store.database import Store
from tests.builders import add_contacts, add_mailbox, add_sequence, enroll_all, open_context, states
from tests.fixtures_smtp import running_sink
from tests.fixtures_store import PostgresServer
from tests.oracle import captures_in, problems_of
from tests.partition import DOOR, PORT, is_open, partitioned, wait_for
from tests.programs import running_scheduler, wait_until

PEOPLE = 60


@pytest.mark.postgres
@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_fault_19_who_is_cut_off_from_the_database_gives_way_and_sends_nothing_twice(
    postgres_server: PostgresServer, postgres_store: Store, tmp_path: Path
):
    context = open_context(postgres_store, tmp_path, RealClock())
    database = postgres_store.location.target.partition("?")[0].rpartition("/")[2]
    with partitioned(postgres_server.socket_path) as line, running_sink("-w", "1") as sink:
        beside = sink.start(line.inside)
        wait_for(lambda: is_open(line.inside, "127.0.0.1", sink.port))
        mailbox = add_mailbox(context, port=sink.port, connections=2)
        enroll_all(context, add_sequence(context, mailbox), add_contacts(context, PEOPLE))
        url = f"postgresql://postgres@{DOOR}:{PORT}/{database}"
        with running_scheduler(postgres_store, tmp_path / "one", inside=line.inside, url=url) as cut_off:
            wait_until(lambda: states(context).get("sent", 0) >= 8, "the first emails")
            line.cut()
            with running_scheduler(postgres_store, tmp_path / "two") as other:
                wait_until(lambda: set(states(context)) <= {"sent", "uncertain"}, "the other's takeover")
                first_told = cut_off.events()
                line.heal()
                wait_until(lambda: cut_off.events() != first_told, "a word from the one that was cut off")
                for program in (cut_off, other):
                    program.signal(signal.SIGTERM)
                parts = [program.summary()[1]["happened"]["sent"] for program in (cut_off, other)]
        beside.kill()
        beside.wait()
        assert min(parts) > 0  # both had their part in it
        assert sum(states(context).values()) == PEOPLE
        assert set(states(context)) <= {"sent", "uncertain"}
        assert states(context).get("uncertain", 0) <= 2  # its two connections
        assert len(captures_in(sink.folder)) <= PEOPLE
        assert problems_of(context.store, captures_in(sink.folder), context.scope.workspace_id) == []

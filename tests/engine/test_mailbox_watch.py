"""One session with a real Dovecot: what is read when, and how many round trips a look at nothing new costs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from opendoors_desktop.domain.read_times import ReadTimes
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.mailbox_watch import ALWAYS, MailboxWatch
from opendoors_desktop.engine.receiver import MailboxReading
from opendoors_desktop.mail.imap import ImapSession, ImapSettings, open_session
from opendoors_desktop.mail.wire_bell import Bell
from opendoors_desktop.store.database import Store
from tests.builders import add_mailbox, open_context
from tests.engine.reading_room import tell
from tests.fixtures_smtp import authority
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot, user

__all__ = ["authority", "dovecot", "user"]

pytestmark = pytest.mark.servers


@pytest.fixture
def context(usual_store: Store, tmp_path: Path) -> Context:
    return open_context(usual_store, tmp_path)


@pytest.fixture
def bell() -> Iterator[Bell]:
    own = Bell()
    yield own
    own.close()


class Watched:
    """A watch over a session whose every line out and in is counted."""

    def __init__(self, context: Context, session: ImapSession, bell: Bell) -> None:
        self.bell, self.now = bell, 100.0
        self.times: list[ReadTimes] = []
        self.reading = MailboxReading(context, add_mailbox(context), session, tell)
        self.watch = MailboxWatch(session, self.reading, self.bell, lambda: self.now, self.times.append)
        self._lines = ""
        wire = session._client._imap
        self._count(wire, "send", "s")
        self._count(wire, "readline", "r")

    def _count(self, wire: object, name: str, letter: str) -> None:
        whole = getattr(wire, name)

        def counted(*arguments: object) -> object:
            self._lines += letter
            return whole(*arguments)

        setattr(wire, name, counted)

    def trips_of(self, *calls: Callable[[], object]) -> int:
        """How often something was said and then waited for."""
        self._lines = ""
        for call in calls:
            call()
        return self._lines.count("sr")


def session(dovecot: Dovecot, user: str, *, can_idle: bool) -> ImapSession:
    opened = open_session(ImapSettings("127.0.0.1", dovecot.port, "none", user), PASSWORD)
    opened.can_idle = can_idle
    return opened


def test_a_look_at_nothing_new_costs_one_round_trip_however_many_folders_there_are(context, dovecot, user, bell):
    dovecot.deliver(user, b"From: a@example.org\n\nHello\n")
    with session(dovecot, user, can_idle=False) as found:
        box = Watched(context, found, bell)
        box.watch.read_all()
        box.bell.ring()
        box.watch.wait()  # leaves the folder that was read last
        box.bell.ring()
        assert box.trips_of(box.watch.wait, box.watch.look) == 1
        assert box.reading.report.seen == 1


def test_beside_idle_a_look_costs_one_round_trip_and_two_more_end_and_begin_the_listening(context, dovecot, user, bell):
    with session(dovecot, user, can_idle=True) as found:
        box = Watched(context, found, bell)
        box.watch.read_all()
        box.bell.ring()
        box.watch.wait()
        assert box.trips_of(box.watch.look) == 1
        box.bell.ring()
        assert box.trips_of(box.watch.wait, box.watch.look) == 3


@pytest.mark.parametrize("can_idle", [True, False])
def test_what_came_meanwhile_is_read_by_the_next_look_or_before(context, dovecot, user, bell, can_idle):
    with session(dovecot, user, can_idle=can_idle) as found:
        box = Watched(context, found, bell)
        box.watch.read_all()
        for folder in ("INBOX", "Junk", "INBOX"):
            dovecot.deliver(user, b"From: a@example.org\n\nHello\n", folder)
        box.bell.ring()
        box.watch.wait()
        box.watch.look()
        box.bell.ring()
        box.watch.wait()
        assert box.reading.report.seen == 3


def test_how_far_the_mailbox_is_known_is_told_by_the_instant_before_the_host_was_asked(context, dovecot, user, bell):
    with session(dovecot, user, can_idle=False) as found:
        box = Watched(context, found, bell)
        box.watch.read_all()
        assert box.times[-1] == ReadTimes(inbox_at=100.0, others_at=100.0)
        box.now = 170.0
        assert not box.times[-1].are_fresh(box.now)
        box.watch.look()
        assert box.times[-1].are_fresh(box.now)


def test_a_folder_that_is_gone_has_them_found_anew(context, dovecot, user, bell, monkeypatch):
    with session(dovecot, user, can_idle=True) as found:
        box = Watched(context, found, bell)
        box.watch.read_all()
        listed = box.reading.find_folders()
        monkeypatch.setattr(found, "marks_of", lambda _names: {})
        monkeypatch.setattr(box.reading, "find_folders", lambda: listed[:1])
        box.watch.look()
        assert box.times[-1].others_at == ALWAYS

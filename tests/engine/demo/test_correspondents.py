"""What people of the tour write back is what their kind of mail is told to be, and silences those it must."""

from datetime import UTC, datetime, timedelta

import pytest

from opendoors_desktop.domain.inbound import AutoReplyKind, BounceKind, InboundKind
from opendoors_desktop.domain.message_ids import id_key
from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.demo.correspondents import HABITS, KNOWN_WITHIN, Correspondents, Habit
from opendoors_desktop.engine.demo.evidence import Kind, Letter, Silence, Which
from opendoors_desktop.engine.demo.inbox_server import InboxServer
from opendoors_desktop.mail.classify import classify_mail

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANN, REP = "ann@example.org", "rep@example.com"
MARKS = {Which("Fair", 1): ("the first word",)}
OPT_OUT = "unsubscribe 0123456789abcdef0123456789abcdef"
LETTER = Letter(REP, ANN, "<1@example.com>", NOW, "Hello the first word", "Grüße", OPT_OUT)


async def written(habit: Habit) -> tuple[bytes, Correspondents]:
    """What somebody of that habit writes, once the clock has come there."""
    import asyncio

    clock, inboxes = VirtualClock(NOW), InboxServer([REP])
    people = Correspondents(clock, inboxes, {ANN: habit}, MARKS)
    people.receive(LETTER)
    people.receive(LETTER)
    while clock.now() < NOW + habit.after:
        await clock.wait(asyncio.Event(), NOW + habit.after, in_flight=False)
    [mail] = inboxes.inboxes[REP].mails
    assert mail.at == NOW + habit.after
    return mail.data, people


@pytest.mark.parametrize("place", HABITS)
async def test_each_writes_what_their_kind_is_told_to_be(place: int):
    habit = HABITS[place]
    data, people = await written(habit)
    reading = classify_mail(data)

    assert reading is not None
    assert b"\n" not in data.replace(b"\r\n", b"")
    kinds = {
        Kind.REPLY: InboundKind.MESSAGE,
        Kind.COLLEAGUE: InboundKind.MESSAGE,
        Kind.AWAY: InboundKind.AUTO_REPLY,
        Kind.GONE: InboundKind.BOUNCE,
        Kind.FULL: InboundKind.BOUNCE,
        Kind.OPT_OUT: InboundKind.UNSUBSCRIBE,
    }
    assert reading.kind is kinds[habit.kind]
    if habit.kind is Kind.AWAY:
        assert reading.subtype == AutoReplyKind.OUT_OF_OFFICE
        assert reading.return_on == people.came[0].returns_on is not None
    if reading.kind is InboundKind.BOUNCE:
        assert reading.bounce is (BounceKind.HARD if habit.kind is Kind.GONE else BounceKind.SOFT)
        assert ([one.address for one in reading.recipients], [*map(id_key, reading.original_ids)]) == (
            [ANN],
            ["1@example.com"],
        )


async def test_who_answers_is_left_alone_in_that_sequence_and_who_opts_out_in_all():
    _, answered = await written(Habit(Kind.REPLY, timedelta(hours=1), "Yes."))
    _, opted_out = await written(Habit(Kind.OPT_OUT, timedelta(hours=1), "Please remove me."))
    _, is_full = await written(Habit(Kind.FULL, timedelta(hours=1), "452 4.2.2 full"))

    begins = NOW + timedelta(hours=1) + KNOWN_WITHIN
    assert answered.silences == [Silence(ANN, begins, sequence="Fair")]
    assert opted_out.silences == [Silence(ANN, begins)]
    assert is_full.silences == []


async def test_who_is_away_is_left_alone_until_their_day_begins_somewhere():
    _, people = await written(Habit(Kind.AWAY, timedelta(seconds=5), "Until {day:%d %B %Y}.", returns_after=4))
    assert people.silences == [
        Silence(ANN, NOW + timedelta(seconds=65), datetime(2026, 3, 5, 10, tzinfo=UTC), "Fair"),
    ]

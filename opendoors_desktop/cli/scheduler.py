"""`opendoors scheduler`: sends what is due, without a window."""

import asyncio
import json
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import FrameType
from typing import Annotated, Any

import typer

from opendoors_desktop.cli.output import Status, plain, tell, told
from opendoors_desktop.cli.session import Session, session_of
from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import InputError, StoreError
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.engine.commands import backups, mailboxes, sending
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.faults import FAULT_POINTS
from opendoors_desktop.engine.loop import RunMode, Scheduler, SchedulerOptions
from opendoors_desktop.engine.memory import spare_what_is_loaded
from opendoors_desktop.store.queries.activities import Happening, last_place, page_happenings
from opendoors_desktop.store.queries.waiting import find_waiting

app = typer.Typer()

LOOKS_BACK = timedelta(days=2)
"""How long before the start something may have happened that is written down only now: a wait that was over."""

PAGE = 1000

LOOKS_FOR_BACKUPS_EVERY = 3600.0
"""Seconds between two looks whether the day's backup is due."""


@app.command()
def scheduler(
    ctx: typer.Context,
    *,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when nothing is due.")] = False,
    once: Annotated[bool, typer.Option("--once", help="End after one pass.")] = False,
    mailbox: Annotated[
        list[str] | None, typer.Option(metavar="ADDRESS", help="Send from this mailbox alone; may be repeated.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Don't tell what happens.")] = False,
    fault_points: Annotated[
        bool, typer.Option("--fault-points", help="List the points OPENDOORS_FAULT may name, and end.")
    ] = False,
) -> int:
    """Send what is due until stopped, and carry everybody through the other steps; sending counts as on while it runs.

    On a copied store, or an older copy put back, emails wait for “opendoors sending on”; all else goes on.
    """
    session = session_of(ctx)
    if fault_points:
        session.show(FAULT_POINTS, lambda: FAULT_POINTS)
        return Status.DONE
    if until_idle and once:
        raise InputError("--until-idle and --once exclude each other.", "Leave one out.", code="bad_option")
    _require_known_point(session.options.fault_point)
    mode = RunMode.ONCE if once else RunMode.UNTIL_IDLE if until_idle else RunMode.FOREVER
    with session.open() as context:
        addresses = frozenset(mailboxes.show_mailbox(context, each).address for each in mailbox or ())
        _tell_what_keeps_emails(context)
        watch = _Watch(context, session, is_quiet=quiet)
        leave = partial(sending.leave_to_send, context, is_scheduler=True)
        runner = Scheduler(context, SchedulerOptions(mode, addresses, hears_others=True), leave=leave)
        end_sparing = spare_what_is_loaded()
        try:
            _run(context, runner, watch.started if mode is RunMode.FOREVER else None)
        finally:
            end_sparing()
        watch.look(frozenset({Topic.ACTIVITIES, Topic.MAILBOXES}))
        return _summary(session, context, runner, watch, addresses)


def _require_known_point(point: str | None) -> None:
    """Raise InputError for an OPENDOORS_FAULT that names no point, which would let a test pass that tries nothing."""
    name, colon, count = (point or "").partition(":")
    if point is None or (name in FAULT_POINTS and (not colon or (count.isdecimal() and int(count) > 0))):
        return
    raise InputError(
        f"OPENDOORS_FAULT is “{point}”, which is no fault point.",
        "“opendoors scheduler --fault-points” lists them; “:2” behind one means its second time.",
        where="OPENDOORS_FAULT",
        code="bad_option",
    )


def _tell_what_keeps_emails(context: Context) -> None:
    """Say why no email leaves: nobody has looked at the store since it was copied, or the emergency stop is pulled."""
    status = sending.sending_status(context)
    if status.doubt is not None:
        doubt = "copied from another machine" if status.doubt == "copied" else "an older copy put back"
        tell(
            f"This store was {doubt}; {status.overdue_count} emails fell due meanwhile and wait. Look at “opendoors"
            " sending status”, and say “opendoors sending on” if this is the store to send from."
        )
    if status.stopped_at is not None:
        tell("The emergency stop is pulled: nothing leaves until “opendoors sending release”.")


async def _work(context: Context, runner: Scheduler) -> None:
    """Run to the end, and see to the daily backup meanwhile."""
    backing_up = asyncio.create_task(_keep_backed_up(context))
    try:
        await runner.run()
    finally:
        backing_up.cancel()
        await asyncio.gather(backing_up, return_exceptions=True)


async def _keep_backed_up(context: Context) -> None:
    while True:
        try:
            await asyncio.to_thread(partial(backups.keep_backed_up, context, is_server=True))
        except StoreError as error:
            tell(f"{error.title} {error.advice}")
        await asyncio.sleep(LOOKS_FOR_BACKUPS_EVERY)


def _run(context: Context, runner: Scheduler, started: Callable[[], None] | None) -> None:
    """Run to the end; the first signal to stop lets what is under way be answered, the second ends at once.

    `started` is called when signals are heard.
    """
    known: dict[int, Any] = {}

    def stop(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, known[number])
        runner.stop()

    names = ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    for number in numbers:
        known[number] = signal.signal(number, stop)
    if started is not None:
        started()
    try:
        # Windows' usual loop is the one that can run child processes; nothing has to be chosen there.
        asyncio.run(_work(context, runner))
    finally:
        for number, handler in known.items():
            signal.signal(number, handler)


class _Watch:
    """Tells on standard error what happens, a line for each event, and counts it."""

    def __init__(self, context: Context, session: Session, *, is_quiet: bool) -> None:
        self._context = context
        self._as_json = session.as_json
        self._is_quiet = is_quiet
        with context.store.read() as unit:
            self._place = last_place(unit, context.new_id())
        self._since = context.clock.now() - LOOKS_BACK
        self._states = self._mailbox_states()
        self._looking = threading.Lock()
        self.counts: Counter[str] = Counter()
        context.store.on_change(self.look)

    def started(self) -> None:
        """Tell that it runs, and how it is stopped."""
        at = self._context.clock.now()
        self._tell({"kind": "started", "at": plain(at)}, f"{told(at)}  The scheduler runs; Ctrl+C stops it.")

    def look(self, topics: frozenset[Topic]) -> None:
        """After a commit, of whatever thread: tell what is new."""
        with self._looking:
            self._tell_news(topics)

    def _tell_news(self, topics: frozenset[Topic]) -> None:
        if Topic.ACTIVITIES in topics:
            while self._take_page() == PAGE:
                pass
        if Topic.MAILBOXES in topics:
            before, self._states = self._states, self._mailbox_states()
            for address, state in self._states.items():
                if before.get(address) != state:
                    self._tell({"kind": "mailbox", "mailbox": address, **plain(state)}, _mailbox_line(address, state))

    def _take_page(self) -> int:
        until, workspace_id = self._context.new_id(), self._context.scope.workspace_id
        with self._context.store.read() as unit:
            page, self._place = page_happenings(unit, workspace_id, self._place, until, since=self._since, limit=PAGE)
        for each in page:
            self.counts[each.kind] += 1
            self._tell(plain(each), _line(each))
        return len(page)

    def _mailbox_states(self) -> dict[str, dict[str, Any]]:
        return {
            box.address: {
                "status": box.status.value,
                "reason": box.status_reason,
                "detail": box.status_detail,
                "held_until": box.held_until,
                "reading_error": box.reading_error,
            }
            for box in mailboxes.list_mailboxes(self._context)
        }

    def _tell(self, value: dict[str, Any], line: str) -> None:
        if self._is_quiet:
            return
        if self._as_json:
            print(json.dumps(value, ensure_ascii=False), file=sys.stderr, flush=True)
        else:
            tell(line)


def _line(each: Happening) -> str:
    kind = each.kind
    if kind in set(ActivityKind):
        kind = ActivityKind(kind).sentence
    where = f"{each.sequence}, step {each.step}" if each.sequence and each.step else each.sequence
    detail = ", ".join(f"{name} {value}" for name, value in each.detail.items())
    parts = (told(each.at), kind, each.contact, f"({where})" if where else "", detail)
    return "  ".join(part for part in parts if part)


def _mailbox_line(address: str, state: dict[str, Any]) -> str:
    words = [f"{address} is {state['status']}"]
    words += [str(state[name]) for name in ("reason", "detail") if state[name]]
    words += [f"waits until {told(state['held_until'])}"] if state["held_until"] else []
    words += [f"can't be read: {state['reading_error']}"] if state["reading_error"] else []
    return ", ".join(words)


def _summary(session: Session, context: Context, runner: Scheduler, watch: _Watch, addresses: frozenset[str]) -> Status:
    """Say what it came to: what happened, who else holds a mailbox, and which mailbox is in trouble."""
    boxes = {box.id: box for box in mailboxes.list_mailboxes(context)}
    ours = [box for box in boxes.values() if not addresses or box.address in addresses]
    others = [each for each in runner.held_by_others if each.mailbox_id in boxes]
    troubled = [box for box in ours if box.status is MailboxStatus.FAILED or box.held_attempts or box.waits_for_reading]
    with context.store.read() as unit:
        left = find_waiting(unit, context.scope.workspace_id, {box.id for box in ours})
    doubt = sending.sending_status(context).doubt
    value = {
        "happened": dict(sorted(watch.counts.items())),
        "doubt": doubt,
        "waiting": left.waiting,
        "put_off": left.put_off,
        "held_by_others": [
            {"mailbox": boxes[each.mailbox_id].address, "host": each.host, "pid": each.pid} for each in others
        ],
        "troubled": [
            {
                "mailbox": box.address,
                "status": box.status,
                "detail": box.status_detail,
                "held_until": box.held_until,
                "reading_error": box.reading_error,
            }
            for box in troubled
        ],
    }
    for each in others:
        tell(f"{boxes[each.mailbox_id].address} is held by another scheduler on {each.host} (process {each.pid}).")
    sent, failed = watch.counts[ActivityKind.SENT], watch.counts[ActivityKind.FAILED]
    session.done(value, f"Sent {sent}, failed {failed}, waiting for their time {left.waiting}, put off {left.put_off}.")
    if troubled:
        return Status.UNREACHABLE
    return Status.IN_PART if others or doubt is not None else Status.DONE

"""The tour in words: a line a day, and at its end what was received and what is wrong with it."""

from collections.abc import Iterator
from typing import Any, Final

from opendoors_desktop.engine.demo.findings import Wrong
from opendoors_desktop.engine.demo.oracle import Statement
from opendoors_desktop.engine.demo.tour import Day

MOST_NAMED: Final = 20
"""So many faults are named in words; of more, the number is told."""

_COUNTS: Final = {
    "put off": "put_off",
    "refused": "refused",
    "done": "tasks_done",
    "to do": "tasks_open",
    "waiting": "waiting",
    "paused": "paused",
    "held": "held",
    "ended": "ended",
}
"""The columns behind those of the mailboxes, each with its field of a Day."""


def heading(boxes: list[str]) -> Iterator[str]:
    """What stands over the lines of days; `boxes` are the addresses of the mailboxes."""
    yield "Mails that came to the server from each mailbox, and how things stood at the end of the rep's day."
    yield "  ".join(["day            ", *(_short(box) for box in boxes), *_COUNTS])


def day_lines(day: Day) -> Iterator[str]:
    """A day in a line, and below it what the rep did beside tasks."""
    sent = [f"{count:>{len(_short(box))}}" for box, count in day.sent.items()]
    counts = [f"{getattr(day, field):>{len(name)}}" for name, field in _COUNTS.items()]
    yield "  ".join([f"{day.day:%a %Y-%m-%d} ", *sent, *counts])
    for deed in day.deeds:
        yield f"    {deed.at:%H:%M} UTC: the rep {deed.sentence}"


def statement_lines(statement: Statement) -> Iterator[str]:
    """What was received, by step and variant beside the journal, every figure, and what is wrong."""
    yield ""
    yield f"The mail server received {statement.sent} mails:"
    for which in sorted(statement.received.keys() | statement.journal.keys()):
        variant = f" variant {which.variant}" if which.variant else ""
        received, journal = statement.received.get(which, 0), statement.journal.get(which, 0)
        yield f"  {f'{which.sequence}, step {which.step}{variant}':<40} {received:>5}   the journal says {journal:>5}"
    yield f"  {statement.retried} of them at a later try, after the server had put them off"
    yield f"  {statement.refused} more were refused for good: nobody of that name"
    yield from _came_lines(statement)
    yield "From these mails and the settings:"
    for wrong in Wrong:
        yield f"  {f'{wrong.value}:':<50} {statement.count(wrong)}"
    for fault in statement.faults[:MOST_NAMED]:
        yield f"  {fault.wrong.value}: {fault.sentence}"
    if len(statement.faults) > MOST_NAMED:
        yield f"  and {len(statement.faults) - MOST_NAMED} more"
    yield "Nothing is wrong." if not statement.faults else f"{len(statement.faults)} things are wrong."


def _came_lines(statement: Statement) -> Iterator[str]:
    """What came back, and where it led whoever wrote."""
    yield f"{len(statement.came)} mails came back:"
    for came, state in statement.came:
        back = f" until {came.returns_on}" if came.returns_on else ""
        what = f"{came.at:%a %H:%M} UTC  {came.recipient} {came.kind}{back}"
        yield f"  {what}: {state.replace('_', ' ')} in {came.sequence}"


def statement_value(statement: Statement) -> dict[str, Any]:
    """The statement as JSON knows it."""
    return {
        "sent": statement.sent,
        "emails": [
            {**which._asdict(), "received": received, "journal": statement.journal.get(which, 0)}
            for which, received in statement.received.items()
        ],
        "retried": statement.retried,
        "refused": statement.refused,
        "came_back": [
            {
                "recipient": came.recipient,
                "sequence": came.sequence,
                "kind": came.kind.name.lower(),
                "at": came.at.isoformat(),
                "returns_on": came.returns_on and came.returns_on.isoformat(),
                "led_to": state,
            }
            for came, state in statement.came
        ],
        "figures": {wrong.name.lower(): statement.count(wrong) for wrong in Wrong},
        "faults": [{"wrong": fault.wrong.name.lower(), "sentence": fault.sentence} for fault in statement.faults],
    }


def _short(address: str) -> str:
    return address.partition("@")[0]

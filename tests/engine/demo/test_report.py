"""The tour in words and as JSON: columns stand under their headings, and each fault is named."""

from datetime import UTC, date, datetime

from opendoors_desktop.engine.demo.evidence import Came, Kind, Which
from opendoors_desktop.engine.demo.findings import Fault, Wrong
from opendoors_desktop.engine.demo.oracle import Statement
from opendoors_desktop.engine.demo.rep import Deed
from opendoors_desktop.engine.demo.report import MOST_NAMED, day_lines, heading, statement_lines, statement_value
from opendoors_desktop.engine.demo.tour import Day

DAY = Day(
    day=date(2026, 3, 2),
    sent={"mira@example.com": 12, "jo@example.com": 7},
    put_off=1,
    refused=2,
    tasks_done=3,
    tasks_open=4,
    waiting=150,
    paused=5,
    held=6,
    ended=8,
    deeds=(Deed(datetime(2026, 3, 2, 10, 30, tzinfo=UTC), "pauses ann@example.org"),),
)
A, B = Which("Fair", 1, "A"), Which("Fair", 2)
CAME = Came("ann@example.org", "Fair", Kind.AWAY, datetime(2026, 3, 3, 9, 5, tzinfo=UTC), date(2026, 3, 9))


def statement(*faults: Fault) -> Statement:
    return Statement({A: 3, B: 2}, {A: 3, B: 1}, retried=1, refused=4, came=((CAME, "waiting"),), faults=faults)


def test_figures_of_a_day_end_where_their_headings_end():
    _, headings = heading(list(DAY.sent))
    figures, deed = day_lines(DAY)

    ends = {word: headings.index(word) + len(word) for word in ("mira", "jo", "put off", "waiting", "ended")}
    assert {word: figures[:end].split()[-1] for word, end in ends.items()} == {
        "mira": "12",
        "jo": "7",
        "put off": "1",
        "waiting": "150",
        "ended": "8",
    }
    assert deed.strip() == "10:30 UTC: the rep pauses ann@example.org"


def test_a_statement_tells_every_figure_and_that_nothing_is_wrong():
    lines = list(statement_lines(statement()))

    assert lines[1] == "The mail server received 5 mails:"
    assert [line.split() for line in lines if "journal says" in line][1][-1] == "1"
    assert [
        wrong.value for wrong in Wrong if not any(line.strip().startswith(f"{wrong.value}: ") for line in lines)
    ] == []
    assert "  Tue 09:05 UTC  ann@example.org is away until 2026-03-09: waiting in Fair" in lines
    assert lines[-1] == "Nothing is wrong."


def test_a_statement_names_what_is_wrong():
    lines = list(statement_lines(statement(*[Fault(Wrong.LOST, f"number {n}") for n in range(MOST_NAMED + 3)])))

    assert "  lost: number 0" in lines
    assert "  and 3 more" in lines
    assert lines[-1] == f"{MOST_NAMED + 3} things are wrong."


def test_a_statement_as_json_has_a_figure_for_everything():
    value = statement_value(statement(Fault(Wrong.LOST, "one")))

    assert value["emails"][1] == {"sequence": "Fair", "step": 2, "variant": "", "received": 2, "journal": 1}
    assert (value["sent"], value["retried"], value["refused"]) == (5, 1, 4)
    assert value["figures"] == {wrong.name.lower(): int(wrong is Wrong.LOST) for wrong in Wrong}
    [came] = value["came_back"]
    assert (came["recipient"], came["kind"], came["returns_on"], came["led_to"]) == (
        "ann@example.org",
        "away",
        "2026-03-09",
        "waiting",
    )
    assert value["faults"] == [{"wrong": "lost", "sentence": "one"}]

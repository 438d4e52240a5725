"""`opendoors scheduler` as a process of its own, sending to a mail host on loopback; and what people do behind it."""

import asyncio
import json
import os
import re
import shutil
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.engine.faults import FAULT_POINTS
from opendoors_desktop.store import leases
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.types import as_uuid
from tests.cli.conftest import Call
from tests.fixtures_smtp import MailHost, running_mail_host, running_sink, talking_server

AT = "2026-03-02T10:00:00Z"
WITHIN = 60.0
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to be caught")


@pytest.fixture
async def host() -> AsyncIterator[MailHost]:
    """A mail host that takes everything."""
    async with running_mail_host() as found:
        yield found


@pytest.fixture
def ready(room: Call, host: MailHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """The room, its mailbox at the mail host, its sequence running with two people in it, by a virtual clock."""
    return prepare(room, host.port, monkeypatch)


def prepare(room: Call, port: int, monkeypatch: pytest.MonkeyPatch, *people: str) -> Call:
    """Let the room's sequence send through a port of loopback."""
    monkeypatch.setenv("OPENDOORS_NOW", AT)
    at_port = ("--smtp-port", str(port), "--smtp-security", "none", "--no-password")
    room("mailbox", "add", "ann@example.com", "--smtp-host", "127.0.0.1", *at_port)
    room("mailbox", "remove", "rep@example.com", "--move-to", "ann@example.com")
    document = room("sequence", "export", "Spring", "--json").value
    changes = {"default_email_account": "ann@example.com", "throttle_delay_minutes": 0, "name": "Send"}
    room("sequence", "import", "-", text=json.dumps(document | changes))
    room("sequence", "activate", "Send")
    room("enroll", "Send", *(people or ("ana@example.org", "ben@example.net")))
    return room


@asynccontextmanager
async def scheduler(*arguments: str, **environment: str) -> AsyncIterator[Process]:
    """A running scheduler, gone at the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "opendoors_desktop", "scheduler", *arguments),
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, **environment},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def run_scheduler(*arguments: str, **environment: str) -> tuple[int | None, str, str]:
    """Exit status and output of a scheduler that ends by itself."""
    async with scheduler(*arguments, **environment) as process:
        out, err = await asyncio.wait_for(process.communicate(), WITHIN)
        return process.returncode, out.decode(), err.decode()


async def test_until_idle_sends_what_is_due_and_tells_of_each(ready, host):
    status, out, err = await run_scheduler("--until-idle", "--json")

    assert status == 0, err
    assert sorted(each[1][0] for each in host.taken) == ["ana@example.org", "ben@example.net"]
    summary = json.loads(out)
    assert (summary["happened"], summary["held_by_others"], summary["troubled"]) == ({"sent": 2}, [], [])
    events = [json.loads(line) for line in err.splitlines()]
    assert {(each["kind"], each["contact"]) for each in events} == {
        ("sent", "ana@example.org"),
        ("sent", "ben@example.net"),
    }
    rows = ready("outbox", "list", "--json").lines
    assert [(row["state"], row["server"]["code"]) for row in rows] == [("sent", 250)] * 2
    assert "ana@example.org" in ready("outbox", "list", "--state", "sent", "--sequence", "Send").out
    assert ready("db", "check", "--json").value == {"damage": [], "differences": [], "misplaced": []}


@pytest.fixture
def in_kolkata(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The computer's clock is set to Kolkata."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system takes no other zone for one process")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Kolkata")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_kolkata")
async def test_T43_lists_tell_when_by_the_contacts_clock_and_the_reps_own(ready, monkeypatch):
    foreseen = ready("forecast", "Send").out
    assert re.search(r"^AT +THERE +CONTACT", foreseen)
    assert re.search(r"^2026-03-02 15:30 \+05:30  2026-03-02 11:00 Paris +ana@example.org", foreseen, re.MULTILINE)
    stored = ready("forecast", "Send", "--json").lines
    assert stored[0]["at"] == AT
    ready("settings", "set", "zone", "Pacific/Auckland")
    assert ready("forecast", "Send").out == foreseen
    assert ready("forecast", "Send", "--json").lines == stored

    await run_scheduler("--until-idle")
    for line in ready("outbox", "list").out.splitlines()[1:]:
        assert re.search(r"sent +2026-03-02 15:30 \+05:30  2026-03-02 11:00 (Paris|Berlin) +(ana|ben)@example", line)
    assert {each["sent_at"][:16] for each in ready("outbox", "list", "--json").lines} == {AT[:16]}

    monkeypatch.setenv("OPENDOORS_NOW", "2026-03-03T10:00:00Z")
    await run_scheduler("--until-idle")
    [due] = {each["due_at"] for each in ready("task", "list", "--json").lines}
    here = datetime.fromisoformat(due).astimezone(ZoneInfo("Asia/Kolkata"))
    there = datetime.fromisoformat(due).astimezone(ZoneInfo("Europe/Paris"))
    shown = f"{here:%Y-%m-%d %H:%M} +05:30  {there:%Y-%m-%d %H:%M} Paris"
    assert shown in ready("task", "list", "--contact", "ana@example.org").out
    assert ready("enrollment", "list").out.splitlines()[0].split()[4:6] == ["NEXT", "THERE"]


async def test_for_a_person_there_is_a_line_for_each_event(ready):
    status, out, err = await run_scheduler("--once", "--mailbox", "ANN@example.com")

    assert (status, out) == (0, "")
    assert err.splitlines()[-1] in {
        "Sent 2, failed 0, waiting for their time 0, put off 0.",
        "Sent 1, failed 0, waiting for their time 1, put off 0.",
    }


def test_each_event_is_a_line_with_when_whom_and_where(room, monkeypatch):
    with running_sink() as sink:
        prepare(room, sink.port, monkeypatch)
        lines = room("scheduler", "--until-idle").err.splitlines()
        assert len(sink.captured()) == 2
    assert sorted(lines[:-1]) == [
        f"2026-03-02 10:00 UTC  {ActivityKind.SENT.sentence}  {who}  (Send, step 1)"
        for who in ("ana@example.org", "ben@example.net")
    ]
    assert lines[-1].startswith("Sent 2, failed 0, ")


def test_for_a_program_each_event_is_an_object_and_quiet_leaves_them_out(room, monkeypatch):
    with running_sink() as sink:
        prepare(room, sink.port, monkeypatch, "ana@example.org")
        [event] = [json.loads(line) for line in room("scheduler", "--until-idle", "--json").err.splitlines()]
        assert (event["kind"], event["contact"], event["sequence"], event["step"]) == (
            "sent", "ana@example.org", "Send", 1,
        )  # fmt: skip
        room("enroll", "Send", "ben@example.net")
        done = room("scheduler", "--until-idle", "--quiet", "--json")
        assert (done.err, done.value["happened"]) == ("", {"sent": 1})


def test_a_mailbox_in_trouble_is_told_of_when_it_happens_and_at_the_end(room, monkeypatch, caplog):
    with running_sink("-Q", "mail") as sink:
        prepare(room, sink.port, monkeypatch, "ana@example.org")
        done = room("scheduler", "--until-idle", status=4)
        lines = [line for line in done.err.splitlines() if line.startswith("ann@example.com is ")]
        assert lines == ["ann@example.com is active, waits until 2026-03-02 10:05 UTC"]
        told = room("scheduler", "--until-idle", "--json", status=4)
    [troubled] = told.value["troubled"]
    assert (troubled["mailbox"], troubled["held_until"]) == ("ann@example.com", "2026-03-02T10:05:00Z")


def test_a_mailbox_that_another_scheduler_owns_is_named_with_its_machine(room, monkeypatch, store_url):
    with running_sink() as sink:
        prepare(room, sink.port, monkeypatch)
        store = Store.open(store_url, create=False)
        with store.write() as unit:
            [(key,)] = unit.rows("SELECT id FROM email_accounts WHERE address = 'ann@example.com'")
            leases.take_lease(unit, as_uuid(key), leases.Holder(UUID(int=7), "elsewhere", 77))
        store.close()
        done = room("scheduler", "--until-idle", status=1)
        assert "ann@example.com is held by another scheduler on elsewhere (process 77)." in done.err
        assert sink.captured() == []
    [held] = room("scheduler", "--until-idle", "--json", status=1).value["held_by_others"]
    assert held == {"mailbox": "ann@example.com", "host": "elsewhere", "pid": 77}


async def test_tasks_and_calls_are_done_by_hand_behind_it(ready, monkeypatch):
    await run_scheduler("--until-idle")
    monkeypatch.setenv("OPENDOORS_NOW", "2026-03-03T10:00:00Z")
    await run_scheduler("--until-idle", "--quiet")

    ana, ben = sorted(ready("task", "list", "--json").lines, key=lambda each: each["contact_email"])
    assert (ana["kind"], ana["state"], ana["sequence"]) == ("call", "open", "Send")
    assert ready("task", "show", ana["id"], "--json").value["title"] == "Call Ana"
    assert "Call Ana" in ready("task", "show", ana["id"]).out
    assert ready("task", "done", ana["id"], "--json", status=2).error["code"] == "no_outcome"
    put_off = ready("task", "done", ana["id"], "--outcome", "call_back", "--on", "2026-03-05", "--json").value
    assert (put_off["state"], put_off["due_at"][:10]) == ("open", "2026-03-05")
    assert ready("task", "snooze", ana["id"], "2026-03-06", "--json").value["due_at"].startswith("2026-03-06")
    assert ready("task", "snooze", ana["id"], "2026-03-06T12:00:00Z", "--json").value["due_at"].endswith("12:00:00Z")
    done = ready("task", "done", ana["id"], "--outcome", "voicemail", "--notes", "Rang", "--json").value
    assert (done["state"], done["outcome"], done["enrollment_status"]) == ("done", "voicemail", "active")
    assert ready("task", "skip", ben["id"], "--json").value["state"] == "skipped"
    assert ready("task", "skip", ben["id"], "--json", status=2).error["code"] == "task_not_open"
    assert {each["state"] for each in ready("task", "list", "--state", "done", "--kind", "call", "--json").lines} == {
        "done"
    }
    assert ready("task", "list", "--contact", "ana@example.org", "--due", AT, "--json").lines == []
    assert ready("task", "outcomes", "call", "--json").lines[0]["name"] == "meeting_booked"
    assert ready("task", "skip", "nothing", "--json", status=2).error["code"] == "not_found"
    assert ready("task", "done", ana["id"], "--send", "--on", "2026-03-05", "--json", status=2).error["code"]
    assert ready("task", "done", ana["id"], "--subject", "x", "--json", status=2).error["code"] == "bad_option"


async def test_a_manual_email_is_sent_from_its_task(room, host, monkeypatch, tmp_path):
    steps = [
        {"step_type": "email", "is_manual": True, "subject_template": "Hi", "body_template": "Dear {{ first_name }}"}
    ]
    spring = json.loads((tmp_path / "spring.json").read_text(encoding="utf-8"))
    (tmp_path / "spring.json").write_text(json.dumps(spring | {"steps": steps}), encoding="utf-8")
    room("sequence", "delete", "Spring")
    room("sequence", "import", str(tmp_path / "spring.json"))
    prepare(room, host.port, monkeypatch, "ana@example.org")
    await run_scheduler("--until-idle")
    [found] = room("task", "list", "--json").lines

    body = tmp_path / "body.txt"
    body.write_text("In my own words", encoding="utf-8")
    queued = room("task", "done", found["id"], "--send", "--body-file", str(body), "--json").value
    assert queued["outgoing"]["to_address"] == "ana@example.org"
    await run_scheduler("--until-idle")

    assert b"In my own words" in host.taken[0][2]


async def test_an_uncertain_email_waits_for_a_decision(room, monkeypatch):
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.com ESMTP\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                return
            writer.write(b"250 ok\r\n")

    async with talking_server(hang_up) as port:
        prepare(room, port, monkeypatch, "ana@example.org")
        await run_scheduler("--until-idle")

    [row] = room("outbox", "list", "--state", "uncertain", "--json").lines
    assert room("outbox", "resolve", row["id"], "--as", "lost", "--json", status=2).error["where"] == "--as"
    resolved = room("outbox", "resolve", row["id"], "--as", "sent", "--json").value
    assert (resolved["state"], resolved["message_id"]) == ("sent", row["message_id"])
    assert room("outbox", "resolve", row["id"], "--as", "resend", "--json", status=2).error["code"] == "not_uncertain"
    assert room("outbox", "resolve", "nothing", "--as", "sent", "--json", status=2).error["code"] == "not_found"
    assert room("outbox", "list").out.splitlines()[1].split()[1] == "sent"


async def test_a_host_that_is_away_is_status_4(room, monkeypatch):
    prepare(room, 1, monkeypatch, "ana@example.org")

    status, out, err = await run_scheduler("--until-idle", "--json")

    assert status == 4
    [troubled] = json.loads(out)["troubled"]
    assert (troubled["mailbox"], troubled["held_until"] > AT) == ("ann@example.com", True)
    assert any(json.loads(line).get("kind") == "mailbox" for line in err.splitlines() if line.startswith("{"))
    assert json.loads(out)["waiting"] + json.loads(out)["put_off"] == 1
    assert re.search(r"waits until \d\d:\d\d UTC", room("mailbox", "list").out)
    monkeypatch.setenv("OPENDOORS_NOW", "2026-03-01T23:59:00Z")
    assert "waits until 2026-03-02 " in room("mailbox", "list").out
    monkeypatch.setenv("OPENDOORS_NOW", "2026-04-01T00:00:00Z")
    assert "waits" not in room("mailbox", "list").out


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_it_cleanly(ready, host, number, monkeypatch):
    monkeypatch.delenv("OPENDOORS_NOW")
    async with scheduler() as process:
        assert process.stderr is not None
        await asyncio.wait_for(process.stderr.readline(), WITHIN)
        process.send_signal(number)
        await asyncio.wait_for(process.communicate(), WITHIN)
        assert process.returncode == 0
    assert ready("sending", "status", "--json").value["schedulers"] == []


def test_fault_points_are_listed(cli):
    assert cli("scheduler", "--fault-points").out.splitlines() == list(FAULT_POINTS)
    assert cli("scheduler", "--fault-points", "--json").value == list(FAULT_POINTS)


def test_wrong_use_of_the_scheduler(cli):
    assert cli("scheduler", "--once", "--until-idle", "--json", status=2).error["code"] == "bad_option"
    assert cli("scheduler", "--once", "--mailbox", "x@example.com", "--json", status=2).error["code"] == "not_found"


@pytest.mark.parametrize("point", ["claim", "claim.before_commit:", "claim.before_commit:x", "claim.before_commit:0"])
def test_an_unknown_fault_point_is_refused(room, monkeypatch, point):
    monkeypatch.setenv("OPENDOORS_FAULT", point)
    error = room("scheduler", "--once", "--json", status=2).error
    assert (error["code"], error["where"]) == ("bad_option", "OPENDOORS_FAULT")


@pytest.mark.parametrize("point", ["claim.before_commit", "claim.before_commit:2"])
def test_a_known_fault_point_is_taken(room, monkeypatch, point):
    monkeypatch.setenv("OPENDOORS_FAULT", point)
    assert room("scheduler", "--once", "--json").status == 0


@pytest.mark.sqlite
def test_a_copied_store_waits_for_a_person(room, tmp_path, monkeypatch):
    room("sending", "status")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copyfile(tmp_path / "data" / "opendoors.db", elsewhere / "opendoors.db")
    monkeypatch.setenv("OPENDOORS_DATA_DIR", str(elsewhere))

    kept = room("scheduler", "--once", "--json", status=1)
    assert kept.value["doubt"] == "copied"
    assert "emails fell due meanwhile and wait" in kept.err
    assert "opendoors sending on" in kept.err
    assert room("sending", "status", "--json").value["doubt"] == "copied"
    assert "in doubt" in room("sending", "status").out
    room("sending", "on")
    assert room("scheduler", "--once", "--json").value["happened"] == {}


def test_the_emergency_stop_is_told_of(room):
    room("sending", "stop-everything")

    assert "emergency stop" in room("scheduler", "--until-idle").err


def test_goals(room, tmp_path):
    document = json.loads((tmp_path / "spring.json").read_text(encoding="utf-8"))
    goal = {"name": "Deals", "goal_type": "sales", "goal_target": 2, "goal_deadline": "2030-01-01"}
    room("sequence", "import", "-", text=json.dumps(document | goal))
    room("enroll", "Deals", "ana@example.org")

    assert room("goal", "log", "ana@example.org", "--event", "meetings", "--json", status=2).error["code"] == (
        "another_goal"
    )
    assert room("goal", "log", "ana@example.org", "--json").value["completion_reason"] == "goal_achieved"
    [listed] = room("goal", "list", "--json").lines
    assert (listed["sequence"], listed["reached"], listed["target"]) == ("Deals", 1, 2)
    assert room("goal", "show", "Deals", "--json").value["state"] == listed["state"]
    assert "sales" in room("goal", "show", "Deals").out
    assert room("goal", "show", "Spring", "--json", status=2).error["code"] == "no_goal"

"""A mailbox of 10,000 mails read: beside imaplib that fetches them alone, and beside imap_tools that tells three kinds.

Everything comes from one Dovecot on loopback. Ours reads as the program does: heads first, each mail told what it is by
the child, matched with the email of ours that it answers, and committed with all that follows for its enrollment
(SQLite, synchronous=FULL). The store is a copy of one that sent those emails. imap_tools is installed into an
environment of its own, which needs pip.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench._dovecot import USER, mailbox_of
from bench._inbound_mails import mails
from bench._sink import smtp_sink
from bench._workspace import Bench, add_due, make_store
from bench.figure import Figure, figure
from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.engine.loop import RunMode, Scheduler, SchedulerOptions
from opendoors_desktop.engine.mail_reader import MailReader
from opendoors_desktop.engine.post import Post
from opendoors_desktop.engine.receiver import read_mailbox
from opendoors_desktop.store.database import Store

MAILS = 10_000
CONNECTIONS = 8
AT_ONCE = 500
IMAP_TOOLS = "imap-tools==1.11.1"
BUCKETS = {"reply": Bucket.REPLY, "bounce": Bucket.BOUNCE, "auto": Bucket.AUTO_REPLY}


def figures(rounds: int) -> Iterator[Figure]:
    """Mails a second beside both anchors, which take turns with ours."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench, sent = _send(folder)
        told = list(mails(sent))
        python = _install_imap_tools(folder)
        fetched: list[tuple[float, float]] = []
        sorted_: list[tuple[float, float]] = []
        with mailbox_of(data for _, data in told) as port:
            _leg(sys.executable, "fetch", port)  # the server's own index is made by whoever comes first
            for number in range(rounds):
                rate = _read(bench, _copy(folder, number), port, Counter(kind for kind, _ in told))
                fetched.append((rate, _leg(sys.executable, "fetch", port)))
                sorted_.append((rate, _leg(str(python), "sort", port)))
        yield figure("inbound: fetching alone", fetched, unit="mails/s", goal=0.4)
        yield figure("inbound: imap_tools", sorted_, unit="mails/s", goal=1.5)


def _send(folder: Path) -> tuple[Bench, list[tuple[str, str]]]:
    """A store that has sent MAILS emails, each the first of two, and their Message-IDs with whom they went to."""
    with smtp_sink() as port:
        bench = make_store(folder, port=port, connections=CONNECTIONS, emails=2)
        add_due(bench, MAILS)
        asyncio.run(Scheduler(bench.context, SchedulerOptions(mode=RunMode.UNTIL_IDLE), Post()).run())
    with bench.context.store.read() as unit:
        rows = unit.rows("SELECT message_id, to_address FROM outgoing_emails WHERE state = 'sent' ORDER BY sent_at", {})
        sent = [(str(row[0]).strip("<>"), str(row[1])) for row in rows]
    bench.context.store.close()
    if len(sent) != MAILS:
        raise RuntimeError(f"{len(sent)} of {MAILS} emails were sent")
    return bench, sent


def _copy(folder: Path, number: int) -> Path:
    copy = folder / f"round{number}.db"
    shutil.copyfile(folder / "bench.db", copy)
    return copy


def _read(bench: Bench, copy: Path, port: int, kinds: Counter[str]) -> float:
    """Mails a second of a first reading; RuntimeError if a mail was told wrong or didn't lead to what it should."""
    context = replace(bench.context, store=Store.open(f"sqlite:///{copy}"))
    mailbox = replace(bench.mailbox, imap=MailHost("127.0.0.1", port, Security.NONE, USER), auth=AuthMethod.PASSWORD)

    async def run() -> float:
        reader = MailReader()
        await reader.start()
        began = time.perf_counter()
        report = await asyncio.to_thread(read_mailbox, context, mailbox, "x", reader.from_threads())
        taken = time.perf_counter() - began
        await reader.close()
        if report.taken != {BUCKETS[kind]: count for kind, count in kinds.items() if kind in BUCKETS}:
            raise RuntimeError(f"a mail was told wrong: {report.taken} of {kinds}")
        return taken

    taken = asyncio.run(run())
    with context.store.read() as unit:
        row = unit.row("SELECT count(*) FROM sequence_enrollments WHERE completion_reason IN ('replied', 'bounced')")
    context.store.close()
    if row is None or row[0] != kinds["reply"] + kinds["bounce"]:
        raise RuntimeError(f"{row and row[0]} enrollments ended")
    return MAILS / taken


def _leg(python: str, name: str, port: int) -> float:
    """Mails a second of an anchor, which runs in a process of its own."""
    command = [python, "-c", _LEGS[name], str(port), USER, str(AT_ONCE)]
    count, rate = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    if count != MAILS:
        raise RuntimeError(f"{name} saw {count} of {MAILS} mails")
    return float(rate)


def _install_imap_tools(folder: Path) -> Path:
    """The interpreter of an environment with imap_tools in it."""
    home = folder / "imap-tools"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    python = home / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", IMAP_TOOLS], check=True)
    return python


_FETCH = """
import imaplib, json, sys, time
port, user, step = sys.argv[1:]
began, count = time.perf_counter(), 0
client = imaplib.IMAP4("127.0.0.1", int(port))
client.login(user, "x")
client.select("INBOX", readonly=True)
uids = client.uid("SEARCH", "ALL")[1][0].split()
for start in range(0, len(uids), int(step)):
    said = client.uid("FETCH", b",".join(uids[start:start + int(step)]).decode(), "(UID BODY.PEEK[])")[1]
    count += sum(isinstance(part, tuple) for part in said)
client.logout()
print(json.dumps([count, count / (time.perf_counter() - began)]))
"""
_SORT = """
import json, sys, time
from imap_tools import MailBoxUnencrypted
def kind(mail):
    if mail.get_content_type() == "multipart/report":
        for part in mail.walk():
            if part.get_content_type() == "message/delivery-status":
                said = {name.lower(): text for block in part.get_payload() for name, text in block.items()}
                return "bounce", said.get("status"), said.get("final-recipient")
    if (mail.get("Auto-Submitted") or "no").lower() != "no":
        return "auto", str(mail.get("In-Reply-To"))
    ours = str(mail.get("In-Reply-To") or mail.get("References") or "")
    return ("reply", ours) if "@example.com>" in ours else ("other",)
port, user, step = sys.argv[1:]
began, count = time.perf_counter(), 0
with MailBoxUnencrypted("127.0.0.1", int(port)).login(user, "x") as box:
    for mail in box.fetch(mark_seen=False, bulk=int(step)):
        count += kind(mail.obj)[0] in ("bounce", "auto", "reply", "other")
print(json.dumps([count, count / (time.perf_counter() - began)]))
"""
_LEGS = {"fetch": _FETCH, "sort": _SORT}

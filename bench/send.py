"""The whole send path into smtp-sink beside a raw aiosmtplib loop and nodemailer, 8 connections each.

Ours claims, renders and builds each message, stores it and reads every gate before its first byte leaves, makes each
result durable (SQLite, synchronous=FULL) and plans the contact's next email. The raw loop sends one message of the same
size that was made before, without a store; nodemailer builds the same texts into a message for each recipient.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiosmtplib

from bench._sink import smtp_sink
from bench._workspace import BODY, SUBJECT, add_due, make_store
from bench.figure import Figure, figure
from opendoors_desktop.engine.loop import RunMode, Scheduler, SchedulerOptions
from opendoors_desktop.engine.post import Post
from opendoors_desktop.mail.frames import Accepted, PostEvent, Refused

EMAILS = 3_000
CONNECTIONS = 8
LEAST_ROUND = 0.6
DURABLE_WITHIN_MS = 50.0
NODEMAILER = "nodemailer"


def figures(rounds: int) -> Iterator[Figure]:
    """Emails a second against both anchors, the worst round, and how late the last answer was durable."""
    raw: list[tuple[float, float]] = []
    node: list[tuple[float, float]] = []
    late: list[tuple[float, float]] = []
    with smtp_sink() as port, tempfile.TemporaryDirectory() as folder:
        script = node_script(Path(folder))
        for number in range(rounds):
            rate, lateness, message = ours(Path(folder) / f"round{number}", port)
            raw.append((rate, _leg("raw", port, message)))
            node.append((rate, _node(script, port)))
            late.append((lateness, DURABLE_WITHIN_MS))
    yield figure("send", raw, unit="emails/s", goal=0.9)
    worst = min(raw, key=lambda pair: pair[0] / pair[1])
    yield figure("send, worst round", [worst], unit="emails/s", goal=LEAST_ROUND)
    yield figure("send, beside nodemailer", node, unit="emails/s", goal=2.0)
    yield figure("send, result durable (p99)", late, unit="ms", goal=1.0, less_is_better=True)


def ours(folder: Path, port: int) -> tuple[float, float, bytes]:
    """Emails a second from the first claim to the last durable result, the p99 of a result's way to disk, a message."""
    folder.mkdir()
    bench = make_store(folder, port=port, connections=CONNECTIONS, emails=2)
    add_due(bench, EMAILS)
    heard: dict[object, float] = {}
    post = _StampedPost(heard)
    scheduler = Scheduler(bench.context, SchedulerOptions(mode=RunMode.UNTIL_IDLE), post)
    waits: list[float] = []

    def durable(_: object) -> None:
        now = time.perf_counter()
        waits.extend(now - at for at in heard.values())
        heard.clear()

    bench.context.store.on_change(durable)
    asyncio.run(scheduler.run())
    with bench.context.store.read() as unit:
        row = unit.row("SELECT count(*), min(claimed_at), max(sent_at) FROM outgoing_emails WHERE state = 'sent'")
        message = unit.row("SELECT message FROM outgoing_messages LIMIT 1")
    bench.context.store.close()
    if row is None or message is None or row[0] != EMAILS:
        raise RuntimeError(f"{row and row[0]} of {EMAILS} emails were sent")
    slowest = sorted(waits)[int(len(waits) * 0.99)]
    return EMAILS / ((row[2] - row[1]) / 1e6), slowest * 1000, bytes(message[0])


class _StampedPost(Post):
    """The real post, noting when each answer was taken from it."""

    def __init__(self, heard: dict[object, float]) -> None:
        super().__init__()
        self._heard = heard

    def _happened(self, events: Sequence[PostEvent]) -> None:
        now = time.perf_counter()
        for event in events:
            if isinstance(event, Accepted | Refused):
                self._heard[event.id] = now
        super()._happened(events)


def _leg(name: str, port: int, message: bytes) -> float:
    """Emails a second of an anchor that runs in a process of its own, as ours has its children."""
    said = subprocess.run(
        [sys.executable, "-m", "bench.send", name, str(port)], input=message, capture_output=True, check=True
    )
    return float(said.stdout)


def raw_loop(port: int, message: bytes) -> float:
    """Emails a second of 8 aiosmtplib connections that send a message made before."""

    async def run() -> float:
        clients = [
            aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False) for _ in range(CONNECTIONS)
        ]
        for client in clients:
            await client.connect()
            await client.ehlo()
        left = iter(range(EMAILS))
        began = time.perf_counter()

        async def send(client: aiosmtplib.SMTP) -> None:
            for number in left:
                await client.sendmail("ann@example.com", [f"u{number}@example.net"], message)

        await asyncio.gather(*(send(client) for client in clients))
        rate = EMAILS / (time.perf_counter() - began)
        for client in clients:
            await client.quit()
        return rate

    return asyncio.run(run())


_NODE = """
const mailer = require('nodemailer'), [,, port, n, connections, subject, html] = process.argv, N = +n;
const transport = mailer.createTransport({pool: true, host: '127.0.0.1', port: +port, secure: false, ignoreTLS: true,
  maxConnections: +connections, maxMessages: Infinity});
let next = 0, done = 0, began;
const fill = (text, k) => text.replace(/\\{\\{ *first_name[^}]*\\}\\}/g, 'Anna' + k)
  .replace(/\\{\\{[^}]*\\}\\}/g, 'Lyon').replace(/\\{%[^%]*%\\}/g, '');
function one() {
  if (next >= N) return;
  const k = next++, body = fill(html, k);
  transport.sendMail({from: 'Ann Sender <ann@example.com>', to: 'u' + k + '@example.net', subject: fill(subject, k),
    messageId: '<' + k + '@example.com>', list: {unsubscribe: 'mailto:ann@example.com?subject=unsubscribe'},
    text: body.replace(/<[^>]+>/g, ' '), html: body}, (fault) => {
    if (fault) throw fault;
    if (++done < N) return one();
    console.log(N / (Number(process.hrtime.bigint() - began) / 1e9));
    transport.close();
  });
}
transport.verify(() => { began = process.hrtime.bigint(); for (let k = 0; k < 2 * connections + 2; k++) one(); });
"""


def node_script(folder: Path) -> Path:
    """A folder with nodemailer and the script that sends with it; RuntimeError where npm is missing."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is missing; it comes with Debian's package npm")
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", NODEMAILER], cwd=folder, check=True)
    script = folder / "send.js"
    script.write_text(_NODE, encoding="utf-8")
    return script


def _node(script: Path, port: int) -> float:
    said = subprocess.run(
        ["node", str(script), str(port), str(EMAILS), str(CONNECTIONS), SUBJECT, BODY],
        cwd=script.parent,
        capture_output=True,
        check=True,
    )
    return float(said.stdout)


if __name__ == "__main__":
    print(raw_loop(int(sys.argv[2]), sys.stdin.buffer.read()))

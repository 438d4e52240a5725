"""A workspace into whose mailbox mails came, as they are written in the world, and the Inbox page that shows them."""

import asyncio
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.context import Context
from opendoors_desktop.gui.inbox.body import InboxBody
from opendoors_desktop.gui.inbox.facts import ThreadFacts
from opendoors_desktop.gui.main_window import MainWindow
from tests.engine.inbound_rooms import Scene, scene_of
from tests.oracle import Capture

MARKUP = "<b>Eve</b><img src=http://example.net/x.png>"
ARABIC = "نورا الشمري"
YES = "Hi,\n\nYes, let us talk. Thursday after 14:00 works, see https://example.com/map.\n"
HOSTILE_HTML = """<html><head><script>alert(1)</script><link rel=stylesheet href="http://127.0.0.1:9/a.css"></head>
<body background="http://127.0.0.1:9/b.png"><p>Please see <a href="https://evil.example.net/steal">www.example.com</a>.
</p><img src="http://127.0.0.1:9/pixel.png"><img src="/etc/hostname"><img src="file:///etc/hostname">
<form action="https://evil.example.net"><input name=password></form></body></html>
"""


def reply(to: Capture, mailbox: str, text: str, now: Any, **headers: str) -> str:
    """An answer as a mail program writes it, our email quoted below."""
    given = {
        "From": f"Somebody <{to.recipient}>",
        "To": mailbox,
        "Subject": "Re: Hello",
        "Date": format_datetime(now),
        "Message-ID": f"<{abs(hash(text)) % 10**9}.{to.recipient}>",
        "In-Reply-To": f"<{to.message_id}>",
        "References": f"<{to.message_id}>",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\n" for name, value in given.items())
    return f"{head}\n{text}\n\nOn Mon, 2 Mar 2026 at 09:00, Ann <{mailbox}> wrote:\n> Dear you, a word.\n"


def with_html(to: Capture, mailbox: str, text: str, html: str, now: Any, **headers: str) -> str:
    """An answer in two forms."""
    head, _, _ = reply(to, mailbox, text, now, **headers, Content_Type="multipart/alternative; boundary=B").partition(
        "\n\n"
    )
    plain = f"--B\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    return f"{head}\n\n{plain}--B\nContent-Type: text/html; charset=utf-8\n\n{html}\n--B--\n"


def later(context: Context, minutes: int = 4) -> None:
    """Let some minutes pass."""
    assert isinstance(context.clock, VirtualClock)
    context.clock.advance_to(context.clock.now() + timedelta(minutes=minutes))


async def _scene(context: Context, people: int) -> Scene:
    return await scene_of(context, people=people)


def fill_inbox(context: Context, people: int = 7) -> Scene:
    """One interested, one "not now", one bounce, one away, one unsure, one opt-out; the last hasn't answered."""
    scene = asyncio.run(_scene(context, people))
    named = [
        ("Yuki", "Tanabe", "Kestrel Pharma"),
        ("Ellery", "Vance", "Corvid"),
        ("Pawel", "Zawadka", "Baltyk"),
        ("Aoife", "Tierney", "Glasshouse"),
        ("Hanno", "Breit", "Alpen"),
        ("Beatrix", "Vondel", "Tulp"),
    ]
    with context.store.write() as unit:
        for number, (first, last, company) in enumerate(named, 1):
            unit.run(
                "UPDATE contacts SET first_name = :first, last_name = :last, company_name = :company,"
                " title = 'Quality Ops', phone = '+1 555 0100', zone = 'Europe/Amsterdam' WHERE email = :email",
                {"first": first, "last": last, "company": company, "email": f"u{number}@example.net"},
            )
    box, one = scene.room.mailbox.address, {cap.recipient: cap for cap in scene.post.captures}
    texts = [
        ("u1@example.net", YES),
        ("u2@example.net", "Not this quarter, please write again in October."),
        ("u5@example.net", "Who gave you my number?"),
        ("u6@example.net", "Please take me off this list."),
    ]
    for to, text in texts:
        later(context)
        scene.come(reply(one[to], box, text, context.clock.now()))
    scene.bounce(one["u3@example.net"], "5.1.1", f"550 5.1.1 no such user {MARKUP}")
    later(context)
    away = "I am out of the office until 20 March 2026."
    scene.come(
        reply(one["u4@example.net"], box, away, context.clock.now(), Subject="Automatic reply: Hello",
              Auto_Submitted="auto-replied")
    )  # fmt: skip
    return scene


class Inbox:
    """The page as a person sees it."""

    def __init__(self, window: MainWindow, bot: Any) -> None:
        self.window = window
        self.bot = bot
        bot.waitUntil(lambda: window.page is not None and window.page.body is not None)  # type: ignore[attr-defined]
        body = window.page.body  # type: ignore[union-attr]
        assert isinstance(body, InboxBody)
        self.body = body
        bot.waitUntil(lambda: body.faces.face == "content")

    def names(self) -> list[str]:
        """Who wrote the mails that are listed, in order."""
        return [row.who for row in self.body.list.mails.mails]

    def open(self, who: str) -> None:
        """Choose somebody's mail and wait until its thread is shown."""
        body = self.body
        self.bot.waitUntil(lambda: who in self.names())
        row = next(row for row in body.list.mails.mails if row.who == who)
        body.list.choose(row.key)
        self.bot.waitUntil(lambda: body.facts is not None and body.facts.key == row.key)

    @property
    def facts(self) -> ThreadFacts:
        """The mail that is shown."""
        assert self.body.facts is not None
        return self.body.facts

    def search(self, words: str) -> None:
        """Look for words."""
        self.body.words.setText(words)

    def text(self) -> str:
        """What the newest message of the thread says, as it is shown."""
        shown = self.body.thread_pane.view.cards[-1].text
        return "" if shown is None else shown.toPlainText()

    def wait_toast(self, words: str) -> None:
        """Until a toast says this."""
        self.bot.waitUntil(lambda: words in self.window.bench.notices.toast_text)

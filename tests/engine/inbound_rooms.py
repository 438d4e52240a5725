"""A room some of whose emails have left, and the mails that come in to them."""

from email.utils import format_datetime
from uuid import UUID

from opendoors_desktop.domain.enrollment import CompletionReason, EnrollmentStatus
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.inbound import Arrival, take_in
from opendoors_desktop.engine.inbound_effects import Scenes
from opendoors_desktop.mail.classify import classify_mail
from tests.builders import Room, TimedPost, email, make_room, run_for, run_now, standing_of
from tests.oracle import Capture

BOUNCE = """From: MAILER-DAEMON@mx.example.org
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <bounce{number}@mx.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B

The mail could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {words}

--B
Content-Type: text/rfc822-headers

Message-ID: <{about}>
To: {recipient}

--B--
"""


class Scene:
    """A room some of whose emails have left, and a mailbox mails come into."""

    def __init__(self, room: Room, post: TimedPost) -> None:
        self.room, self.post, self.context = room, post, room.context
        self.number = 0

    def enrollment_of(self, capture: Capture) -> UUID:
        """The enrollment an email was sent for."""
        with self.context.store.read() as unit:
            rows = unit.rows("SELECT enrollment_id, message_id FROM outgoing_emails")
        return next(
            UUID(bytes=row[0]) if isinstance(row[0], bytes) else row[0] for row in rows if capture.message_id in row[1]
        )

    def come(self, message: str) -> Bucket | None:
        """Have a mail come in."""
        self.number += 1
        data = message.encode()
        reading = classify_mail(data)
        assert reading is not None
        arrival = Arrival("INBOX", 1, self.number, self.context.clock.now(), data)
        with self.context.store.write() as unit:
            return take_in(unit, self.context, self.room.mailbox, (arrival, reading), Scenes(unit, self.context))

    def answer(self, capture: Capture, text: str = "Yes, let's talk on Friday.", **headers: str) -> Bucket | None:
        """Have the contact of an email answer it."""
        self.number += 1
        given = {
            "From": capture.recipient,
            "To": self.room.mailbox.address,
            "Subject": "Re: Hello",
            "Date": format_datetime(self.context.clock.now()),
            "Message-ID": f"<in{self.number}@example.org>",
            "In-Reply-To": f"<{capture.message_id}>",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.come("".join(f"{name}: {value}\n" for name, value in given.items() if value) + f"\n{text}\n")

    def bounce(self, capture: Capture, status: str, words: str, recipient: str = "") -> Bucket | None:
        """Have an email come back."""
        self.number += 1
        return self.come(
            BOUNCE.format(
                to=self.room.mailbox.address,
                recipient=recipient or capture.recipient,
                about=capture.message_id,
                number=self.number,
                status=status,
                words=words,
            )
        )

    def standing(self, capture: Capture) -> tuple[EnrollmentStatus, CompletionReason | None]:
        """How the enrollment of an email stands."""
        enrollment = standing_of(self.context, self.enrollment_of(capture)).enrollment
        return enrollment.status, enrollment.completion_reason

    def totals(self) -> dict[str, int]:
        """The sequence's totals that aren't 0."""
        names = ("sent", "delivered", "replied", "bounced", "unsubscribed")
        with self.context.store.read() as unit:
            row = unit.row(f"SELECT {', '.join(f'total_{name}' for name in names)} FROM sequences")
        assert row is not None
        return {name: number for name, number in zip(names, row, strict=True) if number}

    async def check(self, later: int = 0) -> None:
        """All figures are what a recount finds, and only `later` more emails leave in the next weeks."""
        assert check_store(self.context).is_sound
        before = len(self.post.captures)
        await run_for(self.context, self.post, days=21)
        assert len(self.post.captures) - before == later
        assert check_store(self.context).is_sound


async def scene_of(context: Context, people: int = 1, **more: object) -> Scene:
    """Everybody has the first of two emails."""
    room = make_room(context, [email(), email(3, None)], people=people, **more)  # type: ignore[arg-type]
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert len(post.captures) == people
    return Scene(room, post)


REPLIED = (EnrollmentStatus.STOPPED, CompletionReason.REPLIED)
RUNNING = (EnrollmentStatus.ACTIVE, None)

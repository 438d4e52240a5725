"""Mails that come in, invented after what mail systems are documented to write."""

from textwrap import dedent

OURS = "<5f0c.1@example.com>"
DATE = "Mon, 20 Jul 2026 09:30:00 +0200"
RETURNED = f"From: Ann <ann@example.com>\nTo: bob@example.net\nSubject: A plan\nMessage-ID: {OURS}\nDate: {DATE}\n"


def mail(text: str, *, content_type: str = "text/plain; charset=utf-8", **fields: str) -> bytes:
    """A mail to us; fields by name with _ for -, an empty value leaves a field of the beginning out."""
    head = {
        "Return-Path": "<bob@example.net>",
        "From": "Bob Ode <bob@example.net>",
        "To": "Ann <ann@example.com>",
        "Subject": "Re: A plan",
        "Date": DATE,
        "Message-ID": "<in.1@example.net>",
        "MIME-Version": "1.0",
        "Content-Type": content_type,
    }
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"{name}: {value}" for name, value in head.items() if value]
    return ("\n".join(lines) + "\n\n" + dedent(text).strip("\n") + "\n").encode()


def notice(text: str, subject: str = "Undelivered Mail Returned to Sender", **fields: str) -> bytes:
    """A notice of a mail system in plain words."""
    head = {
        "Return_Path": "<>",
        "From": "Mail Delivery System <MAILER-DAEMON@mx.example.net>",
        "Subject": subject,
    }
    return mail(text, **(head | fields))


def parts(*pieces: tuple[str, str], kind: str = 'multipart/report; report-type="delivery-status"') -> tuple[str, str]:
    """The Content-Type and body of a mail of several parts, each its type and text."""
    body = "".join(f"--=_b\nContent-Type: {media_type}\n\n{dedent(text).strip()}\n\n" for media_type, text in pieces)
    return f'{kind}; boundary="=_b"', f"{body}--=_b--"


def report(
    words: str,
    status: str,
    *,
    returned: str = RETURNED,
    subject: str = "Delivery Status Notification (Failure)",
    **fields: str,
) -> bytes:
    """A report on delivery by RFC 3464 with the message's head."""
    content_type, body = parts(
        ("text/plain; charset=utf-8", words),
        ("message/delivery-status", f"Reporting-MTA: dns; mx.example.net\n\n{dedent(status).strip()}"),
        ("text/rfc822-headers", returned),
    )
    return notice(body, subject, **({"content_type": content_type} | fields))

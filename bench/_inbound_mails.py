# ruff: noqa: E501  (mails are as long as they are)
"""Mails as a mailbox of sequences gets them: six in ten replies, two bounces, one automatic reply, one newsletter."""

import random
from collections.abc import Iterable, Iterator

SEED = 3
KINDS = ("reply", "bounce", "auto", "other")


def mails(sent: Iterable[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
    """The kind of each mail, one of KINDS, and its bytes; `sent` are Message-ID and recipient of the emails of ours they answer."""
    chance = random.Random(SEED)
    for number, (ours, person) in enumerate(sent):
        kind = chance.choices(KINDS, (6, 2, 1, 1))[0]
        lines = chance.randrange(5, 40)
        body = "".join(f"Line {line} of an ordinary answer, with nothing of note in it.\r\n" for line in range(lines))
        quoted = "".join(f"> Quoted line {line} of what was sent before\r\n" for line in range(20))
        head = (
            f"Date: Mon, 20 Jul 2026 08:00:{number % 60:02d} +0000\r\nMessage-ID: <in{number}@example.net>\r\n"
            f"MIME-Version: 1.0\r\nReceived: from mx ([192.0.2.1])\r\n\tby example.com with ESMTPS id x{number};"
            " Mon, 20 Jul 2026 08:00:00 +0000\r\nTo: ann@example.com\r\n"
        )
        yield kind, (head + _of(kind, number, f"<{ours}>", person, (body, quoted))).encode()


def _of(kind: str, number: int, ours: str, person: str, texts: tuple[str, str]) -> str:
    body, quoted = texts
    if kind == "reply":
        return (
            f"From: Bob {number} <{person}>\r\nSubject: Re: Plan {number}\r\nIn-Reply-To: {ours}\r\nReferences: {ours}\r\n"
            f'Content-Type: multipart/alternative; boundary="b{number}"\r\n\r\n--b{number}\r\n'
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n{quoted}\r\n--b{number}\r\n"
            f"Content-Type: text/html; charset=utf-8\r\n\r\n<p>{body}</p><blockquote>{quoted}</blockquote>\r\n--b{number}--\r\n"
        )
    if kind == "bounce":
        return (
            "From: MAILER-DAEMON@example.net\r\nSubject: Undelivered Mail\r\nAuto-Submitted: auto-replied\r\n"
            f'Content-Type: multipart/report; report-type=delivery-status; boundary="b{number}"\r\n\r\n--b{number}\r\n'
            f"Content-Type: text/plain\r\n\r\nNo such user.\r\n--b{number}\r\nContent-Type: message/delivery-status\r\n\r\n"
            f"Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; {person}\r\nAction: failed\r\n"
            f"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b{number}\r\n"
            f"Content-Type: message/rfc822\r\n\r\nFrom: ann@example.com\r\nTo: {person}\r\nMessage-ID: {ours}\r\n"
            f"Subject: Plan\r\n\r\n{body}\r\n--b{number}--\r\n"
        )
    if kind == "auto":
        return (
            f"From: Bob <{person}>\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: {ours}\r\n"
            f"Content-Type: text/plain\r\n\r\nI am away.\r\n{quoted}"
        )
    return f"From: News <n@example.org>\r\nSubject: News {number}\r\nList-Id: <n.example.org>\r\nContent-Type: text/plain\r\n\r\n{body}"

"""Rendering and building: our way from a contact's fields to the bytes that leave, beside Jinja2 and EmailMessage."""

import email.policy
import time
from collections.abc import Callable, Iterator
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any
from uuid import UUID

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bench.figure import Figure, figure
from opendoors_desktop.mail.frames import Built, MessageHeaders, RenderJob, TemplateSource
from opendoors_desktop.mail.maker import Maker

MESSAGES = 600
GOAL = 12.0
WHY = (
    "{{ company }} opened {{ count }} new places in {{ region }} this year, and whoever runs {{ team|lower }} there "
    "tells us that half of each morning goes into lists nobody reads. "
)
FILLER = (
    "What follows is the same for everybody who gets this step, plain sentences without any field in them at all. " * 12
)
SUBJECT = "{{ first_name|title }}: {{ count }} mornings back for {{ company }}"
TEXT = (
    "Dear {{ first_name|title }},\n\n" + WHY * 2 + "\n\n{% if met_on %}We met on {{ met_on|date }} and spoke about "
    "{{ theme|default('your year', true)|truncate(40) }}.{% else %}We have never met.{% endif %}\n\n"
    "{% for gain in gains %}  * {{ loop.index }}. {{ gain|upper if loop.first else gain }}\n{% endfor %}\n" + FILLER
    + "\n\nYours,\n{{ writer }}\n{{ address }}\n\nNo more of these: {{ stop_url }}\n"
)  # fmt: skip
HTML = (
    "<html><body><p>Dear {{ first_name|title }},</p><p>"
    + WHY * 2
    + "</p>{% if met_on %}<p>We met on {{ met_on|date }} "
    "and spoke about {{ theme|default('your year', true)|truncate(40) }}.</p>{% else %}<p>We have never met.</p>"
    "{% endif %}<ul>{% for gain in gains %}<li>{{ loop.index }}. {{ gain|upper if loop.first else gain }}</li>"
    "{% endfor %}</ul><p>" + FILLER + "</p><p>Yours,<br>{{ writer }}<br>{{ address }}</p>"
    '<p><a href="{{ stop_url }}">No more of these</a></p></body></html>'
)


def contacts(count: int) -> list[dict[str, Any]]:
    """Fields of made-up contacts; each tenth first name and each seventh company has letters beyond ASCII."""
    return [
        {
            "first_name": f"jo\u00ebl{n}" if n % 10 == 0 else f"maria{n}",
            "company": f"Sample & S\u00f8nner {n}" if n % 7 == 0 else f"Sample {n}",
            "team": "SALES",
            "region": "Porto",
            "count": n % 9 + 3,
            "met_on": date(2026, 1 + n % 12, 1 + n % 28).isoformat(),
            "theme": "how the autumn plan for the region came to be what it is",
            "gains": ["time in hand", "one list for all", "nothing forgotten"],
            "writer": "Kim Sender",
            "address": "Sample Ltd \u2014 7 Side St",
            "stop_url": f"https://example.com/s/{n:032x}",
        }
        for n in range(count)
    ]


def jobs(fields: list[dict[str, Any]]) -> list[RenderJob]:
    """One job a contact."""
    return [
        RenderJob(
            UUID(int=n),
            "bench",
            each,
            MessageHeaders(
                from_address="kim@example.com",
                from_name="Kim Sender",
                to_address=f"c{n}@example.net",
                to_name="",
                message_id=f"<{n}.bench@example.com>",
                date=1_750_000_000,
                reply_to="kim@example.com",
                list_unsubscribe_mailto=f"mailto:stop@example.com?subject={n:032x}",
                list_unsubscribe_url=f"https://example.com/s/{n:032x}",
                extra=(("X-Sample", f"n-{n}"),),
            ),
        )
        for n, each in enumerate(fields)
    ]


def plain_way() -> Callable[[RenderJob], bytes]:
    """Jinja2's sandbox and the standard library: three templates, EmailMessage, policy SMTP, as_bytes."""
    templates = []
    for text, is_html in ((SUBJECT, False), (TEXT, False), (HTML, True)):
        environment = ImmutableSandboxedEnvironment(autoescape=is_html, undefined=StrictUndefined)
        environment.filters["date"] = lambda day: date.fromisoformat(day).strftime("%d %b %Y")
        templates.append(environment.from_string(text))
    subject, text_part, html_part = templates

    def build(job: RenderJob) -> bytes:
        head, fields = job.headers, job.variables
        message = EmailMessage(policy=email.policy.SMTP)
        message["From"] = f"{head.from_name} <{head.from_address}>"
        message["Reply-To"] = head.reply_to
        message["To"] = head.to_address
        message["Subject"] = subject.render(fields)
        message["Date"] = formatdate(head.date)
        message["Message-ID"] = head.message_id
        message["List-Unsubscribe"] = f"<{head.list_unsubscribe_url}>, <{head.list_unsubscribe_mailto}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        for name, value in head.extra:
            message[name] = value
        message.set_content(text_part.render(fields))
        message.add_alternative(html_part.render(fields), subtype="html")
        return message.as_bytes()

    return build


def our_way() -> Callable[[RenderJob], bytes]:
    """What the render child does with a job."""
    maker = Maker()
    maker.define(TemplateSource("bench", SUBJECT, HTML, is_html=True, text=TEXT))

    def build(job: RenderJob) -> bytes:
        built = maker.make(job)
        assert isinstance(built, Built), built
        return built.message

    return build


def expect_alike(ours: bytes, theirs: bytes) -> None:
    """Fail when the two ways don't say the same."""
    one, other = (message_from_bytes(each, policy=email.policy.default) for each in (ours, theirs))
    for name in ("From", "Reply-To", "To", "Subject", "Message-ID"):
        if one[name] != other[name]:
            raise RuntimeError(f"{name}: {one[name]!r} is not {other[name]!r}")
    for kind in ("plain", "html"):
        texts = [each.get_body((kind,)).get_content().split() for each in (one, other)]  # type: ignore[union-attr]
        if texts[0] != texts[1]:
            raise RuntimeError(f"the {kind} parts differ")


def per_second(build: Callable[[RenderJob], bytes], given: list[RenderJob]) -> float:
    """Messages a second of processor time."""
    begun = time.process_time()
    for job in given:
        build(job)
    return len(given) / (time.process_time() - begun)


def figures(rounds: int) -> Iterator[Figure]:
    """Messages rendered and built a second of one processor, ours and the plain way in turn."""
    given = jobs(contacts(MESSAGES))
    ours, theirs = our_way(), plain_way()
    for job in given[:70]:
        expect_alike(ours(job), theirs(job))
    taken = [(per_second(ours, given), per_second(theirs, given)) for _ in range(rounds)]
    yield figure("render and build", taken, unit="msg/s", goal=GOAL)

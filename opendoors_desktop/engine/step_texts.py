"""What the texts of steps ask for: the fields each can't do without, and what is wrong with them."""

from collections.abc import Collection, Mapping
from uuid import UUID

from opendoors_desktop.domain.contact import CUSTOM, TEXT_FIELDS
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.domain.variants import AbTest, content_of
from opendoors_desktop.mail.frames import TemplateSource
from opendoors_desktop.mail.template import analyse_text, check_template, variables_of

SENDER_FIELDS = frozenset({"sender_name", "sender_email"})
"""What a text may say of the mailbox it leaves from; no contact can lack it."""

_NO_SCRIPTS: Mapping[UUID, frozenset[str]] = {}


def needed_fields(step: Step, scripts: Mapping[UUID, frozenset[str]] = _NO_SCRIPTS) -> frozenset[str]:
    """The contact's fields that the step's texts can't do without, by the names templates use.

    Of an A/B test all variants that may be sent count; `scripts` are the fields that call scripts need.
    """
    texts = [text for pair in email_texts(step) for text in pair] if step.type is StepType.EMAIL else task_texts(step)
    needed = frozenset().union(*(variables_of(text) for text in texts)) - SENDER_FIELDS
    return needed if step.call_script_id is None else needed | scripts.get(step.call_script_id, frozenset())


def used_fields(step: Step) -> frozenset[str]:
    """All fields the step's texts name, those with a default or a condition too."""
    texts = [text for pair in email_texts(step) for text in pair] if step.type is StepType.EMAIL else task_texts(step)
    return frozenset().union(*(analyse_text(text).used for text in texts)) - SENDER_FIELDS


def text_faults(step: Step) -> tuple[str, ...]:
    """What is wrong with the step's texts, one sentence a fault."""
    if step.type is StepType.EMAIL:
        sources = [TemplateSource("", subject, body, step.body_is_html) for subject, body in email_texts(step)]
    else:
        sources = [TemplateSource("", "", text, is_html=False) for text in task_texts(step)]
    faults = [
        f"{each.part}, line {each.line}: {each.message}." for source in sources for each in check_template(source)
    ]
    return tuple(dict.fromkeys(faults))


def unknown_fields(step: Step, custom: Collection[str]) -> frozenset[str]:
    """The names in the step's texts that are no field of contacts; `custom` are the workspace's own ones."""
    known = {"email", "tags", *TEXT_FIELDS, *(f"{CUSTOM}{name}" for name in custom)}
    return used_fields(step) - known


def email_texts(step: Step) -> list[tuple[str, str]]:
    """Subject and body of each version of an email that may be sent; just the step's own without a running test."""
    running = _running(step.ab_test) if step.ab_test_enabled and step.ab_test is not None else []
    contents = [content_of(step, variant_id) for variant_id in running or [None]]
    return [(content.subject or "", content.body or "") for content in contents]


def task_texts(step: Step) -> list[str]:
    """The texts of a task, call or LinkedIn step."""
    return [text for text in (step.task_title, step.task_description, step.linkedin_message) if text]


def _running(test: AbTest) -> list[str | None]:
    """The variants that somebody may still get: the winner alone, else those not paused that have a weight."""
    if test.find(test.winner_id) is not None:
        return [test.winner_id]
    return [variant.id for variant in test.variants if not variant.is_paused and variant.weight > 0]

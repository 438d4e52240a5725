"""Writes a sequence as the JSON document of `sequence_document`; what is as it is by default is left out."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.ab_test_json import ab_test_to_json
from opendoors_desktop.domain.condition_json import to_json
from opendoors_desktop.domain.document_reader import VERSION
from opendoors_desktop.domain.flow import MAIN, Flow, Lane
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.sequence_draft import TemplateDraft
from opendoors_desktop.domain.step import Branch, Step, StepType

_NO_ADDRESSES: Mapping[UUID, str] = {}


def to_document(
    sequence: Sequence,
    mailboxes: Mapping[UUID, str] = _NO_ADDRESSES,
    people: Mapping[UUID, str] = _NO_ADDRESSES,
    templates: Iterable[TemplateDraft] = (),
) -> dict[str, Any]:
    """The document of a sequence: settings, live steps in their lanes, and the templates given.

    `mailboxes` and `people` map ids to addresses; one without an address is left out. No contact, figure or history is
    part of it.
    """
    default = None if sequence.default_mailbox_id is None else mailboxes.get(sequence.default_mailbox_id)
    shares = [
        {"email_account": mailboxes[share.mailbox_id], "weight": share.weight}
        for share in sequence.shares
        if share.mailbox_id in mailboxes
    ]
    document = {"opendoors_sequence": VERSION, "name": sequence.name}
    document |= _without(
        {
            "description": sequence.description,
            "tags": list(sequence.tags) or None,
            "goal_type": None if sequence.goal_type is None else sequence.goal_type.value,
            "goal_target": sequence.goal_target,
            "goal_deadline": None if sequence.goal_deadline is None else sequence.goal_deadline.isoformat(),
        },
        None,
    )
    document |= _sending(sequence) | _rules(sequence)
    document |= _without({"default_email_account": default, "email_account_shares": shares or None}, None)
    document["steps"] = _lane(sequence.flow, MAIN, mailboxes, people)
    written = [
        _without(
            {"name": each.name, "subject": each.subject, "body": each.body, "body_is_html": each.body_is_html}, None
        )
        for each in templates
    ]
    return document | ({"templates": written} if written else {})


def _without(members: dict[str, Any], default: object) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not default}


def _sending(sequence: Sequence) -> dict[str, Any]:
    """When and how much it sends; written whole, so that no reader needs to know the defaults."""
    window = sequence.window
    written: dict[str, Any] = {
        "sending_timezone": sequence.zone,
        "use_contact_timezone": sequence.uses_contact_zone,
        "sending_days": list(window.days),
        "delays_in_working_days": sequence.delays_in_working_days,
        "max_emails_per_day": sequence.max_emails_per_day,
        "max_new_contacts_per_day": sequence.max_new_per_day,
        "throttle_delay_minutes": sequence.throttle // timedelta(minutes=1),
    }
    if window.start is not None and window.end is not None:
        written["sending_window_start"] = window.start.strftime("%H:%M")
        written["sending_window_end"] = window.end.strftime("%H:%M")
    if sequence.holidays:
        written["holidays"] = [day.isoformat() for day in sorted(sequence.holidays)]
    return written


def _rules(sequence: Sequence) -> dict[str, Any]:
    return {
        "stop_on_reply": sequence.stop_on_reply,
        "stop_on_company_reply": sequence.stop_company_on_reply,
        "stop_on_bounce": sequence.stop_on_bounce,
        "stop_on_unsubscribe": sequence.stop_on_unsubscribe,
        "allow_new_round": sequence.allows_new_round,
        "allow_parallel": sequence.allows_parallel,
    }


def _lane(flow: Flow, lane: Lane, mailboxes: Mapping[UUID, str], people: Mapping[UUID, str]) -> list[dict[str, Any]]:
    written = []
    for step in flow.lane(lane):
        document = _step(step, flow, mailboxes, people)
        if step.type is StepType.CONDITIONAL:
            document |= {branch.value: _lane(flow, (step.id, branch), mailboxes, people) for branch in Branch}
        written.append(document)
    return written


def _step(step: Step, flow: Flow, mailboxes: Mapping[UUID, str], people: Mapping[UUID, str]) -> dict[str, Any]:
    flags = {
        "body_is_html": step.body_is_html,
        "is_manual": step.is_manual,
        "ab_test_enabled": step.ab_test_enabled,
        "wait_until_true": step.wait_until_true,
        "finish_yes": step.finish_yes,
        "finish_no": step.finish_no,
    }
    delay = {"delay_days": step.delay.days, "delay_hours": step.delay.hours, "delay_minutes": step.delay.minutes}
    texts = {
        "subject_template": step.subject_template,
        "body_template": step.body_template,
        "email_account": None if step.mailbox_id is None else mailboxes.get(step.mailbox_id),
        "ab_test_variants": None if step.ab_test is None else ab_test_to_json(step.ab_test),
        "conditions": None if step.conditions is None else to_json(step.conditions, flow.number),
        "task_title": step.task_title,
        "task_description": step.task_description,
        "task_assignee": None if step.task_assignee_id is None else people.get(step.task_assignee_id),
        "task_due_days": step.task_due_days,
        "linkedin_action": None if step.linkedin_action is None else step.linkedin_action.value,
        "linkedin_message": step.linkedin_message,
    }
    written: dict[str, Any] = {"step_order": flow.number(step.id), "step_type": step.type.value}
    written |= {name: count for name, count in delay.items() if count}
    written |= _without(texts, None) | _without(flags, False)
    written |= _without({"waits_for_task": step.waits_for_task, "is_enabled": step.is_enabled}, True)
    return written

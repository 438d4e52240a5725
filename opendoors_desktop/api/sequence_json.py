"""Sequences and steps between the API's JSON and what commands take and give."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from opendoors_desktop.api.sequence_schemas import SequenceBody
from opendoors_desktop.api.step_schemas import StepBody
from opendoors_desktop.domain.ab_test_json import ab_test_to_json
from opendoors_desktop.domain.condition import Group, Junction
from opendoors_desktop.domain.condition_json import to_json
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.sequence import MailboxShare, possible_states
from opendoors_desktop.domain.step import Step
from opendoors_desktop.engine.commands.step_writing import StepWish
from opendoors_desktop.store.queries.sequence_search import FoundSequence
from opendoors_desktop.store.queries.step_totals import StepTotals

if TYPE_CHECKING:
    SettingsOf = Callable[[Any], Any]


def tag_of(record: Any) -> str:
    """The ETag of a sequence: what a PUT replaces is the same as long as it is."""
    return f'"{record.version}.{record.status}"'


def settings_change(body: SequenceBody, owner_id: UUID) -> "SettingsOf":
    """Makes settings whole by a request; what it leaves out has its default, whatever was there."""
    given = body.sending_days
    window = SendWindow(
        (given[0], given[1], given[2], given[3], given[4], given[5], given[6]),
        body.sending_window_start,
        body.sending_window_end,
    )

    def change(settings: Any) -> Any:
        return replace(
            settings,
            name=body.name,
            owner_id=body.owner_id or owner_id,
            description=body.description,
            folder_id=body.folder_id,
            tags=tuple(body.tags),
            zone=body.sending_timezone,
            uses_contact_zone=body.use_contact_timezone,
            window=window,
            delays_in_working_days=body.delays_in_working_days,
            holiday_country=body.holiday_country,
            holiday_subdivision=body.holiday_subdivision,
            days_off=frozenset(body.holidays),
            max_emails_per_day=body.max_emails_per_day,
            max_new_per_day=body.max_new_contacts_per_day,
            throttle=timedelta(minutes=body.throttle_delay_minutes),
            starts_at=body.starts_at,
            stop_on_reply=body.stop_on_reply,
            stop_company_on_reply=body.stop_on_company_reply,
            stop_on_bounce=body.stop_on_bounce,
            stop_on_unsubscribe=body.stop_on_unsubscribe,
            out_of_office_days=body.out_of_office_days,
            default_mailbox_id=body.default_email_account_id,
            shares=tuple(MailboxShare(each.email_account_id, each.weight) for each in body.email_account_shares),
            allows_new_round=body.allow_new_round,
            allows_parallel=body.allow_parallel,
            tracks_opens=body.track_opens,
            tracks_clicks=body.track_clicks,
            goal_type=body.goal_type,
            goal_name=body.goal_name,
            goal_target=body.goal_target,
            goal_deadline=body.goal_deadline,
        )

    return change


def line_json(found: FoundSequence) -> dict[str, Any]:
    """A sequence of a list."""
    return {
        "id": found.id,
        "name": found.name,
        "description": found.description,
        "status": found.status,
        "owner_id": found.owner_id,
        "folder_id": found.folder_id,
        "tags": found.tags,
        "goal_type": found.goal_type,
        "goal_target": found.goal_target,
        "goal_deadline": found.goal_deadline,
        "steps": found.steps,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        **totals_json(found.totals),
    }


def totals_json(totals: Mapping[str, int]) -> dict[str, int]:
    """The counts of a sequence by the names of their columns."""
    return {f"total_{name}": count for name, count in totals.items()}


def sequence_json(record: Any, totals: Mapping[str, int], counts: Mapping[UUID, StepTotals]) -> dict[str, Any]:
    """A sequence whole: the record that commands give, its figures, and those of its steps."""
    settings = record.settings
    return {
        "id": record.id,
        "name": settings.name,
        "description": settings.description,
        "status": record.status.value,
        "owner_id": settings.owner_id,
        "folder_id": settings.folder_id,
        "tags": settings.tags,
        "goal_type": settings.goal_type,
        "goal_name": settings.goal_name,
        "goal_target": settings.goal_target,
        "goal_deadline": settings.goal_deadline,
        **_sending(settings),
        **_rules(settings),
        "version": record.version,
        **{name: getattr(record, name) for name in _INSTANTS},
        "possible_statuses": possible_states(record.status),
        "steps": [step_json(step, record.flow, counts[step.id]) for step in record.flow.ordered],
        **totals_json(totals),
    }


_INSTANTS = ("created_at", "updated_at", "activated_at", "paused_at", "stopped_at", "archived_at")


def _sending(settings: Any) -> dict[str, Any]:
    window = settings.window
    return {
        "default_email_account_id": settings.default_mailbox_id,
        "email_account_shares": [
            {"email_account_id": share.mailbox_id, "weight": share.weight} for share in settings.shares
        ],
        "sending_timezone": settings.zone,
        "use_contact_timezone": settings.uses_contact_zone,
        "sending_window_start": None if window.start is None else window.start.strftime("%H:%M"),
        "sending_window_end": None if window.end is None else window.end.strftime("%H:%M"),
        "sending_days": window.days,
        "delays_in_working_days": settings.delays_in_working_days,
        "holiday_country": settings.holiday_country,
        "holiday_subdivision": settings.holiday_subdivision,
        "holidays": sorted(settings.days_off),
        "max_emails_per_day": settings.max_emails_per_day,
        "max_new_contacts_per_day": settings.max_new_per_day,
        "throttle_delay_minutes": settings.throttle // timedelta(minutes=1),
        "starts_at": settings.starts_at,
    }


def _rules(settings: Any) -> dict[str, Any]:
    return {
        "stop_on_reply": settings.stop_on_reply,
        "stop_on_company_reply": settings.stop_company_on_reply,
        "stop_on_bounce": settings.stop_on_bounce,
        "stop_on_unsubscribe": settings.stop_on_unsubscribe,
        "out_of_office_days": settings.out_of_office_days,
        "allow_new_round": settings.allows_new_round,
        "allow_parallel": settings.allows_parallel,
        "track_opens": settings.tracks_opens,
        "track_clicks": settings.tracks_clicks,
    }


def wish_of(body: StepBody) -> StepWish:
    """The step that a request wishes for."""
    given = {"step_type", "delay_days", "delay_hours", "delay_minutes", "conditions", "condition_operator"}
    given |= {"ab_test_variants", "email_account_id", "parent_step_id", "branch", "step_order"}
    values = {name: getattr(body, name) for name in StepBody.model_fields if name not in given}
    values["type"] = body.step_type
    values["delay"] = Delay(body.delay_days, body.delay_hours, body.delay_minutes)
    values["mailbox_id"] = body.email_account_id
    return StepWish(
        values,
        conditions=body.conditions,
        default_operator=body.condition_operator,
        ab_test=body.ab_test_variants,
        parent_id=body.parent_step_id,
        branch=body.branch,
        number=body.step_order,
        names_lane=bool({"parent_step_id", "branch"} & body.model_fields_set),
    )


def step_json(step: Step, flow: Flow, totals: StepTotals) -> dict[str, Any]:
    """A step in its place, with its figures."""
    conditions = step.conditions
    return {
        "id": step.id,
        "sequence_id": step.sequence_id,
        "step_order": flow.number(step.id),
        "step_type": step.type,
        "parent_step_id": step.parent_id,
        "branch": step.branch,
        "delay_days": step.delay.days,
        "delay_hours": step.delay.hours,
        "delay_minutes": step.delay.minutes,
        "email_account_id": step.mailbox_id,
        "ab_test_variants": None if step.ab_test is None else ab_test_to_json(step.ab_test),
        "conditions": None if conditions is None else to_json(conditions, flow.number),
        "condition_operator": conditions.operator if isinstance(conditions, Group) else Junction.AND,
        **{name: getattr(step, name) for name in _ALIKE},
        "times_executed": totals.executed,
        "success_rate": totals.success_rate,
        "created_at": totals.created_at,
        "updated_at": totals.updated_at,
    }


_ALIKE = (
    "subject_template", "body_template", "body_is_html", "is_manual", "ab_test_enabled", "wait_until_true",
    "finish_yes", "finish_no", "task_title", "task_description", "task_assignee_id", "task_due_days", "waits_for_task",
    "call_script_id", "linkedin_action", "linkedin_message", "is_enabled",
)  # fmt: skip
"""What a step's members and the API's have one name for."""

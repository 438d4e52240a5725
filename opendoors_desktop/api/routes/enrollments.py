"""Contacts in sequences: enrolled one by one or by the thousand, listed, paused, resumed, taken out."""

from collections.abc import Iterator
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response

from opendoors_desktop.api.answers import Answer, ok
from opendoors_desktop.api.auth import Reader, Writer
from opendoors_desktop.api.cursors import page, read_cursor
from opendoors_desktop.api.enrollment_schemas import (
    BulkEnrollBody,
    EnrollAnswer,
    EnrollBody,
    EnrollmentPage,
    EnrollmentQuery,
    GoalBody,
    ShownEnrollment,
)
from opendoors_desktop.api.fields import Key
from opendoors_desktop.api.problems import Problem
from opendoors_desktop.api.replay import Once, once
from opendoors_desktop.api.routing import Routes
from opendoors_desktop.api.sequence_schemas import Deleted
from opendoors_desktop.domain.enrollment import TRANSITIONS, EnrollmentSource, EnrollmentStatus
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.engine.commands import enrollments, goals
from opendoors_desktop.engine.commands.enrollments import Enrolled, EnrollOptions
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries.enrollments import EnrollmentRow, find_enrollment, page_enrollments

routes = Routes("enrollments")

SORT: Final = "made"
_BY_HAND: Final = (EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED)


@routes.do("/sequences/{sequence_id}/enroll", EnrollAnswer, "Enroll up to 100 contacts")
def enroll(caller: Writer, asked: Once, sequence_id: Key, body: EnrollBody) -> Response:
    """Enroll contacts into a sequence; each is answered for itself, and one that is in it already stays as it is."""
    return once(caller, asked, lambda: _enroll(caller.context, sequence_id, body))


@routes.do("/sequences/{sequence_id}/bulk-enroll", EnrollAnswer, "Enroll up to 100,000 contacts")
def bulk_enroll(caller: Writer, asked: Once, sequence_id: Key, body: BulkEnrollBody) -> Response:
    """As enroll, in commits of some hundred contacts: what was cut off is finished by sending the same again."""
    return once(caller, asked, lambda: _enroll(caller.context, sequence_id, body))


def _enroll(context: Context, sequence_id: UUID, body: EnrollBody | BulkEnrollBody) -> Answer:
    options = EnrollOptions(body.at_step, body.start, EnrollmentSource.API)
    answers: dict[UUID, dict[str, Any]] = {}
    for batch in enrollments.enroll_in_batches(context, sequence_id, body.contact_ids, options):
        answers |= {each.contact_id: _item(each) for each in batch}
    items = [answers[key] for key in body.contact_ids]
    enrolled = sum(each["status"] == "enrolled" for each in items)
    return Answer(200, {"enrolled": enrolled, "refused": len(items) - enrolled, "items": items})


def _item(answer: Enrolled) -> dict[str, Any]:
    return {
        "contact_id": answer.contact_id,
        "status": "enrolled" if answer.refusal is None else "refused",
        "enrollment_id": answer.enrollment_id,
        "next_step_scheduled_at": answer.next_step_scheduled_at,
        "error": answer.refusal,
    }


@routes.show("/enrollments", EnrollmentPage, "List enrollments, a page at a time")
def list_enrollments(caller: Reader, asked: Annotated[EnrollmentQuery, Query()]) -> Response:
    """Enrollments of the workspace, of one sequence or of one contact, in the order they were made."""
    after = read_cursor(asked.cursor, SORT, (UUID,))
    scope = caller.context.scope
    with caller.context.store.read() as unit:
        rows = page_enrollments(
            unit,
            (scope.customer_id, scope.workspace_id),
            sequence_id=asked.sequence_id,
            contact_id=asked.contact_id,
            statuses=[each.value for each in asked.status],
            held_only=asked.held,
            with_hidden=asked.hidden,
            after=after[0] if after else None,
            limit=asked.limit + 1,
        )
    return ok(page([_row(each) for each in rows], asked.limit, SORT, [(each.id,) for each in rows]))


@routes.show("/enrollments/{enrollment_id}", ShownEnrollment, "Show an enrollment")
def get_enrollment(caller: Reader, enrollment_id: Key) -> Response:
    """One contact in one sequence: where it stands, and what it waits for."""
    return _shown(caller.context, enrollment_id).response()


@routes.turn("/enrollments/{enrollment_id}/pause", ShownEnrollment, "Pause an enrollment")
def pause_enrollment(caller: Writer, enrollment_id: Key) -> Response:
    """Let nothing more of it be done until it is resumed; the remaining wait is kept."""
    return _change(caller.context, enrollment_id, EnrollmentStatus.PAUSED)


@routes.turn("/enrollments/{enrollment_id}/resume", ShownEnrollment, "Resume an enrollment")
def resume_enrollment(caller: Writer, enrollment_id: Key) -> Response:
    """Let a paused one go on where it was, later by the length of the pause."""
    return _change(caller.context, enrollment_id, EnrollmentStatus.ACTIVE)


def _change(context: Context, enrollment_id: UUID, wanted: EnrollmentStatus) -> Response:
    """Pause or resume; once it is so, asking again changes nothing."""
    before = _find(context, enrollment_id)
    if before.status != wanted:
        change = enrollments.pause_enrollment if wanted is EnrollmentStatus.PAUSED else enrollments.resume_enrollment
        try:
            change(context, enrollment_id)
        except NotPossible as error:
            possible = [each.value for each in TRANSITIONS[EnrollmentStatus(before.status)] if each in _BY_HAND]
            raise Problem(409, "bad_transition", error.title, error.advice, possible=possible) from error
    return _shown(context, enrollment_id).response()


@routes.remove("/enrollments/{enrollment_id}", "Take a contact out of a sequence", model=Deleted)
def delete_enrollment(caller: Writer, enrollment_id: Key) -> Response:
    """One that was never contacted is gone with its count; any other is stopped and hidden, and its figures stay."""
    return ok({"id": enrollment_id, "deleted": enrollments.remove_enrollment(caller.context, enrollment_id)})


@routes.do("/enrollments/{enrollment_id}/goal", ShownEnrollment, "Log that the goal was reached")
def log_goal(caller: Writer, asked: Once, enrollment_id: Key, body: GoalBody) -> Response:
    """Log a meeting, a sale or a goal of one's own, which completes the contact in that sequence."""

    def log() -> Answer:
        goals.log_goal(caller.context, enrollment_id, body.event)
        return _shown(caller.context, enrollment_id)

    return once(caller, asked, log)


def _find(context: Context, enrollment_id: UUID) -> EnrollmentRow:
    with context.store.read() as unit:
        row = find_enrollment(unit, (context.scope.customer_id, context.scope.workspace_id), enrollment_id)
    if row is None:
        raise Problem(404, "not_found", "There is no such enrollment.", "GET /api/enrollments lists them.")
    return row


def _shown(context: Context, enrollment_id: UUID) -> Answer:
    return Answer(200, _row(_find(context, enrollment_id)))


def _row(row: EnrollmentRow) -> dict[str, Any]:
    return dict(_members(row))


def _members(row: EnrollmentRow) -> Iterator[tuple[str, Any]]:
    named = {"step": "current_step", "emails_sent": "total_emails_sent"}
    for name in EnrollmentRow.__slots__:
        yield named.get(name, name), getattr(row, name)

"""An enrollment after one of its emails was accepted: the step done, its thread longer by one message."""

from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.enrollment import with_record, with_thread
from opendoors_desktop.domain.step import StepRecord, StepResult
from opendoors_desktop.domain.values import changed
from opendoors_desktop.engine.desk import Job
from opendoors_desktop.store.standings import Standing, Thread

LONGEST_THREAD = 20
"""How many message ids a thread's References keep: the first one and the latest (RFC 5322 asks for no more)."""


def sent(before: Standing, job: Job, at: datetime) -> Standing:
    """The enrollment after its email was accepted: the step done, the thread longer by one message."""
    assert job.decision is not None  # an email of a sequence
    return with_email_sent(
        before,
        StepRecord(job.decision.step.id, StepResult.SENT, at, job.variant_id),
        job.message_id,
        subject=job.subject if job.decision.starts_thread else None,
        mailbox_id=job.decision.mailbox_id,
    )


def with_email_sent(
    before: Standing, record: StepRecord, message_id: str, *, subject: str | None, mailbox_id: UUID
) -> Standing:
    """An enrollment with one more email sent; a `subject` says that it began a new thread."""
    enrollment = with_record(before.enrollment, record)
    if subject is not None:
        thread = Thread((message_id,), subject)
        enrollment = with_thread(enrollment, mailbox_id)
    else:
        ids = (*before.thread.references, message_id)
        kept = ids if len(ids) <= LONGEST_THREAD else (ids[0], *ids[1 - LONGEST_THREAD :])
        thread = Thread(kept, before.thread.subject)
    return changed(before, enrollment=enrollment, thread=thread, emails_sent=before.emails_sent + 1)

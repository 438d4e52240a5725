"""What happens in one unit: activities and the totals they move, gathered and written together at its end."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.store.types import json_text
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an activity is about: the enrollment, with contact and sequence, of a customer's workspace."""

    customer_id: UUID
    workspace_id: UUID
    contact_id: UUID | None
    enrollment_id: UUID | None = None
    sequence_id: UUID | None = None


SEQUENCE_TOTALS = (
    "enrolled", "sent", "delivered", "opened", "clicked", "replied", "bounced", "unsubscribed",
)  # fmt: skip
STEP_TOTALS = (
    "sent", "delivered", "opened", "clicked", "replied", "positive", "bounced", "unsubscribed",
)  # fmt: skip

_ACTIVITY = """
INSERT INTO email_activities (id, occurred_at, customer_id, workspace_id, kind, enrollment_id, sequence_id, step_id,
  contact_id, mailbox_id, outgoing_email_id, variant_id, user_id, detail)
VALUES (:id, :at, :customer_id, :workspace_id, :kind, :enrollment_id, :sequence_id, :step_id,
  :contact_id, :mailbox_id, :outgoing_email_id, :variant_id, :user_id, :detail)
"""
_STEP = """
UPDATE sequence_steps SET times_executed = times_executed + :executed, times_succeeded = times_succeeded + :succeeded,
  success_rate = CASE WHEN times_executed + :executed > 0
    THEN round(100.0 * (times_succeeded + :succeeded) / (times_executed + :executed), 2) END
WHERE id = :id
"""


class Ledger:
    """Gathers what happens in a unit; `write` puts it into the store, each total in one statement."""

    def __init__(self, new_id: Callable[[], UUID], user_id: UUID | None = None) -> None:
        """`user_id` is who did it; None for what the scheduler does by itself."""
        self._new_id = new_id
        self._user_id = user_id
        self._activities: list[dict[str, object]] = []
        self._steps: dict[UUID, list[int]] = {}
        self._sequences: dict[UUID, Counter[str]] = {}
        self._variants: dict[tuple[UUID, str, UUID], Counter[str]] = {}

    def happened(
        self,
        kind: ActivityKind,
        at: datetime,
        subject: Subject,
        *,
        step_id: UUID | None = None,
        mailbox_id: UUID | None = None,
        outgoing_id: UUID | None = None,
        variant_id: str | None = None,
        detail: Mapping[str, object] | None = None,
    ) -> None:
        """Note one activity at an instant (UTC)."""
        self._activities.append(
            {
                "id": self._new_id(),
                "at": at,
                "customer_id": subject.customer_id,
                "workspace_id": subject.workspace_id,
                "kind": kind.value,
                "enrollment_id": subject.enrollment_id,
                "sequence_id": subject.sequence_id,
                "step_id": step_id,
                "contact_id": subject.contact_id,
                "mailbox_id": mailbox_id,
                "outgoing_email_id": outgoing_id,
                "variant_id": variant_id,
                "user_id": self._user_id,
                "detail": None if detail is None else json_text(detail),
            }
        )

    def step(self, step_id: UUID, *, executed: int = 0, succeeded: int = 0) -> None:
        """Move a step's `times_executed` and what its `success_rate` is made of."""
        counts = self._steps.setdefault(step_id, [0, 0])
        counts[0] += executed
        counts[1] += succeeded

    def sequence(self, sequence_id: UUID, **contacts: int) -> None:
        """Move a sequence's totals, which count contacts; names as in SEQUENCE_TOTALS."""
        totals = self._sequences.setdefault(sequence_id, Counter())
        for name, number in contacts.items():
            totals[name] += number

    def variant(self, step_id: UUID, variant_id: str | None, sequence_id: UUID, **emails: int) -> None:
        """Move the totals of a step's variant (None: the step has no A/B test); names as in STEP_TOTALS."""
        totals = self._variants.setdefault((step_id, variant_id or "", sequence_id), Counter())
        for name, number in emails.items():
            totals[name] += number

    def write(self, unit: Unit) -> None:
        """Write all that was gathered, and begin anew.

        Totals are moved in the order of their keys, so that units beside each other never wait in a circle.
        """
        unit.run_set(_ACTIVITY, self._activities)
        for sequence_id, totals in sorted(self._sequences.items(), key=itemgetter(0)):
            changes = ", ".join(f"total_{name} = total_{name} + :{name}" for name in SEQUENCE_TOTALS if totals[name])
            if changes:
                unit.run(f"UPDATE sequences SET {changes} WHERE id = :id", {**totals, "id": sequence_id})
        unit.run_many(
            _STEP,
            [{"id": key, "executed": done, "succeeded": well} for key, (done, well) in sorted(self._steps.items())],
        )
        for (step_id, variant_id, sequence_id), totals in sorted(self._variants.items(), key=itemgetter(0)):
            self._write_variant(
                unit, {"step_id": step_id, "variant_id": variant_id, "sequence_id": sequence_id}, totals
            )
        if self._activities or self._sequences or self._steps:
            unit.changed(Topic.ACTIVITIES)
        self._activities = []
        self._steps, self._sequences, self._variants = {}, {}, {}

    @staticmethod
    def _write_variant(unit: Unit, key: Mapping[str, object], totals: Mapping[str, int]) -> None:
        names = [name for name in STEP_TOTALS if totals.get(name)]
        if not names:
            return
        unit.run(
            f"""INSERT INTO step_totals (step_id, variant_id, sequence_id, {", ".join(names)})
                VALUES (:step_id, :variant_id, :sequence_id, {", ".join(f":{name}" for name in names)})
                ON CONFLICT (step_id, variant_id) DO UPDATE SET
                {", ".join(f"{name} = step_totals.{name} + excluded.{name}" for name in names)}""",
            {**totals, **key},
        )

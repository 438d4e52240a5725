"""A sequence as a file brings it: settings and steps without the store's ids, mailboxes and people by address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.flow_edit import copy_steps
from opendoors_desktop.domain.sequence import MailboxShare, Sequence


@dataclass(frozen=True, slots=True)
class TemplateDraft:
    """A template that comes with a sequence."""

    name: str
    subject: str | None = None
    body: str | None = None
    body_is_html: bool = False


@dataclass(frozen=True, slots=True)
class SequenceDraft:
    """A sequence to be made: `sequence` has its settings and steps under ids of its own, and no mailbox or person.

    `mailbox`, `shares` (with weights), `step_mailboxes` and `step_assignees` (by the ids of the draft's steps) name
    mailboxes and people by address.
    """

    sequence: Sequence
    mailbox: str | None = None
    shares: tuple[tuple[str, int], ...] = ()
    step_mailboxes: Mapping[UUID, str] = field(default_factory=dict)
    step_assignees: Mapping[UUID, str] = field(default_factory=dict)
    templates: tuple[TemplateDraft, ...] = ()

    @property
    def addresses(self) -> frozenset[str]:
        """All addresses of mailboxes that the draft names."""
        named = {self.mailbox} if self.mailbox else set()
        return frozenset(named | {address for address, _ in self.shares} | set(self.step_mailboxes.values()))


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose sequence a draft becomes."""

    sequence_id: UUID
    workspace_id: UUID
    user_id: UUID


def adopt(
    draft: SequenceDraft,
    owner: Owner,
    make_id: Callable[[], UUID],
    mailboxes: Mapping[str, UUID],
    people: Mapping[str, UUID],
) -> Sequence:
    """The sequence a draft becomes, a draft itself; steps get new ids from `make_id`.

    `mailboxes` and `people` map addresses to ids; one they don't know is left out, as if the file hadn't named it.
    """
    named = Flow(
        tuple(
            replace(
                step,
                mailbox_id=mailboxes.get(draft.step_mailboxes.get(step.id, "")),
                task_assignee_id=people.get(draft.step_assignees.get(step.id, "")),
            )
            for step in draft.sequence.flow.steps
        )
    )
    shares = tuple(MailboxShare(mailboxes[address], weight) for address, weight in draft.shares if address in mailboxes)
    return replace(
        draft.sequence,
        id=owner.sequence_id,
        workspace_id=owner.workspace_id,
        owner_id=owner.user_id,
        flow=copy_steps(named, owner.sequence_id, make_id),
        default_mailbox_id=mailboxes.get(draft.mailbox or ""),
        shares=shares,
    )

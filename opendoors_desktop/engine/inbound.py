"""Takes in a mail: keeps it once, finds what it answers, and does in the same unit all that follows from it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.address import address_key
from opendoors_desktop.domain.inbound import AutoReplyKind, InboundKind, Reading
from opendoors_desktop.domain.matching import MatchGround, match, wanted_keys
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.reaction import Bucket, Reaction, react
from opendoors_desktop.domain.verdict import kind_of
from opendoors_desktop.engine.commands.outbox import settle_found_in
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.inbound_effects import Figures, Received, Scenes, carry_out
from opendoors_desktop.store import inbox
from opendoors_desktop.store.inbound import keep_effects
from opendoors_desktop.store.inbox import Sent
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.types import json_text
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail as it lies in a mailbox; `data` may be cut. `received_at` is the host's instant, UTC."""

    folder: str
    uid_validity: int
    uid: int
    received_at: datetime
    data: bytes
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Taken:
    """A mail with all that was found out about it; `ours` is the email of ours it belongs to."""

    key: UUID
    mailbox: Mailbox
    arrival: Arrival
    reading: Reading
    reaction: Reaction
    ours: Sent | None
    ground: MatchGround | None


def take_in(
    unit: Unit, context: Context, mailbox: Mailbox, mail: tuple[Arrival, Reading], scenes: Scenes
) -> Bucket | None:
    """Keep a mail and do what follows from it; the bucket it ended in.

    None where it is nobody's of ours, or was taken in before: read twice, it counts once.
    """
    arrival, reading = mail
    workspace_id = context.scope.workspace_id
    sent = inbox.find_sent(unit, workspace_id, wanted := wanted_keys(reading))
    found = match(reading, [each.email for each in sent], inbox.aliases_of(unit, workspace_id, wanted.addresses))
    if _is_our_own(reading, mailbox):
        return None
    ours = next((each for each in sent if found is not None and each.email is found.email), None)
    reaction = react(reading, found, arrival.received_at.date())
    if reaction is None:
        return None
    ground = None if found is None else found.ground
    taken = _Taken(context.new_id(), mailbox, arrival, reading, reaction, ours, ground)
    if ours is not None and ground is not None and not ground.is_probable:
        settle_found_in(unit, context, ours.email.outgoing_id, "a mail that answers or returns it")
    figures = Figures(unit, context)
    if ours is not None:
        figures.before(ours.sequence_id, ours.enrollment_id)
    if not inbox.add_inbound(unit, _values(context, taken), arrival.data, is_cut=arrival.is_cut):
        return None
    effects = carry_out(unit, context, _received(taken), scenes)
    figures.move()
    if effects:
        keep_effects(unit, taken.key, effects)
    return reaction.bucket


def _is_our_own(reading: Reading, mailbox: Mailbox) -> bool:
    """What the mailbox's owner wrote themselves, met in a folder that holds everything."""
    return address_key(reading.sender) == address_key(mailbox.address) and reading.kind is InboundKind.MESSAGE


def _received(taken: _Taken) -> Received:
    worst = taken.reading.recipients[0] if taken.reading.recipients else None
    return Received(
        key=taken.key,
        mailbox=taken.mailbox.address,
        received_at=taken.arrival.received_at,
        sender=taken.reading.sender,
        reaction=taken.reaction,
        meaning=_meaning(taken.reading),
        ours=taken.ours,
        status="" if worst is None else worst.status,
        diagnostic="" if worst is None else worst.diagnostic,
    )


def _meaning(reading: Reading) -> Meaning | None:
    """What a person means; a machine tells of an absence alone."""
    if reading.kind in (InboundKind.MESSAGE, InboundKind.UNSUBSCRIBE):
        known = Meaning.UNSURE if reading.kind is InboundKind.MESSAGE else Meaning.UNSUBSCRIBE
        return known if reading.subtype is None else Meaning(reading.subtype)
    is_away = reading.kind is InboundKind.AUTO_REPLY and reading.subtype == AutoReplyKind.OUT_OF_OFFICE
    return Meaning.OUT_OF_OFFICE if is_away else None


def _values(context: Context, taken: _Taken) -> dict[str, object]:
    """The columns of an inbound email."""
    arrival, reading, reaction, ours, ground = taken.arrival, taken.reading, taken.reaction, taken.ours, taken.ground
    worst = reading.recipients[0] if reading.recipients else None
    meaning = _meaning(reading)
    return {
        "id": taken.key,
        "customer_id": context.scope.customer_id,
        "workspace_id": context.scope.workspace_id,
        "mailbox_id": taken.mailbox.id,
        "fingerprint": hashlib.sha256(arrival.data).digest(),
        "folder": arrival.folder[:255],
        "uid_validity": arrival.uid_validity,
        "uid": arrival.uid,
        "message_id": reading.message_id or None,
        "in_reply_to": " ".join(reading.in_reply_to) or None,
        "message_references": " ".join(reading.references) or None,
        "from_address": reading.sender,
        "from_key": address_key(reading.sender) if reading.sender else "",
        "from_name": reading.sender_name,
        "subject": reading.subject,
        "sent_at": reading.date,
        "received_at": arrival.received_at,
        "bucket": reaction.bucket.value,
        "kind": kind_of(reaction.bucket, meaning, reading.subtype),
        "subtype": reading.subtype,
        "bounce_kind": None if reaction.bounce is None else reaction.bounce.value,
        "bounced_address": None if worst is None else worst.address[:320],
        "smtp_status": None if worst is None else worst.status[:20],
        "diagnostic": None if worst is None else worst.diagnostic,
        "matched_by": None if ground is None else ground.value,
        "is_probable": ground is not None and ground.is_probable,
        "contact_id": None if ours is None else ours.contact_id,
        "enrollment_id": None if ours is None else ours.enrollment_id,
        "sequence_id": None if ours is None else ours.sequence_id,
        "step_id": None if ours is None else ours.step_id,
        "outgoing_email_id": None if ours is None else ours.email.outgoing_id,
        "meaning": None if meaning is None else meaning.value,
        "meaning_on": None if meaning is None else reading.return_on,
        "evidence": json_text([[one.rule, one.text, one.at] for one in reading.evidence]),
        "visible_text": reading.visible_text,
        "return_on": reading.return_on,
        "needs_review": reaction.needs_review,
    }

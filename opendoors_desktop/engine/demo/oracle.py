"""Judges the tour by the mails that were received and the settings that held; knows nothing of how they were sent."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from opendoors_desktop.engine.demo.evidence import Came, Evidence, Kind, Refusal, Rules, Whereabouts, Which
from opendoors_desktop.engine.demo.findings import Fault, Seen, Wrong, clock, named, told
from opendoors_desktop.engine.demo.marks import which_of
from opendoors_desktop.engine.demo.pace_findings import caps, contact_days, spacing, windows


@dataclass(frozen=True, slots=True)
class Statement:
    """What was received, by email; how many needed another try; how many were refused for good; all that is wrong.

    `came` is what came back, each with where it led its sender.
    """

    received: dict[Which, int]
    journal: dict[Which, int]
    retried: int
    refused: int
    came: tuple[tuple[Came, str], ...]
    faults: tuple[Fault, ...]

    @property
    def sent(self) -> int:
        """How many mails were received."""
        return sum(self.received.values())

    def count(self, wrong: Wrong) -> int:
        """How often one thing is wrong."""
        return sum(fault.wrong is wrong for fault in self.faults)


def state(evidence: Evidence, rules: Rules) -> Statement:
    """Judge everything there is."""
    seen, unknown = _recognise(evidence, rules)
    faults = [
        *unknown,
        *_doubled(seen),
        *_lost(evidence),
        *(Fault(Wrong.NOBODY, named(which)) for which in rules.marks if all(each.which != which for each in seen)),
        *windows(seen, rules),
        *caps(seen, rules),
        *spacing(seen, evidence.refusals, rules),
        *contact_days(seen, rules),
        *_silences(seen, evidence.refusals, rules),
        *_edits(seen, rules),
        *_told_otherwise(seen, evidence),
        *_effects(evidence),
        *(Fault(Wrong.NOWHERE, f"{each.recipient} in {each.sequence}") for each in evidence.people if not each.state),
        *(Fault(Wrong.RECOUNT, each) for each in evidence.unequal),
    ]
    return Statement(
        received=dict(sorted(Counter(each.which for each in seen).items())),
        journal=dict(sorted(Counter(line.which for line in evidence.journal if line.state == "sent").items())),
        retried=sum(each.first_tried_at < each.letter.received_at for each in seen),
        refused=len({(each.recipient, each.at) for each in evidence.refusals if each.code >= 500}),
        came=tuple((came, _place_of(came, evidence).state) for came in evidence.came),
        faults=tuple(faults),
    )


def _recognise(evidence: Evidence, rules: Rules) -> tuple[list[Seen], list[Fault]]:
    """The mails with what they are, oldest first; those of no known step or mailbox are faults."""
    tries: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for refusal in evidence.refusals:
        tries[refusal.sender, refusal.recipient].append(refusal.at)
    seen: list[Seen] = []
    faults: list[Fault] = []
    for letter in sorted(evidence.letters, key=lambda each: each.received_at):
        which = which_of(letter.text, rules.marks)
        if which is None or letter.sender not in rules.boxes:
            faults.append(Fault(Wrong.UNKNOWN, f"{letter.message_id} to {letter.recipient}"))
            continue
        earlier = tries[letter.sender, letter.recipient]
        mine = [at for at in earlier if at <= letter.received_at]
        tries[letter.sender, letter.recipient] = [at for at in earlier if at > letter.received_at]
        seen.append(Seen(letter, which, min([letter.received_at, *mine])))
    return seen, faults


def _doubled(seen: Sequence[Seen]) -> Iterator[Fault]:
    """Every mail whose Message-ID, or whose step at its recipient, was there before."""
    known: set[Hashable] = set()
    for each in seen:
        own: set[Hashable] = {
            each.letter.message_id,
            (each.letter.recipient, each.which.sequence, each.which.step),
        }
        if known & own:
            yield Fault(Wrong.DOUBLED, told(each))
        known |= own


def _lost(evidence: Evidence) -> Iterator[Fault]:
    """Every email that the journal calls sent was received, and whatever was received is called sent."""
    received = {letter.message_id for letter in evidence.letters}
    called = {line.message_id for line in evidence.journal if line.state == "sent"}
    for line in evidence.journal:
        if line.state == "sent" and line.message_id not in received:
            yield Fault(Wrong.LOST, f"{named(line.which)} to {line.recipient} is called sent and never came")
    for letter in evidence.letters:
        if letter.message_id not in called:
            yield Fault(Wrong.LOST, f"{letter.message_id} came to {letter.recipient} and isn't called sent")


def _silences(seen: Sequence[Seen], refusals: Sequence[Refusal], rules: Rules) -> Iterator[Fault]:
    """Nobody is written to who isn't to be, nor tried again at an address that there isn't."""
    for silence in rules.silences:
        ends = silence.ends or datetime.max.replace(tzinfo=UTC)
        for each in seen:
            is_meant = each.letter.recipient == silence.recipient and silence.sequence in {"", each.which.sequence}
            if is_meant and silence.begins <= each.letter.received_at < ends:
                yield Fault(Wrong.SILENCE, told(each))
    gone = {
        each.recipient: each.at for each in sorted(refusals, key=lambda each: each.at, reverse=True) if each.code >= 500
    }
    tries = [(each.letter.recipient, each.letter.received_at) for each in seen]
    for recipient, at in [*tries, *((each.recipient, each.at) for each in refusals)]:
        if recipient in gone and at > gone[recipient]:
            yield Fault(Wrong.SILENCE, f"{recipient} at {clock(at)}, refused for good before")


def _edits(seen: Sequence[Seen], rules: Rules) -> Iterator[Fault]:
    for edit in rules.edits:
        for each in seen:
            is_meant = (each.which.sequence, each.which.step) == (edit.sequence, edit.step)
            if is_meant and (edit.sentence in each.letter.text) != (each.first_tried_at >= edit.at):
                yield Fault(Wrong.EDIT, told(each))


def _told_otherwise(seen: Sequence[Seen], evidence: Evidence) -> Iterator[Fault]:
    """Recipient, step and variant are what the journal says of that Message-ID."""
    lines = {line.message_id: line for line in evidence.journal}
    for each in seen:
        line = lines.get(each.letter.message_id)
        if line is not None and (line.recipient, line.which) != (each.letter.recipient, each.which):
            yield Fault(Wrong.JOURNAL, f"{told(each)}: the journal says {named(line.which)} to {line.recipient}")


LEADS_TO = {
    Kind.REPLY: {"replied"},
    Kind.COLLEAGUE: {"colleague_replied", "manual_stop", "goal_achieved"},
    Kind.GONE: {"bounced"},
    Kind.OPT_OUT: {"unsubscribed"},
}
"""Where a contact ends, or waits for a person, whose mail is of a kind; the others go on.

What a colleague's answer means the rep decides, whose next call may end it.
"""

STOPPED = frozenset({"replied", "colleague_replied", "bounced", "unsubscribed", "failed", "paused", ""})


def _place_of(came: Came, evidence: Evidence) -> Whereabouts:
    own = (came.recipient, came.sequence)
    found = (each for each in evidence.people if (each.recipient.lower(), each.sequence) == own)
    return next(found, Whereabouts(*own, ""))


def _effects(evidence: Evidence) -> Iterator[Fault]:
    """Who answered, opted out or is gone is stopped for that reason; who is away or can't take mails now goes on.

    A mail from somebody whose sequence was over when it came led to nothing.
    """
    for came in evidence.came:
        place = _place_of(came, evidence)
        if place.ended_at is not None and place.ended_at <= came.at:
            continue
        wanted = LEADS_TO.get(came.kind)
        if place.state in STOPPED if wanted is None else place.state not in wanted:
            yield Fault(Wrong.EFFECT, f"{came.recipient} {came.kind}: {place.state or 'nowhere'} in {came.sequence}")

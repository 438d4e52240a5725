"""The people of a sequence as rows of a table: every cell's words, made where the rows are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QObject

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.step import StepType
from opendoors_desktop.gui.formats import NOTHING, day, due, here, their_time
from opendoors_desktop.gui.jobs import Jobs, Reading
from opendoors_desktop.gui.models.contact_states import state_words
from opendoors_desktop.gui.models.listing import Column
from opendoors_desktop.gui.models.paged_table import PagedTable
from opendoors_desktop.gui.step_words import type_word
from opendoors_desktop.gui.widgets.text import one_line
from opendoors_desktop.store.queries.people_list import EVERYONE, PeopleList, climb_listed, count_listed, page_listed
from opendoors_desktop.store.queries.people_orders import PeopleOrder
from opendoors_desktop.store.queries.places import Climb, Place
from opendoors_desktop.store.queries.sequence_people import Person


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a sequence with the words of each cell; times are as of when the row was read."""

    person: Person
    name: str
    status: str
    step_number: str
    step_title: str
    step_type: StepType | None
    next_send: str
    their_time: str
    mailbox: str
    last_activity: str


def person_row(person: Person, reading: Reading) -> PersonRow:
    """The row of a person, to be made in the thread that reads: a zone is read from a file."""
    is_ahead = person.next_at is not None and person.next_at >= reading.now
    kind = StepType(person.step_type) if person.step_type in set(StepType) else None
    return PersonRow(
        person=person,
        name=one_line(person.name or person.email or _tr("Nameless contact"), 200),
        status=state_words(person.state),
        step_number=NOTHING if person.step is None else str(person.step),
        step_title=one_line(person.step_name or (type_word(kind) if kind is not None else ""), 200),
        step_type=kind,
        next_send=due(person.next_at, reading.now) if person.next_at is not None else NOTHING,
        their_time=their_time(person.next_at, ZoneInfo(person.zone)) if is_ahead and person.next_at else NOTHING,
        mailbox=person.mailbox or NOTHING,
        last_activity=_activity(person),
    )


def _activity(person: Person) -> str:
    if person.last_kind is None or person.last_at is None:
        return NOTHING
    known = person.last_kind in set(ActivityKind)
    what = ActivityKind(person.last_kind).sentence if known else person.last_kind
    on = day(here(person.last_at).date())
    if person.last_step is None:
        return _tr("{what}, {day}").format(what=what, day=on)
    return _tr("{what}, step {number}, {day}").format(what=what, number=person.last_step, day=on)


def sentence(row: PersonRow) -> str:
    """A person's row, as it is read out."""
    return _tr(
        "{name}, {company}, {status}, next step {number} {title}, {next}, {their}, from {mailbox}, last: {last}"
    ).format(
        name=row.name,
        company=row.person.company or NOTHING,
        status=row.status,
        number=row.step_number,
        title=row.step_title,
        next=row.next_send,
        their=row.their_time,
        mailbox=row.mailbox,
        last=row.last_activity,
    )


@dataclass(frozen=True, slots=True)
class PeopleListing:
    """The people of a sequence, as a paged table reads them."""

    sequence_id: UUID
    view: PeopleList = EVERYONE

    @property
    def is_gathered(self) -> bool:
        """Each page can be read by itself."""
        return False

    def count(self, reading: Reading) -> int | None:
        """How many there are; None where only going through them tells."""
        return count_listed(reading.unit, reading.scope.workspace_id, self.sequence_id, self.view.narrowed)

    def page(self, reading: Reading, place: Place, skip: int, limit: int) -> Sequence[PersonRow]:
        """Rows from behind a place."""
        people = page_listed(
            reading.unit,
            reading.scope.workspace_id,
            self.sequence_id,
            self.view,
            place=place,
            skip=skip,
            limit=limit,
        )
        return tuple(person_row(person, reading) for person in people)

    def climb(self, reading: Reading, place: Place) -> Climb:
        """Some further places."""
        return climb_listed(reading.unit, reading.scope.workspace_id, self.sequence_id, self.view, place=place, most=4)


def people_columns() -> tuple[Column[PersonRow], ...]:
    """The columns, in the person's language."""
    return (
        Column("check", "", 34, lambda _row: ""),
        Column("contact", _tr("Contact"), 240, lambda row: row.name, PeopleOrder.NAME, least=150),
        Column("status", _tr("Status"), 134, lambda row: row.status, least=118),
        Column("step", _tr("Next step"), 154, lambda row: f"{row.step_number} {row.step_title}", least=110),
        Column("next", _tr("Next send"), 140, lambda row: row.next_send, PeopleOrder.NEXT_STEP, least=128),
        Column("theirs", _tr("Their time"), 146, lambda row: row.their_time, least=92),
        Column("mailbox", _tr("Mailbox"), 112, lambda row: row.mailbox, least=80),
        Column("last", _tr("Last activity"), 196, lambda row: row.last_activity, least=120),
    )


def people_table_model(jobs: Jobs, parent: QObject) -> PagedTable[PersonRow]:
    """The model of a table of people."""
    return PagedTable(jobs, people_columns(), lambda row: row.person.enrollment_id, sentence, parent)


def _tr(text: str) -> str:
    return QCoreApplication.translate("People", text)

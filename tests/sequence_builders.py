"""Sequences for tests: every type of step with every option, and settings that differ from their defaults."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.mail_host import MailHost
from opendoors_desktop.domain.mailbox import MailboxLimits
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.sequence import GoalType, MailboxShare
from opendoors_desktop.domain.step import Branch, LinkedInAction, Step, StepType
from opendoors_desktop.domain.variants import AbTest, TestType, Variant, WinnerCriteria
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.mailboxes import Mailbox, add_mailbox
from opendoors_desktop.store.sequence_changes import add_sequence
from opendoors_desktop.store.sequence_settings import SequenceSettings
from opendoors_desktop.store.steps import save_steps
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW


def key(number: int) -> UUID:
    """A key that is the same in every run."""
    return UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + number)


def no_holidays(_country: str, _part: str) -> frozenset[date]:
    """A world without holidays."""
    return frozenset()


def no_variables(_step: Step) -> frozenset[str]:
    """Texts that need no field."""
    return frozenset()


def add_example_mailbox(store: Store, scope: Scope, number: int = 1, address: str | None = None) -> Mailbox:
    """A mailbox on example.com, in the store."""
    mailbox = Mailbox(
        id=key(9000 + number),
        customer_id=scope.customer_id,
        workspace_id=scope.workspace_id,
        user_id=scope.user_id,
        address=address or f"rep{number}@example.com",
        smtp=MailHost("smtp.example.com", 587),
        limits=MailboxLimits(key(9000 + number), ZoneInfo("Europe/Berlin")),
    )
    with store.write() as unit:
        add_mailbox(unit, mailbox, by=scope.user_id, now=NOW)
    return mailbox


def add_example_sequence(
    store: Store, scope: Scope, sequence_id: UUID, steps: Iterable[Step] = (), name: str = "Example"
) -> None:
    """A draft with steps, in the store."""
    with store.write() as unit:
        settings = SequenceSettings(name, scope.user_id)
        add_sequence(unit, sequence_id, (scope.customer_id, scope.workspace_id), settings, by=scope.user_id, now=NOW)
        save_steps(unit, sequence_id, tuple(steps), no_variables, NOW)


def add_example_contact(store: Store, scope: Scope, number: int = 1, fields: dict[str, str] | None = None) -> UUID:
    """A contact on example.org, in the store."""
    contact_id = key(7000 + number)
    values = {"id": contact_id, "workspace_id": scope.workspace_id, "email": f"ann{number}@example.org"} | (
        fields or {}
    )
    values["email_key"] = values["email"]
    with store.write() as unit:
        unit.run(
            f"INSERT INTO contacts ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})", values
        )
    return contact_id


def add_example_enrollment(
    store: Store,
    scope: Scope,
    sequence_id: UUID,
    contact_id: UUID,
    number: int = 1,
    **columns: object,
) -> UUID:
    """An active enrollment, in the store."""
    enrollment_id = key(8000 + number)
    values: dict[str, object] = {
        "id": enrollment_id,
        "customer_id": scope.customer_id,
        "workspace_id": scope.workspace_id,
        "sequence_id": sequence_id,
        "contact_id": contact_id,
        "enrolled_at": NOW,
        **columns,
    }
    with store.write() as unit:
        unit.run(
            f"INSERT INTO sequence_enrollments ({', '.join(values)})"
            f" VALUES ({', '.join(f':{name}' for name in values)})",
            values,
        )
    return enrollment_id


def email(number: int, sequence_id: UUID, **more: object) -> Step:
    """An email step whose key and order are its number."""
    options: dict[str, object] = {"subject_template": f"Subject {number}", "body_template": "Hello", **more}
    return Step(id=key(number), sequence_id=sequence_id, order=number, type=StepType.EMAIL, **options)  # type: ignore[arg-type]


CONDITION = Group(
    Junction.OR,
    (
        Comparison("email_opened", Operator.EQUALS, True, key(1)),
        Comparison("days_since_last_contact", Operator.GREATER_THAN, 7),
        Group(
            Junction.AND,
            (
                Comparison("contact.city", Operator.IN, ("Köln", "Pont-à-Mousson")),
                Comparison("contact.custom.score", Operator.AT_LEAST, 2.5),
                Comparison("contact.tags", Operator.NOT_CONTAINS, "customer"),
                Group(Junction.OR, (Comparison("contact.phone", Operator.IS_SET),)),
            ),
        ),
    ),
)


def every_step(sequence_id: UUID, mailbox_id: UUID, user_id: UUID) -> tuple[Step, ...]:
    """Steps of all types that between them use every option, lanes within lanes among them."""
    test = AbTest(
        (Variant("a", "One", None, 50), Variant("b", None, "Two", 30, is_paused=True), Variant("c", "", "", 0)),
        TestType.CONTENT,
        WinnerCriteria.POSITIVE_REPLY_RATE,
        winner_id="a",
        promote_winner=True,
    )

    def step(number: int, kind: StepType, parent: int | None = None, **more: object) -> Step:
        lane: dict[str, object] = {} if parent is None else {"parent_id": key(parent)}
        return Step(id=key(number), sequence_id=sequence_id, order=number, type=kind, **lane, **more)  # type: ignore[arg-type]

    return (
        step(
            1,
            StepType.EMAIL,
            subject_template="Héllo {{ first_name }}",
            body_template="<p>Line\r\n “two” 漢字</p>",
            body_is_html=True,
            mailbox_id=mailbox_id,
            ab_test_enabled=True,
            ab_test=test,
            variables=frozenset({"first_name", "custom.plan"}),
        ),
        step(2, StepType.EMAIL, delay=Delay(1, 2, 3), subject_template="", body_template="By hand", is_manual=True),
        step(
            3,
            StepType.TASK,
            delay=Delay(minutes=90),
            task_title="Send a card",
            task_description="With a stamp\nand a pen",
            task_assignee_id=user_id,
            task_due_days=0,
            waits_for_task=False,
        ),
        step(4, StepType.CONDITIONAL, conditions=CONDITION, wait_until_true=True, finish_yes=True, delay=Delay(days=3)),
        step(5, StepType.CALL, 4, branch=Branch.YES, task_title="Call", task_due_days=2, is_enabled=False),
        step(
            6,
            StepType.CONDITIONAL,
            4,
            branch=Branch.NO,
            finish_no=True,
            conditions=Group(Junction.AND, (Comparison("call_outcome", Operator.EQUALS, "no_answer", key(5)),)),
        ),
        step(
            7,
            StepType.LINKEDIN,
            6,
            branch=Branch.NO,
            linkedin_action=LinkedInAction.MESSAGE,
            linkedin_message="Hi {{ first_name }}",
        ),
        step(8, StepType.LINKEDIN, linkedin_action=LinkedInAction.VIEW_PROFILE),
        step(9, StepType.LINKEDIN, linkedin_action=LinkedInAction.CONNECT),
        step(10, StepType.DELAY, delay=Delay(hours=5)),
    )


def full_settings(user_id: UUID, mailbox_ids: Iterable[UUID], folder_id: UUID) -> SequenceSettings:
    """Settings of which none is the default."""
    first, second = mailbox_ids
    return SequenceSettings(
        name="Größe & “Co”",
        owner_id=user_id,
        description="What it is for\nin two lines",
        folder_id=folder_id,
        tags=("autumn", "été"),
        zone="America/New_York",
        uses_contact_zone=True,
        window=SendWindow((False, True, True, True, False, False, True), time(22, 30), time(6, 15)),
        delays_in_working_days=True,
        holiday_country="DE",
        holiday_subdivision="BY",
        days_off=frozenset({date(2026, 7, 3), date(2026, 12, 31)}),
        max_emails_per_day=0,
        max_new_per_day=12,
        throttle=timedelta(minutes=7),
        starts_at=datetime(2026, 10, 31, 7, 0, 0, 123456, tzinfo=UTC),
        stop_on_reply=False,
        stop_company_on_reply=True,
        stop_on_bounce=False,
        stop_on_unsubscribe=False,
        out_of_office_days=5,
        default_mailbox_id=first,
        shares=(MailboxShare(second, 3), MailboxShare(first, 1)),
        allows_new_round=True,
        allows_parallel=True,
        tracks_opens=True,
        tracks_clicks=True,
        goal_type=GoalType.MEETINGS,
        goal_name="Demo booked",
        goal_target=40,
        goal_deadline=date(2026, 12, 24),
    )

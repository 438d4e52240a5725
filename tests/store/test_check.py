"""Totals counted again: a store whose totals are right, and each way they may be wrong."""

from uuid import UUID

import pytest

from opendoors_desktop.domain.ids import IdSource
from opendoors_desktop.store.check import Difference, find_damage, find_misplaced, recount
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW


class Campaign:
    """Four contacts in a sequence with an email, a call, a condition and a wait, all totals as they should be.

    One replied and opted out, one opened and clicked, one bounced for ever, one's email failed.
    """

    def __init__(self, store: Store, scope: Scope, new_id: IdSource) -> None:
        self.store, self.scope, self.new_id = store, scope, new_id
        self.mailbox, self.sequence = new_id(), new_id()
        self.email, self.call, self.condition, self.wait = (new_id() for _ in range(4))
        self.enrollments = [new_id() for _ in range(4)]
        self.emails = [new_id() for _ in range(4)]
        self._base()
        for number in range(4):
            self._contact(number)
        self._events()

    def put(self, table: str, **values: object) -> None:
        """Insert a row; keys of customer and workspace are added where the table has them."""
        with_customer = {"sequences", "sequence_steps", "sequence_enrollments", "outgoing_emails", "tasks"}
        if table in with_customer | {"email_accounts", "inbound_emails", "email_activities"}:
            values["customer_id"] = self.scope.customer_id
        if table != "step_totals":
            values["workspace_id"] = self.scope.workspace_id
        with self.store.write() as unit:
            names = ", ".join(values)
            unit.run(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})", values)

    def change(self, table: str, key: UUID, **values: object) -> None:
        """Change columns of the row with that id (or, in step_totals, of that step)."""
        column = "step_id" if table == "step_totals" else "id"
        with self.store.write() as unit:
            sets = ", ".join(f"{name} = :{name}" for name in values)
            assert unit.run(f"UPDATE {table} SET {sets} WHERE {column} = :key", {**values, "key": key}) == 1

    def recount(self) -> list[Difference]:
        with self.store.read() as unit:
            return recount(unit, self.scope.workspace_id)

    def _base(self) -> None:
        self.put(
            "email_accounts",
            id=self.mailbox,
            user_id=self.scope.user_id,
            address="robin@example.com",
            address_key="robin@example.com",
            smtp_host="smtp.example.com",
            smtp_port=587,
        )
        self.put(
            "sequences",
            id=self.sequence,
            name="Spring",
            owner_id=self.scope.user_id,
            created_by=self.scope.user_id,
            total_enrolled=4,
            total_sent=3,
            total_delivered=2,
            total_opened=1,
            total_clicked=1,
            total_replied=1,
            total_bounced=1,
            total_unsubscribed=1,
        )
        kinds = [("email", 4, 50.0), ("call", 2, 50.0), ("conditional", 2, 50.0), ("delay", 1, 100.0)]
        for (kind, executed, rate), key in zip(kinds, (self.email, self.call, self.condition, self.wait), strict=True):
            self.put(
                "sequence_steps",
                id=key,
                sequence_id=self.sequence,
                step_order=1,
                step_type=kind,
                times_executed=executed,
                success_rate=rate,
            )
        self.put(
            "step_totals", step_id=self.email, variant_id="a", sequence_id=self.sequence, sent=3, delivered=2, bounced=1
        )

    def _contact(self, number: int) -> None:
        contact = self.new_id()
        self.put("contacts", id=contact, email=f"c{number}@example.com", email_key=f"c{number}@example.com")
        self.put(
            "sequence_enrollments",
            id=self.enrollments[number],
            sequence_id=self.sequence,
            contact_id=contact,
            total_emails_sent=int(number != 3),
            total_opens=2 * int(number == 1),
            total_clicks=int(number == 1),
            total_replies=int(number == 0),
            status=["unsubscribed", "active", "bounced", "stopped"][number],
        )
        self.put(
            "outgoing_emails",
            id=self.emails[number],
            kind="sequence",
            state="failed" if number == 3 else "sent",
            enrollment_id=self.enrollments[number],
            sequence_id=self.sequence,
            step_id=self.email,
            mailbox_id=self.mailbox,
            contact_id=contact,
            variant_id="a",
            to_address=f"c{number}@example.com",
            message_id=f"<{number}@example.com>",
            bounced_at=NOW if number == 2 else None,
            bounce_kind="hard" if number == 2 else None,
        )

    def _events(self) -> None:
        self.put(
            "inbound_emails",
            id=self.new_id(),
            mailbox_id=self.mailbox,
            fingerprint=b"1",
            bucket="reply",
            enrollment_id=self.enrollments[0],
        )
        self.put("links", outgoing_email_id=self.emails[1], number=1, target="https://example.com/")
        self.put("links", outgoing_email_id=self.emails[1], number=2, target="https://example.com/out", is_opt_out=True)
        hits = [("open", "human", None), ("open", "human", None), ("open", "machine", None), ("click", "human", 1)]
        for kind, hit_class, link in [*hits, ("click", "human", 2), ("click", "machine", 1)]:
            self.put(
                "hits",
                id=self.new_id(),
                outgoing_email_id=self.emails[1],
                kind=kind,
                hit_class=hit_class,
                link_number=link,
            )
        self.happened("unsubscribed", self.enrollments[0])
        with self.store.read() as unit:
            outcomes: dict[str, object] = dict(unit.rows("SELECT name, id FROM outcomes WHERE kind = 'call'"))
        for number, outcome in enumerate(["call_back", "no_answer"]):
            self.put(
                "tasks",
                id=self.new_id(),
                kind="call",
                state="done",
                step_id=self.call,
                sequence_id=self.sequence,
                enrollment_id=self.enrollments[number],
                outcome_id=outcomes[outcome],
            )
        for number, branch in enumerate(["yes", "no"]):
            self.happened(
                "lane_taken", self.enrollments[number], step=self.condition, detail=f'{{"branch":"{branch}"}}'
            )
        self.happened("delay_over", self.enrollments[0], step=self.wait)

    def happened(self, kind: str, enrollment: UUID, step: UUID | None = None, detail: str | None = None) -> None:
        """Add an activity."""
        self.put(
            "email_activities",
            id=self.new_id(),
            occurred_at=NOW,
            kind=kind,
            enrollment_id=enrollment,
            sequence_id=self.sequence,
            step_id=step,
            detail=detail,
        )


@pytest.fixture
def campaign(store: Store, scope: Scope, new_id: IdSource) -> Campaign:
    return Campaign(store, scope, new_id)


def test_T34_right_totals_differ_in_nothing(campaign: Campaign):
    assert campaign.recount() == []


def test_another_workspace_is_not_counted(campaign: Campaign):
    campaign.change("sequences", campaign.sequence, total_sent=99)
    with campaign.store.read() as unit:
        assert recount(unit, UUID(int=1)) == []


@pytest.mark.parametrize(
    "column, right",
    [
        ("total_enrolled", 4),
        ("total_sent", 3),
        ("total_delivered", 2),
        ("total_opened", 1),
        ("total_clicked", 1),
        ("total_replied", 1),
        ("total_bounced", 1),
        ("total_unsubscribed", 1),
    ],
)
def test_a_wrong_total_of_a_sequence_is_listed(campaign: Campaign, column: str, right: int):
    campaign.change("sequences", campaign.sequence, **{column: 17})
    assert campaign.recount() == [Difference("sequences", campaign.sequence, column, 17, right)]


@pytest.mark.parametrize(
    "column, right", [("total_emails_sent", 1), ("total_opens", 2), ("total_clicks", 1), ("total_replies", 0)]
)
def test_a_wrong_total_of_an_enrollment_is_listed(campaign: Campaign, column: str, right: int):
    campaign.change("sequence_enrollments", campaign.enrollments[1], **{column: 17})
    assert campaign.recount() == [Difference("sequence_enrollments", campaign.enrollments[1], column, 17, right)]


def test_a_total_that_was_never_set_is_none(campaign: Campaign):
    campaign.change("sequence_enrollments", campaign.enrollments[1], total_opens=None)
    campaign.change("sequences", campaign.sequence, total_opened=None)
    assert {(each.column, each.stored) for each in campaign.recount()} == {
        ("total_opens", None),
        ("total_opened", None),
    }


@pytest.mark.parametrize(
    "step, executed, rate", [("email", 4, 50), ("call", 2, 50), ("condition", 2, 50), ("wait", 1, 100)]
)
def test_a_wrong_figure_of_a_step_is_listed(campaign: Campaign, step: str, executed: int, rate: int):
    key = getattr(campaign, step)
    campaign.change("sequence_steps", key, times_executed=9, success_rate=12.5)
    assert campaign.recount() == [
        Difference("sequence_steps", key, "times_executed", 9, executed),
        Difference("sequence_steps", key, "success_rate", 12.5, rate),
    ]


def test_a_step_nobody_reached_has_no_rate(campaign: Campaign):
    key = campaign.new_id()
    campaign.put("sequence_steps", id=key, sequence_id=campaign.sequence, step_order=9, step_type="task")
    assert campaign.recount() == []
    campaign.change("sequence_steps", key, success_rate=0)
    assert campaign.recount() == [Difference("sequence_steps", key, "success_rate", 0, None)]


@pytest.mark.parametrize("column, right", [("sent", 3), ("delivered", 2), ("bounced", 1)])
def test_a_wrong_figure_of_a_variant_is_listed(campaign: Campaign, column: str, right: int):
    campaign.change("step_totals", campaign.email, **{column: 17})
    assert campaign.recount() == [Difference("step_totals", campaign.email, f"{column} of variant a", 17, right)]


def test_a_variant_without_any_email_should_count_nothing(campaign: Campaign):
    campaign.put("step_totals", step_id=campaign.call, variant_id="", sequence_id=campaign.sequence, sent=1)
    assert campaign.recount() == [Difference("step_totals", campaign.call, "sent", 1, 0)]


def test_an_opt_out_that_a_person_took_back_counts_no_more(campaign: Campaign):
    with campaign.store.write() as unit:
        unit.run(
            "UPDATE email_activities SET occurred_at = :at WHERE kind = 'unsubscribed'", {"at": NOW.replace(hour=8)}
        )
    campaign.happened("reopened", campaign.enrollments[0])
    assert campaign.recount() == [Difference("sequences", campaign.sequence, "total_unsubscribed", 1, 0)]


def test_soft_bounces_until_given_up_count_as_bounced(campaign: Campaign):
    enrollment = campaign.enrollments[1]
    campaign.change("sequence_enrollments", enrollment, completion_reason="bounced", status="bounced")
    assert campaign.recount() == []  # it ended by what bounced elsewhere
    campaign.change("outgoing_emails", campaign.emails[1], bounced_at=NOW, bounce_kind="soft")
    for number in range(2):
        campaign.put(
            "outgoing_emails",
            id=campaign.new_id(),
            kind="sequence",
            state="failed",
            enrollment_id=enrollment,
            sequence_id=campaign.sequence,
            mailbox_id=campaign.mailbox,
            to_address="c1@example.com",
            message_id=f"<soft{number}@example.com>",
            bounced_at=NOW,
            bounce_kind="soft",
        )
    assert campaign.recount() == [Difference("sequences", campaign.sequence, "total_bounced", 1, 2)]


def test_a_recipient_refused_at_a_later_step_counts_as_bounced(campaign: Campaign):
    campaign.put(
        "outgoing_emails",
        id=campaign.new_id(),
        kind="sequence",
        state="failed",
        enrollment_id=campaign.enrollments[1],
        sequence_id=campaign.sequence,
        mailbox_id=campaign.mailbox,
        to_address="c1@example.com",
        message_id="<refused@example.com>",
        bounced_at=NOW,
        bounce_kind="hard",
    )
    assert campaign.recount() == [Difference("sequences", campaign.sequence, "total_bounced", 1, 2)]


def test_an_enrollment_and_its_place_in_the_queue_belong_together(campaign: Campaign):
    waiting, other = campaign.enrollments[1], campaign.enrollments[3]

    def misplaced() -> list[UUID]:
        with campaign.store.read() as unit:
            return find_misplaced(unit, campaign.scope.workspace_id)

    def queue(enrollment: UUID) -> None:
        with campaign.store.write() as unit:
            unit.run(
                "INSERT INTO claim_queue (mailbox_id, sequence_id, lane, wake_at, enrollment_id)"
                " VALUES (:mailbox_id, :sequence_id, 1, :at, :enrollment_id)",
                {
                    "mailbox_id": campaign.mailbox,
                    "sequence_id": campaign.sequence,
                    "at": NOW,
                    "enrollment_id": enrollment,
                },
            )

    assert misplaced() == []
    campaign.change("sequence_enrollments", waiting, wake_mailbox_id=campaign.mailbox, wake_lane=1, wake_at=NOW)
    assert misplaced() == [waiting]
    queue(waiting)
    assert misplaced() == []
    queue(other)
    assert misplaced() == [other]


def test_a_tag_that_the_index_has_otherwise_is_found(campaign: Campaign):
    one, other, nobody = campaign.new_id(), campaign.new_id(), campaign.new_id()
    with campaign.store.write() as unit:
        for key, tags in ((one, ["Fair", "new"]), (other, [])):
            campaign_tags = {"tags": unit.listing(tags), "id": key, "workspace_id": campaign.scope.workspace_id}
            unit.run("INSERT INTO contacts (id, workspace_id, tags) VALUES (:id, :workspace_id, :tags)", campaign_tags)
    for key, tag in ((one, "new"), (other, "fair"), (nobody, "fair")):
        campaign.put("contact_tags", contact_id=key, tag=tag)
    assert sorted(campaign.recount(), key=str) == sorted(
        [
            Difference("contact_tags", one, "tag fair", 0, 1),
            Difference("contact_tags", other, "tag fair", 1, 0),
            Difference("contact_tags", nobody, "tag fair", 1, 0),
        ],
        key=str,
    )
    campaign.put("contact_tags", contact_id=one, tag="fair")
    with campaign.store.write() as unit:
        for key in (other, nobody):
            unit.run("DELETE FROM contact_tags WHERE contact_id = :id", {"id": key})
    assert campaign.recount() == []


def test_a_whole_file_has_no_damage(store: Store):
    with store.read() as unit:
        assert find_damage(unit) == []


def test_a_row_without_the_one_it_refers_to_is_named(sqlite_store: Store, new_id: IdSource):
    link = sqlite_store._writers.take()
    link.connection.execute("PRAGMA foreign_keys=OFF")
    link.connection.execute("INSERT INTO tags (workspace_id, name) VALUES (?, 'x')", (new_id(),))
    link.close()
    with sqlite_store.read() as unit:
        [words] = find_damage(unit)
    assert "tags" in words
    assert "workspaces" in words

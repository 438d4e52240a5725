"""What a person says of a mail: its meaning, whose it is, what of its effects is to stand; each with its way back."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.domain.effect import EffectKind
from opendoors_desktop.domain.enrollment import CompletionReason, EnrollmentStatus, HoldReason
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.engine.commands.effects import redo_effect, undo_effect
from opendoors_desktop.engine.commands.inbox_marks import mark_done, mark_open, mark_read, put_off, unmark
from opendoors_desktop.engine.commands.meanings import assign_mail, set_meaning, take_as_before
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import inbound
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.inbound import KeptMail
from opendoors_desktop.store.types import as_uuid
from tests.builders import activities, make_room, open_context, run_for, standing_of
from tests.builders import email as email_step
from tests.engine.inbound_rooms import REPLIED, RUNNING, Scene, scene_of
from tests.oracle import Capture

OPTED_OUT = (EnrollmentStatus.UNSUBSCRIBED, CompletionReason.UNSUBSCRIBED)
BOUNCED = (EnrollmentStatus.BOUNCED, CompletionReason.BOUNCED)


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


def mails(context: Context) -> list[UUID]:
    """The kept mails in the order they came."""
    with context.store.read() as unit:
        return [as_uuid(row[0]) for row in unit.rows("SELECT id FROM inbound_emails ORDER BY created_at, id")]


def kept(context: Context) -> KeptMail:
    """The one mail that is kept."""
    [key] = mails(context)
    with context.store.read() as unit:
        found = inbound.find_kept(unit, context.scope.workspace_id, key)
    assert found is not None
    return found


def later(context: Context, scene: Scene, hours: int = 1) -> None:
    scene.room.clock.advance_to(context.clock.now() + timedelta(hours=hours))


def figures(context: Context) -> dict[str, int]:
    """What is counted of the first step's replies."""
    with context.store.read() as unit:
        row = unit.row("SELECT sum(replied), sum(positive) FROM step_totals")
    assert row is not None
    return {"replied": int(row[0] or 0), "positive": int(row[1] or 0)}


def effect_of(context: Context, kind: EffectKind) -> tuple[UUID, EffectKind, UUID]:
    """The names of the one effect of that kind."""
    mail = kept(context)
    [effect] = [each for each in mail.effects if each.kind is kind]
    return mail.id, kind, effect.about


async def replied(context: Context, text: str = "Yes, let's talk on Friday.", **more: object) -> tuple[Scene, Capture]:
    """A room in which the first of its people has answered."""
    scene = await scene_of(context, **more)  # type: ignore[arg-type]
    first = scene.post.captures[0]
    assert scene.answer(first, text) is not None
    return scene, first


async def test_a_person_says_what_a_reply_means_and_the_figures_follow(context: Context):
    scene, first = await replied(context)
    assert (kept(context).verdict.meaning, figures(context)) == (Meaning.INTERESTED, {"replied": 1, "positive": 1})

    changed = set_meaning(context, kept(context).id, Meaning.NOT_INTERESTED)

    verdict = kept(context).verdict
    assert (verdict.meaning, verdict.set_by) == (Meaning.NOT_INTERESTED, context.scope.user_id)
    assert figures(context) == {"replied": 1, "positive": 0}
    assert scene.standing(first) == REPLIED
    assert (activities(context, "meaning_changed"), activities(context, "reopened")) == (1, 0)

    take_as_before(context, changed)

    assert (kept(context).verdict, kept(context).effects) == (changed.before, changed.effects_before)
    assert figures(context) == {"replied": 1, "positive": 1}
    await scene.check()


async def test_what_a_person_said_stands_when_the_mail_is_read_again(context: Context):
    scene = await scene_of(context)
    mail = f"From: x@example.org\nIn-Reply-To: <{scene.post.captures[0].message_id}>\nSubject: Re: Hello\n\nYes.\n"
    scene.come(mail)
    set_meaning(context, kept(context).id, Meaning.WRONG_PERSON)

    assert scene.come(mail) is None
    assert kept(context).verdict.meaning is Meaning.WRONG_PERSON


async def test_a_reply_misread_as_an_opt_out_gives_the_address_free_and_still_stops(context: Context):
    scene, first = await replied(context, "Please unsubscribe me from your list.", people=2)
    assert scene.standing(first) == OPTED_OUT
    assert scene.totals()["unsubscribed"] == 1
    later(context, scene)

    changed = set_meaning(context, kept(context).id, Meaning.QUESTION)

    assert scene.standing(first) == REPLIED
    assert standing_of(context, scene.enrollment_of(first)).suppression is None
    assert scene.totals() == {"sent": 2, "delivered": 2, "replied": 1}
    assert kept(context).verdict.bucket is Bucket.REPLY
    assert check_store(context).is_sound

    later(context, scene)
    take_as_before(context, changed)

    assert scene.standing(first) == OPTED_OUT
    assert scene.totals() == {"sent": 2, "delivered": 2, "unsubscribed": 1}
    await scene.check(later=1)


async def test_a_reply_that_is_said_to_be_an_opt_out_suppresses(context: Context):
    scene, first = await replied(context, "Take me off this, thanks, but nicely put")
    later(context, scene)
    set_meaning(context, kept(context).id, Meaning.UNSUBSCRIBE)

    assert scene.standing(first) == OPTED_OUT
    assert scene.totals() == {"sent": 1, "delivered": 1, "unsubscribed": 1}
    await scene.check()


async def test_an_absence_that_was_read_as_a_reply_goes_on_when_they_are_back(context: Context):
    scene, first = await replied(context, people=2)
    back = (context.clock.now() + timedelta(days=10)).date()

    changed = set_meaning(context, kept(context).id, Meaning.OUT_OF_OFFICE, on=back)

    assert scene.standing(first) == RUNNING
    waiting_until = standing_of(context, scene.enrollment_of(first)).enrollment.waiting_until
    assert waiting_until is not None
    assert waiting_until.date() > back
    assert "replied" not in scene.totals()
    assert figures(context) == {"replied": 0, "positive": 0}

    take_as_before(context, changed)
    assert scene.standing(first) == REPLIED
    take_again = set_meaning(context, kept(context).id, Meaning.OUT_OF_OFFICE, on=back)
    assert take_again.after.bucket is Bucket.AUTO_REPLY
    await scene.check(later=2)


async def test_T54_the_day_somebody_is_back_can_be_corrected(context: Context):
    scene = await scene_of(context)
    [first] = scene.post.captures
    named = (context.clock.now() + timedelta(days=14)).date()
    text = f"I am out of the office until {named:%d %B %Y}."
    scene.answer(first, text, Auto_Submitted="auto-replied", Subject="Out of office")
    sooner = named - timedelta(days=10)

    set_meaning(context, kept(context).id, Meaning.OUT_OF_OFFICE, on=sooner)

    waiting_until = standing_of(context, scene.enrollment_of(first)).enrollment.waiting_until
    assert waiting_until is not None
    assert sooner < waiting_until.date() <= sooner + timedelta(days=4)


async def test_where_replies_stop_nothing_unsure_holds_and_not_now_puts_off(context: Context):
    scene, first = await replied(context, "Hm. Well.", stop_on_reply=False)
    held = standing_of(context, scene.enrollment_of(first)).enrollment
    assert (held.status, held.hold) == (EnrollmentStatus.ACTIVE, HoldReason.UNSURE_REPLY)
    on = (context.clock.now() + timedelta(days=30)).date()

    changed = set_meaning(context, kept(context).id, Meaning.NOT_NOW, on=on)

    later_one = standing_of(context, scene.enrollment_of(first)).enrollment
    assert (later_one.hold, later_one.waiting_until and later_one.waiting_until.date()) == (None, on)
    take_as_before(context, changed)
    again = standing_of(context, scene.enrollment_of(first)).enrollment
    assert (again.hold, again.waiting_until) == (HoldReason.UNSURE_REPLY, None)
    assert check_store(context).is_sound


async def test_a_stop_is_undone_and_the_follow_up_leaves_though_the_reply_counts(context: Context):
    scene, first = await replied(context)
    names = effect_of(context, EffectKind.ENDED)

    undone = undo_effect(context, *names)

    assert undone.undone_at == context.clock.now()
    assert scene.standing(first) == RUNNING
    assert scene.totals()["replied"] == 1
    with pytest.raises(NotPossible) as caught:
        undo_effect(context, *names)
    assert caught.value.code == "undone"

    redo_effect(context, *names)
    assert scene.standing(first) == REPLIED
    undo_effect(context, *names)
    await scene.check(later=1)


async def test_another_reply_stops_who_went_on_in_spite_of_the_first(context: Context):
    scene, first = await replied(context)
    undo_effect(context, *effect_of(context, EffectKind.ENDED))
    scene.answer(first, "I said no.")
    assert scene.standing(first) == REPLIED
    await scene.check()


async def test_a_stop_is_not_undone_where_another_sequence_has_the_contact(context: Context):
    from opendoors_desktop.engine.commands.enrollments import enroll
    from tests.builders import add_sequence

    scene, first = await replied(context)
    contact_id = standing_of(context, scene.enrollment_of(first)).enrollment.contact_id
    enroll(context, add_sequence(context, scene.room.mailbox, name="Other"), [contact_id])
    with pytest.raises(NotPossible) as caught:
        undo_effect(context, *effect_of(context, EffectKind.ENDED))
    assert caught.value.code == "elsewhere"


async def test_a_company_that_stopped_goes_on_one_by_one(context: Context):
    from tests.builders import add_contacts, enroll_all, run_now

    room = make_room(context, [email_step(), email_step(3, None)], people=0, stop_company_on_reply=True)
    company_id = context.new_id()
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO companies (id, workspace_id, domain, name) VALUES (:id, :ws, 'firm.example', 'Firm')",
            {"id": company_id, "ws": context.scope.workspace_id},
        )
    people = add_contacts(context, 2, domain="firm.example", company_id=company_id)
    enroll_all(context, room.sequence_id, people)
    from tests.builders import TimedPost

    post = TimedPost(room.clock)
    await run_now(context, post)
    scene = Scene(room, post)
    first, second = post.captures
    scene.answer(first)
    assert scene.standing(second) == (EnrollmentStatus.STOPPED, CompletionReason.COMPANY_REPLIED)

    undo_effect(context, kept(context).id, EffectKind.ENDED, scene.enrollment_of(second))

    assert (scene.standing(first), scene.standing(second)) == (REPLIED, RUNNING)
    await scene.check(later=1)


async def test_a_hard_bounces_suppression_is_lifted_and_whom_it_ended_goes_on(context: Context):
    scene = await scene_of(context)
    [first] = scene.post.captures
    scene.bounce(first, "5.1.1", "550 5.1.1 No such user here")
    with pytest.raises(NotPossible) as caught:
        undo_effect(context, *effect_of(context, EffectKind.ENDED))
    assert caught.value.code == "suppressed"
    with pytest.raises(NotPossible) as caught:
        undo_effect(context, *effect_of(context, EffectKind.BOUNCED))
    assert caught.value.code == "fact"

    undo_effect(context, *effect_of(context, EffectKind.SUPPRESSED))

    assert scene.standing(first) == RUNNING
    assert standing_of(context, scene.enrollment_of(first)).suppression is None
    redo_effect(context, *effect_of(context, EffectKind.SUPPRESSED))
    assert scene.standing(first) == BOUNCED
    undo_effect(context, *effect_of(context, EffectKind.SUPPRESSED))
    await scene.check(later=1)


async def test_a_soft_bounce_counts_no_more_and_a_postponement_is_over(context: Context):
    scene = await scene_of(context, people=2)
    first, second = scene.post.captures
    scene.bounce(first, "4.2.2", "452 4.2.2 Mailbox full")
    undo_effect(context, *effect_of(context, EffectKind.BOUNCED))
    with context.store.read() as unit:
        assert unit.rows("SELECT count(*) FROM outgoing_emails WHERE bounced_at IS NOT NULL") == [(0,)]
    redo_effect(context, *effect_of(context, EffectKind.BOUNCED))

    scene.answer(second, "I am away.", Auto_Submitted="auto-replied", Subject="Out of office: I am on vacation")
    away = mails(context)[-1]
    enrollment_id = scene.enrollment_of(second)
    until = standing_of(context, enrollment_id).enrollment.waiting_until
    assert until is not None
    undo_effect(context, away, EffectKind.POSTPONED, enrollment_id)
    assert standing_of(context, enrollment_id).enrollment.waiting_until is None
    redo_effect(context, away, EffectKind.POSTPONED, enrollment_id)
    assert standing_of(context, enrollment_id).enrollment.waiting_until == until
    await run_for(context, scene.post, days=21)
    assert check_store(context).is_sound


async def test_what_they_asked_for_themselves_is_not_undone_as_an_effect(context: Context):
    await replied(context, "Please unsubscribe me.")
    for kind in (EffectKind.SUPPRESSED, EffectKind.ENDED):
        with pytest.raises(NotPossible) as caught:
            undo_effect(context, *effect_of(context, kind))
        assert caught.value.code == "by_meaning"


async def test_fault_32_a_bounce_of_nobodys_is_assigned_by_hand_and_then_counts(context: Context):
    scene = await scene_of(context, people=2)
    first, second = scene.post.captures
    scene.bounce(Capture("never-ours@example.com", first.recipient, first.at), "5.1.1", "550 5.1.1 No such user")
    assert kept(context).verdict.bucket is Bucket.UNMATCHED
    contact_id = standing_of(context, scene.enrollment_of(first)).enrollment.contact_id

    assigned = assign_mail(context, kept(context).id, contact_id)

    assert scene.standing(first) == BOUNCED
    assert kept(context).verdict.bucket is Bucket.BOUNCE
    assert scene.totals() == {"sent": 2, "delivered": 1, "bounced": 1}
    take_as_before(context, assigned)
    assert (scene.standing(first), scene.standing(second)) == (RUNNING, RUNNING)
    assert kept(context).verdict == assigned.before
    assert scene.totals() == {"sent": 2, "delivered": 2}
    await scene.check(later=2)


async def test_a_reply_of_somebody_else_is_moved_to_whom_it_belongs(context: Context):
    scene, first = await replied(context, people=2)
    second = scene.post.captures[1]
    contact_id = standing_of(context, scene.enrollment_of(second)).enrollment.contact_id

    assigned = assign_mail(context, kept(context).id, contact_id, scene.enrollment_of(second))

    assert (scene.standing(first), scene.standing(second)) == (RUNNING, REPLIED)
    assert scene.totals()["replied"] == 1
    assert check_store(context).is_sound
    take_as_before(context, assigned)
    assert (scene.standing(first), scene.standing(second)) == (REPLIED, RUNNING)
    await scene.check(later=1)


async def test_who_was_sent_nothing_gets_no_mail_assigned_and_what_is_gone_is_not_found(context: Context):
    await replied(context)
    with pytest.raises(NotPossible) as caught:
        assign_mail(context, kept(context).id, context.new_id())
    assert caught.value.code == "nothing_sent"
    with pytest.raises(NotFound):
        set_meaning(context, context.new_id(), Meaning.QUESTION)


async def test_a_bounce_has_no_meaning_to_set(context: Context):
    scene = await scene_of(context)
    scene.bounce(scene.post.captures[0], "5.1.1", "550 5.1.1 No such user here")
    with pytest.raises(NotPossible) as caught:
        set_meaning(context, kept(context).id, Meaning.INTERESTED)
    assert caught.value.code == "no_meaning"


async def test_an_undo_behind_a_later_change_is_refused(context: Context):
    await replied(context)
    first = set_meaning(context, kept(context).id, Meaning.QUESTION)
    set_meaning(context, kept(context).id, Meaning.NOT_INTERESTED)
    with pytest.raises(NotPossible) as caught:
        take_as_before(context, first)
    assert caught.value.code == "changed_since"


async def test_an_effect_that_was_undone_stays_so_when_the_meaning_is_set_back(context: Context):
    scene, first = await replied(context)
    undo_effect(context, *effect_of(context, EffectKind.ENDED))
    changed = set_meaning(context, kept(context).id, Meaning.UNSUBSCRIBE)
    assert scene.standing(first) == OPTED_OUT
    take_as_before(context, changed)
    assert scene.standing(first) == RUNNING
    await scene.check(later=1)


async def test_marks_are_set_and_each_gets_back_what_it_had(context: Context):
    await replied(context)
    key = kept(context).id
    done = mark_done(context, [key])
    assert (list(done.before), mark_done(context, [key]).before) == ([key], {})
    unmark(context, done)
    assert list(mark_open(context, [key]).before) == []
    assert list(mark_read(context, [key]).before) == [key]
    until = context.clock.now() + timedelta(days=2)
    first = put_off(context, [key], until)
    second = put_off(context, [key], until + timedelta(days=1))
    assert (first.before[key], second.before[key]) == (None, until)
    unmark(context, second)
    with context.store.read() as unit:
        row = unit.row("SELECT read_at, done_at, snoozed_until FROM inbound_emails")
    assert row is not None
    assert [value is None for value in row] == [False, True, False]

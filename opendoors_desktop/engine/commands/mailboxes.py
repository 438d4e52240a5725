"""Mailboxes as a person handles them: added with their secret, changed, paused, resumed, removed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrolling import fixed_mailbox
from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.domain.errors import InputError, NotPossible
from opendoors_desktop.domain.mail_host import AuthMethod, MailHost
from opendoors_desktop.domain.mailbox import MailboxLimits, MailboxStatus, Ramp
from opendoors_desktop.domain.mailbox_presets import host_keeps_sent_copies
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.mail_hosts import no_secret
from opendoors_desktop.engine.mailbox_limits import check_mailbox
from opendoors_desktop.engine.stepping import Scene, each_standing, replan, save
from opendoors_desktop.store import enrollments, inbox, mailbox_use, mailboxes, step_traces, workspaces
from opendoors_desktop.store.mailboxes import Mailbox, find_mailbox, get_mailbox, no_such_mailbox, secret_name
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit

BY_PERSON = "person"
"""The reason of a pause that a person made."""


@dataclass(frozen=True, slots=True)
class NewMailbox:
    """What a mailbox is made from; an empty `username` of a host is filled with the address.

    `secret` is its password, "" where the host asks for none, or the text of the grant of a sign-in at the host
    `oauth_provider`, whose `token` signs in now; it goes to the keyring alone.
    """

    address: str
    smtp: MailHost
    secret: str = field(default="", repr=False)
    imap: MailHost | None = None
    auth: AuthMethod | None = None
    oauth_provider: str | None = None
    token: str = field(default="", repr=False)
    from_name: str = ""
    reply_to: str | None = None
    provider: str | None = None
    keeps_sent_copies: bool | None = None
    connections: int = 2
    daily_cap: int | None = None
    hourly_cap: int | None = None
    gap: timedelta = timedelta()
    company_cap: int | None = None
    ramp: Ramp | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of the people whose emails left from a removed mailbox: those given another one, and those whose
    thread runs from it, whose emails wait until they are stopped.
    """

    moved: int = 0
    left: int = 0


def list_mailboxes(context: Context) -> list[Mailbox]:
    """The mailboxes of the workspace by address."""
    with context.store.read() as unit:
        return mailboxes.list_mailboxes(unit, context.scope.workspace_id)


def show_mailbox(context: Context, address_or_id: str) -> Mailbox:
    """The mailbox of that address or id; raises NotFound."""
    with context.store.read() as unit:
        found = find_mailbox(unit, context.scope.workspace_id, address_or_id)
    if found is None:
        raise no_such_mailbox(address_or_id)
    return found


def add_mailbox(context: Context, new: NewMailbox) -> UUID:
    """Add a mailbox, its secret to the keyring; raises InputError with everything wrong, or SecretError.

    The secret goes first: a mailbox without one would fail at once, a secret without a mailbox is taken out again.
    """
    mailbox_id = context.new_id()
    mailbox = draft_mailbox(context, mailbox_id, new)
    if mailbox.auth is not AuthMethod.NONE:
        context.secrets.set(mailbox.secret_name, new.secret)
    try:
        with context.store.write() as unit:
            mailboxes.add_mailbox(unit, mailbox, by=context.scope.user_id, now=context.clock.now())
            note(context, unit, "mailbox_added", "mailbox", mailbox_id, address=mailbox.address)
            unit.changed(Topic.MAILBOXES)
    except BaseException:
        if mailbox.auth is not AuthMethod.NONE:
            context.secrets.delete(mailbox.secret_name)
        raise
    return mailbox_id


def change_mailbox(context: Context, mailbox_id: UUID, change: Callable[[Mailbox], Mailbox]) -> Mailbox:
    """Save changed settings of a mailbox (limits, hosts, names); raises NotFound, InputError with everything wrong."""
    with context.store.write() as unit:
        before = get_in_use(unit, context, mailbox_id)
        after = _with_usernames(change(before))
        check_mailbox(after)
        if after == before:
            return before
        mailboxes.update_mailbox(unit, after, by=context.scope.user_id, now=context.clock.now())
        note(context, unit, "mailbox_changed", "mailbox", mailbox_id, address=after.address)
        unit.changed(Topic.MAILBOXES)
        return get_mailbox(unit, context.scope.workspace_id, mailbox_id)


def change_secret(context: Context, mailbox_id: UUID, secret: str, oauth_provider: str | None = None) -> None:
    """Put another password into the keyring and let a mailbox go on that failed, or couldn't be read, for the old one.

    With `oauth_provider` the secret is the text of a grant, and the mailbox signs in by it from now on.
    """
    with context.store.read() as unit:
        mailbox = get_in_use(unit, context, mailbox_id)
    if not secret:
        raise InputError("The password is empty.", "Enter it, or set the mailbox to sign in without one.")
    context.secrets.set(mailbox.secret_name, secret)
    context.tokens.forget(mailbox.secret_name)
    auth = AuthMethod.PASSWORD if oauth_provider is None else AuthMethod.OAUTH
    with context.store.write() as unit:
        named = _with_usernames(replace(mailbox, auth=auth, oauth_provider=oauth_provider))
        mailboxes.update_mailbox(unit, named, by=context.scope.user_id, now=context.clock.now())
        if mailbox.status is MailboxStatus.FAILED:
            _set(context, unit, mailbox, MailboxStatus.ACTIVE, None)
        inbox.forget_fault(unit, mailbox_id)
        note(context, unit, "mailbox_secret_changed", "mailbox", mailbox_id, address=mailbox.address)
        unit.changed(Topic.MAILBOXES)


def pause_mailbox(context: Context, mailbox_id: UUID) -> None:
    """Let nothing leave from a mailbox until it is resumed; its emails wait. Raises NotFound, NotPossible."""
    with context.store.write() as unit:
        mailbox = get_in_use(unit, context, mailbox_id)
        if mailbox.status is not MailboxStatus.ACTIVE:
            raise _stands_so(mailbox)
        _set(context, unit, mailbox, MailboxStatus.PAUSED, BY_PERSON)


def resume_mailbox(context: Context, mailbox_id: UUID) -> None:
    """Let a paused or failed mailbox send again, without a hold and without a streak; raises NotFound, NotPossible."""
    with context.store.write() as unit:
        mailbox = get_in_use(unit, context, mailbox_id)
        if mailbox.can_send:
            raise _stands_so(mailbox)
        _set(context, unit, mailbox, MailboxStatus.ACTIVE, None)


def remove_mailbox(context: Context, mailbox_id: UUID, move_to: UUID | None = None) -> Removed:
    """Take a mailbox out of use and forget its secret.

    People it hasn't written to yet go to `move_to`, or (None) to the mailbox their sequence would choose now. A thread
    never changes its mailbox: those wait. Raises NotFound, or NotPossible while a live step names the mailbox.
    """
    with context.store.write() as unit:
        mailbox = get_in_use(unit, context, mailbox_id)
        if move_to is not None:
            get_in_use(unit, context, move_to)
        steps = mailbox_use.steps_naming(unit, mailbox_id)
        if steps:
            raise NotPossible(
                f"{steps} steps of sequences name {mailbox.address} as their mailbox.",
                "Choose another mailbox in these steps first.",
                where=mailbox.address,
                code="mailbox_named",
            )
        mailboxes.retire_mailbox(unit, mailbox_id, by=context.scope.user_id, now=context.clock.now())
        removed = Removed()
        for sequence_id in mailbox_use.sequences_using(unit, mailbox_id):
            removed = _move_people(scene_of(unit, context, sequence_id), mailbox_id, move_to, removed)
        note(context, unit, "mailbox_removed", "mailbox", mailbox_id, address=mailbox.address, moved=removed.moved)
        unit.changed(Topic.MAILBOXES, Topic.SEQUENCES, Topic.ENROLLMENTS, Topic.OUTBOX)
    context.secrets.delete(secret_name(mailbox_id))
    return removed


def require_secret(context: Context, mailbox: Mailbox) -> str:
    """What the mailbox signs in with now, "" where it needs nothing; blocks while a token is asked for.

    Raises SecretError where it isn't on this machine or a person has to sign in again, MailError where the sign-in host
    is away.
    """
    if mailbox.auth is AuthMethod.NONE:
        return ""
    kept = context.tokens if mailbox.auth is AuthMethod.OAUTH else context.secrets
    secret = kept.get(mailbox.secret_name)
    if secret is None:
        raise no_secret(mailbox)
    return secret


def draft_mailbox(context: Context, mailbox_id: UUID, new: NewMailbox) -> Mailbox:
    """The mailbox that `new` would make, not yet in the store; raises InputError with everything wrong."""
    with context.store.read() as unit:
        zone = workspaces.get_workspace(unit, context.scope.workspace_id).zone
    auth = new.auth or (AuthMethod.PASSWORD if new.secret else AuthMethod.NONE)
    if auth is not AuthMethod.NONE and not new.secret:
        raise InputError("The password is empty.", "Enter it, or choose a host that asks for none.", where=new.address)
    keeps = new.keeps_sent_copies
    mailbox = Mailbox(
        id=mailbox_id,
        customer_id=context.scope.customer_id,
        workspace_id=context.scope.workspace_id,
        user_id=context.scope.user_id,
        address=new.address.strip(),
        smtp=new.smtp,
        imap=new.imap,
        auth=auth,
        oauth_provider=new.oauth_provider,
        from_name=new.from_name,
        reply_to=new.reply_to,
        provider=new.provider,
        keeps_sent_copies=host_keeps_sent_copies(new.smtp.host) if keeps is None else keeps,
        connections=new.connections,
        limits=MailboxLimits(
            mailbox_id,
            ZoneInfo(zone),
            daily_cap=new.daily_cap,
            hourly_cap=new.hourly_cap,
            gap=new.gap,
            company_cap=new.company_cap,
            ramp=new.ramp,
        ),
    )
    named = _with_usernames(mailbox)
    check_mailbox(named)
    return named


def _with_usernames(mailbox: Mailbox) -> Mailbox:
    """The mailbox with its address as the name to sign in with, where none is given and one is needed."""
    if mailbox.auth is AuthMethod.NONE:
        return mailbox

    def named(host: MailHost) -> MailHost:
        return host if host.username else replace(host, username=mailbox.address)

    return replace(mailbox, smtp=named(mailbox.smtp), imap=None if mailbox.imap is None else named(mailbox.imap))


def get_in_use(unit: Unit, context: Context, mailbox_id: UUID) -> Mailbox:
    """A mailbox that wasn't removed; raises NotFound, NotPossible."""
    mailbox = get_mailbox(unit, context.scope.workspace_id, mailbox_id)
    if mailbox.retired_at is not None:
        raise NotPossible(
            f"{mailbox.address} was removed.", "Add it again.", where=mailbox.address, code="mailbox_removed"
        )
    return mailbox


def _stands_so(mailbox: Mailbox) -> NotPossible:
    possible = "pause" if mailbox.status is MailboxStatus.ACTIVE else "resume"
    return NotPossible(
        f"{mailbox.address} is {mailbox.status}.",
        f"You can {possible} it.",
        where=mailbox.address,
        code="bad_transition",
    )


def _set(context: Context, unit: Unit, mailbox: Mailbox, status: MailboxStatus, reason: str | None) -> None:
    mailboxes.set_state(unit, mailbox.id, status, context.clock.now(), reason=reason)
    note(context, unit, f"mailbox_{status.value}", "mailbox", mailbox.id, address=mailbox.address)
    unit.changed(Topic.MAILBOXES, Topic.OUTBOX)


def _move_people(scene: Scene, mailbox_id: UUID, move_to: UUID | None, removed: Removed) -> Removed:
    """Give those whom the mailbox hasn't written to another one; counts them and the rest."""
    for standing in each_standing(scene):
        if mailbox_id not in {standing.enrollment.mailbox_id, standing.enrollment.thread_mailbox_id}:
            continue
        # What was begun may have arrived, so its thread is this mailbox's.
        is_begun = enrollments.has_attempts(scene.unit, standing.enrollment.id)
        if is_begun or standing.emails_sent or standing.thread.references:
            removed = replace(removed, left=removed.left + 1)
            continue
        _give(scene, standing, move_to or fixed_mailbox(scene.sequence, standing.enrollment.id))
        removed = replace(removed, moved=removed.moved + 1)
    scene.ledger.write(scene.unit)
    return removed


def _give(scene: Scene, standing: Standing, mailbox_id: UUID | None) -> None:
    enrollment = standing.enrollment
    if enrollment.current_step_id is not None:
        step_traces.withdraw_email(scene.unit, enrollment.id, enrollment.current_step_id, enrollment.round)
    after = replace(standing, enrollment=replace(enrollment, mailbox_id=mailbox_id))
    if enrollment.status is EnrollmentStatus.ACTIVE:
        after = replan(scene, after)
    save(scene, standing, after)

"""Which mailboxes are ours: takes, renews and gives back their leases, and opens their connections."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.errors import MailError, SecretError
from opendoors_desktop.domain.mail_host import AuthMethod
from opendoors_desktop.domain.pacing import SharedCounts
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Desk, Room
from opendoors_desktop.engine.mail_hosts import no_secret, smtp_settings
from opendoors_desktop.engine.post import Post
from opendoors_desktop.engine.recovery import recover
from opendoors_desktop.engine.room import load_book
from opendoors_desktop.engine.secret_reader import SecretReader
from opendoors_desktop.mail.frames import SmtpFailure
from opendoors_desktop.store import leases, outbox
from opendoors_desktop.store.leases import LEASE_LENGTH, HeldBy, Holder
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.unit import Unit

RENEWS_EVERY = LEASE_LENGTH.total_seconds() / 4
"""Seconds of real time between renewals; three may be missed before a lease is lost."""

_AWAY = MailError(
    "The sign-in host doesn't answer.",
    "Nothing needs to be done: its emails wait, and it is asked again.",
    code="sign_in_away",
)


class Gatehouse:
    """Keeps one desk for each mailbox whose lease is ours; `shared` are the counts all their books use."""

    def __init__(
        self,
        context: Context,
        holder: Holder,
        addresses: frozenset[str],
        writing: Callable[[], AbstractContextManager[Unit]],
    ) -> None:
        """`addresses` limits it to these mailboxes; empty: all of the workspace."""
        self._context = context
        self._secrets = SecretReader(context.secrets.get)
        self._tokens = SecretReader(context.tokens.get, silence=_AWAY)
        self._holder = holder
        self._addresses = addresses
        self._writing = writing
        self._others: dict[UUID, HeldBy] = {}
        self._known: Room | None = None
        self._renew_at = 0.0
        self.without_secret: frozenset[str] = frozenset()
        self.shared = SharedCounts({})

    @property
    def held_by_others(self) -> tuple[HeldBy, ...]:
        """The mailboxes another scheduler owns now."""
        return tuple(self._others.values())

    async def keep(self, desks: dict[UUID, Desk], room: Room, now: datetime) -> list[Desk]:
        """Renew what is ours and take what is free; gives the desks of mailboxes that were lost.

        Does nothing until a quarter of a lease is over, the room is new, or a lease has turned out to have run out (the
        machine slept: the loop's own clock may have stood still). Takes none where nothing may be sent from here.
        """
        at = asyncio.get_running_loop().time()
        if room is self._known and at < self._renew_at and not any(desk.is_lost for desk in desks.values()):
            return []
        lost = self._renew(desks)
        wanted = [] if room.is_off else [b for b in room.mailboxes.values() if b.can_send and self._is_allowed(b)]
        able = [box for box in wanted if box.id not in desks and await self._has_secret(box)]
        for mailbox in able:
            self._take(desks, mailbox, room, now)
        if room.is_off:
            self._others.clear()
        self._settle_others(desks, now)
        self._known, self._renew_at = room, at + RENEWS_EVERY
        return lost

    async def open(self, post: Post, desk: Desk, connections: int) -> None:
        """Ask for connections of a desk's mailbox; its secret is read on a thread of its own and not kept."""
        mailbox = desk.mailbox
        try:
            secret = await self._credential(mailbox)
        except SecretError as error:
            desk.failure = SmtpFailure("auth", 0, "", f"{error.title} {error.advice}", "no_secret")
            return
        except MailError as error:
            desk.failure = SmtpFailure("connect", 0, "", f"{error.title} {error.advice}", "network")
            return
        desk.is_opening = True
        post.open(mailbox.id, smtp_settings(mailbox), secret, connections)

    def release(self, desks: Iterable[Desk]) -> None:
        """Let every lease end now."""
        with self._writing() as unit:
            for desk in desks:
                leases.release_lease(unit, desk.lease)

    def _renew(self, desks: dict[UUID, Desk]) -> list[Desk]:
        if not desks:
            return []
        with self._writing() as unit:
            renewed = {key: leases.renew_lease(unit, desk.lease) for key, desk in desks.items()}
        for key, lease in renewed.items():
            if lease is not None:
                desks[key].lease, desks[key].is_lost = lease, False
        return [desks.pop(key) for key, lease in renewed.items() if lease is None]

    def _take(self, desks: dict[UUID, Desk], mailbox: Mailbox, room: Room, now: datetime) -> None:
        with self._writing() as unit:
            lease = leases.take_lease(unit, mailbox.id, self._holder)
            if isinstance(lease, HeldBy):
                self._others[mailbox.id] = lease
                return
            recover(unit, self._context, lease, now)
            book = load_book(unit, mailbox, self.shared, now)
        self._others.pop(mailbox.id, None)
        desk = Desk(mailbox, lease, book)
        desk.set_lines(room.sequences.values())
        desks[mailbox.id] = desk

    def _settle_others(self, desks: dict[UUID, Desk], now: datetime) -> None:
        """Settle what dead schedulers left in mailboxes from which we don't send: paused, removed, without a secret."""
        with self._context.store.read() as unit:
            left = outbox.mailboxes_with_claims(unit, self._context.scope.workspace_id) - desks.keys()
        for key in left:
            with self._writing() as unit:
                lease = leases.take_lease(unit, key, self._holder)
                if not isinstance(lease, HeldBy):
                    recover(unit, self._context, lease, now)
                    leases.release_lease(unit, lease)

    def _is_allowed(self, mailbox: Mailbox) -> bool:
        return not self._addresses or mailbox.address in self._addresses

    async def _has_secret(self, mailbox: Mailbox) -> bool:
        """A mailbox whose secret isn't on this machine is left to another one."""
        try:
            await self._kept(mailbox)
        except SecretError:
            self.without_secret |= {mailbox.address}
            return False
        self.without_secret -= {mailbox.address}
        return True

    async def _kept(self, mailbox: Mailbox) -> str:
        """What this machine keeps for the mailbox; raises SecretError where there is nothing."""
        if mailbox.auth is AuthMethod.NONE:
            return ""
        secret = await self._secrets.get(mailbox.secret_name)
        if secret is None:
            raise no_secret(mailbox)
        return secret

    async def _credential(self, mailbox: Mailbox) -> str:
        """What to sign in with now; raises SecretError, or MailError where the sign-in host is away."""
        kept = await self._kept(mailbox)
        if mailbox.auth is not AuthMethod.OAUTH:
            return kept
        if mailbox.held_attempts:  # the token may be what the mail host didn't like
            self._context.tokens.forget(mailbox.secret_name)
        token = await self._tokens.get(mailbox.secret_name)
        if token is None:
            raise no_secret(mailbox)
        return token

"""Keys to the REST API: made and shown once, listed, revoked, and told from what a request brings."""

import os
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import api_tokens, people
from opendoors_desktop.store.api_tokens import ApiToken
from opendoors_desktop.store.people import Person
from opendoors_desktop.store.unit import Unit

SIGN = "od_"
"""How every key begins, so that one that got out can be told for what it is."""

SHOWN = len(SIGN) + 8
"""How many characters of a key lists show."""

READ, WRITE = "read", "write"
LONGEST_NAME = 255
NOTED_EVERY = timedelta(minutes=5)
"""How exact the last use of a key is kept: a write for each request would cost more than most requests."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A key that was just made: its text is known now and never again."""

    text: str
    token: ApiToken


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from: what it works with, the key it brought, and whether it may change anything."""

    context: Context
    token_id: UUID
    role: str
    may_write: bool


def create_token(
    context: Context,
    name: str,
    *,
    person: str | None = None,
    lasts: timedelta | None = None,
    is_read_only: bool = False,
    chance: Callable[[int], bytes] = os.urandom,
) -> NewToken:
    """Make a key for this user, or (by owners and admins) for the person of that address or id.

    `lasts` is how long it opens anything (None: until revoked); `chance(n)` gives n unguessable bytes. Raises
    InputError, NotFound, NotPossible.
    """
    tidy = name.strip()
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise InputError(
            f"A token's name has 1 to {LONGEST_NAME} characters.", "Say what will use it.", where=name[:80]
        )
    if lasts is not None and lasts <= timedelta(0):
        raise InputError("A token lasts at least a day.", "Give a number of days, or none.", code="bad_option")
    text = SIGN + urlsafe_b64encode(chance(32)).decode().rstrip("=")
    now = context.clock.now()
    with context.store.write() as unit:
        owner = _owner(unit, context, person)
        scopes = (READ,) if is_read_only else (READ, WRITE)
        expires_at = None if lasts is None else now + lasts
        token = ApiToken(
            context.new_id(), tidy, owner.id, owner.name, text[:SHOWN], scopes, now, expires_at, None, None
        )
        api_tokens.add_token(unit, context.scope.workspace_id, token, _hash(text))
        note(context, unit, "api_token_created", "api_token", token.id, name=tidy, user=str(owner.id))
        unit.changed(Topic.SETTINGS)
    return NewToken(text, token)


def list_tokens(context: Context) -> list[ApiToken]:
    """All keys of the workspace in the order they were made, revoked ones too."""
    with context.store.read() as unit:
        return api_tokens.list_tokens(unit, context.scope.workspace_id)


def revoke_token(context: Context, text: str) -> ApiToken:
    """Let the key of that id, or the only living one of that name or beginning, open nothing from now on.

    Raises NotFound, and InputError where a name means several.
    """
    living = [each for each in list_tokens(context) if each.revoked_at is None]
    found = [each for each in living if str(each.id) == text.lower()]
    found = found or [each for each in living if text in (each.name, each.prefix)]
    if not found:
        raise NotFound(f"There is no token “{text}”.", "“opendoors api-token list” shows them.", where=text)
    if len(found) > 1:
        told = ", ".join(f"{each.id} ({each.prefix}…)" for each in found)
        raise InputError(f"{len(found)} tokens are called “{text}”.", f"Give the id: {told}.", code="ambiguous")
    now = context.clock.now()
    with context.store.write() as unit:
        api_tokens.revoke_token(unit, context.scope.workspace_id, found[0].id, now)
        note(context, unit, "api_token_revoked", "api_token", found[0].id, name=found[0].name)
        unit.changed(Topic.SETTINGS)
    return replace(found[0], revoked_at=now)


def find_caller(context: Context, text: str) -> Caller | None:
    """Who brings this key; None for one that is unknown, revoked, over, or of a user who has left.

    The context it gives is the caller's own: all that is done with it is done in their workspace and in their name.
    """
    now = context.clock.now()
    with context.store.read() as unit:
        owner = api_tokens.find_owner(unit, _hash(text))
    if owner is None or (owner.expires_at is not None and owner.expires_at <= now):
        return None
    if owner.last_used_at is None or now - owner.last_used_at > NOTED_EVERY:
        with context.store.write() as unit:
            api_tokens.note_use(unit, owner.token_id, now)
    may_write = WRITE in owner.scopes and owner.role != "viewer"
    return Caller(replace(context, scope=owner.scope), owner.token_id, owner.role, may_write)


def _hash(text: str) -> bytes:
    """What is kept of a key; it has 256 bits of chance, so that nobody can try them all."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def _owner(unit: Unit, context: Context, person: str | None) -> Person:
    known = people.list_people(unit, context.scope.workspace_id)
    me = known.get(context.scope.user_id)
    if me is None:
        raise NotPossible("You are no member of this workspace any more.", "Ask its owner.", code="no_member")
    if person is None:
        return me
    found = next((each for each in known.values() if person.lower() in (str(each.id), each.email.lower())), None)
    if found is None:
        raise NotFound(f"Nobody here is “{person}”.", "Give the address of a member of this workspace.", where=person)
    if found.id != me.id and me.role not in {"owner", "admin"}:
        raise NotPossible("Only owners and admins make tokens for others.", "Ask one of them.", code="not_allowed")
    return found

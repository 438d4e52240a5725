"""What happens between opening a store and working in it: the first room is made, a virtual clock is kept at home."""

import getpass
import ipaddress
import os
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.hosts import list_mail_hosts
from opendoors_desktop.store.tenancy import Founder, Scope, ensure_workspace, find_scope

WORKSPACE_NAME = "My workspace"
USER_NAME = "Me"


def enter(
    store: Store, now: datetime, new_id: Callable[[], UUID], chance: Callable[[int], bytes] = os.urandom
) -> Scope:
    """Customer, workspace and user to work as; in a new store they are made first, in this computer's zone.

    `chance(n)` gives n unguessable bytes. Raises StoreError.
    """
    with store.read() as unit:
        scope = find_scope(unit)
    if scope is not None:
        return scope
    founder = Founder(_user_name(), WORKSPACE_NAME, _zone_of_computer())
    with store.write() as unit:
        return ensure_workspace(unit, founder, now, new_id, chance)


def refuse_far_hosts(store: Store) -> None:
    """Raise InputError when the store holds a mailbox that isn't on this computer.

    A virtual clock would send to it at the wrong time, or a month's emails at once.
    """
    with store.read() as unit:
        far = [host for host in list_mail_hosts(unit) if not is_loopback(host)]
    if far:
        raise InputError(
            f"A virtual clock can't run on a store with a mailbox at {far[0]}.",
            "Unset OPENDOORS_NOW, or use a store whose mailboxes are all on localhost.",
            where="OPENDOORS_NOW",
            code="virtual_clock_refused",
        )


def is_loopback(host: str) -> bool:
    """True for localhost and for addresses that never leave this computer; names aren't looked up."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _user_name() -> str:
    """The name a person goes by on this computer; containers may know none."""
    try:
        return getpass.getuser() or USER_NAME
    except (KeyError, OSError, ImportError):
        return USER_NAME


def _zone_of_computer() -> str:
    """The zoneinfo key of this computer's zone, UTC where it has none that is known."""
    import zoneinfo

    import tzlocal

    try:
        name = tzlocal.get_localzone_name()
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return name if name not in ("local", "Etc/UTC", "Etc/UCT", "Zulu") else "UTC"

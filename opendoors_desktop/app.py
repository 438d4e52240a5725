"""The composition root: builds the parts of the program once and hands them on."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from opendoors_desktop.config import Listen, Options
from opendoors_desktop.domain.errors import OpenDoorsError

if TYPE_CHECKING:
    from uuid import UUID

    from opendoors_desktop.api.server import ApiServer
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.store.unit import Unit

T = TypeVar("T")
log = logging.getLogger(__name__)


def build(options: Options) -> "Context":
    """Open the store and everything round it; the caller closes `context.store` when it is done.

    Raises StoreError for a store that can't be used, InputError for a virtual clock on a store it must not run on.
    Neither the keyring nor the network is touched.
    """
    from opendoors_desktop.engine.clock import RealClock, VirtualClock, id_source
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.engine.entrance import enter, refuse_far_hosts
    from opendoors_desktop.log import start_log
    from opendoors_desktop.store.cache import Cache
    from opendoors_desktop.store.database import Store
    from opendoors_desktop.store.secrets import ToldSecrets, open_secrets

    with suppress(OSError):  # a home that can't be written to is told of by what needs it
        options.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    redact = start_log(options)
    secrets = ToldSecrets(open_secrets(options.keyring, options.secrets_dir, options.key_file), redact.hide)
    clock = RealClock() if options.now is None else VirtualClock(options.now, options.speed)
    new_id = id_source(clock)
    cache = None if options.cache_url is None else Cache.in_redis(options.cache_url)
    store = Store.open(options.store_url, backups=options.data_dir / "backups", cache=cache)
    try:
        if options.now is not None:
            refuse_far_hosts(store)
        scope = enter(store, clock.now(), new_id)
    except BaseException:
        store.close()
        raise
    return Context(store=store, clock=clock, new_id=new_id, scope=scope, secrets=secrets, data_dir=options.data_dir)


class ApiBeside:
    """The REST API on a thread beside a window, where this machine is switched to it; without it nothing is loaded."""

    def __init__(self) -> None:
        self._server: ApiServer | None = None

    def build(self, options: Options) -> "Context":
        """As `build`; the API answers on loopback from then on. An address that is taken is told of in the log."""
        from opendoors_desktop.engine.commands.serving import is_api_on

        context = build(options)
        if is_api_on(context):
            from opendoors_desktop.api.server import ApiServer

            try:
                self._server = ApiServer(context, Listen())
            except OpenDoorsError as error:
                log.warning("the API doesn't answer: %s %s", error.title, error.advice)
            else:
                self._server.start()
        return context

    def end(self) -> None:
        """Stop answering; to be called when the window is closed."""
        if self._server is not None:
            self._server.end()
            self._server = None


def glance(options: Options, read: "Callable[[Unit, UUID, datetime], T]") -> T | None:
    """What `read` finds in the store, given a unit, the workspace and the present, before anything is built.

    None where the store has to be opened first; whatever is wrong with it is told then. Raises what reading raises.
    """
    from opendoors_desktop.store.glance import glance_into

    if options.now is not None:  # a virtual clock may be refused, and tells another time
        return None
    with glance_into(options.store_url) as seen:
        if seen is None:
            return None
        unit, workspace_id = seen
        return read(unit, workspace_id, unit.store_now())

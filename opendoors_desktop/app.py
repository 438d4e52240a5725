"""The composition root: builds the parts of the program once and hands them on."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from threading import Lock
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
    """The REST API on a thread beside a window, where this machine is switched to it; without it nothing is loaded.

    It answers at `address` ("": it doesn't); `fault` is why it doesn't though it is switched on.
    """

    def __init__(self) -> None:
        self._server: ApiServer | None = None
        self._listen: Listen | None = None
        self._lock = Lock()
        self.fault: OpenDoorsError | None = None

    @property
    def address(self) -> str:
        """Where it answers now."""
        server = self._server
        return "" if server is None else server.address

    def build(self, options: Options) -> "Context":
        """As `build`; the API answers on loopback from then on. An address that is taken is told of in the log."""
        self.end()
        context = build(options)
        try:
            self.follow(context)
        except OpenDoorsError as error:
            log.warning("the API doesn't answer: %s %s", error.title, error.advice)
        return context

    def follow(self, context: "Context") -> None:
        """Answer as this machine and the workspace are set now, or don't; raises what the address can't be had for."""
        wanted = _listen_for(context)
        with self._lock:
            if wanted == self._listen:
                return
            self._end()
            if wanted is None:
                return
            from opendoors_desktop.api.server import ApiServer

            try:
                self._server = ApiServer(context, wanted)
            except OpenDoorsError as error:
                self.fault = error
                raise
            self._listen = wanted
            self._server.start()

    def end(self) -> None:
        """Stop answering; to be called when the window is closed."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        self._listen, self.fault = None, None
        if self._server is not None:
            self._server.end()
            self._server = None


def _listen_for(context: "Context") -> Listen | None:
    """Where a window answers the REST API, the public pages among it where a public address is set; None: nowhere."""
    from opendoors_desktop.engine.commands.serving import read_api
    from opendoors_desktop.engine.commands.workspace import show_workspace

    switch = read_api(context)
    if not switch.is_on:
        return None
    listen = Listen(is_public=show_workspace(context).public_url is not None)
    return listen if switch.port is None else replace(listen, port=switch.port)


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

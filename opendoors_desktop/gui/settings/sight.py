"""All that the Settings page shows, read at once: of the store, of this machine, and of the API beside the window."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from opendoors_desktop.config import Listen
from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.settings import WorkspaceSettings, find_workspace_settings

if TYPE_CHECKING:
    from opendoors_desktop.domain.errors import OpenDoorsError
    from opendoors_desktop.engine.context import Context


@dataclass(frozen=True, slots=True)
class ApiSight:
    """The REST API beside the window: how it is set, where it answers ("": it doesn't), and why it doesn't."""

    is_on: bool
    port: int
    address: str = ""
    fault: "OpenDoorsError | None" = None


@dataclass(frozen=True, slots=True)
class StoreSight:
    """Where the store is; `size` in bytes (None: a server's), `last` is when the last of `backups` was made."""

    place: str
    is_server: bool
    size: int | None
    backups: int
    last: datetime | None
    folder: Path


@dataclass(frozen=True, slots=True)
class SettingsSight:
    """What is shown; `now` is the instant it was read at."""

    of: WorkspaceSettings
    api: ApiSight
    store: StoreSight
    zones: tuple[str, ...]
    now: datetime


def reader(bench: Workbench) -> Callable[[Reading], SettingsSight]:
    """The question of the page."""

    def read(reading: Reading) -> SettingsSight:
        context = bench.jobs.context
        assert context is not None  # who reads has a store
        found = find_workspace_settings(reading.unit, reading.scope.workspace_id)
        return SettingsSight(found, _api(bench, context), _store(context), _zones(), reading.now)

    return read


def _api(bench: Workbench, context: "Context") -> ApiSight:
    from opendoors_desktop.engine.commands.serving import read_api

    switch = read_api(context)
    port = Listen().port if switch.port is None else switch.port
    if bench.api is None:
        return ApiSight(switch.is_on, port)
    return ApiSight(switch.is_on, port, bench.api.address, bench.api.fault)


def _store(context: "Context") -> StoreSight:
    from opendoors_desktop.engine.commands.backups import backups_of, folder_of

    location = context.store.location
    is_server = context.store.dialect.value != "sqlite"
    made = backups_of(context)
    return StoreSight(
        location.name,
        is_server,
        None if is_server else location.path.stat().st_size,
        len(made),
        made[0].made_at if made else None,
        folder_of(context),
    )


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))

"""The machine's switch for the REST API beside its window: off until a person switches it on, and at which port."""

from dataclasses import dataclass

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine import machine
from opendoors_desktop.engine.context import Context

HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class ApiSwitch:
    """Whether the window here answers the REST API while it is open, and at which port (None: the usual one)."""

    is_on: bool
    port: int | None = None


def read_api(context: Context) -> ApiSwitch:
    """How the switch stands."""
    here = machine.read_machine(context.data_dir)
    return ApiSwitch(here.serves_api, here.api_port)


def switch_api(context: Context, switch: ApiSwitch) -> None:
    """Set the switch; whoever has a window open has to follow it. Raises InputError, StoreError."""
    if switch.port is not None and not 0 <= switch.port <= HIGHEST_PORT:
        title = f"{switch.port} is no port."
        raise InputError(title, f"A port is a number from 0 (any that is free) to {HIGHEST_PORT}.", code="bad_setting")
    machine.switch_api(context.data_dir, switch.is_on, switch.port)

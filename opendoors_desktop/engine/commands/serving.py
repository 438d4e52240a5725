"""The machine's switch for the REST API beside its window: off until a person switches it on."""

from opendoors_desktop.engine import machine
from opendoors_desktop.engine.context import Context


def is_api_on(context: Context) -> bool:
    """Whether the window here answers the REST API while it is open."""
    return machine.read_machine(context.data_dir).serves_api


def switch_api(context: Context, *, is_on: bool) -> None:
    """Have the window here answer the REST API from its next start on, or not; raises StoreError."""
    machine.switch_api(context.data_dir, is_on)

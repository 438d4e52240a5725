"""The REST API beside a window, as the window sees it: it is told to follow the settings, and says where it answers."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from opendoors_desktop.domain.errors import OpenDoorsError
    from opendoors_desktop.engine.context import Context


class ApiBeside(Protocol):
    """What the program's root gives a window; `fault` is why it doesn't answer though it is switched on."""

    fault: "OpenDoorsError | None"

    @property
    def address(self) -> str:
        """Where it answers now; "" where it doesn't."""

    def follow(self, context: "Context") -> None:
        """Answer as the settings are now; not for the main thread. Raises what the address can't be had for."""

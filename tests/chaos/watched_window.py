"""The program's window as it is started, which also says on standard output what its toasts and its status bar tell."""

from opendoors_desktop.__main__ import main
from opendoors_desktop.gui.notices import Notices
from opendoors_desktop.gui.status_bar import FactButton


def tell(kind: str, text: str) -> None:
    """Write one line."""
    print(f"{kind}: {text}", flush=True)


def watch() -> None:
    """Have toasts and the switch's words be written as they are shown."""
    toast, fact = Notices.toast, FactButton.tell

    def toasted(self: Notices, text: str, *more: object, **named: object) -> None:
        tell("toast", text)
        toast(self, text, *more, **named)  # type: ignore[arg-type]

    def told(self: FactButton, text: str, *more: str, **named: str) -> None:
        if self.objectName() == "status.sending":
            tell("switch", text)
        fact(self, text, *more, **named)

    Notices.toast, FactButton.tell = toasted, told  # type: ignore[method-assign]


if __name__ == "__main__":
    watch()
    main()

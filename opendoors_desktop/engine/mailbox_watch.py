"""What is done in one session with a mail host: all folders read once, then what is new as it comes."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Final

from opendoors_desktop.domain.mail_folder import FolderRole
from opendoors_desktop.domain.read_times import IDLES_FOR, LOOKS_BESIDE_IDLE_EVERY, LOOKS_EVERY, ReadTimes
from opendoors_desktop.engine.receiver import MailboxReading
from opendoors_desktop.store.inbox import FolderPlace

if TYPE_CHECKING:
    from opendoors_desktop.mail.imap import FolderMark, ImapFolder, ImapSession
    from opendoors_desktop.mail.wire_bell import Bell

ALWAYS: Final = float("inf")
"""When folders were read that there are none of."""


class MailboxWatch:
    """Listens to the inbox (IDLE) and looks at the other folders now and then; without IDLE it looks at all of them.

    `told` gets how far the mailbox is known, whenever that is another; `steady` is the clock of those times.
    """

    def __init__(
        self,
        session: "ImapSession",
        reading: MailboxReading,
        bell: "Bell",
        steady: Callable[[], float],
        told: Callable[[ReadTimes], object],
    ) -> None:
        self._session, self._reading = session, reading
        self._bell, self._steady, self._told = bell, steady, told
        self._folders: dict[str, ImapFolder] = {}
        self._places: dict[str, FolderPlace] = {}
        self._inbox: ImapFolder | None = None
        self._open: str | None = None
        self._times = ReadTimes()
        self._looks_at = 0.0

    @property
    def is_due(self) -> bool:
        """Whether it is time to look at the folders again."""
        return monotonic() >= self._looks_at

    def read_all(self) -> None:
        """Find the folders and read each of them."""
        began = self._steady()
        self._folders = {folder.name: folder for folder in self._reading.find_folders()}
        inbox = next((each for each in self._folders.values() if each.role is FolderRole.INBOX), None)
        self._inbox = inbox if self._session.can_idle else None
        for folder in self._folders.values():
            self._read(folder)
        self._looked(began, inbox_at=began)

    def left_folder(self) -> None:
        """Somebody else has opened another folder in the session: the one that is listened to is opened anew."""
        self._open = None

    def wait(self) -> None:
        """Wait until something comes into the inbox, which is read then, until folders are due, or the bell rings."""
        left = max(0.0, self._looks_at - monotonic())
        if self._inbox is None:
            if self._open is not None:
                self._session.leave()  # of an open folder a host may not tell how far it reaches
                self._open = None
            self._bell.wait(left)
        else:
            self._listen(self._inbox, left)
        self._bell.hush()

    def look(self) -> None:
        """Ask how far the folders reach that aren't listened to, in one round trip, and read those with news."""
        began = self._steady()
        asked = [name for name in self._folders if self._inbox is None or name != self._inbox.name]
        marks = self._session.marks_of(asked) if asked else {}
        if len(marks) < len(asked):  # one was renamed or deleted
            self.read_all()
            return
        for name in asked:
            if _has_news(self._places[name], marks[name]):
                self._read(self._folders[name])
        self._looked(began, inbox_at=began if self._inbox is None else self._times.inbox_at)

    def _listen(self, inbox: "ImapFolder", seconds: float) -> None:
        if self._open != inbox.name:
            self._read_inbox(inbox)
        has_news = self._session.idle(seconds, self._bell, lambda: self._tell(is_listening=True))
        if has_news:
            self._tell(is_listening=False, inbox_at=None)
            self._read_inbox(inbox)
        else:
            self._tell(is_listening=False, inbox_at=self._steady())

    def _read_inbox(self, inbox: "ImapFolder") -> None:
        began = self._steady()
        self._read(inbox)
        self._tell(inbox_at=began)

    def _read(self, folder: "ImapFolder") -> None:
        self._places[folder.name] = self._reading.read(folder)
        self._open = folder.name

    def _looked(self, began: float, inbox_at: float | None) -> None:
        has_others = any(folder is not self._inbox for folder in self._folders.values())
        every = LOOKS_EVERY if self._inbox is None else LOOKS_BESIDE_IDLE_EVERY if has_others else IDLES_FOR
        self._looks_at = monotonic() + every.total_seconds()
        self._tell(inbox_at=inbox_at, others_at=began if has_others else ALWAYS)

    def _tell(self, **changes: float | bool | None) -> None:
        self._times = replace(self._times, **changes)  # type: ignore[arg-type]  # names of ReadTimes
        self._told(self._times)


def _has_news(place: FolderPlace, mark: "FolderMark") -> bool:
    is_known = mark.uid_validity == place.uid_validity and mark.uid_next is not None
    return not is_known or (mark.uid_next or 0) > place.last_uid + 1

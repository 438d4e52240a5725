"""What this machine remembers outside every store: who it is, where sending is on, and how much each store has sent.

All of it lies in `machine.json` in the data folder, written whole and put in place at once. The number of emails begun
lies in a small file of its own beside it, since it changes with every one of them.
"""

import json
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.errors import StoreError

UNWRITABLE: Final = "data_folder"
"""The code of the StoreError for a data folder that can't be written to."""

FILE_NAME: Final = "machine.json"
COUNTERS: Final = "sending"
_OS_IDS: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Machine:
    """What is remembered: a random word of this profile, and by their keys the stores that sending is on for.

    `paused` are those for which it rests until an instant (UTC), which may be over. `serves_api`: the window answers
    the REST API as long as it is open, at `api_port` (None: the usual one).
    """

    profile: str
    sending: Mapping[UUID, bool] = field(default_factory=dict)
    paused: Mapping[UUID, datetime] = field(default_factory=dict)
    serves_api: bool = False
    api_port: int | None = None


def read_machine(folder: Path) -> Machine:
    """What was remembered in a data folder; a new profile where nothing was, or where it can't be read any more.

    A profile lost that way is another machine to every store: sending stays off until a person has looked.
    """
    path = folder / FILE_NAME
    try:
        found = path.stat()
        return _read(path, (found.st_ino, found.st_mtime_ns, found.st_size))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Machine(_new_profile())


@lru_cache(maxsize=4)
def _read(path: Path, _stamp: tuple[int, int, int]) -> Machine:
    """What a file says; read once for each stamp, since a scheduler asks with every few emails."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Machine(
        str(raw["profile"]),
        {UUID(key): value is True for key, value in raw["sending"].items()},
        {UUID(key): datetime.fromisoformat(value) for key, value in raw.get("paused", {}).items()},
        raw.get("serves_api") is True,
        raw["api_port"] if isinstance(raw.get("api_port"), int) else None,
    )


def ensure_machine(folder: Path) -> Machine:
    """As `read_machine`, kept if it is new; raises StoreError where the folder can't be written to."""
    if not (folder / FILE_NAME).is_file():
        _write(folder, Machine(_new_profile()), _put_first)
    return read_machine(folder)  # what lies there now, whoever put it


def _new_profile() -> str:
    return os.urandom(16).hex()


def machine_id(machine: Machine) -> str:
    """The word by which stores know this machine: another on a copy of the data folder, and in another profile."""
    return sha256(f"opendoors {machine.profile} {_os_id()}".encode()).hexdigest()[:32]


def is_sending_on(folder: Path, store_id: UUID) -> bool:
    """Whether a person switched sending on here for a store; off until then."""
    return read_machine(folder).sending.get(store_id, False)


def may_send_at(folder: Path, store_id: UUID, now: datetime) -> bool:
    """Whether sending is on here for a store and doesn't rest at that instant (UTC)."""
    here = read_machine(folder)
    until = here.paused.get(store_id)
    return here.sending.get(store_id, False) and (until is None or until <= now)


def switch_sending(folder: Path, store_id: UUID, is_on: bool) -> None:
    """Switch sending on or off here for one store, a pause ended; raises StoreError where that can't be kept."""
    machine = ensure_machine(folder)
    paused = {key: until for key, until in machine.paused.items() if key != store_id}
    _write(folder, replace(machine, sending={**machine.sending, store_id: is_on}, paused=paused))


def paused_until(folder: Path, store_id: UUID) -> datetime | None:
    """Until when (UTC) sending rests here for a store; None where nobody paused it."""
    return read_machine(folder).paused.get(store_id)


def pause_sending(folder: Path, store_id: UUID, until: datetime) -> None:
    """Let sending rest here for one store until an instant; raises StoreError where that can't be kept."""
    machine = ensure_machine(folder)
    _write(folder, replace(machine, paused={**machine.paused, store_id: until.astimezone(UTC)}))


def switch_api(folder: Path, is_on: bool, port: int | None) -> None:
    """Have windows here answer the REST API at a port (None: the usual one), or not; raises StoreError."""
    _write(folder, replace(ensure_machine(folder), serves_api=is_on, api_port=port))


def remembered_counter(folder: Path, store_id: UUID) -> int | None:
    """How many emails this machine has seen begun in a store; None where it has seen none."""
    try:
        return int(_counter_file(folder, store_id).read_bytes()[:_DIGITS])
    except (OSError, ValueError):
        return None


def remember_counter(folder: Path, store_id: UUID, counter: int) -> None:
    """Remember the number a commit gave; a lower one than is known changes nothing. Raises StoreError."""
    path = _counter_file(folder, store_id)
    try:
        handle = _open_counter(path)
        try:
            known = os.read(handle, _DIGITS)
            if not known.isdigit() or int(known) < counter:
                # One short write in place: the number before or the number after is there, whenever the program dies.
                os.lseek(handle, 0, os.SEEK_SET)
                os.write(handle, f"{counter:0{_DIGITS}d}\n".encode())
        finally:
            os.close(handle)
    except OSError as error:
        raise _unwritable(path, error) from error


def _open_counter(path: Path) -> int:
    """The file, made with its folder if it isn't there; opened once, since it is asked for with every few emails."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


@lru_cache(maxsize=16)
def _counter_file(folder: Path, store_id: UUID) -> Path:
    return folder / COUNTERS / f"{store_id}.count"


def _put_first(draft: Path, path: Path) -> None:
    """Put a draft into its place, unless another thread or program was there before; theirs is the profile then."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        draft.replace(path)


def _put(draft: Path, path: Path) -> None:
    draft.replace(path)


def _write(folder: Path, machine: Machine, put: Callable[[Path, Path], None] = _put) -> None:
    path = folder / FILE_NAME
    value: dict[str, Any] = {
        "profile": machine.profile,
        "sending": {str(key): is_on for key, is_on in machine.sending.items()},
        "paused": {str(key): until.isoformat() for key, until in machine.paused.items()},
        "serves_api": machine.serves_api,
        "api_port": machine.api_port,
    }
    draft = path.with_name(f"{FILE_NAME}.{os.getpid()}.{threading.get_ident()}.new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123  # a descriptor has no path
            json.dump(value, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        put(draft, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _os_id() -> str:
    """What the operating system calls this machine; "" where it doesn't say."""
    for path in _OS_IDS:
        with suppress(OSError):
            return path.read_text(encoding="ascii", errors="replace").strip()
    return _windows_id()


def _windows_id() -> str:
    """The machine's id in Windows' registry; "" elsewhere."""
    try:
        import winreg
    except ImportError:
        return ""
    return _read_windows_id(winreg)


def _read_windows_id(winreg: Any) -> str:
    with suppress(OSError):
        where, name = winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography"
        with winreg.OpenKey(where, name, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    return ""


def _unwritable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"The data folder can't be written to: {error.strerror or error}.",
        "Check the folder and your rights to it; sending stays off until this machine can remember what it does.",
        where=str(path),
        code="data_folder",
    )

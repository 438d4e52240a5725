"""Start-up options from the command line and the environment, and the folders this program keeps things in."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from opendoors_desktop.domain.errors import InputError

APPLICATION = "OpenDoors"
STORE_FILE = "opendoors.db"
LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Options:
    """What one start of the program was asked for; read once, then passed on.

    `now` and `speed` belong to the virtual clock: `now` is where it starts (None: the machine's clock), `speed` how
    many virtual seconds pass in a real one while idle (None: idle time is skipped).
    """

    store_url: str
    data_dir: Path
    config_dir: Path
    log_level: int = logging.INFO
    keyring: str | None = None
    fault_point: str | None = None
    cache_url: str | None = None
    now: datetime | None = None
    speed: float | None = None

    @property
    def log_file(self) -> Path:
        """Where the log is written; older ones stand beside it with a number."""
        return self.data_dir / "logs" / "opendoors.log"

    @property
    def secrets_dir(self) -> Path:
        """Where encrypted files of secrets are kept, if they were chosen."""
        return self.data_dir / "secrets"

    @property
    def key_file(self) -> Path:
        """The key of those files; not beside them where the system knows a folder for settings."""
        return self.config_dir / "secrets.key"


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the REST API is answered: an address of this computer and a port (0: any that is free).

    `is_public`: the public pages of emails are answered as well.
    """

    host: str = "127.0.0.1"
    port: int = 8734
    is_public: bool = False


def read_options(environment: Mapping[str, str], *, store: str | None = None) -> Options:
    """The options that `environment` and the argument `--store` give; an empty variable counts as unset.

    Raises InputError, which names the variable, for a value that can't be understood. Makes no folder.
    """
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    data_dir, config_dir = _folders(given.get("OPENDOORS_DATA_DIR"))
    now = _instant(given.get("OPENDOORS_NOW"))
    return Options(
        store_url=(store or "").strip() or given.get("OPENDOORS_STORE") or str(data_dir / STORE_FILE),
        data_dir=data_dir,
        config_dir=config_dir,
        log_level=_level(given.get("OPENDOORS_LOG", "info")),
        keyring=given.get("OPENDOORS_KEYRING"),
        fault_point=given.get("OPENDOORS_FAULT"),
        cache_url=given.get("OPENDOORS_CACHE"),
        now=now,
        speed=_speed(given.get("OPENDOORS_SPEED"), now),
    )


def only_store(arguments: Sequence[str]) -> str | None:
    """The store that `--store` names where nothing else is said, so that a window is to be opened on it; else None."""
    match list(arguments):
        case ["--store", store]:
            return store or None
        case [word] if word.startswith("--store="):
            return word.partition("=")[2] or None
    return None


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be thought of: on X11 or Wayland a display must be named; `platform` is `sys.platform`."""
    if platform in {"win32", "darwin"}:
        return True
    return any(environment.get(name, "").strip() for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"))


def _folders(chosen: str | None) -> tuple[Path, Path]:
    """Where data and settings go: one folder for both where a person chose it, else what the system names."""
    if chosen is not None:
        folder = Path(chosen).expanduser().absolute()
        return folder, folder
    import platformdirs

    return (
        platformdirs.user_data_path(APPLICATION, appauthor=False),
        platformdirs.user_config_path(APPLICATION, appauthor=False),
    )


def _level(word: str) -> int:
    if word.lower() not in LEVELS:
        raise InputError(
            f"OPENDOORS_LOG is “{word}”.",
            f"Choose one of {', '.join(LEVELS)}.",
            where="OPENDOORS_LOG",
            code="bad_option",
        )
    return logging.getLevelNamesMapping()[word.upper()]


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InputError(
        f"OPENDOORS_NOW is “{text}”, which is no instant.",
        "Give an RFC 3339 instant with its zone, such as 2026-03-02T08:00:00Z.",
        where="OPENDOORS_NOW",
        code="bad_option",
    )


def _speed(text: str | None, now: datetime | None) -> float | None:
    if text is None:
        return None
    try:
        speed = float(text)
        if now is not None and 0 < speed < float("inf"):
            return speed
    except ValueError:
        pass
    raise InputError(
        f"OPENDOORS_SPEED is “{text}”, which is no speed of a virtual clock.",
        "Give a number above 0 together with OPENDOORS_NOW, or leave it out to skip idle time.",
        where="OPENDOORS_SPEED",
        code="bad_option",
    )

"""What a report of a fault needs: versions, options, the sizes of tables and the end of the log; nothing private."""

import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from opendoors_desktop import __version__
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.privacy import mask
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.size import StoreSize, find_size

DISTRIBUTION = "opendoors-desktop"
LOG_LINES = 300
LOG_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """A report to attach to a description of a fault; each text in it is masked.

    `store` is what the store is made of, or why it can't be used.
    """

    made_at: datetime
    versions: dict[str, str]
    options: dict[str, str]
    store: StoreSize | str
    log: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {**asdict(self), "made_at": self.made_at.isoformat(), "log": list(self.log)}


def collect_diagnostics(
    store: Store | StoreError, options: Mapping[str, object], log_file: Path, *, now: datetime, home: str = ""
) -> Diagnostics:
    """The report of this moment; a store that can't be opened is given as its error.

    `options` are the start-up options by name, `home` the person's home folder, which is shortened to `~` everywhere.
    Nothing is raised for a store or log that can't be read: the report says so instead.
    """
    return Diagnostics(
        made_at=now,
        versions=_versions(),
        options={name: mask(str(value), home=home) for name, value in options.items() if value is not None},
        store=_size(store, home),
        log=_log_tail(log_file, home),
    )


def _versions() -> dict[str, str]:
    versions = {
        "opendoors": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "packaged": "yes" if getattr(sys, "frozen", False) else "no",
    }
    for requirement in _requirements():
        try:
            versions[requirement] = metadata.version(requirement)
        except metadata.PackageNotFoundError:
            versions[requirement] = "missing"
    return versions


def _requirements() -> list[str]:
    """The names of the libraries this program needs, as its own metadata says; none when it isn't installed."""
    try:
        entries = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return []
    names = (entry.split(";")[0].strip() for entry in entries if "extra ==" not in entry)
    return sorted({name[: min(i for i, sign in enumerate(f"{name}<") if sign in "[<>=!~ ")] for name in names})


def _size(store: Store | StoreError, home: str) -> StoreSize | str:
    if isinstance(store, StoreError):
        return mask(f"{store.title} {store.where}".strip(), home=home)
    try:
        with store.read() as unit:
            return find_size(unit)
    except StoreError as fault:
        return mask(f"{fault.title} {fault.where}".strip(), home=home)


def _log_tail(log_file: Path, home: str) -> tuple[str, ...]:
    """The last lines of the log, which was masked when it was written and is masked once more."""
    try:
        with log_file.open("rb") as file:
            file.seek(0, 2)
            size = file.tell()
            file.seek(max(0, size - LOG_BYTES))
            content = file.read(LOG_BYTES)
    except OSError as fault:
        return (f"the log can't be read: {fault.strerror}",)
    lines = content.decode("utf-8", "replace").splitlines()
    whole = lines[1:] if size > LOG_BYTES else lines
    return tuple(mask(line, home=home) for line in whole[-LOG_LINES:])

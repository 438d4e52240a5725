"""Where a store is: a SQLite file or a Postgres database, read from the URL or path a person gives."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote

from opendoors_desktop.domain.errors import StoreError


class Dialect(StrEnum):
    """Which database keeps the store."""

    SQLITE = "sqlite"
    POSTGRES = "postgresql"


@dataclass(frozen=True, slots=True)
class Location:
    """A parsed store URL; `name` is fit to be shown and logged, `target` is not, since it may hold a password."""

    dialect: Dialect
    target: str
    name: str

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(self.target)


def parse_location(url: str) -> Location:
    """Read `sqlite:///file`, `postgresql://user@host/database` or a plain path; raises StoreError for anything else."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return _file(url)
    kind = scheme.lower().partition("+")[0]
    if kind == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return _file(unquote(rest.removeprefix("/")))
    if kind in {"postgresql", "postgres"}:
        return Location(Dialect.POSTGRES, f"postgresql://{rest}", _without_password(f"postgresql://{rest}"))
    raise StoreError(
        f"“{_without_password(url)}” is no address of a store.",
        "Give the path of a SQLite file, sqlite:///path or postgresql://user@host/database.",
        where=_without_password(url),
        code="store_url",
    )


def _file(text: str) -> Location:
    if not text.strip() or "\0" in text or text == ":memory:":
        raise StoreError(
            "The store needs the path of a file.",
            "Give the path of a SQLite file, or postgresql://user@host/database.",
            where=text.replace("\0", "\\0"),
            code="store_url",
        )
    path = Path(text).expanduser().absolute()
    return Location(Dialect.SQLITE, str(path), str(path))


def _without_password(url: str) -> str:
    """The URL with every password left out, in the user part as well as in the query."""
    hidden = re.sub(r"(://[^/@:]*):[^@]*@", r"\1:…@", url)
    return re.sub(r"((?:^|[?&])\w*password=)[^&]*", r"\1…", hidden, flags=re.IGNORECASE)

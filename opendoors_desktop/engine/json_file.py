"""A JSON file from outside, read whole, with a clear word for each way it can be unfit."""

import json
from pathlib import Path
from typing import Any

from opendoors_desktop.domain.errors import InputError

LARGEST = 20_000_000
"""Bytes; the largest sequence anybody can write is far below."""


def read_json(path: Path) -> Any:
    """The value in a JSON file; raises InputError naming the file, and line and column of a fault in it."""
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise InputError(
            f"The file can't be read: {error.strerror or error}.",
            "Check its name and your rights to it.",
            where=str(path),
            code="file_unreadable",
        ) from error
    if size > LARGEST:
        raise InputError(
            f"The file is larger than {LARGEST // 1_000_000} MB.",
            "Give a smaller one.",
            where=str(path),
            code="file_too_large",
        )
    return parse_json(raw, str(path))


def parse_json(raw: bytes, where: str) -> Any:
    """The value in JSON text (UTF-8, -16 or -32, with or without a mark); raises InputError with line and column."""
    try:
        text = raw.decode(json.detect_encoding(raw))
    except UnicodeDecodeError as error:
        raise InputError("The file isn't text in UTF-8.", "Save it as UTF-8.", where=where, code="not_utf_8") from error
    try:
        value = json.loads(
            text.removeprefix("\ufeff"), parse_constant=_refuse_constant, object_pairs_hook=_without_doubles
        )
        write_json(value).encode()
    except RecursionError as error:
        raise _unfit("it nests too deep", where) from error
    except UnicodeEncodeError as error:
        raise _unfit("a text holds half a character", where) from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"The file is no JSON: {error.msg} in line {error.lineno}, column {error.colno}.",
            "Correct that place, or export the file again.",
            where=f"{where}:{error.lineno}:{error.colno}",
            code="not_json",
        ) from error
    except ValueError as error:
        raise _unfit(str(error), where) from error
    return value


def write_json(value: object) -> str:
    """The value as text for a file: indented, in its own letters, with a line end behind."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _unfit(reason: str, where: str) -> InputError:
    title = f"The file is no JSON this program can read: {reason}."
    return InputError(title, "Export the file again.", where=where, code="not_json")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"an object has two members “{name}”")
        found[name] = value
    return found

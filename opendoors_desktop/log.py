"""The log: one JSON object a line, in files that turn over, with everything private masked."""

import json
import logging
import logging.handlers
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from opendoors_desktop.config import Options
from opendoors_desktop.domain.privacy import SHORTEST_SECRET, mask

ROOT = "opendoors_desktop"
FILE_BYTES = 2_000_000
FILES = 5
TEXT_LIMIT = 2000
"""Characters of one text in the log; a longer one is cut, so that no message body gets in whole by mistake."""

LEFT_OUT = "(left out)"
PRIVATE_FIELDS = frozenset(
    "body content draft headers html message_bytes password raw secret signature subject text token variables".split()
)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Redactor:
    """Masks a text by the rules of `domain.privacy`, and every secret it has been told of."""

    def __init__(self, home: str = "") -> None:
        self._home = home if len(home) > 1 else ""
        self._secrets: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def hide(self, secret: str) -> None:
        """From now on mask `secret` wherever it stands."""
        with self._lock:
            if len(secret) >= SHORTEST_SECRET:
                self._secrets |= {secret}

    def __call__(self, text: str) -> str:
        """The text, cut to a reasonable length and masked."""
        masked = mask(text, self._secrets, self._home)
        return masked if len(masked) <= TEXT_LIMIT else f"{masked[:TEXT_LIMIT]}… ({len(masked)} characters)"


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON: time (UTC), level, logger, thread, message, given fields, trace."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line; what goes by a private name, and bytes of any name, is left out."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "thread": record.threadName,
            "message": self._redact(_message(record)),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD:
                line[name] = LEFT_OUT if name in PRIVATE_FIELDS else self._plain(value)
        if record.exc_info:
            line["trace"] = self._redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)

    def _plain(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, bytes | bytearray | memoryview):
            return f"({len(value)} bytes)"
        return self._redact(str(value))


class PlainLines(logging.Formatter):
    """Formats a record for a person at a terminal: level and message, without a trace."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return f"{record.levelname.lower()}: {self._redact(_message(record))}"


class _QuietFile(logging.handlers.RotatingFileHandler):
    """A log file whose own trouble (a full disk, a file held open elsewhere) costs lines, never the program.

    The standard handler would print the record to standard error, unmasked.
    """

    def handleError(self, record: logging.LogRecord) -> None:
        """Let the line go."""


def start_log(options: Options, *, stream: TextIO | None = None) -> Redactor:
    """Write this program's log to `options.log_file` from its level on, and warnings to `stream` (standard error).

    Where the folder can't be written the stream alone is used and says so. Starting again replaces what was started
    before. Gives the redactor, which has to be told of secrets as they are read.
    """
    stop_log()
    redact = Redactor(str(Path.home()))
    logger = logging.getLogger(ROOT)
    logger.setLevel(options.log_level)
    screen = logging.StreamHandler(stream or sys.stderr)
    screen.setLevel(max(options.log_level, logging.WARNING))
    screen.setFormatter(PlainLines(redact))
    logger.addHandler(screen)
    try:
        options.log_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = _QuietFile(
            options.log_file, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError as fault:
        logger.warning("The log can't be written to %s: %s", options.log_file, fault.strerror)
        return redact
    file.setFormatter(JsonLines(redact))
    logger.addHandler(file)
    return redact


def stop_log() -> None:
    """Close what `start_log` opened."""
    logger = logging.getLogger(ROOT)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(logging.NOTSET)


def _message(record: logging.LogRecord) -> str:
    """The record's sentence; a wrong number of arguments costs the arguments, not the line."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return str(record.msg)

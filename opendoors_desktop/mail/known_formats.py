"""Whom a report of failed delivery names, by the mail systems' own formats that flufl.bounce knows."""

import logging
from email import message_from_bytes
from functools import cache
from typing import Any, Final

log = logging.getLogger(__name__)

LONGEST: Final = 256 * 1024
"""Bytes of a report that are looked at; whom it names stands near its beginning."""

LEFT_OUT: Final = "LLNL"
"""The detector that takes any address between two commas for one that failed."""


def recipients_by_format(data: bytes) -> tuple[str, ...]:
    """The addresses that a report names, sorted; empty where it is of no known format. It must be known to be one.

    `data` is the whole mail.
    """
    message = message_from_bytes(data[:LONGEST])
    for detector in _detectors():
        try:
            temporary, permanent = detector().process(message)
        except Exception as fault:  # noqa: BLE001  # written for mails of old, and met by hostile ones
            log.info("%s can't read a report: %r", detector.__name__, fault)
            continue
        found = {_text(address) for address in (*temporary, *permanent)}
        if found:
            return tuple(sorted(address for address in found if "@" in address))
    return ()


@cache
def _detectors() -> tuple[Any, ...]:
    from flufl.bounce import _scan

    return tuple(detector for detector in _scan._DETECTORS if detector.__name__ != LEFT_OUT)  # noqa: SLF001


def _text(address: bytes | str) -> str:
    return address if isinstance(address, str) else address.decode("ascii", "replace")

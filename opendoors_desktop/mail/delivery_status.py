"""The machine-readable part of a report on delivery: RFC 3464, and RFC 6533 for addresses beyond ASCII."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from opendoors_desktop.domain.bounce_kind import bounce_kind, status_in
from opendoors_desktop.domain.inbound import FailedRecipient
from opendoors_desktop.mail.mime import Part, decoded

STATUS_TYPES: Final = ("message/delivery-status", "message/global-delivery-status")
LONGEST_DIAGNOSTIC: Final = 1000
MOST_RECIPIENTS: Final = 500

_FIELD = re.compile(r"([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*)")
_OF_A_RECIPIENT: Final = frozenset(
    "original-recipient final-recipient action status remote-mta diagnostic-code last-attempt-date will-retry-until "
    "x-actual-recipient x-display-name x-supplementary-info".split()
)
_ADDRESS = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"()]+")
_UTF_8_CODE = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_XTEXT = re.compile(r"\+(2B|3D)", re.IGNORECASE)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_TYPE = re.compile(r"^[\w./ -]{1,40};\s*")


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What a status part says: who wasn't reached, and whether it tells that others were."""

    recipients: tuple[FailedRecipient, ...]
    tells_success: bool
    original_envelope_id: str


def read_status(part: Part) -> StatusReport:
    """The report in a delivery-status part; one that lost its form gives what can still be told."""
    whole: dict[str, str] = {}
    groups: list[dict[str, str]] = []
    for name, value, is_first in _status_fields(part.text):
        if name not in _OF_A_RECIPIENT and not groups:
            whole.setdefault(name, value)
            continue
        if not groups or name in groups[-1] or (is_first and _is_complete(groups[-1])):
            if len(groups) >= MOST_RECIPIENTS:
                break
            groups.append({})
        groups[-1][name] = value
    groups = _joined(groups)
    found = [recipient for group in groups if (recipient := _recipient(group)) is not None]
    succeeded = any(_action(group) in ("delivered", "relayed", "expanded") for group in groups)
    unique = {(recipient.address.lower(), recipient.bounce): recipient for recipient in found}
    return StatusReport(tuple(unique.values()), succeeded, whole.get("original-envelope-id", ""))


def _status_fields(text: str) -> Iterator[tuple[str, str, bool]]:
    """Name, value and whether a blank line stood before it, of each field; folded lines are put together."""
    name, value, is_first, blank = "", "", True, True
    for line in text.split("\n"):
        found = _FIELD.match(line)
        if found is not None:
            if name:
                yield name, decoded(value), is_first
            name, value, is_first, blank = found[1].lower(), found[2], blank, False
        elif line.strip():
            value = f"{value} {line.strip()}" if len(value) < LONGEST_DIAGNOSTIC * 2 else value
        else:
            blank = True
    if name:
        yield name, decoded(value), is_first


def _is_complete(group: dict[str, str]) -> bool:
    return "final-recipient" in group or "original-recipient" in group


def _joined(groups: list[dict[str, str]]) -> list[dict[str, str]]:
    """Groups without an address give what they say to those that lack it: some writers part them wrongly."""
    named = [group for group in groups if _is_complete(group)]
    common = {name: value for group in groups if not _is_complete(group) for name, value in group.items()}
    return [{**common, **group} for group in named]


def _action(group: dict[str, str]) -> str:
    return group.get("action", "").lower().split(" ")[0].strip("();,.")


def _recipient(group: dict[str, str]) -> FailedRecipient | None:
    """The recipient a group tells of; None if the mail reached them, or nobody is named."""
    action = _action(group)
    if action in ("delivered", "relayed", "expanded"):
        return None
    address = _address(group.get("original-recipient", "")) or _address(group.get("final-recipient", ""))
    if not address:
        return None
    diagnostic = _TYPE.sub("", group.get("diagnostic-code", ""))[:LONGEST_DIAGNOSTIC]
    status = _STATUS.search(group.get("status", ""))
    words = diagnostic or group.get("status", "")
    kind = bounce_kind(status[0] if status else "", words, is_delayed=action.startswith("delay"))
    return FailedRecipient(address, status[0] if status else status_in(diagnostic), kind, diagnostic)


def _address(value: str) -> str:
    """The address in a recipient field such as "rfc822; ann@example.com"; "" where there is none."""
    kind, _, rest = value.partition(";")
    text = rest or kind
    if kind.strip().lower() == "utf-8":
        text = _UTF_8_CODE.sub(lambda code: _character(code[1]), text)
    found = _ADDRESS.search(text)
    return "" if found is None else _XTEXT.sub(lambda code: chr(int(code[1], 16)), found[0]).rstrip(".")


def _character(code: str) -> str:
    number = int(code, 16)
    return chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else "\ufffd"

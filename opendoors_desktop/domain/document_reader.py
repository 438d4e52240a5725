"""Reads the JSON document of a sequence (see `sequence_document`) and reports every fault with its path."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opendoors_desktop.domain.ab_test_json import MAX_BODY, MAX_SUBJECT
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.json_reader import BadJson, JsonFault, JsonObject, read_date, shown
from opendoors_desktop.domain.send_window import SendWindow, window_problems
from opendoors_desktop.domain.sequence import GoalType, Sequence
from opendoors_desktop.domain.sequence_draft import SequenceDraft, TemplateDraft
from opendoors_desktop.domain.step_reader import MAX_ADDRESS, MAX_TEXT, NOWHERE, read_steps

VERSION = 1
MAX_NAME = 255
MAX_TAGS = 100
MAX_TAG = 100
MAX_TEMPLATES = 200
MAX_HOLIDAYS = 1_000
MAX_SHARES = 100
MAX_COUNT = 1_000_000
MAX_MINUTES = 1_440

_PLAIN = SendWindow()
_DAYS = "this must be a list of seven times true or false, Monday first"


def parse_document(document: object, custom: Mapping[str, FieldKind] | None = None) -> SequenceDraft:
    """The sequence that a document says; raises BadJson with every fault and its path.

    `custom` are the workspace's own fields, which conditions may ask for; None where they aren't known.
    """
    faults: list[JsonFault] = []
    found = JsonObject(document, "$", faults)
    version = found.raw("opendoors_sequence")
    if not found.is_object or version != VERSION or isinstance(version, bool):
        if found.is_object:
            found.fault("opendoors_sequence", f"this must be {VERSION}, the version of the form this program reads")
        raise BadJson("This is no sequence this program can read", faults)
    draft = _draft(found, custom)
    found.close()
    if faults:
        raise BadJson("The sequence can't be used", faults)
    return draft


def _draft(found: JsonObject, custom: Mapping[str, FieldKind] | None) -> SequenceDraft:
    settings = _settings(found) | _sending(found) | _rules(found)
    flow, rows = read_steps(found, custom)
    return SequenceDraft(
        Sequence(id=NOWHERE, workspace_id=NOWHERE, owner_id=NOWHERE, flow=flow, **settings),
        found.get_text("default_email_account", MAX_ADDRESS),
        tuple(_share(each) for each in _objects(found, "email_account_shares", MAX_SHARES)),
        {row.step.id: row.mailbox for row in rows if row.mailbox is not None},
        {row.step.id: row.assignee for row in rows if row.assignee is not None},
        tuple(_template(each) for each in _objects(found, "templates", MAX_TEMPLATES)),
    )


def _objects(found: JsonObject, name: str, longest: int) -> list[JsonObject]:
    return [JsonObject(item, path, found.faults) for path, item in found.get_list(name, longest)]


def _name(found: JsonObject, what: str) -> str:
    found.require("name", what)
    name = found.get_text("name", MAX_NAME)
    if name is not None and not name.strip():
        found.fault("name", "an empty text is no name")
    return name or ""


def _settings(found: JsonObject) -> dict[str, Any]:
    return {
        "name": _name(found, "what the sequence is called"),
        "description": found.get_text("description", MAX_TEXT),
        "tags": found.get_texts("tags", MAX_TAGS, MAX_TAG),
        "goal_type": found.get_choice("goal_type", GoalType),
        "goal_target": found.get_whole("goal_target", 1, MAX_COUNT),
        "goal_deadline": found.get_date("goal_deadline"),
    }


def _sending(found: JsonObject) -> dict[str, Any]:
    throttle = found.get_whole("throttle_delay_minutes", 0, MAX_MINUTES, 60)
    return {
        "zone": _zone(found),
        "uses_contact_zone": found.get_flag("use_contact_timezone", default=False),
        "window": _window(found),
        "holidays": _holidays(found),
        "delays_in_working_days": found.get_flag("delays_in_working_days", default=False),
        "max_emails_per_day": _limit(found, "max_emails_per_day", 100),
        "max_new_per_day": _limit(found, "max_new_contacts_per_day", None),
        "throttle": timedelta(minutes=60 if throttle is None else throttle),
    }


def _rules(found: JsonObject) -> dict[str, Any]:
    return {
        "stop_on_reply": found.get_flag("stop_on_reply", default=True),
        "stop_company_on_reply": found.get_flag("stop_on_company_reply", default=False),
        "stop_on_bounce": found.get_flag("stop_on_bounce", default=True),
        "stop_on_unsubscribe": found.get_flag("stop_on_unsubscribe", default=True),
        "allows_new_round": found.get_flag("allow_new_round", default=False),
        "allows_parallel": found.get_flag("allow_parallel", default=False),
    }


def _zone(found: JsonObject) -> str:
    key = found.get_text("sending_timezone", 50, "UTC") or "UTC"
    try:
        ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found.fault("sending_timezone", f"there is no time zone {shown(key)}; write it like Europe/Berlin")
    return key


def _window(found: JsonObject) -> SendWindow:
    days = found.raw("sending_days")
    if days is not None and not (isinstance(days, list) and [type(day) for day in days] == [bool] * 7):
        found.fault("sending_days", _DAYS)
        days = None
    window = SendWindow(
        _PLAIN.days if days is None else tuple(days),
        found.get_time("sending_window_start"),
        found.get_time("sending_window_end"),
    )
    for sentence in window_problems(window):
        found.fault("sending_days" if "day is chosen" in sentence else "sending_window_start", sentence)
    return window


def _holidays(found: JsonObject) -> frozenset[Any]:
    days = set()
    for path, item in found.get_list("holidays", MAX_HOLIDAYS):
        day = read_date(item) if isinstance(item, str) else None
        if day is None:
            found.faults.append(JsonFault(path, f"this must be a day like 2026-10-31, not {shown(item)}"))
        days.add(day)
    return frozenset(days - {None})


def _limit(found: JsonObject, name: str, default: int | None) -> int | None:
    """A whole number, the default where it is missing, None (no limit) for null."""
    return None if found.is_null(name) else found.get_whole(name, 0, MAX_COUNT, default)


def _share(found: JsonObject) -> tuple[str, int]:
    found.require("email_account", "the address of a mailbox")
    share = (found.get_text("email_account", MAX_ADDRESS) or "", found.get_whole("weight", 0, MAX_COUNT, 1) or 0)
    found.close()
    return share


def _template(found: JsonObject) -> TemplateDraft:
    template = TemplateDraft(
        _name(found, "what the template is called"),
        found.get_text("subject", MAX_SUBJECT),
        found.get_text("body", MAX_BODY),
        found.get_flag("body_is_html", default=False),
    )
    found.close()
    return template

"""The settings of a workspace: its name and zone, what stands under every email, its public address, fallbacks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.contact import TEXT_FIELDS
from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.enrollments import get_standing, scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.entrance import is_loopback
from opendoors_desktop.engine.everyone import replan_everyone
from opendoors_desktop.engine.holiday_tables import check_country
from opendoors_desktop.engine.stepping import replan, save
from opendoors_desktop.mail.template import analyse_text
from opendoors_desktop.store import holidays, lacking, sequences, workspaces
from opendoors_desktop.store.holidays import OwnDay
from opendoors_desktop.store.unit import Unit
from opendoors_desktop.store.workspaces import Workspace

LONGEST_NAME = 255
LONGEST_TEXT = 2_000


def show_workspace(context: Context) -> Workspace:
    """The workspace as it stands."""
    with context.store.read() as unit:
        return workspaces.get_workspace(unit, context.scope.workspace_id)


def change_workspace(context: Context, change: Callable[[Workspace], Workspace]) -> Workspace:
    """Save changed settings (not the emergency stop, not fallbacks); raises InputError with everything wrong."""
    with context.store.write() as unit:
        before = workspaces.get_workspace(unit, context.scope.workspace_id)
        after = _tidy(change(before))
        _check(after)
        if after == before:
            return before
        workspaces.update_workspace(unit, after, context.clock.now())
        changed = sorted(name for name in _SHOWN if getattr(before, name) != getattr(after, name))
        note(context, unit, "workspace_changed", "workspace", after.id, changed=changed)
        unit.changed(Topic.WORKSPACE, Topic.SETTINGS)
        return workspaces.get_workspace(unit, context.scope.workspace_id)


def set_fallback(context: Context, field: str, fallback: str | None) -> None:
    """Let a text stand in for a field of contacts where it is empty; who was held for that field goes on.

    `field` is the name templates use; None or an empty text takes the fallback away. Raises NotFound, InputError.
    """
    text = (fallback or "").strip() or None
    if text is not None and (len(text) > LONGEST_TEXT or "\0" in text):
        raise InputError(f"A fallback has at most {LONGEST_TEXT:,} characters.", "Make it shorter.", where=field)
    with context.store.write() as unit:
        known = field in TEXT_FIELDS or field.startswith("custom.")
        if not known or not workspaces.set_fallback(
            unit, context.scope.workspace_id, field, text, row_id=context.new_id(), now=context.clock.now()
        ):
            fields = ", ".join(TEXT_FIELDS)
            raise NotFound(f"There is no field “{field}”.", f"Known are {fields} and custom.NAME.", where=field)
        _let_go(context, unit)
        note(context, unit, "fallback_changed", "workspace", context.scope.workspace_id, field=field)
        unit.changed(Topic.SETTINGS, Topic.ENROLLMENTS, Topic.OUTBOX)


def list_days_off(context: Context) -> list[OwnDay]:
    """The workspace's own days, beside the holidays of countries."""
    with context.store.read() as unit:
        return holidays.list_own_days(unit, context.scope.workspace_id)


def add_day_off(context: Context, day: date, name: str = "", *, country: str = "", is_working: bool = False) -> None:
    """Add a day off, or (`is_working`) take one from a country's holidays; everyone is planned anew by it."""
    check_country(country or None, None)
    if len(name) > LONGEST_NAME or "\0" in name:
        raise InputError(f"A day's name has at most {LONGEST_NAME} characters.", "Make it shorter.", where=name[:80])
    own = OwnDay(context.new_id(), day, name, country, is_working)
    with context.store.write() as unit:
        holidays.put_own_day(unit, context.scope.workspace_id, own, context.clock.now())
        _days_changed(context, unit)
    _replan_running(context)


def remove_day_off(context: Context, day: date, country: str = "") -> None:
    """Forget a day of the workspace's own; raises NotFound."""
    with context.store.write() as unit:
        if not holidays.remove_own_day(unit, context.scope.workspace_id, day, country):
            raise NotFound(f"{day} is none of the workspace's own days.", "Look at the list.", where=day.isoformat())
        _days_changed(context, unit)
    _replan_running(context)


_SHOWN = ("name", "zone", "postal_address", "opt_out_line", "opt_out_line_is_on", "public_url")


def _tidy(workspace: Workspace) -> Workspace:
    url = (workspace.public_url or "").strip().rstrip("/")
    return replace(
        workspace,
        name=workspace.name.strip(),
        postal_address=workspace.postal_address.strip(),
        opt_out_line=workspace.opt_out_line.strip(),
        public_url=url or None,
    )


def _check(workspace: Workspace) -> None:
    faults = []
    if not workspace.name or len(workspace.name) > LONGEST_NAME:
        faults.append(f"A workspace's name has 1 to {LONGEST_NAME} characters.")
    try:
        ZoneInfo(workspace.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        faults.append(f"There is no time zone “{workspace.zone}”; write it like Europe/Berlin.")
    if max(len(workspace.postal_address), len(workspace.opt_out_line)) > LONGEST_TEXT:
        faults.append(f"Postal address and opt-out line have at most {LONGEST_TEXT:,} characters.")
    if any("\0" in text for text in (workspace.name, workspace.postal_address, workspace.opt_out_line)):
        faults.append("A text holds the character NUL.")
    faults += [f"The opt-out line: {problem.message}." for problem in analyse_text(workspace.opt_out_line).problems]
    if workspace.public_url is not None and not _is_public(workspace.public_url):
        faults.append("The public address is written like https://mail.example.com; http is for this computer only.")
    if faults:
        title = faults[0] if len(faults) == 1 else f"{len(faults)} settings of the workspace can't be used."
        advice = "Correct it and save again." if len(faults) == 1 else "\n".join(faults)
        raise InputError(title, advice, code="bad_workspace")


def _is_public(url: str) -> bool:
    """Whether links can begin with it: https, or http on this computer, with a host and neither query nor fragment."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username) and port != 0
    is_clean = url.isascii() and url.isprintable() and " " not in url
    safe = parts.scheme == "https" or (parts.scheme == "http" and host is not None and is_loopback(host))
    return bool(host) and plain and is_clean and safe


def _days_changed(context: Context, unit: Unit) -> None:
    note(context, unit, "days_off_changed", "workspace", context.scope.workspace_id)
    unit.changed(Topic.SETTINGS)


def _let_go(context: Context, unit: Unit) -> None:
    """Decide anew those who are held for an empty field; who still lacks one is held again at once."""
    held = lacking.held_for_data(unit, context.scope.workspace_id)
    for sequence_id, enrollment_ids in held.items():
        scene = scene_of(unit, context, sequence_id)
        for enrollment_id in enrollment_ids:
            standing = get_standing(unit, context, enrollment_id)
            save(scene, standing, replan(scene, standing))
        scene.ledger.write(unit)


def _replan_running(context: Context) -> None:
    """Decide everyone in running sequences anew, a commit for each sequence."""
    with context.store.read() as unit:
        running = sequences.list_ids(unit, context.scope.workspace_id, {SequenceStatus.ACTIVE})
    for sequence_id in running:
        with context.store.write() as unit:
            replan_everyone(scene_of(unit, context, sequence_id))
            unit.changed(Topic.ENROLLMENTS, Topic.OUTBOX)

"""What is tracked of emails: the addresses behind their signed links, and the workspaces' keys that signed them."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from opendoors_desktop.store.unit import Unit


class Tracked(NamedTuple):
    """An email that is about to leave with signed links (their addresses, from number 1), or a picture, or both."""

    outgoing_id: UUID
    links: tuple[str, ...]
    has_pixel: bool


_LINK = """
INSERT INTO links (outgoing_email_id, number, workspace_id, target)
SELECT o.id, :number, o.workspace_id, :target FROM outgoing_emails o WHERE o.id = :id
"""


def keep_tracked(unit: Unit, emails: Sequence[Tracked]) -> None:
    """Keep what is tracked of emails, in the unit that stores their messages."""
    unit.run_many(
        "UPDATE outgoing_emails SET tracks_opens = :opens, tracks_clicks = :clicks WHERE id = :id",
        [{"id": each.outgoing_id, "opens": each.has_pixel, "clicks": bool(each.links)} for each in emails],
    )
    unit.run_many(
        _LINK,
        [
            {"id": each.outgoing_id, "number": number, "target": target}
            for each in emails
            for number, target in enumerate(each.links, 1)
        ],
    )


def find_target(unit: Unit, outgoing_id: UUID, number: int) -> str | None:
    """The address that a link of an email led to when it left; None for one it hadn't, or whose person was erased."""
    row = unit.row(
        "SELECT target FROM links WHERE outgoing_email_id = :id AND number = :number",
        {"id": outgoing_id, "number": number},
    )
    return None if row is None else str(row[0])


def tracking_keys(unit: Unit) -> tuple[bytes, ...]:
    """The keys that sign the links of every workspace in the store."""
    return tuple(bytes(row[0]) for row in unit.rows("SELECT tracking_key FROM workspaces ORDER BY id"))

"""The named points of sending and reading at which a test may end the process."""

from opendoors_desktop.mail.faults import fault
from opendoors_desktop.mail.worker import FAULT_POINTS as CHILD_POINTS

__all__ = ["FAULT_POINTS", "READ_POINTS", "SEND_POINTS", "fault"]

SEND_POINTS: tuple[str, ...] = (
    "claim.before_commit",
    "claim.after_commit",
    "render.before_jobs",
    "render.after_jobs",
    "begin.before_commit",
    "begin.after_commit",
    "transmit.after_first",
    "transmit.after_all",
    "record.before_commit",
    "record.after_commit",
    *CHILD_POINTS,
)
"""Those of a send in its order, from the claim to the record; the children's own among them."""

READ_POINTS: tuple[str, ...] = ("read.before_commit", "read.after_commit")
"""Those of reading a mailbox: round each commit of what was found with how far that brings its folder."""

FAULT_POINTS: tuple[str, ...] = (*SEND_POINTS, *READ_POINTS)
"""Every point OPENDOORS_FAULT may name."""

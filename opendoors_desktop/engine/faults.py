"""The named points of the send path at which a test may end the process, from the claim to the record."""

from opendoors_desktop.mail.faults import fault
from opendoors_desktop.mail.worker import FAULT_POINTS as CHILD_POINTS

__all__ = ["FAULT_POINTS", "fault"]

FAULT_POINTS: tuple[str, ...] = (
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
"""Every point OPENDOORS_FAULT may name, in the order of a send; the children's own among them."""

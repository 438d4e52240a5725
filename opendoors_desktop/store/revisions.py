"""The revisions of a store that this program knows."""

from typing import Final

REVISIONS: Final = ("0001",)
"""Oldest first; a SQLite file bears the last one's number in its header."""

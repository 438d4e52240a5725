"""Which rows of a long list are ticked off: some of them, or all but some."""

from collections.abc import Hashable


class Checked:
    """Holds the keys of rows that are checked; where all are, those that aren't."""

    def __init__(self) -> None:
        self.is_all = False
        self.exceptions: set[Hashable] = set()

    def __contains__(self, key: Hashable) -> bool:
        return (key in self.exceptions) is not self.is_all

    @property
    def is_any(self) -> bool:
        """Whether anything may be checked at all."""
        return self.is_all or bool(self.exceptions)

    def check(self, key: Hashable, *, is_on: bool) -> None:
        """Check one, or take its check away."""
        (self.exceptions.discard if is_on is self.is_all else self.exceptions.add)(key)

    def check_all(self, *, is_on: bool) -> None:
        """Check the whole list, or nothing."""
        self.is_all = is_on
        self.exceptions.clear()

    def count(self, total: int) -> int:
        """How many are checked of a list of `total` rows."""
        return max(0, total - len(self.exceptions)) if self.is_all else len(self.exceptions)

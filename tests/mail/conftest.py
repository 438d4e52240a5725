"""What the tests of mail share."""

from tests.fixtures_smtp import authority

__all__ = ["authority"]

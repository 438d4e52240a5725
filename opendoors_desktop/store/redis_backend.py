"""Redis as dogpile.cache's place to keep things, each for a time that Redis itself counts."""

from typing import Any

from dogpile.cache.backends.redis import RedisBackend


class ExpiringBackend(RedisBackend):
    """As dogpile's own, which gives a time by a command that Redis has given up."""

    def set_serialized(self, key: str, value: Any) -> None:
        """Keep bytes for as long as the backend was told."""
        self.writer_client.set(key, value, ex=self.redis_expiration_time)

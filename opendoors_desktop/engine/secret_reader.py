"""Reads secrets on threads of their own: a keyring blocks for as long as a person doesn't answer its question."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from opendoors_desktop.domain.errors import OpenDoorsError, SecretError

ANSWERS_WITHIN: Final = 5.0
"""Seconds a keyring is waited for once; then others go on, and its answer is taken when it comes."""

LOOKS_FOR: Final = 0.01


class SecretReader:
    """Asks for each secret once at a time; a keyring that doesn't answer keeps nobody else and not the end.

    For one asyncio loop.
    """

    def __init__(
        self,
        read: Callable[[str], str | None],
        patience: float = ANSWERS_WITHIN,
        silence: OpenDoorsError | None = None,
    ) -> None:
        """`read` gives the secret of a name and may block; `silence` is raised in place of the keyring's own words."""
        self._read = read
        self._patience = patience
        self._silence = silence
        self._asked: dict[str, asyncio.Future[str | None]] = {}

    async def get(self, name: str) -> str | None:
        """The secret of that name, None where there is none; raises SecretError, as well where no answer comes."""
        asked = self._asked.get(name)
        patience = LOOKS_FOR if asked is not None else self._patience
        if asked is None:
            asked = self._asked[name] = self._ask(name)
        done, _ = await asyncio.wait([asked], timeout=patience)
        if not done:
            raise self._silence or SecretError(
                "The keyring doesn’t answer.",
                "Unlock it; what waits for it leaves then by itself.",
                where=name,
                code="keyring_silent",
            )
        del self._asked[name]
        return asked.result()

    def _ask(self, name: str) -> "asyncio.Future[str | None]":
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str | None] = loop.create_future()

        def tell(value: str | None, fault: BaseException | None) -> None:
            if fault is None:
                answer.set_result(value)
            else:
                answer.set_exception(fault)

        def read() -> None:
            value, fault = None, None
            try:
                value = self._read(name)
            except BaseException as error:  # noqa: BLE001  # brought to who asked
                fault = error
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(tell, value, fault)

        # A daemon: a thread that waits for a person mustn't keep the program from ending.
        threading.Thread(target=read, name="secrets", daemon=True).start()  # noqa: TID251
        return answer

"""The picture and the links of emails, without a token: what is asked for is noted, and nobody waits for that."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from opendoors_desktop.api.public import away, unknown
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.public_link import CLICK, OPEN
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.hit_recorder import HitRecorder, PublicLinks

TRACKER: Final = "opendoors.tracker"
"""Where a request carries what notes it."""

PICTURE: Final = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00"
    b"\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
"""One point that nobody sees."""

MOST_MISSES: Final = 60
"""How many links that aren't ours an address may ask for in a minute; one that is ours is always answered."""

WRITES_EVERY: Final = 0.5
"""Seconds."""

_HEADERS: Final = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store, private"}
_LOOKS_AHEAD: Final = ("sec-purpose", "purpose", "x-purpose", "x-moz")

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)


class Tracker:
    """What answers and notes the hits of one server; `run` is to go on beside it."""

    def __init__(self, context: Context) -> None:
        self.links = PublicLinks(context)
        self.hits = HitRecorder(context)
        self._misses: Counter[str] = Counter()
        self._minute = 0

    async def run(self) -> None:
        """Write hits down until cancelled."""
        while True:
            await asyncio.sleep(WRITES_EVERY)
            try:
                await asyncio.to_thread(self.hits.write)
            except Exception:
                log.exception("hits couldn't be written down")

    async def end(self, running: "asyncio.Task[None]") -> None:
        """Have `run` end, and write what is left."""
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await asyncio.to_thread(self.hits.write)

    async def read_keys(self) -> bool:
        """Read the keys of links anew where that may help; whether it was done. Raises StoreError."""
        if not self.links.are_keys_old():
            return False
        await run_in_threadpool(self.links.read_keys)
        return True

    def note(self, request: Request, email_id: UUID, number: int | None) -> None:
        """Note that the picture (None) or a link of an email was asked for."""
        headers = request.headers
        self.hits.note(
            self.links.visit(
                email_id,
                number,
                address=_address(request),
                user_agent=headers.get("user-agent", ""),
                method=request.method,
                is_prefetch=_looks_ahead(headers),
            )
        )

    def missed(self, request: Request) -> Response:
        """The answer to what isn't ours: unknown, and after too many of them nothing more."""
        minute = int(asyncio.get_running_loop().time() // 60)
        if minute != self._minute:
            self._misses.clear()
            self._minute = minute
        address = _address(request)
        self._misses[address] += 1
        if self._misses[address] > MOST_MISSES:
            return Response(status_code=429, headers={**_HEADERS, "Retry-After": "60"})
        return unknown()


@router.api_route(f"/{OPEN}/{{token}}", methods=["GET", "HEAD"])
async def show_picture(request: Request, token: str) -> Response:
    """The picture of an email; that it was asked for is noted."""
    tracker = _tracker(request)
    email_id = tracker.links.opened(token)
    try:
        if email_id is None and await tracker.read_keys():
            email_id = tracker.links.opened(token)
    except StoreError:
        return away()
    if email_id is None:
        return tracker.missed(request)
    tracker.note(request, email_id, None)
    return Response(PICTURE, headers=_HEADERS, media_type="image/gif")


@router.api_route(f"/{CLICK}/{{token}}", methods=["GET", "HEAD"])
async def follow_link(request: Request, token: str) -> Response:
    """Lead on to the address that stood in the email, and to no other; that it was followed is noted."""
    tracker = _tracker(request)
    try:
        link = tracker.links.followed(token)
        if link is None and await tracker.read_keys():
            link = tracker.links.followed(token)
        target = None if link is None else await run_in_threadpool(tracker.links.target, *link)
    except StoreError:
        return away()
    if link is None or target is None:
        return tracker.missed(request)
    tracker.note(request, *link)
    answer = Response(status_code=302, headers=_HEADERS)
    # Byte for byte what the email said: nothing is encoded anew.
    answer.raw_headers.append((b"location", target.encode()))
    return answer


def _tracker(request: Request) -> Tracker:
    tracker = request.scope[TRACKER]
    assert isinstance(tracker, Tracker)
    return tracker


def _address(request: Request) -> str:
    return "" if request.client is None else request.client.host


def _looks_ahead(headers: Mapping[str, str]) -> bool:
    """Whether a browser or mail program says that it fetches before anybody looks."""
    said = " ".join(headers.get(name, "") for name in _LOOKS_AHEAD).lower()
    return "prefetch" in said or "preview" in said or "prerender" in said

"""A commit that is kept although its answer is lost: nothing is done twice, nothing is forgotten, whichever it was."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine import loop
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.location import Location
from opendoors_desktop.store.unit import Unit
from tests.builders import TimedPost, activities, email, make_room, open_context, run_for, states, task
from tests.oracle import problems_of


class DeafStore(Store):
    """A store that doesn't hear the answer to one of its commits."""

    def __init__(self, location: Location, deaf_at: int) -> None:
        super().__init__(location)
        self.left = deaf_at

    @contextmanager
    def write(self, *, beside: bool = False) -> Iterator[Unit]:
        with super().write(beside=beside) as unit:
            yield unit
        self.left -= 1
        if self.left == 0:
            raise StoreError("The database can't be reached.", "It is tried again.", code="store_away")


MOST = 400


@pytest.mark.parametrize("part", range(4))
async def test_fault_17_an_answer_lost_at_any_commit_costs_nothing(
    fresh_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, part: int
):
    monkeypatch.setattr(loop, "STORE_IS_TRIED_AGAIN_AFTER", 0.0)
    for number in range(1 + part, MOST, 4):
        path = shutil.copyfile(fresh_file, tmp_path / f"{number}.db")
        with _opened(path, number) as (context, store):
            room = make_room(context, [email(), task(waits_for_task=False), email(1, None)], 6, connections=2)
            post = TimedPost(room.clock)
            await run_for(replace(context, store=store), post, days=3)
            assert problems_of(context.store, post.captures, context.scope.workspace_id) == [], number
            assert states(context) == {"sent": 12}, number
            assert (activities(context, "sent"), activities(context, "completed")) == (12, 6), number
        if store.left > 0:
            return
    raise AssertionError("there were more commits than were tried")


@contextmanager
def _opened(path: Path, deaf_at: int) -> Iterator[tuple[Context, DeafStore]]:
    plain = Store.open(str(path))
    context = open_context(plain, path.parent)
    deaf = DeafStore(plain.location, deaf_at)
    try:
        yield context, deaf
    finally:
        deaf.close()
        plain.close()

"""Changes everyone in a sequence at once: read in pages, decided anew, written back in batches."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.engine.stepping import Scene, each_standing, replan
from opendoors_desktop.store import enrollments
from opendoors_desktop.store.standings import Standing

BATCH = 500
"""How many enrollments are written with one statement."""


def change_everyone(
    scene: Scene, change: Callable[[Standing], Standing], standings: Iterable[Standing] | None = None
) -> int:
    """Let `change` give each active and paused enrollment (or each of `standings`) its new form; gives their number.

    What comes back as it was isn't written. The scene's ledger is written at the end.
    """
    count = 0
    for page in _pages(each_standing(scene) if standings is None else standings):
        pairs = [(before, change(before)) for before in page]
        different = [(before, after) for before, after in pairs if after != before]
        enrollments.save(scene.unit, [before for before, _ in different], [after for _, after in different])
        count += len(pairs)
    if count:
        scene.unit.changed(Topic.ENROLLMENTS, Topic.OUTBOX)
    scene.ledger.write(scene.unit)
    return count


def decided(scene: Scene, standing: Standing) -> Standing:
    """The enrollment decided anew where it is active; one that is paused stays where it was put."""
    if standing.enrollment.status is EnrollmentStatus.ACTIVE:
        return replan(scene, standing)
    return standing


def replan_everyone(scene: Scene) -> int:
    """Decide everyone in the scene's sequence anew, after its texts, settings or days changed; gives their number."""
    return change_everyone(scene, lambda standing: decided(scene, standing))


def _pages(standings: Iterable[Standing]) -> Iterator[list[Standing]]:
    ahead = iter(standings)
    while page := list(islice(ahead, BATCH)):
        yield page

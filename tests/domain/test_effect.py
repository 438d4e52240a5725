"""What may be taken back of what a mail did, and why the rest may not."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from opendoors_desktop.domain.effect import Effect, EffectKind, Obstacle, obstacle_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def effect(kind: EffectKind, reason: str = "", undone_at: datetime | None = None) -> Effect:
    return Effect(kind, UUID(int=1), NOW, reason, undone_at=undone_at)


@pytest.mark.parametrize(
    "kind, reason, obstacle",
    [
        (EffectKind.REPLIED, "", Obstacle.BY_MEANING),
        (EffectKind.GOAL, "", Obstacle.BY_MEANING),
        (EffectKind.MAILBOX_PAUSED, "bounce_rate", Obstacle.MAILBOX),
        (EffectKind.BOUNCED, "hard", Obstacle.FACT),
        (EffectKind.BOUNCED, "soft", None),
        (EffectKind.SUPPRESSED, "complaint", Obstacle.OWN_WISH),
        (EffectKind.SUPPRESSED, "unsubscribed", Obstacle.BY_MEANING),
        (EffectKind.SUPPRESSED, "hard_bounce", None),
        (EffectKind.ENDED, "unsubscribed", Obstacle.BY_MEANING),
        (EffectKind.ENDED, "replied", None),
        (EffectKind.POSTPONED, "2026-03-09T08:00:00Z", None),
        (EffectKind.HELD, "unsure_reply", None),
    ],
)
def test_what_keeps_an_effect_from_being_taken_back(kind: EffectKind, reason: str, obstacle: Obstacle | None):
    assert obstacle_of(effect(kind, reason)) is obstacle
    assert obstacle_of(effect(kind, reason, NOW)) is Obstacle.UNDONE


def test_every_obstacle_says_what_to_do_or_why_not():
    assert len({obstacle.sentence for obstacle in Obstacle}) == len(Obstacle)

"""Product and sandbox keep tables of their own; they agree."""

from __future__ import annotations

from bot.rules.figures import FIGURES
from sandbox.cloud.modelarts import figures


def test_the_free_tier_is_the_same_on_both_sides() -> None:
    free = FIGURES.free
    assert free.regions == (figures.FREE_REGION,)
    assert (free.run_seconds, free.release_seconds) == (figures.FREE_RUN_S, figures.FREE_KEPT_S)

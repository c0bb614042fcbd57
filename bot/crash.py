"""Kill this process at a named fail point, on purpose: how the promises about crashes are tried out (sandbox only)."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from bot.flows.world import FAIL_POINTS, passes


def crasher(wanted: str) -> Callable[[str], None]:
    """Return what flows call at each fail point. `wanted` is a point, or `point:n` for its n-th pass; "" is never.

    Raises ValueError for a point that does not exist, so that a test cannot pass by a misspelling.
    """
    if not wanted:
        return passes
    point, _, number = wanted.partition(":")
    if point not in FAIL_POINTS:
        raise ValueError(f"BOT_FAIL_POINT {point} is not one of {', '.join(FAIL_POINTS)}")
    left = int(number or 1)

    def reach(passed: str) -> None:
        nonlocal left
        left -= passed == point
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach

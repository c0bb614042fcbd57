"""Kill or stop this process at a named fail point, on purpose: how the promises are tried out (sandbox only)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from bot.flows.world import FAIL_POINTS, passes

WAYS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


def crasher(wanted: str) -> Callable[[str], None]:
    """Return what flows call at each fail point. `wanted` is `point`, `point:n` for its n-th pass; "" is never.

    `!stop` behind it stops the process instead of killing it, as a long pause of the machine would. What is done is
    said on standard error first. Raises ValueError for what does not exist, so that no test passes by a misspelling.
    """
    if not wanted:
        return passes
    where, _, way = wanted.partition("!")
    point, _, number = where.partition(":")
    if point not in FAIL_POINTS:
        raise ValueError(f"BOT_FAIL_POINT {point} is not one of {', '.join(FAIL_POINTS)}")
    if (way := way or "kill") not in WAYS:
        raise ValueError(f"BOT_FAIL_POINT ends with !{way}, which is not one of {', '.join(WAYS)}")
    left = int(number or 1)

    def reach(passed: str) -> None:
        nonlocal left
        if passed != point:
            return
        left -= 1
        if left == 0:
            sys.stderr.write(f"fail point: {way} at {point}\n")
            sys.stderr.flush()
            os.kill(os.getpid(), WAYS[way])

    return reach

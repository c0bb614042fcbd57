"""The tick: the only place that knows APScheduler, which holds real-time intervals in memory and nothing else.

What is due is data in Redis (decision 4). Every worker ticks; promotion is one script, so ten ticks move an item once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import NewerSchema, StoreDown

log = structlog.get_logger(__name__)

TICK_SECONDS = 0.5
Beat = Callable[[], Awaitable[None]]


class Engine:
    """Call `tick` and the other beats at their intervals, in this process and in real time."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def every(self, seconds: float, name: str, beat: Beat) -> None:
        """Call `beat` every `seconds`; a beat still running is not started twice, a missed one is not made up."""
        self._scheduler.add_job(
            _guarded,
            "interval",
            args=(name, beat),
            seconds=seconds,
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin; must be called inside the running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """End at once; a beat that runs finishes by itself."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


async def _guarded(name: str, beat: Beat) -> None:
    """Keep the scheduler alive whatever a beat meets; the next one tries again."""
    try:
        await beat()
    except StoreDown as fault:
        log.warning("beat missed, store down", beat=name, fault=str(fault))
    except NewerSchema as newer:
        log.info("beat left to a newer worker", beat=name, document=newer.name)
    except Exception:
        log.exception("beat failed", beat=name)

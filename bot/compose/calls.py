"""What is told of each cloud call: to the log and the figures at once, to the audit as it deserves.

A write stands in the audit by itself, with its outcome, the provider's request id, and who it was for. Reads are many
and change nothing: they are counted, and the counts recorded every ten minutes. No header, body or key is in either.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence

import structlog

from bot.errors import StoreDown, Unreadable
from bot.flows.outages import note
from bot.huawei.breaker import Judgement
from bot.huawei.client import Written
from bot.observe.figures import Figures
from bot.ports import Called, Change, Clock, Store, tread

log = structlog.get_logger(__name__)

COUNTED_SECONDS = 600.0
REMEMBERED = 1_000


class CallRecord:
    """The cloud calls of one process; the newest are remembered, for the sandbox, where `remember` says so."""

    def __init__(self, store: Store, figures: Figures, owner: str, *, remember: bool = False) -> None:
        self._store = store
        self._figures = figures
        self._owner = owner
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._newest: deque[Mapping[str, str]] = deque(maxlen=REMEMBERED if remember else 0)

    def called(self, service: str, operation: str, outcome: str, seconds: float, request_id: str) -> None:
        """Tell of one try, read or write."""
        self._figures.cloud.labels(service, operation, outcome).observe(seconds)
        self._counts[service, operation, outcome] += 1
        tread(Called(service, operation, outcome, request_id))
        told = {"service": service, "operation": operation, "outcome": outcome, "request_id": request_id}
        log.info("cloud call", **told)
        correlation = str(structlog.contextvars.get_contextvars().get("correlation", ""))
        self._newest.append(told | {"correlation": correlation})

    def newest(self) -> Sequence[Mapping[str, str]]:
        """Return the calls remembered, oldest first, each with the payload that it was made for."""
        return list(self._newest)

    async def written(self, write: Written) -> None:
        """Record one write. It has happened: where the store is down, the log must do."""
        context = structlog.contextvars.get_contextvars()
        change = Change().audit(
            "cloud.write",
            service=write.service,
            operation=write.operation,
            name=write.name,
            outcome=write.outcome,
            request_id=write.request_id,
            seconds=f"{write.seconds:.3f}",
            who=str(context.get("who", "")),
            correlation=str(context.get("correlation", "")),
        )
        try:
            await self._store.commit(change)
        except StoreDown as fault:
            log.warning("cloud write not recorded", **{**change.audits[0], "fault": str(fault)})

    async def count(self) -> None:
        """Record how many calls there were since the last time, one entry a service. Raises `StoreDown`."""
        counts, self._counts = self._counts, Counter()
        change = Change()
        for service in sorted({service for service, _, _ in counts}):
            told = sorted((name, outcome, n) for (one, name, outcome), n in counts.items() if one == service)
            calls = ", ".join(f"{name} {outcome} {n}" for name, outcome, n in told)
            change.audit("cloud.calls", service=service, calls=calls, worker=self._owner)
        if not change.audits:
            return
        try:
            await self._store.commit(change)
        except StoreDown:
            self._counts.update(counts)
            raise


async def judged(store: Store, clock: Clock, region: str, owner: str, judgement: Judgement) -> None:
    """Log that a service is left alone or answers again, and note it for people."""
    service, since = judgement.service, judgement.since
    if since:
        log.warning("cloud service left alone", service=service, since=since)
    else:
        log.info("cloud service answers again", service=service)
    try:
        await note(store, clock, region, owner, service, since)
    except (StoreDown, Unreadable) as fault:
        log.warning("outage not noted", service=service, fault=str(fault))

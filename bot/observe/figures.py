"""The figures of `/metrics`, in one registry of our own so that several products can live in one process."""

from __future__ import annotations

import math
from collections.abc import Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

PREFIX = "modelarts_bot"
FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

# When each series began: a second series for each, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Figures:
    """Counters, gauges and histograms of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.ack = self._histogram("ack_seconds", "From a payload's arrival to its ack", ("status",), FAST)
        self.cloud = self._histogram("cloud_seconds", "Cloud calls", ("service", "operation", "outcome"), SLOW)
        self.work = self._histogram(
            "work_seconds", "Entries of the streams, from start to end", ("stream", "kind"), SLOW
        )
        self.sockets = Gauge(f"{PREFIX}_sockets", "Open Socket Mode connections", registry=self._registry)
        self.answer = self._histogram(
            "answer_seconds", "From what somebody said or pressed to its answer", ("kind",), SLOW
        )
        self.acts = Counter(
            f"{PREFIX}_acts", "What was recorded in the audit, by what it was", ("what",), registry=self._registry
        )
        self.stages = Counter(
            f"{PREFIX}_reminder_stages",
            "Stages of reminders: said or superseded",
            ("outcome",),
            registry=self._registry,
        )
        self.age = Gauge(
            f"{PREFIX}_oldest_seconds", "Age of the oldest unfinished entry", ("stream",), registry=self._registry
        )
        self.workers = Gauge(f"{PREFIX}_workers", "Workers that beat within 15 s", registry=self._registry)
        self.lag = Gauge(
            f"{PREFIX}_due_lag_seconds", "How long the earliest due item has been due", registry=self._registry
        )
        self.depth = Gauge(f"{PREFIX}_depth", "Unfinished items in Redis", ("where",), registry=self._registry)
        self.breaker = Gauge(
            f"{PREFIX}_breaker",
            "Services left alone because they do not answer: 0 called, 1 to be tried, 2 left alone",
            ("service",),
            registry=self._registry,
        )
        self.unsettled = Gauge(
            f"{PREFIX}_unsettled", "Unfinished work, unsent messages and items due now", registry=self._registry
        )

    def _histogram(self, name: str, text: str, labels: tuple[str, ...], buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"{PREFIX}_{name}", text, labels, buckets=buckets, registry=self._registry)

    def recorded(self, facts: Mapping[str, str]) -> None:
        """Count one audit entry; a reminder tells which stages it said, and which it went past."""
        self.acts.labels(facts["what"]).inc()
        if facts["what"] == "reminded":
            self.stages.labels("said").inc()
            self.stages.labels("superseded").inc(len([one for one in facts.get("superseded", "").split(",") if one]))

    def unknown(self) -> None:
        """Forget what was last read in Redis, which does not answer: old figures would pass for true ones."""
        self.unsettled.set(-1)
        for gauge in (self.depth, self.age):
            gauge.clear()
        for gauge in (self.workers, self.lag):
            gauge.set(math.nan)

    def exposed(self) -> bytes:
        """Return the figures in the text format of Prometheus."""
        return generate_latest(self._registry)

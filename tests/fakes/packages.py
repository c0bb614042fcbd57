"""Packages with memory: what may be seen of them follows the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.ports import Package
from tests.fakes.faults import Spoilable


class FakePackages(Spoilable):
    """`Packages` in memory, on the clock `now`; `kept` are the packages by id, their state is that of the last call."""

    def __init__(self, kept: Iterable[Package] = (), *, now: Callable[[], float] | None = None) -> None:
        super().__init__()
        self.kept = {package.id: package for package in kept}
        self._now = now

    async def listed(self) -> Sequence[Package]:
        self.note("listed")
        if self._now:
            self.kept = {package.id: replace(package, state=_state(package, self._now())) for package in self._all()}
        return self._all()

    def _all(self) -> list[Package]:
        return list(self.kept.values())


def _state(package: Package, now: float) -> str:
    if package.state == "refunded":
        return "refunded"
    if now < package.effective:
        return "waiting"
    if now >= package.expires:
        return "expired"
    return "active" if any(quota.left > 0 for quota in package.quotas) else "used_up"

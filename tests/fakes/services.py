"""Services with memory: they take time to start and stop, a free one stops after its hour and goes after 72."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.errors import CloudRefused
from bot.ports import Flavor, Service
from bot.say import say
from tests.fakes.faults import Spoilable

DEPLOY_S, STOP_S, FREE_RUN_S, FREE_KEPT_S = 40.0, 5.0, 3600.0, 72 * 3600.0


class FakeServices(Spoilable):
    """`Services` in memory, on the clock `now`; `kept` are the services as they were at the last call, by id."""

    writes = frozenset({"start", "stop"})

    def __init__(
        self, kept: Iterable[Service] = (), flavors: Sequence[Flavor] = (), *, now: Callable[[], float] = lambda: 0.0
    ) -> None:
        super().__init__()
        self.kept = {service.id: service for service in kept}
        self._flavors = flavors
        self._now = now

    async def listed(self) -> Sequence[Service]:
        self.note("listed")
        self._settle()
        found = sorted(self.kept.values(), key=lambda service: service.created)
        return [replace(service, flavor="", nodes=0, model="", url="") for service in found]

    async def show(self, identity: str) -> Service | None:
        self.note("show", identity)
        self._settle()
        return self.kept.get(identity)

    async def flavors(self) -> Sequence[Flavor]:
        self.note("flavors")
        held = {service.flavor for service in self.kept.values()}
        return [replace(flavor, over_quota=flavor.free and flavor.id in held) for flavor in self._flavors]

    async def start(self, identity: str) -> None:
        self._turn("start", identity, ("stopped", "failed"), "deploying")

    async def stop(self, identity: str) -> None:
        self._turn("stop", identity, ("running", "concerning", "deploying"), "stopping")

    def _turn(self, operation: str, identity: str, allowed: tuple[str, ...], state: str) -> None:
        lost = self.note(operation, identity)
        self._settle()
        service = self.kept.get(identity)
        if service is None:
            code = "ModelArts.3502"
            raise CloudRefused(say("cloud.no_service", name=identity, code=code), code=code, status=404)
        if service.state not in allowed:
            code = "ModelArts.3519"
            words = say("cloud.service_state", name=identity, code=code, message=service.state)
            raise CloudRefused(words, code=code, status=400)
        self.kept[identity] = replace(service, state=state, changed=self._now(), due=0.0, progress=0)
        if lost:
            raise lost

    def _settle(self) -> None:
        """Let every change happen whose moment has come."""
        for service in list(self.kept.values()):
            now: Service | None = service
            while now is not None and (following := _following(now))[0] <= self._now():
                now = following[1]
            if now is None:
                del self.kept[service.id]
            else:
                self.kept[service.id] = now


def _following(service: Service) -> tuple[float, Service | None]:
    """Return when a service changes by itself, and into what; None is gone."""
    at = service.changed
    if service.state == "deploying":
        at += DEPLOY_S
        due = at + FREE_RUN_S if service.free else 0.0
        return at, replace(service, state="running", changed=at, due=due, progress=100)
    if service.state == "stopping":
        at += STOP_S
        return at, replace(service, state="stopped", changed=at)
    if service.state == "running" and service.due:
        return service.due, replace(service, state="stopped", changed=service.due, due=0.0)
    if service.state == "stopped" and service.free:
        return at + FREE_KEPT_S, None
    return float("inf"), None

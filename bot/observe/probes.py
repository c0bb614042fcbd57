"""`/healthz`, `/readyz` and `/metrics`: is the process alive, is the whole path ready, what does it do.

`missing` names what takes a process out of service, `impaired` what works worse without being a reason for that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import StoreDown
from bot.observe.figures import Figures

Coming = Callable[[], Awaitable[Sequence[tuple[str, float]]]]
Recorded = Callable[[], Awaitable[Sequence[Mapping[str, str]]]]
Calls = Callable[[], Sequence[Mapping[str, str]]]
Depths = Callable[[], Awaitable[Mapping[str, int]]]
Missing = Callable[[], Awaitable[Mapping[str, str]]]
Measure = Callable[[], Awaitable[None]]
Breakers = Callable[[], Mapping[str, str]]
BREAKER = {"closed": 0, "half_open": 1, "open": 2}
WAITING = ("work", "outbox", "due", "later")


async def _nothing() -> Mapping[str, str]:
    return {}


async def _unmeasured() -> None:
    return None


@dataclass
class Health:
    """What this process knows about its own readiness; `missing` names what is not ready yet, in words.

    `path` and `worse` ask what is missing and what is impaired on the way through the house; both raise `StoreDown`.
    """

    figures: Figures
    depths: Depths
    own_work: Callable[[], int]
    missing: dict[str, str] = field(default_factory=dict)
    coming: Coming | None = None
    recorded: Recorded | None = None
    calls: Calls | None = None
    breakers: Breakers = dict
    path: Missing = _nothing
    worse: Missing = _nothing
    measure: Measure = _unmeasured

    def routes(self) -> list[Route]:
        """Return the three routes, and for the sandbox the lists of what is due, was recorded and was called."""
        return [
            Route("/healthz", self._alive),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
            Route("/sandbox/due", self._due),
            Route("/sandbox/audit", self._audit),
            Route("/sandbox/calls", self._calls),
        ]

    async def _due(self, _request: Request) -> Response:
        """List what waits for product time; only the sandbox may ask."""
        if self.coming is None:
            return PlainTextResponse("not found\n", status_code=404)
        return JSONResponse([{"what": what, "at": at} for what, at in await self.coming()])

    async def _audit(self, _request: Request) -> Response:
        """List what was recorded last, newest first; only the sandbox may ask."""
        if self.recorded is None:
            return PlainTextResponse("not found\n", status_code=404)
        return JSONResponse([dict(entry) for entry in await self.recorded()])

    async def _calls(self, _request: Request) -> Response:
        """List this process's newest cloud calls with what each was made for; only the sandbox may ask."""
        if self.calls is None:
            return PlainTextResponse("not found\n", status_code=404)
        return JSONResponse([dict(call) for call in self.calls()])

    async def _alive(self, _request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _ready(self, _request: Request) -> Response:
        missing, impaired = dict(self.missing), dict[str, str]()
        try:
            await self.depths()
            missing |= await self.path()
            impaired |= await self.worse()
        except StoreDown:
            missing["redis"] = "does not answer"
        told = {"ready": not missing, "missing": missing, "impaired": impaired}
        return JSONResponse(told, status_code=503 if missing else 200)

    async def _metrics(self, _request: Request) -> Response:
        for service, state in self.breakers().items():
            self.figures.breaker.labels(service).set(BREAKER[state])
        try:
            await self._measure()
        except StoreDown:
            self.figures.unknown()
        return Response(self.figures.exposed(), media_type="text/plain; version=0.0.4")

    async def _measure(self) -> None:
        await self.measure()
        depths = await self.depths()
        for where, depth in depths.items():
            self.figures.depth.labels(where).set(depth)
        self.figures.unsettled.set(sum(depths[where] for where in WAITING) + self.own_work())

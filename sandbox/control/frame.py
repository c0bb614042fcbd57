"""What every control call shares: reading its input and saying what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud
from sandbox.control.probe import Probe
from sandbox.workspace.site import Site

Json = dict[str, Any]


class BadInputError(ValueError):
    """Raised for input that a control call does not take; says what it takes."""


class NotReadyError(Exception):
    """Raised when the bot is not ready in time; says where to look."""


@dataclass(frozen=True, slots=True)
class Controls:
    """What the control API moves. `urls` are the addresses of the simulated services by name."""

    site: Site
    cloud: Cloud
    clock: Clock
    calls: Calls
    probe: Probe
    urls: dict[str, str]


class Input:
    """The fields of one call; reading a field of the wrong kind raises BadInputError."""

    def __init__(self, given: Json) -> None:
        self.given = given

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; required unless a default is given."""
        value = self.given.get(name)
        value = default if value is None else value
        if value is None:
            raise BadInputError(f"{name} is missing")
        if not isinstance(value, str):
            raise BadInputError(f"{name} must be a text")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """Return a number; required unless a default is given."""
        value = self.given.get(name)
        value = default if value is None else value
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise BadInputError(f"{name} must be a number")
        return value

    def whole(self, name: str, default: int) -> int:
        """Return a whole number."""
        value = self.number(name, default)
        if value != int(value):
            raise BadInputError(f"{name} must be a whole number")
        return int(value)


Call = Callable[[Controls, Input], Awaitable[object]]


async def _read(request: Request, known: frozenset[str]) -> Input:
    given: Any = dict(request.query_params)
    if request.method == "POST":
        try:
            given = json.loads(await request.body() or b"{}")
        except ValueError:
            raise BadInputError("the body must be JSON") from None
    if not isinstance(given, dict):
        raise BadInputError("the body must be a JSON object")
    if strange := given.keys() - known:
        raise BadInputError(f"unknown: {', '.join(sorted(strange))}; there are: {', '.join(sorted(known))}")
    return Input(given | request.path_params)


def endpoint(controls: Controls, call: Call, known: frozenset[str]) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler of one call: its answer as JSON, or 400 {"error"} for input it does not take."""

    async def serve(request: Request) -> Response:
        try:
            return JSONResponse(await call(controls, await _read(request, known)))
        except (ValueError, LookupError) as fault:
            text = str(fault.args[0]) if fault.args else "bad input"
            return JSONResponse({"error": text}, status_code=400)
        except NotReadyError as fault:
            return JSONResponse({"error": str(fault)}, status_code=503)

    return serve

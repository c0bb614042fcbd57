"""Routes of a service: what it publishes, which queries and bodies it takes; everything else is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from sandbox.cloud.accounts import Caller
from sandbox.cloud.wire import Reply, Request


class Body(BaseModel):
    """A request body: unknown fields refused, no silent conversion between types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True, slots=True)
class Visit:
    """One authenticated, checked request on its way to a handler."""

    request: Request
    caller: Caller
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: `path` holds `{names}`, `query` the names it takes, `body` the model of its JSON body."""

    operation: str
    method: str
    path: str
    handler: Callable[[Visit], Reply]
    query: frozenset[str] = frozenset()
    body: type[Body] | None = None
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Turn the path into a pattern, one segment a name."""
        literal = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        object.__setattr__(self, "pattern", re.compile(literal + "/?"))


def find_route(routes: Sequence[Route], request: Request) -> tuple[Route, dict[str, str]] | None:
    """Return the route a request asks for with its path parameters, or None."""
    for route in routes:
        match = route.pattern.fullmatch(request.path) if route.method == request.method else None
        if match is not None:
            return route, match.groupdict()
    return None


def read_query(route: Route, request: Request) -> dict[str, str]:
    """Return the query by name. Raises ValueError for a name the operation lacks or that comes twice."""
    found: dict[str, str] = {}
    for name, value in request.query:
        if name not in route.query:
            raise ValueError(f"unknown query parameter {name!r}")
        if name in found:
            raise ValueError(f"query parameter {name!r} is repeated")
        found[name] = value or ""
    return found


def read_body(route: Route, request: Request) -> Body | None:
    """Return the checked JSON body. Raises ValueError for one that nobody asked for, ValidationError for a bad one."""
    if route.body is not None:
        return route.body.model_validate_json(request.body)
    if request.body:
        raise ValueError("this operation takes no body")
    return None

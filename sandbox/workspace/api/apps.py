"""apps.*: what an app does with its app-level token (xapp-…)."""

from __future__ import annotations

from typing import Any

from sandbox.workspace.api.frame import ApiError, Args, Method
from sandbox.workspace.site import Site

Json = dict[str, Any]


def connections_open(site: Site, _args: Args) -> Json:
    """Return the address of one new Socket Mode connection, good once and soon."""
    if site.sockets is None:
        raise ApiError("invalid_auth")
    return {"url": site.sockets.url()}


METHODS = {"apps.connections.open": Method(connections_open, 3, app_level=True)}

"""The addresses of the simulated Slack that the app calls: Web API, response urls, files."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.workspace.api import apps, chat, conversations, scheduled, users, views
from sandbox.workspace.api.frame import endpoint
from sandbox.workspace.responses import respond
from sandbox.workspace.site import Site

PARTS = (apps, chat, conversations, scheduled, users, views)
METHODS = {name: method for part in PARTS for name, method in part.METHODS.items()}


def slack_routes(site: Site) -> list[Route]:
    """Return the routes of the simulated Slack."""

    async def response_url(request: Request) -> Response:
        answer = await respond(site, request)
        site.calls.add("slack", request.method, request.url.path, answer.status_code)
        return answer

    async def file(request: Request) -> Response:
        answer = _file(site, request)
        site.calls.add("slack", request.method, request.url.path, answer.status_code)
        return answer

    return [
        Route("/api/{method}", endpoint(site, METHODS), methods=["GET", "POST"]),
        Route("/response/{name}", response_url, methods=["POST"]),
        Route("/files-pri/{id}/{name}", file, methods=["GET"]),
    ]


def _file(site: Site, request: Request) -> Response:
    """Serve a dropped file to the app; without token or files:read Slack sends to its sign-in page."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    granted = "files:read" in site.workspace.app.scopes
    if not granted or not secrets.compare_digest(token, site.workspace.app.bot_token):
        return Response(status_code=302, headers={"Location": f"{site.base_url}/signin"})
    content = site.contents.get(request.path_params["id"].partition("-")[2])
    if content is None:
        return Response(status_code=404)
    return Response(content, media_type="application/octet-stream")

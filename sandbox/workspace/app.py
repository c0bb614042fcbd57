"""The addresses of the simulated Slack that the app calls: Web API, response urls, files."""

from __future__ import annotations

import secrets

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.workspace.api import apps, chat, conversations, files, scheduled, streams, users, views
from sandbox.workspace.api.frame import endpoint
from sandbox.workspace.responses import respond
from sandbox.workspace.site import Site

PARTS = (apps, chat, conversations, files, scheduled, streams, users, views)
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

    async def upload(request: Request) -> Response:
        answer = await _upload(site, request)
        site.calls.add("slack", request.method, "/upload/v1", answer.status_code)
        return answer

    return [
        Route("/api/{method}", endpoint(site, METHODS), methods=["GET", "POST"]),
        Route("/response/{name}", response_url, methods=["POST"]),
        Route("/files-pri/{id}/{name}", file, methods=["GET"]),
        Route("/upload/v1/{secret}", upload, methods=["POST", "PUT"]),
    ]


def _file(site: Site, request: Request) -> Response:
    """Serve a dropped file to the app; without token or files:read Slack sends to its sign-in page."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    granted = "files:read" in site.workspace.app.scopes
    if not granted or not secrets.compare_digest(token, site.workspace.app.bot_token):
        return Response(status_code=302, headers={"Location": f"{site.base_url}/signin"})
    content = site.files.contents.get(request.path_params["id"].partition("-")[2])
    if content is None:
        return Response(status_code=404)
    return Response(content, media_type="application/octet-stream")


async def _upload(site: Site, request: Request) -> Response:
    """Take a file's content at an address that was handed out: as the body itself, or as the one file of a form."""
    ticket = site.files.tickets.get(request.path_params["secret"])
    if ticket is None or ticket.content is not None:
        return Response("no such upload\n", status_code=404)
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        uploads = [value for value in (await request.form()).values() if isinstance(value, UploadFile)]
        content = await uploads[0].read() if uploads else b""
    else:
        content = await request.body()
    if len(content) != ticket.length:
        return Response("length differs\n", status_code=400)
    ticket.content = content
    return Response(f"OK - {len(content)}")

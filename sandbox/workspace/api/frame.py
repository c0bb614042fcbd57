"""What every Web API method shares: reading the arguments, the token, scopes, rate limits, faults and the answer.

Arguments come as query, form or JSON. Unknown arguments are ignored, as Slack ignores them; a name with anything
but letters, digits and underscores is refused with invalid_arg_name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.workspace.coverage import RETIRED, unsimulated
from sandbox.workspace.faults import API_KINDS
from sandbox.workspace.layouts import EMBEDS, flat
from sandbox.workspace.records import Conversation
from sandbox.workspace.site import Site
from sandbox.workspace.state import new_id

Json = dict[str, Any]
ARG_NAME = re.compile(r"[A-Za-z0-9_]+")


class ApiError(Exception):
    """A refusal with Slack's error name and whatever else the answer carries."""

    def __init__(self, error: str, messages: list[str] | None = None, **extra: object) -> None:
        super().__init__(error)
        self.body: Json = {"ok": False, "error": error, **extra}
        if messages:
            shown = [f"[ERROR] {message}" for message in messages]
            self.body["response_metadata"] = {"messages": shown}


@dataclass(frozen=True, slots=True)
class Args:
    """The arguments of one call."""

    given: Json

    def need(self, name: str) -> str:
        """Return a required text. Raises ApiError invalid_arguments."""
        value = self.given.get(name)
        if value in (None, ""):
            raise ApiError("invalid_arguments", [f"missing required field: {name}"])
        return str(value)

    def text(self, name: str) -> str:
        """Return a text, empty if not given."""
        value = self.given.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Return a truth value in any of the spellings Slack takes."""
        return self.given.get(name) in (True, "true", "True", "1", 1)

    def number(self, name: str, default: int) -> int:
        """Return a whole number. Raises ApiError invalid_arguments."""
        value = self.given.get(name)
        if value in (None, ""):
            return default
        try:
            return int(str(value))
        except ValueError:
            raise ApiError("invalid_arguments", [f"must be a number [json-pointer:/{name}]"]) from None

    def json(self, name: str, error: str) -> Any:
        """Return a structure, given as such or as JSON text; None if not given. Raises ApiError `error`."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise ApiError(error) from None


Handler = Callable[[Site, Args], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """One Web API method: its tier (None: special), the scopes that any one of which opens it, and whose it is."""

    handler: Handler
    tier: int | None
    scopes: tuple[str, ...] = ()
    app_level: bool = False


def need_scope(site: Site, *any_of: str) -> None:
    """Refuse unless one of the scopes was granted. Raises ApiError missing_scope."""
    granted = site.workspace.app.scopes
    if any_of and not granted.intersection(any_of):
        raise ApiError("missing_scope", needed=",".join(any_of), provided=",".join(sorted(granted)))


def need_embeds(site: Site, blocks: list[Json], error: str) -> None:
    """Refuse videos of an app that may not embed any. Raises ApiError `error`."""
    if EMBEDS not in site.workspace.app.scopes and any(block["type"] == "video" for block, _ in flat(blocks)):
        raise ApiError(error, [f"a video block needs the scope {EMBEDS}"])


def find_place(site: Site, channel: str) -> Conversation:
    """Find a conversation for the app by id, "#name" or a person's id. Raises ApiError channel_not_found."""
    workspace = site.workspace
    if channel in workspace.people and channel != workspace.app.bot_user:
        return workspace.direct(channel)
    for place in workspace.conversations.values():
        hidden = place.kind != "channel" and workspace.app.bot_user not in place.members
        if channel in (place.id, place.name and f"#{place.name}") and not hidden:
            return place
    raise ApiError("channel_not_found")


async def read_args(request: Request) -> tuple[Json, str | None]:
    """Return the arguments and the token. Raises ApiError for unreadable JSON and strange names."""
    given: Json = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        given |= _parse_object(await request.body())
    elif request.method == "POST":
        given |= {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    if any(not ARG_NAME.fullmatch(name) for name in given):
        raise ApiError("invalid_arg_name")
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = given.pop("token", None)
    return given, bearer.strip() if scheme.lower() == "bearer" else token


def _parse_object(body: bytes) -> Json:
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        raise ApiError("invalid_json") from None
    if not isinstance(given, dict):
        raise ApiError("json_not_object")
    return given


def run(site: Site, methods: dict[str, Method], name: str, given: Json, token: str | None) -> Json:
    """Answer one call. Raises ApiError."""
    method = methods.get(name)
    if method is None:
        raise _unknown(name)
    if name != "api.test":
        _check_token(site, token, app_level=method.app_level)
    if wait := site.rates.method(name, method.tier):
        raise ApiError("ratelimited", retry_after=wait)
    need_scope(site, *method.scopes)
    return {"ok": True, **method.handler(site, Args(given))}


def _unknown(name: str) -> ApiError:
    """Return the refusal of a method that is not here; Slack's own are said to be missing in the sandbox alone."""
    if name in RETIRED:
        return ApiError("method_deprecated", [RETIRED[name]])
    why = unsimulated(name)
    said = [f"{name} is Slack's, but not simulated here ({why}): docs/sandbox-coverage.md lists what is"]
    return ApiError("unknown_method", said if why else None, req_method=name)


def _check_token(site: Site, token: str | None, *, app_level: bool) -> None:
    """Refuse unless the token is known, and the bot's or the app's own as the method asks. Raises ApiError."""
    app = site.workspace.app
    if not token:
        raise ApiError("not_authed")
    if token not in (app.bot_token, app.app_token):
        raise ApiError("invalid_auth")
    if token == app.bot_token and site.workspace.revoked:
        raise ApiError("token_revoked")
    if (token == app.app_token) is not app_level:
        raise ApiError("not_allowed_token_type")


def answer(site: Site, body: Json, accepted: tuple[str, ...] = ()) -> Response:
    """Return the HTTP answer: 200 even for refusals, but 429 with Retry-After when rate limited."""
    headers = {"x-oauth-scopes": ",".join(sorted(site.workspace.app.scopes)), "x-slack-req-id": new_id("", 24)}
    if accepted:
        headers["x-accepted-oauth-scopes"] = ",".join(accepted)
    if body.get("error") != "ratelimited":
        return JSONResponse(body, headers=headers)
    headers["Retry-After"] = str(body.pop("retry_after", 1))
    return JSONResponse(body, status_code=429, headers=headers)


async def hang(request: Request) -> Response:
    """Give no answer until the caller has gone, as after a lost connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response(status_code=504)


def endpoint(site: Site, methods: dict[str, Method]) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler of /api/{method}."""

    async def serve(request: Request) -> Response:
        name = request.path_params["method"]
        response = await _serve(site, methods, name, request)
        site.calls.add("slack", request.method, f"/api/{name}", response.status_code)
        return response

    return serve


async def _serve(site: Site, methods: dict[str, Method], name: str, request: Request) -> Response:
    fault = site.faults.take(API_KINDS, name)
    if fault == "server_error":
        return JSONResponse({"ok": False, "error": "internal_error"}, status_code=500)
    if fault == "ratelimited":
        return answer(site, {"ok": False, "error": "ratelimited"})
    try:
        given, token = await read_args(request)
        body = run(site, methods, name, given, token)
    except ApiError as refusal:
        body = refusal.body
    accepted = methods[name].scopes if name in methods else ()
    return await hang(request) if fault == "timeout_after" else answer(site, body, accepted)

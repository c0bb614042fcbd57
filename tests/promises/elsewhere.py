"""Another workspace and another account, wired by hand: nothing of the demo's addresses, ids or secrets."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

TOKEN = "xoxb-elsewhere-canary-token"
SECRET = "elsewhere-canary-signing-secret"
TEAM, APP, BOT = "T9ELSE", "A9ELSE", "U9BOT"
ADMIN, ASKER = "W9ADMIN", "W9ASKER"
AK, SK = "ELSEWHEREAK000000001", "elsewhere-canary-secret-key-00000000001"
REGION = "ap-southeast-1"
CLOUD = {
    "endpoint_region": REGION,
    "accounts": [
        {
            "domain_id": "9" * 32,
            "name": "elsewhere",
            "users": [{"id": "8" * 32, "name": "robot"}],
            "projects": [{"id": "7" * 32, "name": REGION}],
            "keys": [{"ak": AK, "sk": SK}],
        }
    ],
    "buckets": [],
}
Json = dict[str, Any]


class Slack:
    """As much of Slack as a bot needs to live; `messages` by (channel, ts), `answers` to response_urls; or `away`."""

    def __init__(self) -> None:
        self.messages: dict[tuple[str, str], Json] = {}
        self.answers: list[Json] = []
        self.calls: list[str] = []
        self.away = False
        self._numbers = itertools.count(1)
        routes = [
            Route("/web/{method}", self._call, methods=["GET", "POST"]),
            Route("/answer", self._answer, methods=["POST"]),
        ]
        self.app = Starlette(routes=routes)

    def texts(self, channel: str) -> list[str]:
        """Return what stands in a channel."""
        return [message["text"] for (place, _), message in self.messages.items() if place == channel]

    async def _answer(self, request: Request) -> Response:
        self.answers.append(await request.json())
        return PlainTextResponse("ok")

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.calls.append(method)
        if self.away:
            return PlainTextResponse("away", status_code=503)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        given: Json = dict(request.query_params)
        if request.method == "POST":
            given |= await request.json()
        answer = METHODS.get(method)
        if answer is None:
            return JSONResponse({"ok": False, "error": "unknown_method"})
        return JSONResponse({"ok": True, **answer(self, given)})

    def post(self, given: Json) -> Json:
        """Take a message."""
        ts = f"{int(time.time())}.{next(self._numbers):06d}"
        self.messages[given["channel"], ts] = given
        return {"channel": given["channel"], "ts": ts}

    def update(self, given: Json) -> Json:
        """Change a message."""
        self.messages[given["channel"], given["ts"]].update(given)
        return {"channel": given["channel"], "ts": given["ts"]}


METHODS: dict[str, Callable[[Slack, Json], Json]] = {
    "auth.test": lambda _, given: {"team_id": TEAM, "user_id": BOT, "bot_id": "B9", "url": "https://else.slack.com/"},
    "bots.info": lambda _, given: {"bot": {"id": given["bot"], "app_id": APP}},
    "users.info": lambda _, given: {"user": {"id": given["user"], "team_id": TEAM, "locale": "en-GB", "tz": "UTC"}},
    "conversations.open": lambda _, given: {"channel": {"id": f"D-{given['users']}"}},
    "conversations.history": lambda _, given: {"messages": []},
    "chat.postMessage": Slack.post,
    "chat.update": Slack.update,
}

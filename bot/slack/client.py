"""The one connection to Slack's Web API: one session, errors in the product's three shapes (decision 7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatBusy, ChatFault, ChatRefused, ChatUnknown

SLACK_API = "https://slack.com/api/"
LONGEST_CALL = 10.0
CONNECT = 2.0
HEARTBEAT = 10.0
CHUNK = 64 * 1024
# Slack's own words for "parts of it may have happened": https://docs.slack.dev/reference/methods/chat.postMessage
UNSURE = frozenset({"fatal_error", "internal_error", "request_timeout"})
BUSY = frozenset({"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org"})

MOST_DIRECTS = 10_000

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are in which workspace, as `auth.test` said at the start. `enterprise` and `app` may be empty."""

    team: str
    enterprise: str
    user: str
    bot: str
    app: str
    url: str


class Slack:
    """Calls of the Web API and posts to response_urls; raises `ChatRefused`, `ChatBusy`, `ChatUnknown`."""

    def __init__(self, token: str, base: str, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._host = urlsplit(base)
        self._directs: dict[str, str] = {}
        self.web = AsyncWebClient(token, base_url=base, session=session, retry_handlers=[])

    async def read(self, method: str, **params: str | int | bool) -> Answer:
        """Call a method that changes nothing; one lost connection is tried again."""
        query = {name: str(value).lower() if isinstance(value, bool) else value for name, value in params.items()}
        try:
            return await self._call(method, http_verb="GET", params=query)
        except ChatUnknown:
            return await self._call(method, http_verb="GET", params=query)

    async def write(self, method: str, **body: object) -> Answer:
        """Call a method that changes something, once; `ChatUnknown` says that it may have happened."""
        return await self._call(method, json=body)

    async def direct_channel(self, user: str) -> str:
        """Return the channel of this person's direct messages with the bot (im:write); it never changes, so it is kept.

        Raises `ChatFault`.
        """
        if user not in self._directs:
            if len(self._directs) >= MOST_DIRECTS:
                self._directs.clear()
            answer = await self.write("conversations.open", users=user)
            self._directs[user] = str(answer["channel"]["id"])
        return self._directs[user]

    async def _call(self, method: str, **how: Any) -> Answer:
        try:
            answer = await self.web.api_call(method, **how)
        except SlackApiError as error:
            raise fault_of(error) from None
        except aiohttp.ClientConnectorError as error:
            raise ChatBusy("no_connection", retry_after=1) from error
        except (TimeoutError, aiohttp.ClientError) as error:
            raise ChatUnknown("no_answer") from error
        return answer.data if isinstance(answer.data, dict) else {}

    async def respond(self, url: str, message: Answer) -> None:
        """Post to a response_url: ours to use five times in 30 minutes, and only on hosts that are Slack's."""
        if not self._is_slacks(url, "https", "http"):
            raise ChatRefused("foreign_url")
        try:
            async with self._session.post(url, json=message, allow_redirects=False) as answer:
                status, words = answer.status, (await answer.text())[:200]
        except aiohttp.ClientConnectorError as error:
            raise ChatBusy("no_connection", retry_after=1) from error
        except (TimeoutError, aiohttp.ClientError) as error:
            raise ChatUnknown("no_answer") from error
        if status != 200:
            raise fault_by(status, words.strip() if words.isascii() and len(words) < 60 else "", 0.0)

    async def socket(self, app_token: str) -> aiohttp.ClientWebSocketResponse:
        """Open one Socket Mode connection, as apps.connections.open says where. Raises `ChatFault`."""
        answer = await self._call("apps.connections.open", http_verb="POST", params={"token": app_token})
        url = str(answer.get("url") or "")
        if not self._is_slacks(url, "wss", "ws"):
            raise ChatRefused("foreign_url")
        try:
            return await self._session.ws_connect(url, heartbeat=HEARTBEAT)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise ChatBusy("no_connection", retry_after=1) from error

    async def stream(self, url: str) -> AsyncIterator[bytes]:
        """Yield what stands at a private address, fetched with the bot's token and only from hosts that are Slack's.

        A redirect leads to the sign-in page: then the app may not read files.
        """
        if not self._is_slacks(url, "https", "http"):
            raise ChatRefused("foreign_url")
        limits = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT, sock_read=LONGEST_CALL)
        token = {"Authorization": f"Bearer {self.web.token}"}
        try:
            async with self._session.get(url, headers=token, allow_redirects=False, timeout=limits) as answer:
                if answer.status in (301, 302, 303, 307, 308, 401, 403):
                    raise ChatRefused("missing_scope")
                if answer.status != 200:
                    raise fault_by(answer.status, "", _seconds(answer.headers.get("Retry-After", "")))
                async for chunk in answer.content.iter_chunked(CHUNK):
                    yield chunk
        except (TimeoutError, aiohttp.ClientError) as error:
            raise ChatBusy("no_answer", retry_after=1) from error

    def _is_slacks(self, url: str, secure: str, plain: str) -> bool:
        """Return whether we follow an address that Slack handed out: to its hosts, and the one of SLACK_API_URL."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == secure and (host == "slack.com" or host.endswith(".slack.com")):
            return True
        allowed = (secure,) if self._host.scheme == "https" else (secure, plain)
        return host != "" and host == self._host.hostname and parts.scheme in allowed

    async def close(self) -> None:
        """Close the shared session."""
        await self._session.close()


def fault_of(error: SlackApiError) -> ChatFault:
    """Return the product's fault for an error of the SDK, whose response is Slack's or the bare HTTP one."""
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    headers = getattr(response, "headers", None) or {}
    return fault_by(status, code, _seconds(headers.get("Retry-After", "")))


def fault_by(status: int, code: str, retry_after: float) -> ChatFault:
    """Return the fault for an HTTP status and Slack's error code.

    >>> type(fault_by(200, "channel_not_found", 0)).__name__, type(fault_by(502, "", 0)).__name__
    ('ChatRefused', 'ChatUnknown')
    """
    if status == 429 or code in BUSY or status == 503:
        return ChatBusy(code or f"http_{status}", retry_after=max(retry_after, 1.0))
    if status >= 500 or code in UNSURE:
        return ChatUnknown(code or f"http_{status}")
    return ChatRefused(code or f"http_{status}")


def _seconds(text: object) -> float:
    words = str(text)
    return float(words) if words.replace(".", "", 1).isdigit() else 0.0


async def connect(token: str, *, url: str = SLACK_API, seconds: float = LONGEST_CALL) -> tuple[Slack, Identity]:
    """Open the session and ask once who we are; a call may take `seconds`. Raises `ChatFault`, closed then."""
    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds, connect=CONNECT))
    slack = Slack(token, url if url.endswith("/") else f"{url}/", session)
    try:
        return slack, await _identity(slack)
    except (ChatFault, asyncio.CancelledError):
        await slack.close()
        raise


async def _identity(slack: Slack) -> Identity:
    me = await slack.read("auth.test")
    app = str(me.get("app_id") or "") or await _app_id(slack, str(me.get("bot_id") or ""))
    return Identity(
        team=str(me["team_id"]),
        enterprise=str(me.get("enterprise_id") or ""),
        user=str(me["user_id"]),
        bot=str(me.get("bot_id") or ""),
        app=app,
        url=str(me.get("url") or ""),
    )


async def _app_id(slack: Slack, bot: str) -> str:
    """Return our app's id, or "" where Slack will not say; then only the workspace is checked on arrivals."""
    try:
        return str((await slack.read("bots.info", bot=bot)).get("bot", {}).get("app_id") or "")
    except ChatRefused:
        return ""

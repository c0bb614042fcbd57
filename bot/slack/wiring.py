"""Slack's deliveries → one handler a payload kind → an ack. The only file that knows Bolt.

Bolt's default ack polls every 10 ms and tries listeners one by one, so here the last middleware looks the kind up and
returns the ack, as Bolt's own Assistant does (docs/decisions/0006).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.errors import NewerSchema, Refusal, StoreDown
from bot.records import Surface, SurfaceKind
from bot.reply import Reply
from bot.rules.secrets import redacted
from bot.say import Say, say
from bot.slack import asked, pressed, spoken, submitted
from bot.slack.doors import LARGEST, is_ours, signed
from bot.slack.line import Answer, Envelope
from bot.slack.quick import shortcut
from bot.slack.shapes import NotReadable, payload_of, understood
from bot.slack.suggest import suggested
from bot.slack.web import Ack, Body, shown, trouble_view
from bot.slack.web import Web as Web

log = structlog.get_logger(__name__)
_json = msgspec.json.Encoder().encode
OK = 200

Handler = Callable[[Web, Body, str], Awaitable[Ack]]
Apology = Callable[[Web, Body, Say], Awaitable[Ack]]
REQUEST_ID = "X-Request-Id"
"""The header of an answer that carries the correlation id, by which a payload is found in logs and audit."""
Next = Callable[[], Awaitable[BoltResponse]]


async def nothing(_web: Web, _body: Body, _correlation: str) -> Ack:
    """Ack what needs no answer: a closed form."""
    return Ack()


async def _in_words(web: Web, body: Body, what: Say) -> Ack:
    """Say what went wrong, and what was typed: Slack has emptied the field; a key in it is not repeated."""
    words = redacted(f"{body.get('command', '')} {body.get('text', '')}".strip())
    return shown(await web.voice_of(body["user_id"]), Reply(what, (say("accept.typed", words=words),)))


async def _by_url(web: Web, body: Body, what: Say) -> Ack:
    surface = pressed.surface_of(body) if body.get("actions") else Surface(SurfaceKind.BUTTON, body["user"]["id"])
    web.answer_later(surface, what, await web.voice_of(surface.user))
    return Ack()


async def _in_a_view(web: Web, body: Body, what: Say) -> Ack:
    return trouble_view(await web.voice_of(body["user"]["id"]), what)


async def _later(_web: Web, _body: Body, _what: Say) -> Ack:
    """Ask Slack to deliver again: at once, after one minute, after five."""
    return Ack(503)


async def _without_options(_web: Web, _body: Body, _what: Say) -> Ack:
    """Ack a select with nothing to choose: Slack has no place for words there."""
    return Ack(body={"options": []})


async def _silent(_web: Web, _body: Body, _what: Say) -> Ack:
    return Ack()


KINDS: dict[str, tuple[str, Handler, Apology]] = {
    "": ("command", asked.asked, _in_words),
    "block_actions": ("action", pressed.pressed, _by_url),
    "view_submission": ("view", submitted.submitted, _in_a_view),
    "view_closed": ("view_closed", nothing, _silent),
    "block_suggestion": ("options", suggested, _without_options),
    "shortcut": ("shortcut", shortcut, _by_url),
    "message_action": ("shortcut", shortcut, _by_url),
    "event_callback": ("event", spoken.spoken, _later),
}
"""The type of a payload → its name in the log, who answers it, and how to say that it cannot be answered."""


def build_app(web: Web) -> AsyncApp:
    """Return the Bolt app: it refuses foreign workspaces, but whoever feeds it has to check signatures first."""
    result = AuthorizeResult(
        enterprise_id=web.identity.enterprise or None,
        team_id=web.identity.team,
        bot_user_id=web.identity.user,
        bot_id=web.identity.bot or None,
    )

    async def authorize(**_of: Any) -> AuthorizeResult:
        return result

    app = AsyncApp(
        name="modelarts-bot",
        client=AsyncWebClient(),  # never used: we answer through `web.slack`, so Bolt needs no token
        authorize=authorize,
        before_authorize=_Ours(web),
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
    )
    app.use(_Answer(web))
    return app


class _Ours(AsyncMiddleware):
    """Refuses payloads for another app or from another workspace before anything is looked at."""

    def __init__(self, web: Web) -> None:
        self._identity = web.identity

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt passes its arguments by name
        next: Next,
    ) -> BoltResponse:
        """Go on with payloads that we understand, and that are ours."""
        if not understood(req.body):
            log.warning("payload not understood", kind=str(req.body.get("type", "command"))[:40])
            return BoltResponse(status=400, body="not understood\n")
        if req.body.get("type") == "url_verification" or is_ours(req.body, self._identity):
            return await next()
        log.warning("foreign payload refused", kind=req.body.get("type", "command"))
        return BoltResponse(status=401, body="not for this workspace\n")


class _Answer(AsyncMiddleware):
    """Answers every payload that the middleware before it let through; the answer is the ack."""

    def __init__(self, web: Web) -> None:
        self._web = web

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt passes its arguments by name
        next: Next,  # noqa: ARG002
    ) -> BoltResponse:
        """Return the ack."""
        correlation = self._web.chance.token()[:16]
        structlog.contextvars.bind_contextvars(correlation=correlation)  # for this delivery: it is a task of its own
        ack = await _acked(self._web, req.body, correlation)
        said = _json(ack.body).decode() if ack.body else ""
        return BoltResponse(status=ack.status, body=said, headers={REQUEST_ID: [correlation]})


async def _acked(web: Web, body: Body, correlation: str) -> Ack:
    """Return the ack; what goes wrong is said in words, in the way this kind of payload allows."""
    kind, handler, apology = KINDS[body.get("type", "")]
    try:
        ack = await handler(web, body, correlation)
    except StoreDown as down:
        log.warning("store down", kind=kind, fault=str(down))
        return await apology(web, body, say("chat.store_down"))
    except NewerSchema as newer:
        log.warning("of a newer release", kind=kind, document=newer.name)
        return await apology(web, body, say("chat.newer"))
    except Refusal as held:
        log.warning("held back", kind=kind, why=held.say.key)
        return await apology(web, body, held.say)
    except Exception:
        log.exception("payload broke", kind=kind)
        return await apology(web, body, say("respond.broken", reference=correlation))
    log.info("acked", kind=kind, status=ack.status)
    return ack


def build_events(web: Web) -> Callable[[Request], Awaitable[Response]]:
    """Return the HTTP endpoint of POST /slack/events: signature, size and age first, then the app."""
    app = build_app(web)

    async def events(request: Request) -> Response:
        if int(request.headers.get("content-length") or 0) > LARGEST:
            return PlainTextResponse("too large\n", status_code=413)
        body, headers = await request.body(), request.headers
        timestamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        if not signed(web.secrets, timestamp, signature, body, web.clock.machine()):
            log.warning("bad signature", timestamp=timestamp[:20])
            return PlainTextResponse("bad signature\n", status_code=401)
        return await _dispatched(app, body)

    return events


async def _dispatched(app: AsyncApp, body: bytes) -> Response:
    try:
        request = _trusted(payload_of(body))
    except NotReadable:
        return PlainTextResponse("not readable\n", status_code=400)
    answer = await app.async_dispatch(request)
    return Response(answer.body, answer.status, headers={name: values[0] for name, values in answer.headers.items()})


def _trusted(payload: Body) -> AsyncBoltRequest:
    """Return a payload as a request that Bolt need not verify or parse. Raises `NotReadable`.

    Its own parsing of a form costs as much as our commit.
    """
    try:
        return AsyncBoltRequest(mode="socket_mode", body=payload)
    except (AttributeError, TypeError) as fault:  # Bolt looks into a payload before anybody can check it
        raise NotReadable(str(fault)) from None


def build_answer(web: Web) -> Answer:
    """Return what answers the envelopes of Socket Mode: the same app, whose door is the app-level token."""
    app = build_app(web)

    async def answer(envelope: Envelope) -> Ack:
        try:
            response = await app.async_dispatch(_trusted(envelope.payload))
        except NotReadable:
            return Ack(400)
        said = response.status == OK and response.body
        return Ack(response.status, msgspec.json.decode(said) if said else {})

    return answer

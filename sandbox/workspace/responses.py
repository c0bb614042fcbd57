"""The response_url endpoint: what an app says later in answer to a command or a press."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.workspace.blocks import check_blocks, completed
from sandbox.workspace.records import Message
from sandbox.workspace.site import Site
from sandbox.workspace.tickets import ResponseUrl

Json = dict[str, Any]


class BadAnswerError(ValueError):
    """Raised when Slack would not show an answer; the text is Slack's error name."""


def parse_answer(body: Json) -> tuple[str, list[Json]]:
    """Return text and blocks of an answer in Slack's message shape. Raises BadAnswerError."""
    text, blocks = body.get("text") or "", body.get("blocks") or []
    if not isinstance(text, str) or not (text or blocks):
        raise BadAnswerError("no_text")
    if faults := check_blocks(blocks, "message"):
        raise BadAnswerError("invalid_blocks: " + "; ".join(faults))
    return text, completed(blocks)


def show_answer(site: Site, url: ResponseUrl, body: Json) -> Message:
    """Post an answer to where a command or press happened, to that person alone unless "in_channel"."""
    text, blocks = parse_answer(body)
    message = Message(
        ts=site.workspace.next_ts(),
        channel=url.channel,
        author=site.workspace.app.bot_user,
        text=text,
        blocks=blocks,
        ephemeral_for=None if body.get("response_type") == "in_channel" else url.person,
        thread_ts=body.get("thread_ts") or url.thread_ts,
        by_bot=True,
    )
    return site.workspace.post(message)


def _apply(site: Site, url: ResponseUrl, body: Json) -> None:
    """Delete, replace or post, as asked."""
    source = site.workspace.find(url.channel, url.source_ts or "")
    if body.get("delete_original"):
        if source is None:
            raise BadAnswerError("message_not_found")
        site.workspace.remove(source)
    elif body.get("replace_original") and source:
        source.text, source.blocks = parse_answer(body)
        if source.ephemeral_for is None:
            source.edited = {"user": source.author, "ts": site.workspace.next_ts()}
        site.workspace.tell_message(source)
    else:
        posted = show_answer(site, url, body)
        url.source_ts = url.source_ts or posted.ts


async def respond(site: Site, request: Request) -> Response:
    """Serve POST /response/{name}: "ok", or 404 with expired_url or used_url."""
    url = site.tickets.use_url(request.path_params["name"])
    if isinstance(url, str):
        return JSONResponse({"ok": False, "error": url}, status_code=404)
    try:
        body = json.loads(await request.body())
        if not isinstance(body, dict):
            raise BadAnswerError("invalid_payload")
        _apply(site, url, body)
    except BadAnswerError as refusal:
        return JSONResponse({"ok": False, "error": str(refusal)}, status_code=400)
    except ValueError:
        return JSONResponse({"ok": False, "error": "invalid_payload"}, status_code=400)
    return PlainTextResponse("ok")

"""Events: mentions and direct messages become speech for a worker, an opened Home is drawn; the rest is dropped."""

from __future__ import annotations

import re

from bot.errors import Refusal
from bot.flows.accept import accept, accept_home
from bot.records import InboundKind, Surface, SurfaceKind
from bot.rules.secrets import holds_key
from bot.say import say
from bot.slack.mrkdwn import typed
from bot.slack.web import Ack, Body, Web

MOST_FILES = 50
SUBTYPES = frozenset({None, "file_share"})


async def spoken(web: Web, body: Body, correlation: str) -> Ack:
    """Return the ack of an event. Raises `StoreDown`: then Slack is asked to come again."""
    event = body["event"]
    if event["type"] == "app_home_opened":
        return await _at_home(web, event, f"event:{body['event_id']}")
    surface = surface_of(event) if _is_speech(event, web.identity.user) else None
    if surface is None:
        return Ack()
    words = words_of(event.get("text") or "", web.identity.user)
    if holds_key(words):
        web.answer_later(surface, say("hear.secret"), await web.voice_of(surface.user))
        return Ack()
    inbound = web.inbound(InboundKind.SPEECH, surface, correlation, words=words, files=files_of(event))
    try:
        await accept(web.store, inbound, f"event:{body['event_id']}", web.most)
    except Refusal as held:
        web.answer_later(surface, held.say, await web.voice_of(surface.user))
    return Ack()


async def _at_home(web: Web, event: Body, delivery: str) -> Ack:
    """Have the Home drawn that somebody opened; Slack tells of the other tabs too."""
    if event.get("tab") == "home" and isinstance(event.get("user"), str):
        await accept_home(web.store, event["user"], delivery)
    return Ack()


def files_of(event: Body) -> tuple[str, ...]:
    """Return the ids of the files dropped beside the words."""
    files = event.get("files")
    rows = files if isinstance(files, list) else []
    return tuple(str(row["id"]) for row in rows[:MOST_FILES] if isinstance(row, dict) and row.get("id"))


def _is_speech(event: Body, ourselves: str) -> bool:
    """Return whether a person said something: no bot, no edit, no deletion, not us."""
    if event.get("bot_id") or event.get("subtype") not in SUBTYPES:
        return False
    return bool(event.get("user")) and event["user"] != ourselves


def surface_of(event: Body) -> Surface | None:
    """Return where something was said to us, or None where it was not said to us."""
    said = {"user": event["user"], "channel": event.get("channel", ""), "ts": event.get("ts", "")}
    place = {**said, "thread": event.get("thread_ts", "")}
    if event.get("type") == "app_mention":
        return Surface(SurfaceKind.MENTION, **place)
    if event.get("type") == "message" and event.get("channel_type") == "im":
        return Surface(SurfaceKind.DIRECT, **place)
    return None


def words_of(text: str, ourselves: str) -> str:
    """Return what was said, without the mention of us and without Slack's markup.

    >>> words_of("<@U0BOT> bucket create `c-flowers`", "U0BOT")
    'bucket create `c-flowers`'
    """
    return typed(re.sub(rf"<@{re.escape(ourselves)}(?:\|[^>]*)?>", " ", text, count=1)).strip()

"""chat.scheduleMessage and its family: messages that Slack itself posts later, in machine time.

At most 120 days ahead, and 30 within five minutes for one channel. One with metadata is taken and never posted: a
fault of Slack's that its page of the method admits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.clock import machine_now
from sandbox.workspace import limits
from sandbox.workspace.api.chat import new_message, reachable
from sandbox.workspace.api.conversations import page
from sandbox.workspace.api.frame import ApiError, Args, Method, find_place
from sandbox.workspace.records import Message
from sandbox.workspace.site import Site
from sandbox.workspace.state import new_id

Json = dict[str, Any]
AHEAD_S = 120 * 86_400
WINDOW_S, IN_A_WINDOW = 300, 30


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A message that waits for `post_at`, in seconds of machine time."""

    id: str
    post_at: int
    created: int
    message: Message


def schedule(site: Site, args: Args) -> Json:
    """Take a message to be posted later."""
    place, post_at, now = reachable(site, args), args.number("post_at", 0), machine_now()
    if not post_at:
        raise ApiError("invalid_time")
    if post_at <= now:
        raise ApiError("time_in_past")
    if post_at > now + AHEAD_S:
        raise ApiError("time_too_far")
    near = [one for one in site.scheduled.values() if _same_window(one, place.id, post_at)]
    if len(near) >= IN_A_WINDOW:
        raise ApiError("restricted_too_many")
    message = new_message(site, args, place, limits.MESSAGE_TEXT)
    waiting = Scheduled(new_id("Q"), post_at, int(now), message)
    site.scheduled[waiting.id] = waiting
    site.deliverer.later(post_at - now, lambda: _post(site, waiting.id))
    shown = site.message_json(message)
    shown.pop("ts")
    return {"channel": place.id, "scheduled_message_id": waiting.id, "post_at": post_at, "message": shown}


def _same_window(one: Scheduled, channel: str, post_at: int) -> bool:
    return one.message.channel == channel and one.post_at // WINDOW_S == post_at // WINDOW_S


def _post(site: Site, name: str) -> None:
    waiting = site.scheduled.pop(name, None)
    if waiting and not waiting.message.metadata:
        waiting.message.ts = site.workspace.next_ts()
        site.workspace.post(waiting.message)


def listed(site: Site, args: Args) -> Json:
    """Return what waits, soonest first."""
    channel = find_place(site, args.text("channel")).id if args.text("channel") else None
    rows = [one for one in site.scheduled.values() if channel in (None, one.message.channel)]
    rows.sort(key=lambda one: one.post_at)
    shown, more = page([_row(one) for one in rows], args)
    return {"scheduled_messages": shown, **more}


def _row(one: Scheduled) -> Json:
    held = {"id": one.id, "channel_id": one.message.channel, "text": one.message.text}
    return held | {"post_at": one.post_at, "date_created": one.created}


def delete(site: Site, args: Args) -> Json:
    """Take a waiting message back."""
    place, waiting = find_place(site, args.need("channel")), site.scheduled.get(args.need("scheduled_message_id"))
    if waiting is None or waiting.message.channel != place.id:
        raise ApiError("invalid_scheduled_message_id")
    del site.scheduled[waiting.id]
    return {}


METHODS = {
    "chat.scheduleMessage": Method(schedule, 3, ("chat:write",)),
    "chat.scheduledMessages.list": Method(listed, 3),
    "chat.deleteScheduledMessage": Method(delete, 3, ("chat:write",)),
}

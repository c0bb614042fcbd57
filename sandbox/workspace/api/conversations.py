"""conversations.*: open direct messages, look at conversations and, with the scope for it, their history."""

from __future__ import annotations

from typing import Any

from sandbox.workspace.api.frame import ApiError, Args, Method, find_place, need_scope
from sandbox.workspace.records import Conversation, Message
from sandbox.workspace.site import Site

Json = dict[str, Any]
PREFIX = {"channel": "channels", "group": "groups", "im": "im"}
KIND = {"public_channel": "channel", "private_channel": "group", "im": "im"}


def page(items: list[Json], args: Args, default: int = 100) -> tuple[list[Json], Json]:
    """Return one page and the rest of the answer that leads to the next. Raises ApiError invalid_cursor."""
    cursor = args.text("cursor")
    if cursor and not cursor.startswith("next:"):
        raise ApiError("invalid_cursor")
    try:
        start = int(cursor.removeprefix("next:") or 0)
    except ValueError:
        raise ApiError("invalid_cursor") from None
    end = start + max(1, min(args.number("limit", default) or default, 1_000))
    cursor = f"next:{end}" if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": cursor}}


def conversation_json(site: Site, place: Conversation) -> Json:
    """Return the conversation object."""
    shown: Json = {
        "id": place.id,
        "created": place.created,
        "is_im": place.kind == "im",
        "is_channel": place.kind == "channel",
        "is_group": place.kind == "group",
        "is_private": place.kind != "channel",
        "is_archived": place.archived,
        "context_team_id": site.workspace.team,
    }
    if place.kind == "im":
        other = next(iter(place.members - {site.workspace.app.bot_user}))
        return shown | {"user": other}
    member = site.workspace.app.bot_user in place.members
    return shown | {"name": place.name, "is_member": member, "num_members": len(place.members)}


def open_(site: Site, args: Args) -> Json:
    """Open the direct messages with one person; several people need mpim:write."""
    if args.text("channel"):
        place = find_place(site, args.text("channel"))
    else:
        users = [user for user in args.need("users").split(",") if user]
        if len(users) > 1:
            need_scope(site, "mpim:write")
            raise ApiError("method_not_supported_for_channel_type")
        place = _direct(site, users[0])
    shown = conversation_json(site, place) if args.flag("return_im") else {"id": place.id}
    return {"no_op": True, "already_open": True, "channel": shown}


def _direct(site: Site, user: str) -> Conversation:
    person = site.workspace.people.get(user)
    if person is None:
        raise ApiError("user_not_found")
    if person.deleted:
        raise ApiError("user_disabled")
    if person.bot:
        raise ApiError("cannot_dm_bot")
    return site.workspace.direct(user)


def info(site: Site, args: Args) -> Json:
    """Return one conversation."""
    place = find_place(site, args.need("channel"))
    need_scope(site, f"{PREFIX[place.kind]}:read")
    return {"channel": conversation_json(site, place)}


def list_(site: Site, args: Args) -> Json:
    """Return the conversations of the asked types that the app may see."""
    kinds = [KIND.get(kind.strip()) for kind in (args.text("types") or "public_channel").split(",")]
    if None in kinds:
        raise ApiError("invalid_types")
    for kind in kinds:
        need_scope(site, f"{PREFIX[str(kind)]}:read")
    bot = site.workspace.app.bot_user
    seen = [c for c in site.workspace.conversations.values() if c.kind == "channel" or bot in c.members]
    shown, more = page([conversation_json(site, c) for c in seen if c.kind in kinds], args)
    return {"channels": shown, **more}


def members(site: Site, args: Args) -> Json:
    """Return the ids of a conversation's members."""
    place = find_place(site, args.need("channel"))
    need_scope(site, f"{PREFIX[place.kind]}:read")
    shown, more = page([{"id": member} for member in sorted(place.members)], args)
    return {"members": [row["id"] for row in shown], **more}


def _readable(site: Site, args: Args) -> list[Message]:
    """Return the messages that all see, oldest first. Raises ApiError."""
    place = find_place(site, args.need("channel"))
    need_scope(site, f"{PREFIX[place.kind]}:history")
    if site.workspace.app.bot_user not in place.members:
        raise ApiError("not_in_channel")
    latest, oldest = args.text("latest"), args.text("oldest")
    kept = [m for m in site.workspace.messages.get(place.id, []) if m.ephemeral_for is None]
    kept = [m for m in kept if not oldest or m.ts > oldest or (args.flag("inclusive") and m.ts == oldest)]
    return [m for m in kept if not latest or m.ts < latest or (args.flag("inclusive") and m.ts == latest)]


def history(site: Site, args: Args) -> Json:
    """Return what was said, newest first, without what stands in threads only."""
    top = [m for m in _readable(site, args) if m.thread_ts in (None, m.ts) or m.broadcast]
    return _messages(site, args, top[::-1])


def replies(site: Site, args: Args) -> Json:
    """Return a thread, its root first."""
    root = args.need("ts")
    thread = [m for m in _readable(site, args) if root in (m.ts, m.thread_ts)]
    if not thread:
        raise ApiError("thread_not_found")
    return _messages(site, args, thread)


def _messages(site: Site, args: Args, messages: list[Message]) -> Json:
    with_metadata = args.flag("include_all_metadata")
    shown, more = page([site.message_json(m, with_metadata) for m in messages], args)
    return {"messages": shown, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}


METHODS = {
    "conversations.open": Method(open_, 3, ("im:write",)),
    "conversations.info": Method(info, 3),
    "conversations.list": Method(list_, 2),
    "conversations.members": Method(members, 4),
    "conversations.history": Method(history, 3),
    "conversations.replies": Method(replies, 3),
}

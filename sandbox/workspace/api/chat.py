"""chat.*: post, update and delete the app's messages."""

from __future__ import annotations

import json
from typing import Any

from sandbox.clock import machine_now
from sandbox.workspace import limits, payloads
from sandbox.workspace.api.frame import ApiError, Args, Method, find_place, need_embeds
from sandbox.workspace.blocks import check_attachments, check_blocks, completed, too_big
from sandbox.workspace.records import Conversation, Message
from sandbox.workspace.site import Site

Json = dict[str, Any]


def read_blocks(args: Args) -> list[Json]:
    """Return the checked and completed blocks. Raises ApiError with Slack's complaints."""
    blocks = args.json("blocks", "invalid_blocks_format")
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if faults := check_blocks(blocks, "message"):
        raise ApiError("invalid_blocks", faults, errors=faults)
    if too_big(blocks):
        raise ApiError("msg_blocks_too_long")
    return completed(blocks)


def read_metadata(args: Args) -> Json | None:
    """Return the checked metadata, None for none. Raises ApiError."""
    metadata = args.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise ApiError("invalid_metadata_format")
    if not isinstance(metadata["event_payload"], dict) or not isinstance(metadata["event_type"], str):
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > limits.METADATA_CHARS:
        raise ApiError("metadata_too_large")
    return metadata


def _attachments(args: Args) -> list[Json]:
    """Return the checked attachments, their blocks completed. Raises ApiError."""
    attachments = args.json("attachments", "invalid_attachments") or []
    if faults := check_attachments(attachments):
        raise ApiError("invalid_attachments", faults)
    if len(attachments) > limits.ATTACHMENTS:
        raise ApiError("too_many_attachments")
    return [one | ({"blocks": completed(one["blocks"])} if "blocks" in one else {}) for one in attachments]


def _text(args: Args) -> tuple[str, list[Json]]:
    """Return text and blocks; `markdown_text` stands for a markdown block and excludes both. Raises ApiError."""
    text, blocks, markdown = args.text("text"), read_blocks(args), args.text("markdown_text")
    if not markdown:
        return text, blocks
    if text or blocks:
        raise ApiError("markdown_text_conflict")
    if len(markdown) > limits.MARKDOWN_TEXT:
        raise ApiError("msg_too_long")
    return markdown, completed([{"type": "markdown", "text": markdown}])


def _content(site: Site, args: Args, most: int) -> tuple[str, list[Json], list[Json]]:
    """Return text, blocks and attachments. Raises ApiError no_text, msg_too_long or a complaint on blocks."""
    text, blocks = _text(args)
    need_embeds(site, blocks, "invalid_blocks")
    attachments = _attachments(args)
    if not (text.strip() or blocks or attachments):
        raise ApiError("no_text")
    if len(text) > most:
        raise ApiError("msg_too_long")
    return text, blocks, attachments


def reachable(site: Site, args: Args) -> Conversation:
    """Return where to post. Raises ApiError channel_not_found, not_in_channel or is_archived."""
    place = find_place(site, args.need("channel"))
    if place.archived:
        raise ApiError("is_archived")
    if site.workspace.app.bot_user not in place.members:
        raise ApiError("not_in_channel")
    return place


def thread_root(site: Site, args: Args, place: Conversation) -> str | None:
    """Return the root of the thread to post in. Raises ApiError thread_not_found."""
    thread_ts = args.text("thread_ts")
    if not thread_ts:
        return None
    parent = site.workspace.find(place.id, thread_ts)
    if parent is None or parent.ephemeral_for:
        raise ApiError("thread_not_found")
    return parent.thread_ts or thread_ts


def new_message(site: Site, args: Args, place: Conversation, most: int) -> Message:
    """Return the message that the arguments describe, with a text of at most so many characters. Raises ApiError."""
    text, blocks, attachments = _content(site, args, most)
    workspace = site.workspace
    return Message(
        ts=workspace.next_ts(),
        channel=place.id,
        author=workspace.app.bot_user,
        text=text,
        blocks=blocks,
        thread_ts=thread_root(site, args, place),
        metadata=read_metadata(args),
        attachments=attachments,
        by_bot=True,
        broadcast=args.flag("reply_broadcast"),
    )


def post_message(site: Site, args: Args) -> Json:
    """Post a message; one a second a channel beyond a short burst."""
    place = reachable(site, args)
    if wait := site.rates.channel(place.id):
        raise ApiError("ratelimited", retry_after=wait)
    message = site.workspace.post(new_message(site, args, place, limits.MESSAGE_TEXT))
    _echo(site, message)
    return {"channel": place.id, "ts": message.ts, "message": site.message_json(message, True)}


def _echo(site: Site, message: Message) -> None:
    """Tell the app of its own direct message, as Slack does under message.im."""
    workspace = site.workspace
    if workspace.conversations[message.channel].kind == "im" and "message.im" in workspace.app.events:
        event = payloads.own_message_event(site, message, message.edited is not None)
        site.deliverer.behind(payloads.event_callback(site, event))


def post_ephemeral(site: Site, args: Args) -> Json:
    """Post a message that one member of the conversation sees."""
    place = reachable(site, args)
    if args.need("user") not in place.members:
        raise ApiError("user_not_in_channel")
    message = new_message(site, args, place, limits.MESSAGE_TEXT)
    message.ephemeral_for = args.need("user")
    site.workspace.post(message)
    return {"message_ts": message.ts}


def own_message(site: Site, args: Args, error: str) -> Message:
    """Find the app's own message. Raises ApiError message_not_found (ephemeral ones too) or `error`."""
    place = find_place(site, args.need("channel"))
    message = site.workspace.find(place.id, args.need("ts"))
    if message is None or message.ephemeral_for:
        raise ApiError("message_not_found")
    if not message.by_bot:
        raise ApiError(error)
    return message


def update(site: Site, args: Args) -> Json:
    """Replace a message; text without blocks takes the blocks away, metadata stays unless given."""
    message = own_message(site, args, "cant_update_message")
    if message.streaming:
        raise ApiError("streaming_state_conflict")
    if 0 < site.workspace.edit_window_s < machine_now() - float(message.ts):
        raise ApiError("edit_window_closed")
    text, blocks, attachments = _content(site, args, limits.UPDATE_TEXT)
    metadata = read_metadata(args)
    workspace = site.workspace
    message.text, message.blocks, message.attachments = text, blocks, attachments
    message.metadata = metadata or message.metadata
    message.edited = {"user": workspace.app.bot_user, "ts": workspace.next_ts()}
    workspace.tell_message(message)
    _echo(site, message)
    shown = site.message_json(message, True)
    return {"channel": message.channel, "ts": message.ts, "text": text, "message": shown}


def delete(site: Site, args: Args) -> Json:
    """Delete the app's own message."""
    message = own_message(site, args, "cant_delete_message")
    site.workspace.remove(message)
    site.streams.pop(message.ts, None)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(site: Site, args: Args) -> Json:
    """Return the address of a message."""
    place = find_place(site, args.need("channel"))
    if site.workspace.find(place.id, args.need("message_ts")) is None:
        raise ApiError("message_not_found")
    tail = "p" + args.need("message_ts").replace(".", "")
    return {"channel": place.id, "permalink": f"{site.base_url}/archives/{place.id}/{tail}"}


METHODS = {
    "chat.postMessage": Method(post_message, None, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, 4, ("chat:write",)),
    "chat.update": Method(update, 3, ("chat:write",)),
    "chat.delete": Method(delete, 3, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink, 4),
}

"""chat.startStream and its family: a message that grows in front of its reader, until the app stops it.

Chunks are text, tasks that come and change, a plan's title, or blocks. Tasks stand among the text (`timeline`), or
together in one plan (`plan`).
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.workspace import limits
from sandbox.workspace.api.chat import own_message, reachable, read_blocks, read_metadata, thread_root
from sandbox.workspace.api.frame import ApiError, Args, Method, need_embeds
from sandbox.workspace.blocks import check_blocks, completed
from sandbox.workspace.records import Conversation, Message
from sandbox.workspace.site import Site

Json = dict[str, Any]
MODES = ("timeline", "plan")


@dataclass(slots=True)
class Stream:
    """What a growing message consists of so far: its blocks in order, texts and tasks among them."""

    message: Message
    plan: bool
    parts: list[Json] = field(default_factory=list)

    def grow(self, chunks: list[Json]) -> None:
        """Take chunks in. Raises ApiError invalid_chunks for what is none."""
        if not isinstance(chunks, list):
            raise ApiError("invalid_chunks")
        for chunk in chunks:
            match chunk:
                case {"type": "markdown_text", "text": str(text)}:
                    self._write(text)
                case {"type": "task_update", "id": str(name), **rest}:
                    self._task(name, rest)
                case {"type": "plan_update", "title": str(title)} if self.plan:
                    self._plan()["title"] = title
                case {"type": "blocks", "blocks": list(blocks)} if all(isinstance(one, dict) for one in blocks):
                    self.parts += blocks
                case _:
                    raise ApiError("invalid_chunks")

    def _write(self, text: str) -> None:
        if self.parts and self.parts[-1].get("type") == "markdown":
            self.parts[-1]["text"] += text
        elif text:
            self.parts.append({"type": "markdown", "text": text})

    def _task(self, name: str, given: Json) -> None:
        """Put a task's card where it belongs, or change the one that is there."""
        held = self._plan()["tasks"] if self.plan else self.parts
        found = next((one for one in held if one.get("task_id") == name), None)
        if found is None:
            found = {"type": "task_card", "task_id": name, "title": "", "status": "pending"}
            held.append(found)
        found |= {key: _rich(value) if key in ("details", "output") else value for key, value in given.items()}

    def _plan(self) -> Json:
        found = next((one for one in self.parts if one.get("type") == "plan"), None)
        if found is None:
            found = {"type": "plan", "title": "Plan", "tasks": []}
            self.parts.append(found)
        return found


def _rich(text: object) -> Json:
    """Return a task's text as the card holds it."""
    inner = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(text)}]}
    return {"type": "rich_text", "elements": [inner]}


def _chunks(args: Args) -> Iterator[Json]:
    """Yield what a call adds, `markdown_text` as one chunk more. Raises ApiError."""
    chunks = args.json("chunks", "invalid_chunks") or []
    if not isinstance(chunks, list):
        raise ApiError("invalid_chunks")
    if len(args.text("markdown_text")) > limits.MARKDOWN_TEXT:
        raise ApiError("msg_too_long")
    if text := args.text("markdown_text"):
        yield {"type": "markdown_text", "text": text}
    yield from chunks


def _grown(site: Site, stream: Stream, chunks: list[Json], tail: list[Json]) -> None:
    """Let a message grow by chunks and end with `tail`; nothing of it when something is wrong. Raises ApiError."""
    grown = replace(stream, parts=deepcopy(stream.parts))
    grown.grow(chunks)
    if faults := check_blocks(grown.parts, "message"):
        raise ApiError("invalid_blocks", faults, errors=faults)
    need_embeds(site, grown.parts, "invalid_blocks")
    message, stream.parts = stream.message, grown.parts
    message.blocks = completed([*grown.parts, *tail])
    message.text = "".join(part["text"] for part in grown.parts if part["type"] == "markdown")


def _recipient(args: Args, place: Conversation) -> None:
    """Ask for whom a stream in a channel is. Raises ApiError."""
    for name in ("recipient_team_id", "recipient_user_id"):
        if place.kind != "im" and not args.text(name):
            raise ApiError(f"missing_{name}")


def start(site: Site, args: Args) -> Json:
    """Start a growing message: a reply, or in a channel also one by itself."""
    place, mode = reachable(site, args), args.text("task_display_mode") or MODES[0]
    _recipient(args, place)
    if place.kind == "im":
        args.need("thread_ts")
    if mode not in MODES:
        raise ApiError("invalid_arguments", [f"must be one of: {', '.join(MODES)} [json-pointer:/task_display_mode]"])
    workspace = site.workspace
    author, thread = workspace.app.bot_user, thread_root(site, args, place)
    message = Message(workspace.next_ts(), place.id, author, "", thread_ts=thread, by_bot=True, streaming=True)
    stream = Stream(message, mode == "plan")
    _grown(site, stream, [*_chunks(args)], [])
    workspace.post(message)
    site.streams[message.ts] = stream
    return {"channel": place.id, "ts": message.ts}


def _growing(site: Site, args: Args) -> Stream:
    """Find the app's message that grows. Raises ApiError."""
    message = own_message(site, args, "message_not_owned_by_app")
    stream: Stream | None = site.streams.get(message.ts)
    if stream is None:
        raise ApiError("message_not_in_streaming_state")
    return stream


def append(site: Site, args: Args) -> Json:
    """Let the message grow."""
    stream = _growing(site, args)
    chunks = [*_chunks(args)]
    if not chunks:
        raise ApiError("no_text")
    _grown(site, stream, chunks, [])
    site.workspace.tell_message(stream.message)
    return {"channel": stream.message.channel, "ts": stream.message.ts}


def stop(site: Site, args: Args) -> Json:
    """End it, with a last piece, blocks below all of it and metadata if wanted."""
    stream, tail, metadata = _growing(site, args), read_blocks(args), read_metadata(args)
    _grown(site, stream, [*_chunks(args)], tail)
    message = stream.message
    message.streaming, message.metadata = False, metadata
    del site.streams[message.ts]
    site.workspace.tell_message(message)
    return {"channel": message.channel, "ts": message.ts, "message": site.message_json(message, True)}


METHODS = {
    "chat.startStream": Method(start, 2, ("chat:write",)),
    "chat.appendStream": Method(append, 4, ("chat:write",)),
    "chat.stopStream": Method(stop, 2, ("chat:write",)),
}

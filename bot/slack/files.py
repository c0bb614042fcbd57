"""Files of Slack: what is known of them, where they were dropped, and their content; the port `Files`.

https://docs.slack.dev/reference/objects/file-object; content needs the bot's token and files:read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from bot.errors import ChatRefused
from bot.records.files import SharedFile
from bot.slack.client import Slack

THREAD = 200
"""Messages of a thread, or of a conversation, that are looked through for files."""
GONE = frozenset({"file_deleted", "file_not_found"})


class SlackFiles:
    """Files as Slack has them."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def one(self, identity: str) -> SharedFile:
        """Return a file by its id (files.info, files:read). Raises `ChatFault`."""
        answer = await self._slack.read("files.info", file=identity)
        return shared(answer["file"])

    async def in_thread(self, channel: str, thread: str) -> Sequence[SharedFile]:
        """Return the files of a thread (conversations.replies, im:history or channels:history). Raises `ChatFault`."""
        answer = await self._slack.read("conversations.replies", channel=channel, ts=thread, limit=THREAD)
        return files_of(answer.get("messages", ()))

    async def lately(self, channel: str, user: str, since: float) -> Sequence[SharedFile]:
        """Return what a person dropped since a moment (conversations.history). Raises `ChatFault`."""
        answer = await self._slack.read("conversations.history", channel=channel, oldest=f"{since:.6f}", limit=THREAD)
        own = [message for message in answer.get("messages", ()) if message.get("user") == user]
        return files_of(reversed(own))

    async def content(self, file: SharedFile) -> AsyncIterator[bytes]:
        """Yield the content as it comes. Raises `ChatFault`."""
        if not file.url:
            raise ChatRefused("file_not_here")
        async for chunk in self._slack.stream(file.url):
            yield chunk


def files_of(messages: Any) -> list[SharedFile]:
    """Return the files of people's messages in their order, each once; those kept elsewhere or deleted are left out."""
    found = {
        str(row["id"]): shared(row)
        for message in messages
        if not message.get("bot_id")
        for row in message.get("files") or ()
        if row.get("mode") not in ("tombstone", "hidden_by_limit", "external")
    }
    return list(found.values())


def shared(row: Mapping[str, Any]) -> SharedFile:
    """Return a file object of Slack as ours."""
    url = str(row.get("url_private_download") or row.get("url_private") or "")
    name = str(row.get("name") or row.get("title") or row["id"])
    return SharedFile(str(row["id"]), name, int(row.get("size") or 0), url, float(row.get("created") or 0))

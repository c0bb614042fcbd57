"""What people dropped in the chat, to be fetched by a worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from bot.records.files import SharedFile


class Files(Protocol):
    """Files of the chat. Every method raises `ChatFault`; `ChatRefused("missing_scope")` where the app may not."""

    async def one(self, identity: str) -> SharedFile:
        """Return a file by its id."""
        ...

    async def in_thread(self, channel: str, thread: str) -> Sequence[SharedFile]:
        """Return the files that people dropped in a thread, oldest first."""
        ...

    async def lately(self, channel: str, user: str, since: float) -> Sequence[SharedFile]:
        """Return the files that a person dropped in a conversation, outside threads, since a moment."""
        ...

    def content(self, file: SharedFile) -> AsyncIterator[bytes]:
        """Yield a file's content in chunks of at most 64 KiB, never all of it at once."""
        ...

"""Files of the chat in memory: what was dropped where, and Slack's refusals when told to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from bot.errors import ChatFault, ChatRefused
from bot.records import SharedFile

CHUNK = 64 * 1024


@dataclass
class FakeFiles:
    """`Files` in memory. `contents` are by id; `threads` and `talks` hold ids by place; `faults` spoil next calls."""

    contents: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    talks: dict[str, list[str]] = field(default_factory=dict)
    faults: list[ChatFault] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def _spoil(self) -> None:
        if self.faults:
            raise self.faults.pop(0)

    async def one(self, identity: str) -> SharedFile:
        self._spoil()
        if identity not in self.contents:
            raise ChatRefused("file_not_found")
        name, content = self.contents[identity]
        return SharedFile(identity, name, len(content), f"https://files.slack.com/{identity}")

    async def in_thread(self, channel: str, thread: str) -> Sequence[SharedFile]:
        return [await self.one(identity) for identity in self.threads.get(thread, [])]

    async def lately(self, channel: str, user: str, since: float) -> Sequence[SharedFile]:
        return [await self.one(identity) for identity in self.talks.get(channel, [])]

    async def content(self, file: SharedFile) -> AsyncIterator[bytes]:
        self._spoil()
        self.fetched.append(file.id)
        whole = self.contents[file.id][1]
        for start in range(0, len(whole), CHUNK):
            yield whole[start : start + CHUNK]

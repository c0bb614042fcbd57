"""The audit on the console: read all of it, from files and Redis, and check its chain of seals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.audit.chain import Head, Sealed, Verdict, to_line, verify
from bot.ports import Ledger
from bot.records import Chain
from bot.settings import Settings
from bot.slack.client import connect as connect_slack
from bot.store.audit import RedisLedger
from bot.store.connect import connect
from bot.store.embedded import Embedded, EmbeddedFault
from bot.store.keys import Keys, Workspace
from bot.store.segments import Segments

PAGE = 1000


@dataclass(frozen=True)
class Books:
    """Everything that was recorded, in order, and what the chain says of itself."""

    entries: Sequence[Sealed]
    chain: Chain

    def check(self, keys: Sequence[bytes], told: Sequence[Head]) -> Verdict:
        """Check the chain against itself and against heads told elsewhere."""
        own = Head(self.chain.number, self.chain.seal)
        return verify(keys, self.entries, told=(own, *told))

    def since(self, at: float) -> list[str]:
        """Return the lines of the entries made at or after a time."""
        return [to_line(entry) for entry in self.entries if float(entry.facts.get("at", "inf")) >= at]


async def read(settings: Settings, workspace: str = "") -> Books:
    """Return the books. Raises `StoreDown`, `ChatFault`, OSError and ValueError."""
    async with _ledger(settings, workspace) as ledger:
        return await _books(ledger, settings.BOT_AUDIT_DIR)


async def _books(ledger: Ledger, folder: Path | None) -> Books:
    stored = await ledger.chain()  # first: what is sealed meanwhile then only comes on top
    kept = await _pages(ledger)
    moved = await asyncio.to_thread(Segments(folder).read) if folder else []
    entries = {to_line(entry): entry for entry in (*moved, *kept)}
    return Books(list(entries.values()), stored.record if stored else Chain())


@dataclass(frozen=True)
class Auditor:
    """`ports.Auditor` on what a process has at hand; its keys are those that may have sealed an entry."""

    ledger: Ledger
    keys: Sequence[bytes]
    folder: Path | None

    async def verify(self) -> Verdict:
        """Return what the chain says of itself, in the store and in the segments."""
        books = await _books(self.ledger, self.folder)
        return await asyncio.to_thread(books.check, self.keys, ())


async def _pages(ledger: Ledger) -> list[Sealed]:
    found: list[Sealed] = []
    while page := await ledger.kept(found[-1].token if found else "", PAGE):
        found += page
    return found


@asynccontextmanager
async def _ledger(settings: Settings, workspace: str) -> AsyncIterator[Ledger]:
    async with AsyncExitStack() as stack:
        link = connect(await redis_url(settings, stack))
        stack.push_async_callback(link.close)
        yield RedisLedger(link, Keys(await _workspace(settings, workspace)))


async def redis_url(settings: Settings, stack: AsyncExitStack) -> str:
    """Return where Redis is; the embedded one may be running under a bot, else it is started for the while."""
    if url := settings.REDIS_URL.get_secret_value():
        return url
    embedded = Embedded(settings.BOT_DATA_DIR / "redis")
    try:
        await stack.enter_async_context(embedded)
    except EmbeddedFault:
        return embedded.url
    return embedded.url


async def _workspace(settings: Settings, named: str) -> Workspace:
    """Return the workspace: `T…` or `E…:T…` as named, else whose the bot token is."""
    if named:
        enterprise, _, team = named.rpartition(":")
        return Workspace(team, enterprise)
    slack, identity = await connect_slack(settings.SLACK_BOT_TOKEN.get_secret_value(), url=settings.SLACK_API_URL)
    await slack.close()
    return Workspace(identity.team, identity.enterprise)

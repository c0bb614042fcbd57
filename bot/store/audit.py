"""The audit entries, and the seals beside them under the same ids."""

from __future__ import annotations

from collections.abc import Sequence

from bot.audit.chain import Sealed
from bot.errors import Conflict
from bot.ports import Stored
from bot.records import Chain, Values
from bot.store.documents import Codec
from bot.store.keys import Keys
from bot.store.link import Link, Word, script

_SEAL = script("seal")
_CHAIN = Chain().id


class RedisLedger:
    """`ports.Ledger` on Redis."""

    def __init__(self, link: Link, keys: Keys, codec: Codec | None = None) -> None:
        self._link = link
        self._codec = codec or Codec()
        self._entries = keys.stream("audit")
        self._seals = keys.stream("seals")
        self._chain = keys.document(Chain.kind_name, _CHAIN)

    async def newest(self, most: int) -> list[Values]:
        """Return the newest entries, newest first."""
        return [facts for _, facts in await self.earlier("", most)]

    async def earlier(self, token: str, most: int) -> list[tuple[str, Values]]:
        """Return the newest entries before an id, "" for the newest of all, with their ids, the newest first."""
        before = f"({token}" if token else "+"
        found = await self._link.call("XREVRANGE", self._entries, before, "-", "COUNT", most)
        return [(one.decode(), _whole(one.decode(), _facts(fields))) for one, fields in found]

    async def chain(self) -> Stored[Chain] | None:
        """Return how far the entries are sealed."""
        stored = await self._link.call("GET", self._chain)
        return None if stored is None else self._codec.decode(Chain, _CHAIN, stored)

    async def unsealed(self, last: str, most: int) -> list[tuple[str, Values]]:
        """Return the oldest entries after the id `last`, with their ids."""
        found = await self._link.call("XRANGE", self._entries, _after(last), "+", "COUNT", most)
        return [(token.decode(), _facts(fields)) for token, fields in found]

    async def kept(self, after: str = "", most: int = 1000) -> list[Sealed]:
        """Return the oldest entries after an id, with their seals where they have one."""
        entries = await self.unsealed(after, most)
        if not entries:
            return []
        seals = await self._link.call("XRANGE", self._seals, _after(after), entries[-1][0])
        by_token = {token.decode(): _facts(fields) for token, fields in seals}
        return [_joined(token, facts, by_token.get(token)) for token, facts in entries]

    async def seal(self, old: Stored[Chain] | None, chain: Chain, entries: Sequence[Sealed]) -> None:
        """Write seals and the new end of the chain. Raises `Conflict` if somebody else did."""
        words = [word for entry in entries for word in (entry.token, str(entry.number), entry.seal)]
        await self._moved(old, chain, len(entries), words)

    async def remove(self, old: Stored[Chain], chain: Chain, tokens: Sequence[str]) -> None:
        """Remove entries that stand elsewhere now. Raises `Conflict` if the chain changed."""
        await self._moved(old, chain, 0, tokens)

    async def _moved(self, old: Stored[Chain] | None, chain: Chain, sealed: int, words: Sequence[Word]) -> None:
        version = old.version if old else 0
        text = self._codec.encode(chain, version + 1)
        keys = [self._chain, self._entries, self._seals]
        prefix = f"{version}\n" if version else ""
        if not await self._link.run(_SEAL, keys, (prefix, text, sealed, *words)):
            raise Conflict(f"{Chain.kind_name}:{_CHAIN}")


def _after(token: str) -> str:
    return f"({token}" if token else "-"


def _facts(fields: dict[bytes, bytes]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in fields.items()}


def _whole(token: str, facts: dict[str, str]) -> Values:
    """Return facts in which nothing that every entry has is missing; an entry without a time is as old as its id."""
    at = repr(int(token.partition("-")[0]) / 1000)
    return {"at": at, "what": "", "who": "", "correlation": "", **facts}


def _joined(token: str, facts: Values, seal: Values | None) -> Sealed:
    return Sealed(token, facts, int(seal["number"]), seal["seal"]) if seal else Sealed(token, facts)

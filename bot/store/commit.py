"""A `Change` as the words of `scripts/commit.lua`."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import Conflict, NotYetSafe
from bot.ports import Change, Clock, Entry
from bot.store import due
from bot.store.documents import Codec
from bot.store.keys import GROUP, Keys
from bot.store.link import Link, Word, script

_COMMIT = script("commit")


class Batch:
    """The keys and words of one run of the script; the checks must be added first."""

    __slots__ = ("_names", "_places", "keys", "words")

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.words: list[Word] = []
        self._places: dict[str, int] = {}
        self._names: dict[int, str] = {}

    def _place(self, key: str) -> int:
        place = self._places.get(key)
        if place is None:
            self.keys.append(key)
            place = self._places[key] = len(self.keys)
        return place

    def check(self, name: str, op: str, key: str, *words: Word) -> None:
        """Add a check that `name` is called by in a `Conflict`."""
        place = self._place(key)
        self._names[place] = name
        self.words += (op, place, *words)

    def write(self, op: str, key: str, *words: Word) -> None:
        """Add a write."""
        self.words += (op, self._place(key), *words)

    def append(self, stream: str, fields: Mapping[str, str]) -> None:
        """Add an entry to a stream, by key."""
        pairs = [word for pair in fields.items() for word in pair]
        self.write("x", stream, len(pairs), *pairs)

    async def send(self, link: Link, *, safely: bool = False) -> None:
        """Run the script. Raises `Conflict` naming the first check that failed, `StoreDown`, and `NotYetSafe`."""
        safe = True
        if safely:
            failed, safe = await link.run_safely(_COMMIT, self.keys, self.words)
        else:
            failed = await link.run(_COMMIT, self.keys, self.words)
        if failed:
            raise Conflict(self._names[failed])
        if not safe:
            raise NotYetSafe("recorded, but no replica has confirmed it")


def batch(change: Change, keys: Keys, codec: Codec, clock: Clock | None = None) -> Batch:
    """Return the words of a change; its audit entries are stamped with the clock's product time.

    Once tokens are checked first, so that a repeat is told as a repeat, then rates, then versions; what leaves a set
    leaves before what enters, so that `undue(m).due(m, at)` moves it. Raises ValueError for a due member that names no
    stream.
    """
    made = Batch()
    _checks(made, change, keys)
    _documents(made, change, keys, codec)
    _clocks(made, change, keys)
    for name, member in change.unindexed:
        made.write("r", keys.index(name), member)
    for name, member, score in change.indexed:
        made.write("z", keys.index(name), repr(score), member)
    _streams(made, change, keys)
    at = {"at": repr(clock.now())} if clock else {}
    for facts in change.audits:
        made.append(keys.stream("audit"), {**at, "who": "", "correlation": "", **facts})
    return made


def finish(made: Batch, keys: Keys, entry: Entry) -> None:
    """Add the end of an entry: acknowledged and deleted."""
    made.write("f", keys.stream(entry.stream), GROUP, entry.token)


def _checks(made: Batch, change: Change, keys: Keys) -> None:
    for token, _ in change.onces:
        made.check(f"once:{token}", "o", keys.once(token))
    for name, most, _ in change.rates:
        made.check(f"rate:{name}", "c", keys.rate(name), most)
    for kind, identity, version in change.expected:
        prefix = f"{version}\n" if version else ""
        made.check(f"{kind}:{identity}", "v", keys.document(kind, identity), prefix)


def _documents(made: Batch, change: Change, keys: Keys, codec: Codec) -> None:
    for token, seconds in change.onces:
        made.write("s", keys.once(token), _milliseconds(seconds), "1")
    for name, _, seconds in change.rates:
        made.write("n", keys.rate(name), _milliseconds(seconds))
    for record, version, lifetime in change.written:
        text = codec.encode(record, version)
        made.write("s", keys.document(record.kind_name, record.id), _milliseconds(lifetime), text)
    for kind, identity in change.removed:
        made.write("d", keys.document(kind, identity))


def _clocks(made: Batch, change: Change, keys: Keys) -> None:
    for which, member in change.undues:
        made.write("r", keys.clocked(which), member)
    for which, member, at in change.dues:
        due.decode(member)
        made.write("z", keys.clocked(which), repr(at), member)


def _streams(made: Batch, change: Change, keys: Keys) -> None:
    for stream, kind, identity in change.entries:
        made.append(keys.stream(stream), {"kind": kind, "id": identity})
    for entry in change.finished:
        finish(made, keys, entry)


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else str(max(1, round(seconds * 1000)))

"""Documents, and what moves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from bot.records import Values


class Document(Protocol):
    """A record that can be stored: it knows its kind, the schema of its shape, and its id."""

    kind_name: ClassVar[str]
    schema: ClassVar[int]

    @property
    def id(self) -> str:
        """Return the id, unique within the kind."""
        ...


D = TypeVar("D", bound=Document)


@dataclass(frozen=True, slots=True)
class Stored(Generic[D]):
    """A record together with the version it was read in."""

    record: D
    version: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a stream: `kind` and `id` say what to look at; delivery is only a wake-up."""

    stream: str
    token: str
    kind: str
    id: str
    tries: int = 1

    @property
    def since(self) -> float:
        """Return when it entered the stream, in machine seconds: its token begins with that."""
        return int(self.token.partition("-")[0]) / 1000


@dataclass(slots=True)
class Change:
    """What one commit does, all or nothing. Build it, then hand it to `Store.commit`."""

    expected: list[tuple[str, str, int]] = field(default_factory=list)
    written: list[tuple[Document, int, float | None]] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)
    onces: list[tuple[str, float]] = field(default_factory=list)
    rates: list[tuple[str, int, float]] = field(default_factory=list)
    dues: list[tuple[str, str, float]] = field(default_factory=list)
    undues: list[tuple[str, str]] = field(default_factory=list)
    entries: list[tuple[str, str, str]] = field(default_factory=list)
    finished: list[Entry] = field(default_factory=list)
    indexed: list[tuple[str, str, float]] = field(default_factory=list)
    unindexed: list[tuple[str, str]] = field(default_factory=list)
    audits: list[Values] = field(default_factory=list)
    confirmed: bool = False

    def create(self, record: Document, *, lifetime: float | None = None) -> Self:
        """Write a record that must not exist yet; `lifetime` in seconds of machine time."""
        self.expected.append((record.kind_name, record.id, 0))
        self.written.append((record, 1, lifetime))
        return self

    def replace(self, old: Stored[Any], record: Document, *, lifetime: float | None = None) -> Self:
        """Write the next version of a record that must still be as it was read."""
        self.expected.append((record.kind_name, record.id, old.version))
        self.written.append((record, old.version + 1, lifetime))
        return self

    def remove(self, old: Stored[Any]) -> Self:
        """Remove a record that must still be as it was read."""
        self.expected.append((old.record.kind_name, old.record.id, old.version))
        self.removed.append((old.record.kind_name, old.record.id))
        return self

    def once(self, token: str, seconds: float) -> Self:
        """Refuse the whole change if `token` was used within the last `seconds` (machine time)."""
        self.onces.append((token, seconds))
        return self

    def within(self, name: str, most: int, seconds: float) -> Self:
        """Refuse the whole change if `name` was counted `most` times in this window of `seconds`; else count it."""
        self.rates.append((name, most, seconds))
        return self

    def due(self, member: str, at: float) -> Self:
        """Promote `member` to the work stream when product time reaches `at`."""
        self.dues.append(("due", member, at))
        return self

    def later(self, member: str, at: float) -> Self:
        """Promote `member` to its stream when machine time reaches `at` (retries, pacing)."""
        self.dues.append(("later", member, at))
        return self

    def undue(self, member: str) -> Self:
        """Forget `member` on both clocks."""
        self.undues.extend([("due", member), ("later", member)])
        return self

    def work(self, kind: str, identity: str) -> Self:
        """Wake a worker for the thing `kind` `identity`."""
        self.entries.append(("work", kind, identity))
        return self

    def redraw(self, card: str) -> Self:
        """Wake a sender for a card."""
        self.entries.append(("outbox", "card", card))
        return self

    def home(self, user: str, *, opened: bool = False) -> Self:
        """Wake a sender for somebody's Home: `opened`, or only if they have one."""
        self.entries.append(("outbox", "home" if opened else "home_again", user))
        return self

    def finish(self, entry: Entry) -> Self:
        """Acknowledge and delete a stream entry in the same commit."""
        self.finished.append(entry)
        return self

    def index(self, name: str, member: str, score: float = 0.0) -> Self:
        """Add `member` to the sorted index `name`."""
        self.indexed.append((name, member, score))
        return self

    def unindex(self, name: str, member: str) -> Self:
        """Remove `member` from the sorted index `name`."""
        self.unindexed.append((name, member))
        return self

    def audit(self, what: str, **facts: str) -> Self:
        """Append an audit entry; it enters with the change or not at all.

        Name `who` and `correlation` among the facts where somebody asked; the store adds `at`, in product time.
        """
        self.audits.append({"what": what, **facts})
        return self

    def safe(self) -> Self:
        """Wait until a replica has the change too, where there are replicas; else `commit` raises `NotYetSafe`."""
        self.confirmed = True
        return self


class Store(Protocol):
    """Documents and what moves them, in one place. All methods raise `StoreDown` when it does not answer."""

    async def load(self, kind: type[D], identity: str) -> Stored[D] | None:
        """Return a record with its version, or None."""
        ...

    async def load_all(self, kind: type[D], identities: Sequence[str]) -> list[Stored[D] | None]:
        """Return records with their versions in the order asked for, None for each that is not there."""
        ...

    async def commit(self, change: Change) -> None:
        """Apply the change, all or nothing. Raises `Conflict` when an expectation does not hold.

        A change that is to be safe raises `NotYetSafe` when it was applied and no replica confirmed it in time.
        """
        ...

    async def members(self, index: str, *, newest: int = 100) -> list[str]:
        """Return the members of a sorted index, highest score first."""
        ...

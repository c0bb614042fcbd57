"""Seals over entries in their order: none can be changed, left out, added or moved without the key (decision 14).

A seal is an HMAC-SHA256 over the entry's number, the seal before it, and the entry. Who holds the key can check the
whole chain; who holds only Redis or the files cannot make one seal. A tail that was cut off leaves a chain that is
whole in itself: it is found by a head that was told elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.records import Values


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain goes: the number of its last entry, and that entry's seal; 0 and "" before the first."""

    number: int = 0
    seal: str = ""

    def told(self) -> str:
        """Return it as it is told to people; `read_head` reads it."""
        return f"{self.number}:{self.seal}"


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry in its place. `token` is the id it was stored under; number 0 and no seal: not sealed yet."""

    token: str
    facts: Values
    number: int = 0
    seal: str = ""

    @property
    def head(self) -> Head:
        """Return the head of the chain that ends here."""
        return Head(self.number, self.seal)


class Wrong(StrEnum):
    """What can be wrong with a chain."""

    CHANGED = "changed"
    MISSING = "missing"
    REORDERED = "reordered"
    INSERTED = "inserted"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and at which number; of several missing ones `last` is the last."""

    wrong: Wrong
    number: int
    last: int = 0
    token: str = ""

    def line(self) -> str:
        """Return it in words."""
        upto = f" to {self.last}" if self.last > self.number else ""
        return f"{self.wrong}: {self.number}{upto}{f' ({self.token})' if self.token else ''}"


@dataclass(slots=True)
class Verdict:
    """What a check found: how many entries hold, how many wait for their seal, where the chain ends, what is wrong."""

    held: int = 0
    waiting: int = 0
    head: Head = field(default_factory=Head)
    findings: list[Finding] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the verdict in words."""
        summed = f"{self.held} entries hold, {self.waiting} wait for their seal; the chain ends at {self.head.told()}"
        return [*(finding.line() for finding in self.findings), summed]


def seal(key: bytes, before: Head, token: str, facts: Values) -> str:
    """Return the seal of the entry that follows `before`."""
    text = json.dumps([before.number + 1, before.seal, token, sorted(facts.items())], ensure_ascii=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def linked(key: bytes, before: Head, entries: Iterable[tuple[str, Values]]) -> list[Sealed]:
    """Return entries (token, facts) sealed in their order, as they follow `before`."""
    chain: list[Sealed] = []
    for token, facts in entries:
        chain.append(Sealed(token, facts, before.number + 1, seal(key, before, token, facts)))
        before = chain[-1].head
    return chain


def verify(keys: Sequence[bytes], entries: Iterable[Sealed], *, told: Sequence[Head] = ()) -> Verdict:
    """Check a chain as it was found, in the order it was found.

    Any of `keys` may have sealed an entry (two while rotating). `told` are heads known from elsewhere: the chain must
    go through each.
    """
    verdict, seals = Verdict(), {0: ""}
    loose: list[Sealed] = []
    for entry in entries:
        if not entry.seal:
            loose.append(entry)
            continue
        verdict.findings += [Finding(Wrong.INSERTED, verdict.head.number, token=one.token) for one in loose]
        loose.clear()
        _judge(verdict, keys, entry)
        seals[entry.number] = entry.seal
    verdict.waiting = len(loose)
    verdict.findings += [_off(verdict, head) for head in told if seals.get(head.number) != head.seal]
    return verdict


def _judge(verdict: Verdict, keys: Sequence[bytes], entry: Sealed) -> None:
    """Judge one entry by the one before it, and let it be what the next is judged by."""
    before, due = verdict.head, verdict.head.number + 1
    if entry.number < due:
        verdict.findings.append(Finding(Wrong.REORDERED, entry.number, token=entry.token))
        return
    if entry.number > due:
        verdict.findings.append(Finding(Wrong.MISSING, due, entry.number - 1))
    elif _sealed_by_one_of(keys, before, entry):
        verdict.held += 1
    else:
        verdict.findings.append(Finding(Wrong.CHANGED, entry.number, token=entry.token))
    verdict.head = entry.head


def _sealed_by_one_of(keys: Sequence[bytes], before: Head, entry: Sealed) -> bool:
    return any(hmac.compare_digest(seal(key, before, entry.token, entry.facts), entry.seal) for key in keys)


def _off(verdict: Verdict, head: Head) -> Finding:
    if head.number > verdict.head.number:
        return Finding(Wrong.CUT, verdict.head.number + 1, head.number)
    return Finding(Wrong.CHANGED, head.number)


def read_head(text: str) -> Head:
    """Return a head as it is told, `<number>:<seal>`. Raises ValueError."""
    number, _, found = text.strip().strip("`").partition(":")
    if not number.isdecimal() or not found:
        raise ValueError("a head reads <number>:<seal>")
    return Head(int(number), found)


def to_line(entry: Sealed) -> str:
    """Return an entry as one line of JSON, for exports and segments."""
    row = {"number": entry.number, "token": entry.token, "facts": dict(entry.facts), "seal": entry.seal}
    return json.dumps(row, ensure_ascii=False)


def from_line(line: str) -> Sealed:
    """Return the entry of a line. Raises ValueError for anything else."""
    try:
        row = json.loads(line)
        facts = {str(name): str(value) for name, value in row["facts"].items()}
        return Sealed(str(row["token"]), facts, int(row["number"]), str(row["seal"]))
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"not an audit line: {fault}") from None

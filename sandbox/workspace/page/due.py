"""What the bot waits for, in words: as much as the names of the waiting items tell by themselves.

A name reads `<stream>:<kind>:<id>`; the id of a reminder is `<thing>:<epoch>:<stage>`, a thing is
`<account>/<region>/<service>/<id>`. What reads otherwise is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.workspace.page.spans import SIZES, left
from sandbox.workspace.page.times import Times
from sandbox.workspace.page.words import WORDS, Words

SHOWN = 15
SOON_S = 600
BEFORE = re.compile(r"(\w+?)_(\d+)([dhm])")
UNITS = {key[0]: key for _, key in SIZES}


@dataclass(frozen=True, slots=True)
class Item:
    """One waiting item as drawn: `what` is done then, with `thing` ("" for nothing in particular)."""

    member: str
    kind: str
    thing: str
    what: str
    left: str
    at: str
    soon: bool


def items(waiting: Sequence[tuple[str, float]], names: Mapping[str, str], times: Times, words: Words) -> list[Item]:
    """Return the next items; `names` are what things are called, by the last part of their id."""
    now, found = times.now(), []
    for member, at in waiting[:SHOWN]:
        kind, thing, what = _read(member, words)
        name = names.get(thing, thing)
        found.append(Item(member, kind, name, what, left(words, at - now), times.full(at), at - now < SOON_S))
    return found


def _read(member: str, words: Words) -> tuple[str, str, str]:
    """Return kind, last part of the thing, and what is done then."""
    kind, _, identity = member.partition(":")[2].partition(":")
    if kind == "remind" and identity.count(":") >= 2:
        thing, _, stage = identity.rsplit(":", 2)
        return kind, _last(thing), _stage(stage, words)
    if kind == "sweep" and f"sweep_{identity}" in WORDS:
        return kind, words(f"sweep_{identity}"), words("due_sweep")
    if f"due_{kind}" in WORDS and identity:
        return kind, _last(identity), words(f"due_{kind}")
    if f"due_other_{kind}" in WORDS:
        return "other", "", words(f"due_other_{kind}")
    return "other", "", member


def _last(thing: str) -> str:
    return thing.rpartition("/")[2]


def _stage(stage: str, words: Words) -> str:
    """Return when a reminder speaks: "15 min before it stops", "has stopped"; an unknown stage stays as it is."""
    if f"stage_{stage}" in WORDS:
        return words(f"stage_{stage}")
    found = BEFORE.fullmatch(stage)
    if found and f"before_{found[1]}" in WORDS:
        return words(f"before_{found[1]}", span=words(UNITS[found[3]], count=found[2]))
    return words("stage_own") if stage.startswith("own_") else stage

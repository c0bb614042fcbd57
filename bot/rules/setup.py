"""What a new account needs before anything else, in the order in which it is done; pure (R1.01, R1.03).

A line is verified where an API tells, and ticked by a person where none does. What an API denies nobody can tick.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from bot.errors import Refusal
from bot.records import Item, ItemState
from bot.records.identity import RealName
from bot.rules.figures import FIGURES
from bot.rules.links import Page
from bot.say import Fact, Moment, People, Say, say

T = TypeVar("T")
Judged = tuple[ItemState, str, dict[str, Fact]]
"""The state of a line, the name of its words, and the facts they name."""


class Line(StrEnum):
    """The lines of the checklist, from the account to its first bucket; texts are `setup.line.<value>.<state>`."""

    ACCOUNT = "account"
    REAL_NAME = "real_name"
    CHARGES = "charges"
    CONSOLE = "console"
    PROJECT = "project"
    REGION = "region"
    AUTHORIZATION = "authorization"
    BUCKET = "bucket"
    PACKAGES = "packages"


@dataclass(frozen=True, slots=True)
class Mend:
    """What finishes a line: a command whose form a button opens, or a page of the console."""

    command: str = ""
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the cloud told. A `Say` in the place of a value is why it could not be read.

    `account` is the name of the key's account, `project` the id of the region's project, `authorizations` how many
    go by agency and how many by access key, `buckets` the names that ModelArts can use here, `packages` how many work.
    """

    region: str
    account: str | Say
    real_name: RealName | Say
    project: str | Say
    authorizations: tuple[int, int] | Say
    buckets: Sequence[str] | Say
    packages: int | Say


MENDS: dict[Line, Mend] = {
    Line.ACCOUNT: Mend("account doctor"),
    Line.REAL_NAME: Mend(page=Page.REAL_NAME),
    Line.CONSOLE: Mend("console"),
    Line.PROJECT: Mend("account show"),
    Line.AUTHORIZATION: Mend("auth add"),
    Line.BUCKET: Mend("bucket create"),
    Line.PACKAGES: Mend("package list"),
}


def items(seen: Seen) -> tuple[Item, ...]:
    """Return every line as the cloud shows it, nothing ticked yet (R1.01, R1.03)."""
    return (
        _read(Line.ACCOUNT, seen.account, lambda name: (ItemState.DONE, "done", {"name": name})),
        _read(Line.REAL_NAME, seen.real_name, _real_name),
        _asked(Line.CHARGES),
        _asked(Line.CONSOLE),
        _read(Line.PROJECT, seen.project, lambda project: _project(project, seen.region)),
        _region(seen.region),
        _read(Line.AUTHORIZATION, seen.authorizations, _authorization),
        _read(Line.BUCKET, seen.buckets, lambda names: _bucket(names, seen.region)),
        _read(Line.PACKAGES, seen.packages, _packages),
    )


def _read(line: Line, value: T | Say, judge: Callable[[T], Judged]) -> Item:
    """Judge what was read; what could not be read is neither done nor missing, and its reason is said."""
    if isinstance(value, Say):
        return Item(line, ItemState.UNKNOWN, say("setup.unread", line=say(f"setup.line.{line}"), why=value))
    state, words, facts = judge(value)
    return Item(line, state, say(f"setup.{line}.{words}", **facts))


def _asked(line: Line) -> Item:
    """Return a line that only a person can answer."""
    return Item(line, ItemState.UNKNOWN, say(f"setup.{line}.ask"))


def _real_name(state: RealName) -> Judged:
    known = {RealName.DONE: ItemState.DONE, RealName.UNAVAILABLE: ItemState.UNKNOWN}
    return known.get(state, ItemState.OPEN), state, {}


def _project(project: str, region: str) -> Judged:
    found = bool(project)
    return (ItemState.DONE if found else ItemState.OPEN), ("done" if found else "open"), {"region": region}


def _region(region: str) -> Item:
    """Say whether free flavors exist here; a team that pays may tick that it means to (R5.21)."""
    free, regions = region in FIGURES.free.regions, ", ".join(FIGURES.free.regions)
    words = say("setup.region.done" if free else "setup.region.ask", region=region, regions=regions)
    return Item(Line.REGION, ItemState.DONE if free else ItemState.UNKNOWN, words)


def _authorization(counts: tuple[int, int]) -> Judged:
    """Judge by agencies alone: access keys are retired (R3.16, R3.28)."""
    agencies, keys = counts
    if agencies:
        return ItemState.DONE, "done", {"count": agencies}
    return ItemState.OPEN, "keys" if keys else "open", {}


def _bucket(names: Sequence[str], region: str) -> Judged:
    if not names:
        return ItemState.OPEN, "open", {"region": region}
    return ItemState.DONE, "several" if names[1:] else "done", {"name": names[0], "more": len(names) - 1}


def _packages(count: int) -> Judged:
    return ItemState.DONE, "done" if count else "none", {"count": count}


def merged(old: Sequence[Item], fresh: Sequence[Item]) -> tuple[Item, ...]:
    """Return the fresh lines with the ticks that still count: those of lines that no API answers (R1.01)."""
    ticks = {item.name: item for item in old if item.state is ItemState.TICKED}
    return tuple(
        replace(item, state=ItemState.TICKED, who=ticks[item.name].who, at=ticks[item.name].at)
        if item.state is ItemState.UNKNOWN and item.name in ticks
        else item
        for item in fresh
    )


def ticked(old: Sequence[Item], line: str, who: str, at: float) -> tuple[Item, ...]:
    """Return the lines with one ticked by a person. Raises `Refusal` for a line that the cloud answers itself."""
    found = next((item for item in old if item.name == line), None)
    if found is None:
        raise Refusal("setup.no_such_line", line=line)
    if found.state is ItemState.TICKED:
        raise Refusal("setup.ticked_already", who=People((found.who,)), at=Moment(found.at))
    if found.state is not ItemState.UNKNOWN:
        raise Refusal(f"setup.not_for_ticks.{found.state}", what=found.words)
    done = replace(found, state=ItemState.TICKED, who=who, at=at)
    return tuple(done if item.name == line else item for item in old)


def unfinished(lines: Sequence[Item]) -> tuple[Item, ...]:
    """Return the lines that are neither verified nor ticked."""
    return tuple(item for item in lines if item.state in (ItemState.OPEN, ItemState.UNKNOWN))


def mend(item: Item) -> Mend | None:
    """Return what finishes an unfinished line, or None where only a tick does."""
    if item.state is ItemState.OPEN and item.words.key == "setup.authorization.keys":
        return Mend("auth migrate")
    return MENDS.get(Line(item.name))

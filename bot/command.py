"""The vocabulary of a handler file: a command, its arguments, its plan, its steps.

A handler file in `handlers/<noun>/<verb>.py` ends in one value `command = Command(...)`. It holds pure functions and
talks to the cloud only through the ports it is handed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.ports import Cloud, Files, Principal, Watched
from bot.records import Item, Line, Named, Person, PriceLine, Record, SharedFile, Step, Thing, ThingKind, Values, Wishes
from bot.reply import Link, Reply
from bot.say import Say
from bot.say import Text as Text

REASON = "reason"
"""The key of the reason that may be given with every command that plans; no argument may have this name."""


class Risk(StrEnum):
    """What a command can do at most; the policy says who must approve each (contract, section 3)."""

    READ = "read"
    FREE = "free"
    CHANGE = "change"
    MONEY = "money"
    DESTRUCTIVE = "destructive"


class Kind(StrEnum):
    """How an argument is asked for in a form and described by `commands --json`."""

    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"
    MULTI = "multi"
    """Several values, typed with commas between them, ticked in a form."""
    SEARCH = "search"
    PATH = "path"
    """A place in OBS; its form offers what the first index names, then what the second one names within that."""
    TIME = "time"
    """An hour of the day in the asker's own zone; typed, a day may stand before it."""
    FILES = "files"
    """Files dropped in the chat: beside the words, in the thread, or in the form; the value is their ids."""


@dataclass(frozen=True, slots=True)
class Place:
    """The account and region the bot works in; what pure checks may know about the world."""

    account: str
    region: str


Check = Callable[[str, Place], str]
"""Return the value in its canonical form, or raise `Refusal` that says what to write instead. Pure."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value of a CHOICE argument."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Argument:
    """One value of a command. Values without a name are taken in the order of the arguments.

    `when` names another argument and the values of it with which this one is shown and accepted (R3.24). `default` is
    what holds where nothing is given. `rest` takes everything that is left of the line, spaces included.

    A SEARCH argument names the indexes whose names its form offers; `within` is the argument whose value they lie in.
    """

    name: str
    label: Text
    required: bool = False
    kind: Kind = Kind.TEXT
    check: Check | None = None
    choices: tuple[Choice, ...] = ()
    hint: Text | None = None
    placeholder: str = ""
    aliases: tuple[str, ...] = ()
    keyed_only: bool = False
    when: tuple[str, tuple[str, ...]] | None = None
    default: str = ""
    rest: bool = False
    index: tuple[str, ...] = ()
    within: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """Names that forms offer while one types: read by workers, kept in Redis, never asked of the cloud meanwhile.

    `read(cloud, within)` lists them, at best in the order they are to be offered in. One `within` another index lies in
    the things it names (folders in buckets): read when somebody looks there, and a few things' at each reading of it.
    """

    name: str
    read: Callable[[Cloud, str], Awaitable[Sequence[Named]]]
    within: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A command as a person asked it: values checked and canonical, `at` product time in seconds.

    `recalled` is what `recall` found, for `read`. `files` are those of a FILES argument, as the chat describes them.
    """

    command: str
    values: Values
    person: Person
    place: Place
    at: float
    recalled: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[SharedFile, ...] = ()

    def __getitem__(self, name: str) -> str:
        """Return the value of an argument, or "" where it was not given."""
        return self.values.get(name, "")


Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done, in order, and what it costs, before anybody approved it.

    `agreed` is what the asker agreed to by asking: which text, where, in which version; it is recorded (R3.09).
    """

    title: Say
    steps: tuple[Step, ...]
    risk: Risk
    notes: tuple[Say, ...] = ()
    price: tuple[PriceLine, ...] = ()
    links: tuple[Link, ...] = ()
    charge: str = "none"
    agreed: Values = field(default_factory=dict)


Outcome = Mapping[str, str]
Observe = Callable[[Step, Cloud], Awaitable[Outcome | None]]
Act = Callable[[Step, Cloud], Awaitable[None]]
Carry = Callable[[Step, Cloud, Files, float], AsyncIterator[Say]]
Tidy = Callable[[Step, Cloud, float], Awaitable[None]]


async def acts_by_carrying(step: Step, _cloud: Cloud) -> None:
    """Refuse to act in one call: a step of this kind is carried."""
    raise TypeError(f"{step.kind} is carried, not done in one call")


@dataclass(frozen=True, slots=True)
class Effect:
    """How one kind of step is carried out.

    `observe` returns the outcome where it is already so, else None; `act` makes it so. What takes longer than one call
    has `carry` instead: it says how far it is after each call, and goes on where a killed worker left off. `tidy` takes
    away what that left half done, once nobody goes on. Both are told since when, in product time, the plan was carried.
    """

    observe: Observe
    act: Act = acts_by_carrying
    carry: Carry | None = None
    tidy: Tidy | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """A thing that a step makes or moves: its kind, the provider's id, its region where it is not the one in use.

    `claimed` makes the asker its owner where nobody is. `prepared` is what a person now does in the console (renew,
    buy_again): the list of packages is watched for it.
    """

    kind: ThingKind
    provider: str
    region: str = ""
    claimed: bool = False
    prepared: str = ""


Linking = tuple[str, Principal | None]
"""A Slack person's id, and the principal they are from now on; None is none (R3.21)."""
Lesson = tuple[str, Values]
"""A name, and what was last seen under it: remembered, never hard-coded (R3.08)."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What takes an operation back: the opposite command with its values, offered for `seconds` after the end.

    It is asked for like any command: planned from what is there then, refused where that is not possible any more, and
    approved as the policy wants it of the opposite command.
    """

    command: str
    values: Values
    seconds: float


Read = Callable[[Ask, Cloud], Awaitable[Facts]]
Recall = Callable[[Ask, Watched], Awaitable[Facts]]
Undoes = Callable[[Record, Sequence[Line]], "Undoing | None"]
Price = Callable[[Sequence[Step], Cloud], Awaitable[tuple[PriceLine, ...]]]
Prefer = Callable[[Ask, Facts], tuple[Wishes, Reply]]
Adjust = Callable[[Ask, Thing], tuple[Thing, Reply]]


async def reads_nothing(_ask: Ask, _cloud: Cloud) -> Facts:
    """Return no facts: the command needs none."""
    return {}


async def recalls_nothing(_ask: Ask, _watched: Watched) -> Facts:
    """Return no facts: the command needs none of our records."""
    return {}


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command. It has one of five ways to act.

    `answer` only reads. `plan` with `effects` changes the cloud; `thing` names what a step makes or moves, so that its
    clock is watched, `lesson` what a finished step taught (`Watched.learned` recalls it), and `price` asks again what
    the steps cost: at the approval and before the first step. `linked` names whom a finished step links (R3.21).
    `adjust` changes what we remember of the thing that `recall` put into the facts as "thing". `checklist` verifies
    what a new account needs. `read` asks the cloud, `recall` our own records; both run before any of the five.
    `press` makes the command stand for a button of a request, by its action id and value.
    `undo` says what takes back the lines that were carried out, where the provider allows that for a while.
    """

    name: str
    summary: Text
    rules: tuple[str, ...]
    risk: Risk = Risk.READ
    arguments: tuple[Argument, ...] = ()
    aliases: tuple[str, ...] = ()
    read: Read = reads_nothing
    recall: Recall = recalls_nothing
    adjust: Adjust | None = None
    checklist: Callable[[Ask, Facts], Sequence[Item]] | None = None
    prefer: Prefer | None = None
    thing: Callable[[Step], Touched] | None = None
    lesson: Callable[[Step, Outcome], Lesson | None] | None = None
    linked: Callable[[Step, Outcome], Linking] | None = None
    answer: Callable[[Ask, Facts], Reply] | None = None
    press: Callable[[Ask, Facts], tuple[str, str]] | None = None
    plan: Callable[[Ask, Facts], Plan] | None = None
    price: Price | None = None
    undo: Undoes | None = None
    effects: Mapping[str, Effect] = field(default_factory=dict)

    @property
    def noun(self) -> str:
        """Return the first word of the name."""
        return self.name.split(" ")[0]

    @property
    def verb(self) -> str:
        """Return the second word of the name, or "" for a bare noun."""
        return self.name.partition(" ")[2]

    def missing(self, values: Values) -> list[Argument]:
        """Return the required arguments that have no value yet, of those that apply."""
        wanted = [a for a in self.arguments if a.required and not a.default]
        return [a for a in wanted if not values.get(a.name) and self.applies(a, values)]

    def applies(self, argument: Argument, values: Values) -> bool:
        """Return whether an argument has a meaning beside the values of the others (R3.24)."""
        return self.hindered(argument, values) is None

    def hindered(self, argument: Argument, values: Values) -> tuple[str, str, tuple[str, ...]] | None:
        """Return which other argument leaves this one without a meaning, its value, and those that would do."""
        if argument.when is None:
            return None
        name, allowed = argument.when
        other = next(a for a in self.arguments if a.name == name)
        value = values.get(name) or other.default
        return self.hindered(other, values) or (None if value in allowed else (name, value, allowed))


@dataclass(frozen=True, slots=True)
class Noun:
    """The first word of commands: its other names, and one line that says what it is."""

    name: str
    summary: Text
    aliases: tuple[str, ...] = ()

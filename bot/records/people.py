"""Who speaks, where, and what was accepted from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from bot.say import Language

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the workspace as Slack describes them; `member` is False for guests, bots and outsiders."""

    id: str
    team: str
    name: str
    language: Language
    zone: str
    member: bool
    active: bool


class SurfaceKind(StrEnum):
    """Where somebody spoke to the bot, which decides where the answer appears."""

    COMMAND = "command"
    BUTTON = "button"
    FORM = "form"
    MENTION = "mention"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Surface:
    """The place an answer goes to. `response_url` lives as long as the inbound record, and nowhere else.

    `ts` is the message that was said, below which a thread may grow.
    """

    kind: SurfaceKind
    user: str
    channel: str = ""
    thread: str = ""
    response_url: str = ""
    view: str = ""
    ts: str = ""


class InboundKind(StrEnum):
    """What somebody did."""

    ASK = "ask"
    SPEECH = "speech"
    PRESS = "press"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One accepted payload. ASK: a command with checked values; SPEECH: words to be heard; PRESS: a button.

    Of a press, `words` is the word that was typed and `reason` the reason that was given.
    """

    kind_name: ClassVar[str] = "inbound"
    schema: ClassVar[int] = 1

    id: str
    what: InboundKind
    correlation: str
    surface: Surface
    at: float
    request: str
    command: str = ""
    values: Values = field(default_factory=dict)
    plan_only: bool = False
    words: str = ""
    action: str = ""
    value: str = ""
    files: tuple[str, ...] = ()
    reason: str = ""


PLAN = "plan"
"""The key among a form's values that remembers the trailing word `plan`; no argument may have this name."""


@dataclass(frozen=True, slots=True)
class Form:
    """An open form: the command it fills, whose it is, and where its answer belongs.

    With `approval` it completes an act on that request: `act` is approve, deny or explain, `word` what must be typed,
    `reason` whether one must be given.
    """

    kind_name: ClassVar[str] = "form"
    schema: ClassVar[int] = 1

    id: str
    command: str
    surface: Surface
    values: Values = field(default_factory=dict)
    approval: str = ""
    act: str = "approve"
    word: str = ""
    reason: bool = False

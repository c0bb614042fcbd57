"""The things whose clocks are watched, and the stages of their reminders (decision 8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from bot.records.people import Values


class ThingKind(StrEnum):
    """What is watched."""

    SERVICE = "service"
    PACKAGE = "package"
    AGENCY = "agency"


class Phase(StrEnum):
    """Which clock runs: of a thing at work, at rest, on its way between both, or gone for good."""

    RUNNING = "running"
    STOPPED = "stopped"
    MOVING = "moving"
    FAILED = "failed"
    GONE = "gone"


class StageState(StrEnum):
    """What became of one reminder: still to come, said, overtaken by a later one, or no longer true."""

    PENDING = "pending"
    SAID = "said"
    SUPERSEDED = "superseded"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Stage:
    """One reminder of one epoch: `name` is its rung on the ladder, `at` product time."""

    name: str
    at: float
    state: StageState = StageState.PENDING


@dataclass(frozen=True, slots=True)
class Thing:
    """A watched thing. Its id is `<account>/<region>/<service>/<provider's id>`; times are product time.

    `epoch` counts its leases: a start, a stop, a renewal opens the next one and voids the old one's stages. `deadline`
    is when the provider acts by itself, 0 for never; `exact` is False where the beginning was not observed (R5.26).
    `handle` is the opaque value of the card's buttons. `owner` is a Slack user id, or "" for nobody yet. `told` is the
    stage last said, `raised` how often the card was put before people's eyes, 0 while it has none. `muted` holds for
    good, `quiet` for this epoch (let go), `snoozed` and `keep_until` until a moment. `prepared` is a purchase approved
    and not yet seen (renew or buy_again).
    """

    kind_name: ClassVar[str] = "thing"
    schema: ClassVar[int] = 1

    id: str
    kind: ThingKind
    provider: str
    name: str
    region: str
    handle: str
    owner: str = ""
    zone: str = "UTC"
    ours: bool = False
    phase: Phase = Phase.MOVING
    free: bool = False
    since: float = 0.0
    deadline: float = 0.0
    exact: bool = True
    epoch: int = 0
    stages: tuple[Stage, ...] = ()
    told: str = ""
    raised: int = 0
    muted: bool = False
    quiet: bool = False
    snoozed: float = 0.0
    keep_until: float = 0.0
    prepared: str = ""
    facts: Values = field(default_factory=dict)
    looked: float = 0.0


@dataclass(frozen=True, slots=True)
class Handle:
    """The opaque value of a thing's buttons, and the thing it stands for."""

    kind_name: ClassVar[str] = "handle"
    schema: ClassVar[int] = 1

    id: str
    thing: str

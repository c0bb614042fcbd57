"""How far the audit is sealed, and when that was last told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Chain:
    """The end of the chain of seals. Its version is the fence: of two sealers at once, one writes (decision 14).

    `last` is the id of the last sealed entry. Entries up to the number `moved` stand in segments outside Redis.
    """

    kind_name: ClassVar[str] = "chain"
    schema: ClassVar[int] = 1

    id: str = "audit"
    number: int = 0
    seal: str = ""
    last: str = ""
    moved: int = 0


@dataclass(frozen=True, slots=True)
class Sought:
    """Which audit entries are wanted; what is left empty leaves it open.

    `what` begins the name of what was done, `who` did it, `about` stands in one of its facts or is the reference of its
    request, `since` is product time.
    """

    what: str = ""
    who: str = ""
    about: str = ""
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class InForce:
    """The version of the approval policy that workers last started with."""

    kind_name: ClassVar[str] = "in_force"
    schema: ClassVar[int] = 1

    id: str = "policy"
    version: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """When something that is told every so often was told last, in product time."""

    kind_name: ClassVar[str] = "told"
    schema: ClassVar[int] = 1

    id: str
    at: float = 0.0

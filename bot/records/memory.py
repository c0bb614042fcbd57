"""The sign by which workers notice that Redis lost what it held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Memory:
    """A sign that is written once. Whoever saw one and finds it gone, or another one, knows that all else is gone too.

    `token` tells two memories apart, `since` is when this one began; `told` says that the last one's loss was.
    """

    kind_name: ClassVar[str] = "memory"
    schema: ClassVar[int] = 1

    id: str = "redis"
    token: str = ""
    since: float = 0.0
    told: bool = False

"""The Home of somebody who opened it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Home:
    """Somebody's Home as it was last published: Slack's `hash` of the view, and our digest of what it shows.

    The id is the person's. Who has not opened it for a while has none, and nothing is published for them.
    """

    kind_name: ClassVar[str] = "home"
    schema: ClassVar[int] = 1

    id: str
    hash: str = ""
    drawn: str = ""

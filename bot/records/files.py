"""Files that people dropped in the chat."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file in Slack: its id, name and size in bytes; `url` is where the bot may fetch it with its token.

    `at` is when it was shared, in seconds since the epoch.
    """

    id: str
    name: str
    size: int
    url: str = ""
    at: float = 0.0

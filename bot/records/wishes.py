"""What people and channels wish about being told, and what they are told once a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.say import Say

OFF = "off"


@dataclass(frozen=True, slots=True)
class Wishes:
    """When a person or a channel wants to be told; `id` is theirs in Slack.

    `quiet` is "22:00-08:00", `digest` an hour such as "09:00"; "off" for none, "" for the operator's default. `zone` is
    that of a channel; a person's is the one Slack knows.
    """

    kind_name: ClassVar[str] = "wishes"
    schema: ClassVar[int] = 1

    id: str
    quiet: str = ""
    digest: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """What one place is told on one day; `id` is `<person or channel>-<date>`, so that a day has one."""

    kind_name: ClassVar[str] = "digest"
    schema: ClassVar[int] = 1

    id: str
    head: Say
    lines: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a person or the channel now: their wishes, and what holds where they wish nothing.

    `place` is a person's zone in Slack, or the operator's for the channel.
    """

    wishes: Wishes
    place: str
    usual_quiet: str = ""
    usual_digest: str = ""
    channel: bool = False

    @property
    def zone(self) -> str:
        """Return the time zone."""
        return (self.channel and self.wishes.zone) or self.place

    @property
    def quiet(self) -> str:
        """Return the quiet hours, "" for none."""
        return _some(self.wishes.quiet or self.usual_quiet)

    @property
    def digest(self) -> str:
        """Return the hour of the digest, "" for none."""
        return _some(self.wishes.digest or self.usual_digest)


def _some(value: str) -> str:
    return "" if value == OFF else value

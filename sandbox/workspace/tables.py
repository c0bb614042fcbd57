"""The tables of a scenario file that describe the workspace, field by field; anything else in one is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, ValidationError, model_validator

from sandbox.tables import Strict, check_distinct, check_known, in_words
from sandbox.workspace.coverage import EVENTS

Identity = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,20}$")]
Name = Annotated[str, Field(pattern=r"^[^\s@#]{1,80}$")]
Slash = Annotated[str, Field(pattern=r"^/\S{1,31}$")]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; write it as Europe/Berlin") from None
    return name


class WorkspaceTable(Strict):
    """The workspace itself; after `edit_window_s` (0: never) its messages can no longer be changed."""

    team: Identity
    domain: str
    name: str
    edit_window_s: Annotated[float, Field(ge=0)] = 0.0


class CommandRow(Strict):
    """A slash command, as a manifest has it."""

    command: Slash
    description: Annotated[str, Field(max_length=2_000)] = ""
    usage_hint: Annotated[str, Field(max_length=1_000)] = ""


class ShortcutRow(Strict):
    """A shortcut of the app."""

    name: Annotated[str, Field(max_length=24)]
    type: Literal["global", "message"]
    callback_id: Annotated[str, Field(max_length=255)]
    description: Annotated[str, Field(max_length=150)] = ""


class AppTable(Strict):
    """The installed app: what its manifest declares, within a manifest's limits."""

    id: Identity
    name: Annotated[str, Field(max_length=35)]
    bot_id: Identity
    bot_user: Identity
    commands: Annotated[tuple[Slash | CommandRow, ...], Field(max_length=50)] = ()
    events: Annotated[tuple[Literal[EVENTS], ...], Field(max_length=100)] = ()  # type: ignore[valid-type]
    scopes: tuple[str, ...] = ()
    shortcuts: Annotated[tuple[ShortcutRow, ...], Field(max_length=10)] = ()


class PersonRow(Strict):
    """Somebody in the workspace, in groups by their handles; `team` is another one's for an outsider."""

    id: Identity
    name: Name
    real_name: str
    locale: str = "en-US"
    tz: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    admin: bool = False
    guest: bool = False
    deleted: bool = False
    team: Identity | None = None
    email: str | None = None
    groups: tuple[str, ...] = ()


class GroupRow(Strict):
    """A user group."""

    id: Identity
    handle: Name
    name: str


class ChannelRow(Strict):
    """A channel; without `members` everybody is in it."""

    id: Identity
    name: Name
    private: bool = False
    archived: bool = False
    members: tuple[str, ...] | None = None


class Tables(Strict):
    """A whole scenario; `cloud` is checked by those who simulate it."""

    workspace: WorkspaceTable
    app: AppTable
    people: tuple[PersonRow, ...]
    groups: tuple[GroupRow, ...] = ()
    channels: tuple[ChannelRow, ...] = ()
    env: Mapping[str, str] = Field(default_factory=dict)
    cloud: Mapping[str, Any] | None = None

    @model_validator(mode="after")
    def check(self) -> Tables:
        """Check that somebody is there, and that what is named is there, and once."""
        if not self.people:
            raise ValueError("people: one row at least")
        rows: Sequence[PersonRow | GroupRow | ChannelRow] = (*self.people, *self.groups, *self.channels)
        check_distinct("the id", (row.id for row in rows))
        people = [*(person.name for person in self.people), self.app.name.lower()]
        check_distinct("the person", people)
        check_distinct("the channel", (channel.name for channel in self.channels))
        check_known("group", (name for row in self.people for name in row.groups), (one.handle for one in self.groups))
        check_known("person", (name for row in self.channels for name in row.members or ()), people)
        return self


def check_tables(tables: Mapping[str, Any]) -> None:
    """Check a scenario. Raises ValueError that says in one line what is wrong and where."""
    try:
        Tables.model_validate(tables)
    except ValidationError as error:
        raise ValueError(in_words(error)) from None

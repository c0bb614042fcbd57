"""What the workspace keeps: conversations, messages and views, as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
ConversationKind = Literal["channel", "group", "im"]


@dataclass(slots=True)
class Conversation:
    """A public channel, a private one ("group") or the direct messages ("im") of `members`."""

    id: str
    name: str
    kind: ConversationKind
    members: set[str]
    created: int = 0
    archived: bool = False

    @property
    def shown_name(self) -> str:
        """Return the name that payloads carry: direct messages have none of their own."""
        return "directmessage" if self.kind == "im" else self.name


@dataclass(slots=True)
class Message:
    """One message; `author` is a person's id (the bot's own too), `ephemeral_for` the only one who sees it.

    `ts` is a decimal string of machine time, unique in the workspace. `edited` is {"user", "ts"} after an
    update by its author. `streaming` is true while the app still lets it grow.
    """

    ts: str
    channel: str
    author: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    ephemeral_for: str | None = None
    thread_ts: str | None = None
    edited: Json | None = None
    metadata: Json | None = None
    attachments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    by_bot: bool = False
    broadcast: bool = False
    streaming: bool = False


@dataclass(slots=True)
class View:
    """A modal or Home view: `body` is what the app sent (blocks completed), the rest is what Slack adds.

    `values` is `state.values` as payloads show it: {block_id: {action_id: {"type", "value" | "selected_…"}}}.
    `errors` is {block_id: text} of the last refused submission.
    """

    id: str
    type: Literal["modal", "home"]
    person: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str | None = None

    @property
    def blocks(self) -> list[Json]:
        """Return the view's blocks."""
        blocks: list[Json] = self.body["blocks"]
        return blocks

    @property
    def external_id(self) -> str:
        """Return the app's own id of the view, or an empty string."""
        return str(self.body.get("external_id") or "")

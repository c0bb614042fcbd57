"""What of Slack is simulated; a test compares this list with the routes and with what is delivered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["method", "payload", "event"]


@dataclass(frozen=True, slots=True)
class Covered:
    """One simulated Web API method, one payload kind or one event."""

    kind: Kind
    name: str


METHODS = (
    "api.test",
    "apps.connections.open",
    "auth.test",
    "chat.delete",
    "chat.getPermalink",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.update",
    "conversations.history",
    "conversations.info",
    "conversations.list",
    "conversations.members",
    "conversations.open",
    "conversations.replies",
    "team.info",
    "usergroups.list",
    "usergroups.users.list",
    "users.info",
    "users.list",
    "views.open",
    "views.publish",
    "views.push",
    "views.update",
)
PAYLOADS = (
    "slash_commands",
    "block_actions",
    "block_suggestion",
    "view_submission",
    "view_closed",
    "shortcut",
    "message_action",
)
EVENTS = ("app_mention", "message.im", "app_home_opened")

COVERED = (
    *(Covered("method", name) for name in METHODS),
    *(Covered("payload", name) for name in PAYLOADS),
    *(Covered("event", name) for name in EVENTS),
)

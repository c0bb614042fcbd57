"""What of Slack is simulated; a test compares this list with the routes and with what is delivered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["method", "payload", "event", "block", "element"]


@dataclass(frozen=True, slots=True)
class Covered:
    """One simulated Web API method, payload, event, block or element."""

    kind: Kind
    name: str


METHODS = (
    "api.test",
    "apps.connections.open",
    "auth.revoke",
    "auth.test",
    "chat.delete",
    "chat.deleteScheduledMessage",
    "chat.getPermalink",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.scheduleMessage",
    "chat.scheduledMessages.list",
    "chat.update",
    "conversations.history",
    "conversations.info",
    "conversations.list",
    "conversations.members",
    "conversations.open",
    "conversations.replies",
    "files.completeUploadExternal",
    "files.getUploadURLExternal",
    "files.info",
    "team.info",
    "usergroups.list",
    "usergroups.users.list",
    "users.info",
    "users.list",
    "users.lookupByEmail",
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
EVENTS = (
    "app_mention",
    "message.im",
    "message.channels",
    "message.groups",
    "app_home_opened",
    "user_change",
    "subteam_members_changed",
    "subteam_updated",
)
BLOCKS = (
    "actions",
    "alert",
    "context",
    "divider",
    "header",
    "image",
    "input",
    "markdown",
    "rich_text",
    "section",
    "table",
)
ELEMENTS = (
    "button",
    "channels_select",
    "checkboxes",
    "conversations_select",
    "datepicker",
    "datetimepicker",
    "email_text_input",
    "external_select",
    "file_input",
    "image",
    "multi_channels_select",
    "multi_conversations_select",
    "multi_external_select",
    "multi_static_select",
    "multi_users_select",
    "number_input",
    "overflow",
    "plain_text_input",
    "radio_buttons",
    "rich_text_input",
    "static_select",
    "timepicker",
    "url_text_input",
    "users_select",
    "workflow_button",
)

COVERED = (
    *(Covered("method", name) for name in METHODS),
    *(Covered("payload", name) for name in PAYLOADS),
    *(Covered("event", name) for name in EVENTS),
    *(Covered("block", name) for name in BLOCKS),
    *(Covered("element", name) for name in ELEMENTS),
)

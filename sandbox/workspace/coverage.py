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


NOT_SIMULATED = {
    "mpim": "given up by Slack for conversations.*",
    "oauth": "the app is installed from the start, with one token and one workspace",
    "openid": "nobody signs in with Slack",
    "tooling": "no manifest is handled by an API",
    "apps": "no manifest is handled by an API; apps.connections.open is there",
    "auth": "there is one workspace; auth.test and auth.revoke are there",
    "admin": "no Enterprise organisation",
    "assistant": "an app of commands and cards has no assistant threads",
    "agents": "an app of commands and cards is no agent",
    "blocks": "blocks are checked where they are posted",
    "bookmarks": "no bookmarks",
    "bots": "users.info tells of bots",
    "calls": "no calls",
    "canvases": "no canvases",
    "chat": "no unfurling and no /me; the rest of chat.* is there",
    "channels": "given up by Slack for conversations.*",
    "conversations": "channels are the scenario's; what reads them is there",
    "dialog": "given up by Slack for modals",
    "dnd": "a scope that the app does not ask for",
    "emoji": "no custom emoji",
    "entity": "no Work Objects",
    "files": "an app reads files and uploads them; it deletes and lists none",
    "functions": "no workflow steps",
    "groups": "given up by Slack for conversations.*",
    "im": "given up by Slack for conversations.*",
    "migration": "no migrated workspaces",
    "pins": "no pins",
    "reactions": "no reactions",
    "reminders": "given up by Slack for apps",
    "rtm": "given up by Slack for the Events API",
    "search": "needs a user's token",
    "slackbot": "no Slackbot skills",
    "slackLists": "no lists",
    "stars": "given up by Slack",
    "team": "team.info is there",
    "usergroups": "groups are changed by people, with the control API",
    "users": "presence, photos and profiles are not kept; what identifies people is there",
    "views": "views.open, push, update and publish are there",
    "workflows": "no workflows",
}
"""Families of Slack's Web API of which nothing, or nothing more, is simulated, and why."""
RETIRED = {"files.upload": "retired by Slack: use files.getUploadURLExternal and files.completeUploadExternal"}


def unsimulated(name: str) -> str:
    """Return why a method of one of Slack's families is not simulated, "" for one of none."""
    return NOT_SIMULATED.get(name.partition(".")[0], "")


METHODS = (
    "api.test",
    "apps.connections.open",
    "auth.revoke",
    "auth.test",
    "chat.appendStream",
    "chat.delete",
    "chat.deleteScheduledMessage",
    "chat.getPermalink",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.scheduleMessage",
    "chat.scheduledMessages.list",
    "chat.startStream",
    "chat.stopStream",
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
    "card",
    "carousel",
    "container",
    "context",
    "context_actions",
    "data_table",
    "data_visualization",
    "divider",
    "header",
    "image",
    "input",
    "markdown",
    "plan",
    "rich_text",
    "section",
    "table",
    "task_card",
    "video",
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
    "feedback_buttons",
    "file_input",
    "icon_button",
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

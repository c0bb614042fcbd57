"""The Slack app manifest: exactly the scopes of the contract, one slash word, no more."""

from __future__ import annotations

from typing import Any

COMMAND = "/modelarts"
SCOPES = (
    "app_mentions:read",
    "chat:write",
    "commands",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
)
OPTIONAL_SCOPES = ("channels:history", "files:read", "files:write", "groups:history")
EVENTS = ("app_home_opened", "app_mention", "message.im")
SHORTCUTS = (
    {
        "name": "ModelArts",
        "type": "global",
        "callback_id": "modelarts",
        "description": "Open a form of what is asked for most",
    },
    {
        "name": "Diagnose this error",
        "type": "message",
        "callback_id": "diagnose",
        "description": "Check the path in this message, or explain its error",
    },
)
EXAMPLE = "https://bot.example.com"


def manifest(url: str = EXAMPLE) -> dict[str, Any]:
    """Return the manifest for a bot reachable at `url`, or with no `url` for one that uses Socket Mode.

    Schema: https://docs.slack.dev/reference/app-manifest.
    """
    events = f"{url.rstrip('/')}/slack/events" if url else ""
    return {
        "display_information": {
            "name": "ModelArts",
            "description": "Plans, approves and runs Huawei Cloud ModelArts work",
            "background_color": "#1d2b3a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "modelarts", "always_online": True},
            "shortcuts": [dict(one) for one in SHORTCUTS],
            "slash_commands": [
                {
                    "command": COMMAND,
                    **({"url": events} if events else {}),
                    "description": "Ask for ModelArts resources",
                    "usage_hint": "<noun> <verb> [values] – or just: help",
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": [*SCOPES, *OPTIONAL_SCOPES], "bot_optional": list(OPTIONAL_SCOPES)}},
        "settings": {
            "event_subscriptions": {**_at(events), "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **_at(events)},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not events,
            "token_rotation_enabled": False,
        },
    }


def _at(events: str) -> dict[str, str]:
    return {"request_url": events} if events else {}

"""Slack's own SDK, synchronous and asynchronous, calls every simulated method of the Web API as it is typed there."""

from __future__ import annotations

import asyncio
import inspect
import time
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.workspace.app import METHODS
from sandbox.workspace.rates import RateLimits
from tests.sandbox.conftest import TOKEN, Control, company
from tests.sandbox.workspace.test_web_api import SECTION

Json = dict[str, Any]
CHANNEL, LI = "C0GENERAL1", "U0LI000001"
LATER = int(time.time()) + 3600
HOME = {"type": "home", "blocks": [SECTION]}
CALLS: dict[str, Json] = {
    "api.test": {},
    "auth.test": {},
    "chat.getPermalink": {"channel": CHANNEL, "message_ts": "TS"},
    "chat.postEphemeral": {"channel": CHANNEL, "user": LI, "text": "psst"},
    "chat.postMessage": {"channel": CHANNEL, "text": "hello", "blocks": [SECTION]},
    "chat.scheduleMessage": {"channel": CHANNEL, "text": "later", "post_at": LATER},
    "chat.scheduledMessages.list": {},
    "conversations.replies": {"channel": CHANNEL, "ts": "TS"},
    "chat.update": {"channel": CHANNEL, "ts": "TS", "text": "changed"},
    "chat.delete": {"channel": CHANNEL, "ts": "TS"},
    "conversations.history": {"channel": CHANNEL, "limit": 5},
    "conversations.info": {"channel": CHANNEL},
    "conversations.list": {"limit": 10},
    "conversations.members": {"channel": CHANNEL},
    "conversations.open": {"users": LI},
    "team.info": {},
    "usergroups.list": {"include_users": True},
    "usergroups.users.list": {"usergroup": "S0ADMINS01"},
    "users.info": {"user": LI, "include_locale": True},
    "users.list": {"limit": 10},
    "users.lookupByEmail": {"email": "li@lab.example"},
    "views.publish": {"user_id": LI, "view": HOME},
}
"""What a call is given; TS stands for a message of the app's own."""
ELSEWHERE = {
    "auth.revoke": "ends the token: tests/sandbox/workspace",
    "chat.appendStream": "chat_stream: tests/sandbox/workspace/test_streams.py",
    "chat.startStream": "the same",
    "chat.stopStream": "the same",
    "chat.deleteScheduledMessage": "needs a scheduled message: tests/sandbox/workspace",
    "apps.connections.open": "tests/sandbox/workspace/test_sockets.py",
    "files.completeUploadExternal": "files_upload_v2: tests/sandbox/workspace/test_files.py",
    "files.getUploadURLExternal": "the same",
    "files.info": "needs a file: tests/sandbox/workspace/test_files.py",
    "views.open": "needs a trigger: tests/sandbox/foreign/test_bolt.py",
    "views.push": "needs a trigger: tests/sandbox/workspace/test_web_api.py",
    "views.update": "needs an open view: tests/sandbox/workspace/test_web_api.py",
}


def test_every_simulated_method_is_called_by_the_sdk_somewhere() -> None:
    assert set(METHODS) == CALLS.keys() | ELSEWHERE.keys(), "give the new method a call here, or say where it has one"


def grant_all(control: Control) -> None:
    """Give the app every scope that a call here needs; those of the demo's app are few."""
    workspace = control.running.controls.site.workspace
    scopes = {scope for method in METHODS.values() for scope in method.scopes} | {"channels:read", "channels:history"}
    workspace.app = replace(workspace.app, scopes=workspace.app.scopes | scopes)


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_the_sdk_calls_every_method(kind: str) -> None:
    async with company(rates=RateLimits(enabled=False)) as (control, _):
        grant_all(control)
        base = control.running.announced["slack_api"]
        clients: dict[str, Any] = {
            "sync": WebClient(TOKEN, base_url=base),
            "async": AsyncWebClient(TOKEN, base_url=base),
        }

        async def call(name: str, given: Json) -> Any:
            method = getattr(clients[kind], name.replace(".", "_"))
            if inspect.iscoroutinefunction(method):
                return await method(**given)
            return await asyncio.to_thread(method, **given)

        sent = await call("chat.postMessage", {"channel": CHANNEL, "text": "first"})
        for name, given in CALLS.items():
            filled = {key: sent["ts"] if value == "TS" else value for key, value in given.items()}
            assert (await call(name, filled))["ok"], name

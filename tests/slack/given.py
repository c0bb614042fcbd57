"""What the tests of Slack's side share: clocks, ids, requests in every state, and payloads as Slack signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from bot.approvals.digest import digest
from bot.records import (
    Approval,
    Audience,
    Card,
    Copy,
    Line,
    Need,
    Operation,
    Phase,
    PriceLine,
    Record,
    Shown,
    Step,
    Thing,
    ThingKind,
)
from bot.reply import Link
from bot.say import Language, say
from bot.slack.client import Identity

Json = dict[str, Any]
SECRET = "test-signing-secret"
NOW = 1_790_000_000.0
IDENTITY = Identity("T0LAB00001", "", "U0BOT00001", "B0MODELART", "A0MODELART", "https://lab.slack.com/")


class Hands:
    """Both clocks: real time, and what the test put them forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    def machine(self) -> float:
        return time.time() + self.ahead


class Counted:
    """Ids in order."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def token(self) -> str:
        return f"id{next(self._numbers):030d}"


def record(asker: str = "U0LI000001", steps: int = 2) -> Record:
    made = (Step("create", "c-flowers", {"region": "cn-north-4", "class": "standard"}),)
    folders = tuple(Step("folder", "c-flowers", {"key": f"f{n}/"}) for n in range(steps - 1))
    return Record(
        "bucket create", asker, asker, {"name": "c-flowers"}, made + folders, "pay", "acct", "cn-north-4", "p1"
    )


def shown(**changed: Any) -> Shown:
    link = Link(
        say("links.bucket.label", name="c-flowers", region="cn-north-4"),
        "https://console.example.com/#/bucket?a=1&b=2",
        say("links.bucket.path", name="c-flowers", region="cn-north-4"),
    )
    whole = Shown(
        say("bucket.create.title", name="c-flowers", region="cn-north-4"),
        notes=(say("bucket.create.encryption_off"),),
        price=(PriceLine(say("bucket.price.storage")), PriceLine(say("bucket.price.requests"), "0.1", "CNY", "GB")),
        price_at=NOW,
        links=(link,),
    )
    return replace(whole, **changed)


def approval(**changed: Any) -> Approval:
    whole = Approval("req1", record(), "", Need(1), shown(), "corr", NOW, NOW + 3600)
    return replace(replace(whole, digest=digest(whole.record)), **changed)


def operation(**changed: Any) -> Operation:
    asked = record()
    lines = tuple(Line(step) for step in asked.steps)
    return replace(Operation("req1", asked, digest(asked), shown(), "corr", NOW, lines), **changed)


def card(*copies: Copy) -> Card:
    both = (Copy(Audience.ASKER, "U0LI000001", Language.ZH), Copy(Audience.APPROVER, "U0MEI00001", Language.EN))
    return Card("request-req1", "req1", copies or both)


def service(**changed: Any) -> Thing:
    """Return a free service of li's that is running."""
    facts = {
        "state": "running",
        "flavor": "modelarts.vm.cpu.free",
        "url": "https://infer.example/v1/roses",
        "calls": "17",
        "failed": "2",
    }
    identity = "acct/cn-north-4/service/s1"
    whole = Thing(identity, ThingKind.SERVICE, "s1", "roses", "cn-north-4", "h1", owner="U0LI000001", facts=facts)
    running = replace(whole, phase=Phase.RUNNING, free=True, since=NOW, deadline=NOW + 3600, epoch=1)
    return replace(running, **changed)


def package(**changed: Any) -> Thing:
    """Return a package in force; what is no field of a thing is a fact."""
    known = {name: value for name, value in changed.items() if name in Thing.__slots__}
    facts = {"state": "active", "expires": repr(NOW + 86400), "effective": repr(NOW), "left": "120/1000 h"}
    facts |= {name: value for name, value in changed.items() if name not in known}
    identity = "acct/cn-north-4/package/p1"
    whole = Thing(identity, ThingKind.PACKAGE, "p1", "AI hours", "cn-north-4", "h1", facts=facts)
    running = replace(whole, phase=Phase.RUNNING, deadline=NOW + 86400, epoch=1)
    return replace(running, **known)


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Return the headers with which Slack would send this body."""
    timestamp = str(int(time.time() if at is None else at))
    made = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={made}"}


def request(body: bytes, headers: dict[str, str], kind: str = "application/x-www-form-urlencoded") -> Request:
    """Return an HTTP request as the server would hand it to the endpoint."""
    whole = {"content-type": kind, "content-length": str(len(body)), **headers}

    async def receive() -> Json:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/slack/events",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in whole.items()],
    }
    return Request(scope, receive)


def command(text: str, user: str = "U0LI000001", **changed: str) -> bytes:
    """Return the body of a slash command."""
    fields = {
        "team_id": IDENTITY.team,
        "api_app_id": IDENTITY.app,
        "user_id": user,
        "channel_id": "C0MODELART",
        "command": "/modelarts",
        "text": text,
        "trigger_id": f"tr.{time.monotonic_ns()}",
    }
    return urlencode(fields | changed).encode()


def event(event_id: str = "Ev1", **fields: Any) -> bytes:
    """Return the body of a direct message's event, or of another one."""
    said = {"type": "message", "channel_type": "im", "user": "U0LI000001", "channel": "D1", "ts": "1.1"} | fields
    whole = {
        "type": "event_callback",
        "team_id": IDENTITY.team,
        "api_app_id": IDENTITY.app,
        "event_id": event_id,
        "event": said,
    }
    return json.dumps(whole).encode()


def interaction(kind: str, user: str = "U0LI000001", **fields: Any) -> bytes:
    """Return the body of an interaction."""
    payload = {
        "type": kind,
        "team": {"id": IDENTITY.team},
        "user": {"id": user, "team_id": IDENTITY.team},
        "api_app_id": IDENTITY.app,
        "trigger_id": f"tr.{time.monotonic_ns()}",
        **fields,
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def press(action: str, value: str, user: str = "U0LI000001", **fields: Any) -> bytes:
    """Return the body of a press on a button in a message."""
    acted = {"action_id": action, "value": value, "type": "button", "action_ts": "1700000000.5"}
    place = {"type": "message", "message_ts": "1.1", "channel_id": "C0MODELART"}
    return interaction("block_actions", user, actions=[acted], container=place, channel={"id": "C0MODELART"}, **fields)

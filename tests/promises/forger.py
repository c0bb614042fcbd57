"""Somebody who sends to the bot what only Slack should, with or without the right secret."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from tests.promises.house import PEOPLE, House

TEAM, APP = "T0LAB00001", "A0MODELART"


@dataclass(frozen=True)
class Signed:
    """One HTTP request, ready to be sent any number of times."""

    body: bytes
    headers: dict[str, str]

    def to(self, port: int) -> int:
        """Send it to a web process and return the status of the answer."""
        return self.sent(port).status_code

    def sent(self, port: int) -> requests.Response:
        """Send it to a web process and return the answer: what Slack would show."""
        url = f"http://127.0.0.1:{port}/slack/events"
        return requests.post(url, data=self.body, headers=self.headers, timeout=10)


@dataclass
class Forger:
    """Makes requests as Slack makes them; `secret` and `age` in seconds spoil the signature, ids the origin."""

    house: House
    secret: str | None = None
    age: int = 0
    team: str = TEAM
    app: str = APP

    def signed(self, fields: dict[str, str]) -> Signed:
        """Return the form fields as a signed request."""
        now: Any = self.house.redis.time()
        timestamp, body = str(now[0] - self.age), urlencode(fields).encode()
        secret = self.house.stack.sandbox["env"]["SLACK_SIGNING_SECRET"] if self.secret is None else self.secret
        made = hmac.new(secret.encode(), b"v0:%b:%b" % (timestamp.encode(), body), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={made}"}
        return Signed(body, headers | {"Content-Type": "application/x-www-form-urlencoded"})

    def command(self, text: str, who: str = "li", trigger: str = "1.2.3") -> Signed:
        """Return a slash command."""
        origin = {"team_id": self.team, "api_app_id": self.app, "channel_id": "C0MODELART", "user_id": PEOPLE[who]}
        return self.signed({"command": "/modelarts", "text": text, "trigger_id": trigger, **origin})

    def press(
        self,
        action: str,
        value: str,
        *,
        who: str = "mei",
        where: tuple[str, str] = ("C0MODELART", "1.1"),
        blocks: object = (),
        at: str = "1700000000.000100",
    ) -> Signed:
        """Return a press on a button of the message `where` (channel, ts), without a response_url."""
        channel, ts = where
        button = {"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": at}
        payload = {
            "type": "block_actions",
            "team": {"id": self.team, "domain": "lab"},
            "user": {"id": PEOPLE[who], "username": who, "team_id": self.team},
            "api_app_id": self.app,
            "trigger_id": "1.2.3",
            "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False},
            "channel": {"id": channel, "name": "somewhere"},
            "message": {"ts": ts, "text": "", "blocks": blocks, "user": "U0BOT00001"},
            "actions": [button],
        }
        return self.signed({"payload": json.dumps(payload)})

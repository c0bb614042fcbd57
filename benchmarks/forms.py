"""Slash commands as Slack sends them: a signed form with a trigger id of its own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose commands these are: the app's signing secret and ids, a member, and where answers may be posted."""

    secret: str
    team: str
    app: str
    user: str
    answers: str

    def requests(self, text: str, count: int) -> Iterator[bytes]:
        """Yield whole HTTP requests with the command `text`, signed now: good for five minutes."""
        fields = {
            "team_id": self.team,
            "team_domain": "lab",
            "channel_id": "C0MODELART",
            "channel_name": "modelarts",
            "user_id": self.user,
            "user_name": "somebody",
            "command": "/modelarts",
            "text": text,
            "api_app_id": self.app,
            "is_enterprise_install": "false",
            "response_url": self.answers,
        }
        start, run = urlencode(fields).encode(), secrets.token_hex(8)
        for number in range(count):
            yield self._request(b"%b&trigger_id=%d.%d.%b" % (start, number, int(time.time()), run.encode()))

    def _request(self, body: bytes) -> bytes:
        stamp = str(int(time.time())).encode()
        seal = hmac.new(self.secret.encode(), b"v0:%b:%b" % (stamp, body), hashlib.sha256).hexdigest()
        head = (
            b"POST /slack/events HTTP/1.1\r\nhost: bot\r\ncontent-type: application/x-www-form-urlencoded\r\n"
            b"x-slack-request-timestamp: %b\r\nx-slack-signature: v0=%b\r\ncontent-length: %d\r\n\r\n"
        )
        return head % (stamp, seal.encode(), len(body)) + body

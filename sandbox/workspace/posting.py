"""Take payloads to the app over signed HTTP.

With several addresses of the app, each delivery goes to the next one, and one that refuses the connection is passed
over.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import secrets
from time import perf_counter
from urllib.parse import urlencode

import aiohttp

from sandbox.clock import machine_now
from sandbox.workspace.deliver import ACK_S, Ack, Parcel

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the v0 signature of a request to the app."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encoded(parcel: Parcel) -> tuple[bytes, dict[str, str]]:
    """Return the body and headers that a payload travels with: commands as a form, interactions as JSON in one."""
    kind = FORM
    if parcel.kind == "slash_commands":
        body = urlencode(parcel.payload).encode()
    elif parcel.kind == "event_callback":
        body, kind = json.dumps(parcel.payload, ensure_ascii=False).encode(), JSON
    else:
        body = urlencode({"payload": json.dumps(parcel.payload, ensure_ascii=False)}).encode()
    headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0"}
    if parcel.retry:
        headers |= {"X-Slack-Retry-Num": str(parcel.retry), "X-Slack-Retry-Reason": parcel.reason}
    return body, headers


class Poster:
    """Posts payloads to the app's addresses, each time with a fresh signature."""

    def __init__(self, targets: list[str], secret: str, ack_s: float = ACK_S) -> None:
        self.targets = targets
        self._secret = secret
        self._timeout = aiohttp.ClientTimeout(total=ack_s)
        self._next = 0
        self._session: aiohttp.ClientSession | None = None

    async def carry(self, parcel: Parcel) -> Ack:
        """Try the addresses in turn until one takes the connection."""
        body, headers = encoded(parcel)
        started = perf_counter()
        try:
            for _ in self.targets:
                target = self.targets[self._next % len(self.targets)]
                self._next += 1
                with contextlib.suppress(aiohttp.ClientConnectorError):
                    return await self._post(target, body, headers, started)
        except TimeoutError:
            return Ack(since(started), error="operation_timeout", reason="http_timeout")
        except aiohttp.ClientError:
            pass
        return Ack(since(started), error="dispatch_failed", reason="connection_failed")

    async def _post(self, target: str, body: bytes, headers: dict[str, str], started: float) -> Ack:
        timestamp = str(int(machine_now()))
        signed = {
            **headers,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret, timestamp, body),
        }
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.post(target, data=body, headers=signed, timeout=self._timeout) as answer:
            text = await answer.text()
            if answer.status != 200:
                final = answer.headers.get("X-Slack-No-Retry") == "1"
                return Ack(since(started), answer.status, text, False, "dispatch_failed", "http_error", final)
            name = answer.headers.get("X-Request-Id", "")
            return Ack(since(started), answer.status, text, answer.content_type == JSON, request_id=name)

    async def verify(self, token: str) -> dict[str, bool]:
        """Ask each address for its challenge back, as Slack does when one is entered; tell which gave it."""
        found = {}
        for target in self.targets:
            challenge = secrets.token_urlsafe(32)
            body = json.dumps({"type": "url_verification", "token": token, "challenge": challenge}).encode()
            try:
                ack = await self._post(target, body, {"Content-Type": JSON}, perf_counter())
                found[target] = ack.ok and challenge in ack.body
            except (TimeoutError, aiohttp.ClientError):
                found[target] = False
        return found

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()


def since(started: float) -> float:
    """Return the milliseconds since a moment of `perf_counter`."""
    return round((perf_counter() - started) * 1000, 1)

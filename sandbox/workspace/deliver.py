"""Deliver payloads to the app over signed HTTP and judge the answer as Slack does.

An answer later than 3 s counts as none. Events are tried again (at once, after 1 and 5 minutes) with Slack's retry
headers; everything else is delivered once. With several addresses of the app, each delivery goes to the next one,
and one that refuses the connection is passed over.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.clock import machine_now
from sandbox.workspace.faults import DELIVERY_KINDS, Faults

Json = dict[str, Any]
ACK_S = 3.0
RETRY_AFTER_S = (0.0, 60.0, 300.0)
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Ack:
    """What came back: `error` is None, or Slack's name for the failure; `body` is the text of a good answer."""

    ack_ms: float
    status: int = 0
    body: str = ""
    json: bool = False
    error: str | None = None

    @property
    def ok(self) -> bool:
        """Tell whether the app acknowledged in time."""
        return self.error is None

    @property
    def reason(self) -> str:
        """Return the X-Slack-Retry-Reason of a failed delivery."""
        if self.error == "operation_timeout":
            return "http_timeout"
        return "http_error" if self.status else "connection_failed"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the v0 signature of a request to the app."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class Deliverer:
    """Send payloads to the app's addresses.

    `in_flight` counts what is not answered yet, `waiting` events that are to be sent again later. Whoever
    is in `told` hears of each delivery's kind and outcome.
    """

    def __init__(
        self, targets: list[str], secret: str, faults: Faults, ack_s: float = ACK_S, retry_scale: float = 1.0
    ) -> None:
        self.targets = targets
        self.in_flight = 0
        self.waiting = 0
        self.told: list[Callable[[str, Ack], None]] = []
        self._secret = secret
        self._faults = faults
        self._ack_s = ack_s
        self._retry_after = [seconds * retry_scale for seconds in RETRY_AFTER_S]
        self._next = 0
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def command(self, fields: dict[str, str]) -> Ack:
        """Deliver a slash command."""
        return await self._send("slash_commands", urlencode(fields).encode(), FORM, {})

    async def interactive(self, payload: Json) -> Ack:
        """Deliver an action, a submission, a shortcut or a request for options."""
        body = urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode()
        return await self._send(payload["type"], body, FORM, {})

    async def event(self, payload: Json) -> Ack:
        """Deliver an event and answer with the first try's outcome; retries go on behind it."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        ack = await self._send("event_callback", body, JSON, {})
        if not ack.ok:
            self._spawn(self._retry(body, ack))
        return ack

    async def close(self) -> None:
        """Give up what is waiting and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def behind(self, payload: Json) -> None:
        """Deliver an event without waiting for it; ordered faults are not spent on it."""
        self._spawn(self._behind(json.dumps(payload, ensure_ascii=False).encode()))

    async def _behind(self, body: bytes) -> None:
        ack = await self._deliver(body, {"Content-Type": JSON})
        if not ack.ok:
            await self._retry(body, ack)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.in_flight += 1
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self.in_flight -= 1
        self._tasks.discard(task)

    async def _retry(self, body: bytes, ack: Ack) -> None:
        for number, seconds in enumerate(self._retry_after, start=1):
            await self._wait(seconds)
            headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": ack.reason}
            ack = await self._send("event_callback", body, JSON, headers)
            if ack.ok:
                return

    async def _wait(self, seconds: float) -> None:
        self.in_flight, self.waiting = self.in_flight - 1, self.waiting + 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self.in_flight, self.waiting = self.in_flight + 1, self.waiting - 1

    async def _send(self, kind: str, body: bytes, content_type: str, extra: dict[str, str]) -> Ack:
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0", **extra}
        ack = await self._deliver(body, headers)
        for tell in self.told:
            tell(kind, ack)
        if self._faults.take(DELIVERY_KINDS, kind):
            self._spawn(self._again(body, headers))
        return ack

    async def _again(self, body: bytes, headers: dict[str, str]) -> None:
        await self._deliver(body, headers)

    async def _deliver(self, body: bytes, headers: dict[str, str]) -> Ack:
        """Try the addresses in turn until one takes the connection."""
        self.in_flight += 1
        started = perf_counter()
        try:
            for _ in self.targets:
                target = self.targets[self._next % len(self.targets)]
                self._next += 1
                with contextlib.suppress(aiohttp.ClientConnectorError):
                    return await self._post(target, body, headers, started)
            return Ack(_since(started), error="dispatch_failed")
        except TimeoutError:
            return Ack(_since(started), error="operation_timeout")
        except aiohttp.ClientError:
            return Ack(_since(started), error="dispatch_failed")
        finally:
            self.in_flight -= 1

    async def _post(self, target: str, body: bytes, headers: dict[str, str], started: float) -> Ack:
        timestamp = str(int(machine_now()))
        signed = {
            **headers,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret, timestamp, body),
        }
        if self._session is None:
            self._session = aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(total=self._ack_s)
        async with self._session.post(target, data=body, headers=signed, timeout=timeout) as answer:
            text = await answer.text()
            is_json = answer.content_type == JSON
            error = None if answer.status == 200 else "dispatch_failed"
            return Ack(_since(started), answer.status, text, is_json, error)


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 1)

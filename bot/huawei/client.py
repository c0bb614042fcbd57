"""One way of calling every SDK: a bounded thread pool, clients built once, time limits, and our own retries.

Reads are repeated while the budget lasts; a write never is: without an answer it raises `CloudUnknown`, and the journal
looks before it acts again (decision 5, decision 9).
"""

from __future__ import annotations

import asyncio
import ipaddress
import threading
import time
from collections.abc import Callable, Container, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import urlsplit

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from bot.errors import CloudBusy, CloudFault, CloudRefused, CloudUnknown
from bot.huawei.faults import Answer, Call, fault, queued_too_long, sdk_answer, unanswered
from bot.huawei.keys import Key, Keys

THREADS = 8
REDIRECTS = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds: for a thread, for a connection, for an answer; and how reads are repeated.

    `attempts` is the number of tries, `pause` and `longest_pause` the first and the longest mean pause, jittered.
    """

    queue: float = 5.0
    connect: float = 2.0
    read: float = 10.0
    attempts: int = 3
    pause: float = 0.2
    longest_pause: float = 2.0

    @property
    def write(self) -> float:
        """Return the longest time one write may take before it is given up, a redirect included."""
        return self.queue + (1 + REDIRECTS) * (self.connect + self.read)


@dataclass(frozen=True, slots=True)
class CloudSettings:
    """Whose account, which region, and where each service answers if not at the provider's own address.

    Without `ak` and `sk` the SDK's own sources are asked for a key.
    """

    ak: str
    sk: str = field(repr=False)
    region: str
    domain_id: str = ""
    project_id: str = ""
    security_token: str = field(default="", repr=False)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


class Service(Protocol):
    """One SDK: how its client is built, and how its results say whether they are successes."""

    @property
    def name(self) -> str:
        """Return the name the settings and the metrics use."""
        ...

    def build(self, settings: CloudSettings) -> Any:
        """Import the SDK and return its client; called once, in a worker thread."""
        ...

    def renew(self, client: Any, settings: CloudSettings) -> None:
        """Give a client the key of the settings, while other threads use it."""
        ...

    def answer(self, result: Any) -> Answer:
        """Return status, code and request id of a result."""
        ...


OnCall = Callable[[str, str, str, float, str], None]
"""Called after every try, in the caller's context: service, operation, outcome, seconds, provider's request id."""


def unheard(_service: str, _operation: str, _outcome: str, _seconds: float, _request_id: str) -> None:
    """Tell nobody about a call."""


class Budget:
    """How many repeats are affordable: each costs ten, each success earns one, so a dead provider is left alone."""

    def __init__(self, repeats: int = 10) -> None:
        self._most = self._left = 10 * repeats

    def earn(self) -> None:
        """Note a success."""
        self._left = min(self._most, self._left + 1)

    def spend(self) -> bool:
        """Take one repeat out of the budget; return False when it is used up."""
        if self._left < 10:
            return False
        self._left -= 10
        return True


class Clients:
    """The SDK clients of one account and region, and the threads they block."""

    def __init__(self, settings: CloudSettings, *, on_call: OnCall = unheard, keys: Keys | None = None) -> None:
        self.settings = settings
        self._keys = keys or Keys(Key(settings.ak, settings.sk, settings.security_token))
        self._on_call = on_call
        self._budget = Budget()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="huawei")
        self._built: dict[str, tuple[Key, Any]] = {}
        self._building = threading.Lock()

    async def read(
        self,
        service: Service,
        operation: str,
        work: Callable[[Any], Any],
        *,
        name: str = "",
        good: Container[str | int] = (),
    ) -> Any:
        """Return the result of a read, repeated while the provider is busy. `good` are refusals that are answers.

        Raises `CloudRefused` and `CloudBusy`.
        """
        limits, call = self.settings.limits, Call(self.settings.region, name, service=service.name, operation=operation)
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(limits.attempts),
            wait=wait_random_exponential(multiplier=limits.pause, max=limits.longest_pause),
            retry=retry_if_exception(self._worth_repeating),
            reraise=True,
        ):
            with attempt:
                result = await self._once(service, operation, work, call, good)
        return result

    async def write(self, service: Service, operation: str, work: Callable[[Any], Any], *, name: str = "") -> Any:
        """Return the result of a write, tried once. Raises `CloudRefused`, `CloudBusy` (not done), `CloudUnknown`."""
        call = Call(self.settings.region, name, write=True, service=service.name, operation=operation)
        return await self._once(service, operation, work, call, ())

    async def close(self) -> None:
        """Let go of the threads and the connections; calls on their way are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for _, client in self._built.values():
            if hasattr(client, "close"):
                await asyncio.to_thread(client.close)
        self._built.clear()

    def _worth_repeating(self, error: BaseException) -> bool:
        return isinstance(error, CloudBusy) and self._budget.spend()

    async def _once(
        self, service: Service, operation: str, work: Callable[[Any], Any], call: Call, good: Container[str | int]
    ) -> Any:
        started = time.monotonic()
        try:
            result, answer = await asyncio.get_running_loop().run_in_executor(
                self._pool, self._run, service, work, call, started
            )
            if answer.status >= 300 and answer.code not in good and answer.status not in good:
                raise fault(answer, call)
        except CloudFault as error:
            self._on_call(service.name, operation, _outcome(error), time.monotonic() - started, error.request_id)
            raise
        self._budget.earn()
        self._on_call(service.name, operation, "ok", time.monotonic() - started, answer.request_id)
        return result

    def _run(self, service: Service, work: Callable[[Any], Any], call: Call, queued: float) -> tuple[Any, Answer]:
        """Do the blocking work in a thread of the pool. The SDKs raise even bare Exception; all are translated here."""
        if time.monotonic() - queued > self.settings.limits.queue:
            raise queued_too_long(call)
        client = self._client(service)
        try:
            result = work(client)
        except Exception as error:
            answer = sdk_answer(error)
            raise (fault(answer, call) if answer else unanswered(error, call)) from error
        return result, service.answer(result)

    def _client(self, service: Service) -> Any:
        key = self._keys.current()
        settings = replace(self.settings, ak=key.ak, sk=key.sk, security_token=key.token)
        with self._building:
            used, client = self._built.get(service.name) or (key, service.build(settings))
            if used != key:
                service.renew(client, settings)
            self._built[service.name] = key, client
            return client


def _outcome(error: CloudFault) -> str:
    names = {CloudRefused: "refused", CloudBusy: "busy", CloudUnknown: "unknown"}
    return names[type(error)]


def endpoint(settings: CloudSettings, service: str, default: str) -> str:
    """Return where a service answers. Raises ValueError for plain http to anywhere but this machine."""
    address = settings.endpoints.get(service) or default
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return address.rstrip("/")
    raise ValueError(f"the {service} endpoint must be https; plain http is for this machine only")


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by name or number."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

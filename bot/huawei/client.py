"""One way of calling every SDK: a bounded thread pool, clients built once, time limits, and our own retries.

Reads are repeated while the service's budget lasts; a write never is: without an answer it raises `CloudUnknown`, and
the journal looks before it acts again (decision 5, decision 9). A service that does not answer is left alone for a
while. There is one client a service here, so one for each account, region and service.
"""

from __future__ import annotations

import asyncio
import ipaddress
import threading
import time
from collections.abc import Awaitable, Callable, Container, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import urlsplit

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from bot.errors import CloudBusy, CloudFault, CloudRefused, CloudUnknown
from bot.huawei.breaker import Judgement, Resting, State, Trust
from bot.huawei.faults import Answer, Call, explained, fault, queued_too_long, sdk_answer, unanswered
from bot.huawei.keys import Key, Keys
from bot.say import Say

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


@dataclass(frozen=True, slots=True)
class Written:
    """One write as the audit keeps it: no header, no body and no key is in it."""

    service: str
    operation: str
    name: str
    outcome: str
    seconds: float
    request_id: str


OnCall = Callable[[str, str, str, float, str], None]
"""Called after every try, in the caller's context: service, operation, outcome, seconds, provider's request id."""

OnWrite = Callable[[Written], Awaitable[None]]
"""Awaited after every write, in the caller's context."""

OnJudgement = Callable[[Judgement], Awaitable[None]]
"""Awaited when a service is left alone, still does not answer, or answers again."""

Explain = Callable[[], Awaitable[Say | None]]
"""Return what else may be why a change was refused: real-name state, balance (R1.02)."""


def unheard(_service: str, _operation: str, _outcome: str, _seconds: float, _request_id: str) -> None:
    """Tell nobody about a call."""


async def unrecorded(_write: Written) -> None:
    """Record no write."""


async def unnoted(_judgement: Judgement) -> None:
    """Tell nobody of a service that does not answer."""


async def unexplained() -> Say | None:
    """Know nothing more about a refusal."""
    return None


class Clients:
    """The SDK clients of one account and region, and the threads they block.

    `now` is the time that people are told, `date` the Date header of the newest signed answer. `explain` is asked
    after a refused change; whoever builds the gateways sets it.
    """

    def __init__(
        self,
        settings: CloudSettings,
        *,
        on_call: OnCall = unheard,
        on_write: OnWrite = unrecorded,
        on_judgement: OnJudgement = unnoted,
        keys: Keys | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.explain: Explain = unexplained
        self.date = ""
        self._keys = keys or Keys(Key(settings.ak, settings.sk, settings.security_token))
        self._on_call = on_call
        self._on_write = on_write
        self._on_judgement = on_judgement
        self._now = now
        self._trusts: dict[str, Trust] = {}
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="huawei")
        self._built: dict[str, tuple[Key, Any]] = {}
        self._building = threading.Lock()

    def breakers(self) -> Mapping[str, State]:
        """Return the state of the breaker of each service that was called."""
        return {service: trust.breaker.state for service, trust in self._trusts.items()}

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
            retry=retry_if_exception(self._trust(service.name).is_worth_repeating),
            reraise=True,
        ):
            with attempt:
                result, _ = await self._once(service, operation, work, call, good)
        return result

    async def write(self, service: Service, operation: str, work: Callable[[Any], Any], *, name: str = "") -> Any:
        """Return the result of a write, tried once. Raises `CloudRefused`, `CloudBusy` (not done), `CloudUnknown`.

        A refusal names what else may explain it (R1.02).
        """
        call = Call(self.settings.region, name, write=True, service=service.name, operation=operation)
        started = time.monotonic()
        try:
            result, answer = await self._once(service, operation, work, call, ())
        except CloudFault as error:
            await self._record(call, _outcome(error), started, error.request_id)
            if isinstance(error, CloudRefused):
                raise await explained(error, self.explain) from error
            raise
        await self._record(call, "ok", started, answer.request_id)
        return result

    async def _record(self, call: Call, outcome: str, started: float, request_id: str) -> None:
        seconds = time.monotonic() - started
        await self._on_write(Written(call.service, call.operation, call.name, outcome, seconds, request_id))

    def _trust(self, service: str) -> Trust:
        return self._trusts.setdefault(service, Trust.of(service, self._now))

    async def sign(self, service: Service, work: Callable[[Any], Any]) -> Any:
        """Return what a client makes with its key alone, without a call."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(self._client(service)))

    async def close(self) -> None:
        """Let go of the threads and the connections; calls on their way are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for _, client in self._built.values():
            if hasattr(client, "close"):
                await asyncio.to_thread(client.close)
        self._built.clear()

    async def _once(
        self, service: Service, operation: str, work: Callable[[Any], Any], call: Call, good: Container[str | int]
    ) -> tuple[Any, Answer]:
        started, trust = time.monotonic(), self._trust(service.name)
        try:
            trust.breaker.admit()
            result, answer = await asyncio.get_running_loop().run_in_executor(
                self._pool, self._run, service, work, call, started
            )
            self.date = answer.date or self.date
            if answer.status >= 300 and answer.code not in good and answer.status not in good:
                raise fault(answer, call)
        except CloudFault as error:
            await self._told(trust.disappointed(error))
            self._on_call(service.name, operation, _outcome(error), time.monotonic() - started, error.request_id)
            raise
        await self._told(trust.pleased())
        self._on_call(service.name, operation, "ok", time.monotonic() - started, answer.request_id)
        return result, answer

    async def _told(self, judgement: Judgement | None) -> None:
        if judgement:
            await self._on_judgement(judgement)

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
    names = {CloudRefused: "refused", CloudBusy: "busy", CloudUnknown: "unknown", Resting: "not_sent"}
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

"""Calls the SDKs lack: signed by huaweicloudsdkcore, sent through one HTTP session for each service.

The classic services of ModelArts are in no SDK, and for one call of billing a whole SDK is not worth its memory.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote, urlsplit

from bot.errors import CloudRefused
from bot.huawei.client import THREADS, CloudSettings, endpoint
from bot.huawei.faults import Answer
from bot.say import say

Json = Mapping[str, Any]
P = ParamSpec("P")
T = TypeVar("T")
_SHAPES = (("error_code", "error_msg"), ("errorCode", "errorMsg"), ("code", "message"))
_FINE = ("", "CBC.0000")
_UNREADABLE = Answer(502, message="the answer is no JSON object")


@dataclass(frozen=True, slots=True)
class Signed:
    """A service behind the API gateway, as `Clients` needs to know it; `{region}` in `address` is the settings'.

    `whole_account`: the call is signed for the account and not for the region's project.
    """

    name: str
    address: str
    whole_account: bool = False

    def build(self, settings: CloudSettings) -> Caller:
        """Return the signer and its session."""
        base = endpoint(settings, self.name, self.address.format(region=settings.region))
        caller = Caller(base, settings.limits.connect, settings.limits.read)
        self.renew(caller, settings)
        return caller

    def renew(self, caller: Caller, settings: CloudSettings) -> None:
        """Sign with this key from now on."""
        caller.credentials = for_account(settings) if self.whole_account else for_project(settings)

    def answer(self, result: Sent) -> Answer:
        """Return what the answer says of itself."""
        return result.answer


@dataclass(frozen=True, slots=True)
class Sent:
    """What came back: `body` is None where it is neither empty nor a JSON object; `headers` may hold a token."""

    status: int
    body: Json | None = field(repr=False)
    request_id: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, response: Any) -> Sent:
        """Return what a response of requests says."""
        given = response.headers
        return cls(response.status_code, _object(response.content), given.get("X-Request-Id", ""), given)

    @property
    def answer(self) -> Answer:
        """Return what the answer says of itself; billing writes some refusals with status 200."""
        code, message = _error(self.body)
        if self.status < 300 and self.body is None:
            return Answer(_UNREADABLE.status, "", _UNREADABLE.message, self.request_id)
        refused = code.startswith("CBC.") and code not in _FINE
        status = 400 if refused and self.status < 300 else self.status
        return Answer(status, code, message, self.request_id, self.headers.get("Date", ""))


@dataclass(slots=True)
class Caller:
    """Sign and send, with time limits in seconds; threads share it."""

    base: str
    connect: float
    read: float
    credentials: Any = None
    session: Any = field(init=False)

    def __post_init__(self) -> None:
        import requests  # noqa: PLC0415 - at the first call
        from requests.adapters import HTTPAdapter  # noqa: PLC0415

        self.session = requests.Session()
        leave_alone(self.session)
        self.session.mount(self.base, HTTPAdapter(pool_connections=1, pool_maxsize=THREADS, max_retries=0))

    def send(self, method: str, path: str, query: Json | None = None, body: Json | None = None) -> Sent:
        """Return the answer to one signed request. `path` has its parts quoted. Raises what requests raises."""
        from huaweicloudsdkcore.sdk_request import SdkRequest  # noqa: PLC0415

        parts = urlsplit(self.base)
        request = SdkRequest(
            method,
            parts.scheme,
            parts.netloc,
            path,
            query_params=[(name, str(value)) for name, value in (query or {}).items()],
            header_params={"Content-Type": "application/json", "User-Agent": "modelarts-bot"},
            body="" if body is None else json.dumps(body),
        )
        signed = self.credentials.sign_request(request)
        answer = self.session.request(
            method,
            f"{self.base}{signed.uri}",
            headers=signed.header_params,
            data=signed.body,
            timeout=(self.connect, self.read),
            allow_redirects=False,
        )
        return Sent.of(answer)

    def close(self) -> None:
        """Let go of the connections."""
        self.session.close()


def for_account(settings: CloudSettings) -> Any:
    """Return the SDK's credentials for services of the whole account."""
    from huaweicloudsdkcore.auth.credentials import GlobalCredentials  # noqa: PLC0415 - with the SDK, at the first call

    made = GlobalCredentials(settings.ak, settings.sk, settings.domain_id or None)
    return made.with_security_token(settings.security_token or None)


def for_project(settings: CloudSettings) -> Any:
    """Return the SDK's credentials for services of one region."""
    from huaweicloudsdkcore.auth.credentials import BasicCredentials  # noqa: PLC0415

    made = BasicCredentials(settings.ak, settings.sk, settings.project_id or None)
    return made.with_security_token(settings.security_token or None)


def send(method: str, path: str, body: Json) -> Callable[[Caller], Sent]:
    """Return the work of one call that carries a body."""
    return lambda caller: caller.send(method, path, body=body)


def part(value: str) -> str:
    """Return a value as one part of a path, quoted."""
    return quote(value, safe="")


def understood(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what `read` finds in an answer. Raises `CloudRefused` if the answer is not built as documented."""
    try:
        return read(*args, **kwargs)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise CloudRefused(say("cloud.odd", what=f"{type(error).__name__} {error}"[:80])) from error


def total_of(body: Json) -> float:
    """Return how many rows there are on all pages; unknown is endless, and an empty page the end."""
    found = body.get("total_count")
    return math.inf if found is None else int(found)


def leave_alone(session: Any) -> None:
    """Have a session of requests add nothing to what is signed: no cookie, and no login of a .netrc."""
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.auth = _as_signed


def _as_signed(request: Any) -> Any:
    return request


def _object(content: bytes) -> Json | None:
    if not content.strip():
        return {}
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _error(body: Json | None) -> tuple[str, str]:
    """Return code and message of an error body, in any of the provider's shapes, which may stand one level down."""
    if body is None:
        return "", ""
    for level in (body, *(inner for inner in body.values() if isinstance(inner, dict))):
        for code, message in _SHAPES:
            if level.get(code):
                return str(level[code]), str(level.get(message) or "")
    return "", ""

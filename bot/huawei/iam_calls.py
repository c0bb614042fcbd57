"""IAM v3 through huaweicloudsdkiam: one client for each account, and the shapes its calls have.

A call is named as in the provider's API; the SDK names request and method after it. Bodies are the API's own JSON,
which the SDK sends as it stands, and answers are read from the JSON that came: the SDK's models turn what is missing
into None, and its errors drop the Date and give a bodyless 404 a code that IAM never wrote. Errors come in two shapes:
under /v3 the keystone one, whose code is the HTTP status, and under /v3.0 a flat one with codes such as IAM.0004.
"""

from __future__ import annotations

import logging
import math
import re
import threading
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.huawei.client import THREADS, Clients, CloudSettings, endpoint
from bot.huawei.faults import Answer
from bot.huawei.paging import by_page
from bot.huawei.signed import Json, Sent, for_account, leave_alone, understood

_NOT_FOUND = ("404", "IAM.0004")
R = TypeVar("R")


class _Iam:
    """The service, as `Clients` needs to know it."""

    name = "iam"

    def build(self, settings: CloudSettings) -> IamSdk:
        """Return a client of the global endpoint, with its ids given: the SDK looks nothing up and repeats nothing."""
        from huaweicloudsdkcore.http.http_config import HttpConfig  # noqa: PLC0415 - at the first call
        from huaweicloudsdkcore.http.http_handler import HttpHandler  # noqa: PLC0415
        from huaweicloudsdkiam.v3 import IamClient  # noqa: PLC0415

        heard = Heard()
        limits = settings.limits
        config = HttpConfig(timeout=(limits.connect, limits.read), pool_maxsize=THREADS, user_agent="modelarts-bot")
        builder = IamClient.new_builder().with_http_config(config).with_credentials(for_account(settings))
        builder = builder.with_http_handler(HttpHandler().add_response_handler(heard))
        client = builder.with_endpoint(endpoint(settings, "iam", "https://iam.myhuaweicloud.com")).build()
        leave_alone(client.get_http_client()._session)
        # The SDK writes lost connections, keys in their addresses, to standard error; our own logs tell of every try.
        logging.getLogger(f"HuaweiCloud-SDK-{IamClient.__name__}").disabled = True
        return IamSdk(client, heard)

    def renew(self, iam: IamSdk, settings: CloudSettings) -> None:
        """Sign with this key from now on."""
        iam.client.with_credentials(for_account(settings))

    def answer(self, result: Sent) -> Answer:
        """Return what the answer says of itself."""
        return result.answer


IAM = _Iam()


class Heard(threading.local):
    """The newest response in each thread, until it is taken; the SDK hands it out before it judges it."""

    response: Any = None

    def __call__(self, response: Any, **_: Any) -> None:
        """Remember a response (a response handler of the SDK)."""
        self.response = response

    def take(self) -> Any:
        """Return the newest response and forget it: there may be a token in it."""
        taken, self.response = self.response, None
        return taken


@dataclass(frozen=True, slots=True)
class IamSdk:
    """The SDK's client; threads share it."""

    client: Any
    heard: Heard = field(repr=False)

    def send(self, operation: str, **fields: Any) -> Sent:
        """Return the answer to one call, refusals too. Raises what the SDK and requests raise where there was none."""
        import huaweicloudsdkiam.v3 as sdk  # noqa: PLC0415 - at the first call

        request = getattr(sdk, f"{operation[0].upper()}{operation[1:]}Request")(**fields)
        call = getattr(self.client, re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", operation))
        self.heard.take()
        try:
            call(request)
        except Exception:  # the SDK raises a refusal, and anything where an answer does not fit its models
            if self.heard.response is None:
                raise
        return Sent.of(self.heard.take())

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()


class IamCalls:
    """The shapes that calls of IAM have: one answer, one thing that may be gone, rows, rows in pages, a write.

    `fields` are those of the SDK's request.
    """

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    @property
    def domain(self) -> str:
        """Return the account's domain id."""
        return self._clients.settings.domain_id

    async def access_key(self) -> str:
        """Return the id of the key that signs."""
        return str(await self._clients.sign(IAM, lambda iam: iam.client.get_credentials().ak))

    async def read(self, operation: str, thing: str = "", *, good: Container[str | int] = (), **fields: Any) -> Sent:
        """Return the answer to a read; `thing` is what its refusal names, `good` are refusals that are answers."""
        work = _calling(operation, fields)
        sent: Sent = await self._clients.read(IAM, operation, work, name=thing, good=good)
        return sent

    async def one(self, operation: str, key: str, read: Callable[[Json], R], **fields: Any) -> R | None:
        """Return what stands under `key`, or None where IAM itself says that there is no such thing."""
        sent = await self.read(operation, good=_NOT_FOUND, **fields)
        return None if sent.status >= 300 else understood(lambda: read((sent.body or {})[key]))

    async def rows(self, operation: str, key: str, read: Callable[[Json], R], **fields: Any) -> list[R]:
        """Return the rows of a list that comes in one answer, or of one page."""
        sent = await self.read(operation, **fields)
        return understood(lambda: [read(row) for row in (sent.body or {})[key] or ()])

    async def pages(self, operation: str, key: str, read: Callable[[Json], R], size: int, **fields: Any) -> list[R]:
        """Return the rows of all pages: `page` counts from 1, and goes only together with `per_page`.

        Not every list says how many there are, so none is asked.
        """

        async def ask(page: int) -> tuple[list[R], float]:
            return await self.rows(operation, key, read, page=page, per_page=size, **fields), math.inf

        return await by_page(ask, size)

    async def write(self, operation: str, thing: str, **fields: Any) -> Sent:
        """Return the answer to a write; `thing` is what its refusal and the audit name."""
        sent: Sent = await self._clients.write(IAM, operation, _calling(operation, fields), name=thing)
        return sent


def _calling(operation: str, fields: Json) -> Callable[[IamSdk], Sent]:
    return lambda iam: iam.send(operation, **fields)

"""Servers and clients for the tests of the simulated cloud: real sockets, the provider's own SDKs."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkiam.v3 import IamClient
from obs import ObsClient, convertor

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud
from sandbox.cloud.front import ASGIApp, Receive, Send

AK, SK = "SANDBOXDEMOAK0000001", "sandbox-demo-secret-key-000000000000001"
OTHER_AK, OTHER_SK = "SANDBOXOTHERAK000001", "sandbox-other-secret-key-00000000000001"
DOMAIN = "d78cbac186b744899480f25bd022f468"
PROJECT = "0605767cb280d5762fd0c0133d6bea3f"
PATIENCE_S = 5.0


class Switch:
    """An ASGI app that passes every request on to whichever app the test at hand has plugged in."""

    app: ASGIApp

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class Served:
    """One app on a loopback port of its own, in a thread."""

    def __init__(self, app: ASGIApp) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()
        wait_until(lambda: self._server.started)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE_S)


@dataclass
class Site:
    """A cloud under test with its clock, its record of calls, its ports and clients."""

    cloud: Cloud
    clock: Clock
    calls: Calls
    ports: dict[str, Served]
    proxy_port: int
    closers: list[Callable[[], None]] = field(default_factory=list)

    def obs(self, dialect: str = "v2", ak: str = AK, sk: str = SK, token: str | None = None) -> Any:
        """Return an SDK client that addresses buckets by path; `obs` needs the SDK's dialect set by hand."""
        client = ObsClient(ak, sk, server=self.ports["obs"].url, security_token=token, max_retry_count=0, timeout=5)
        if dialect == "obs":
            client.signature, client.ha = "obs", convertor.Adapter("obs")
            client.convertor = convertor.Convertor("obs", client.ha)
        self.closers.append(client.close)
        return client

    def obs_by_host(self) -> Any:
        """Return an SDK client that addresses buckets by host name and negotiates the dialect, through a proxy."""
        server = "http://obs.cn-north-4.myhuaweicloud.com"
        proxy: dict[str, Any] = {"proxy_host": "127.0.0.1", "proxy_port": self.proxy_port}
        client = ObsClient(AK, SK, server=server, max_retry_count=0, timeout=5, **proxy)
        self.closers.append(client.close)
        return client

    def iam(self, ak: str = AK, sk: str = SK, domain: str = DOMAIN, token: str | None = None, read_s: float = 5) -> Any:
        """Return an SDK client for IAM."""
        credentials = GlobalCredentials(ak, sk, domain)
        if token is not None:
            credentials = credentials.with_security_token(token)
        builder = IamClient.new_builder().with_credentials(credentials)
        config = HttpConfig(timeout=(2, read_s))
        client = builder.with_http_config(config).with_endpoints([self.ports["iam"].url]).build()
        self.closers.append(client.close)
        return client

    def statuses(self, service: str) -> list[object]:
        """Return the statuses answered so far by a service."""
        return [row["status"] for row in self.calls.listed(service)]


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll until the condition holds. Raises AssertionError after `PATIENCE_S`."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "the condition never held"
        time.sleep(0.005)


class Tunnel:
    """A CONNECT proxy that leads every host to one local port, so that host names need no resolver."""

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(PATIENCE_S)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer), return_exceptions=True)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()

"""ModelArts under test: a clock that stands still, calls signed by the provider's own signer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud, build_cloud, default_seed
from tests.sandbox.cloud.support import AK, OTHER_AK, OTHER_SK, PROJECT, SK

Json = dict[str, Any]
START = 1_790_000_000.0
DEPLOY_S, STOP_S, DELETE_S = 40.0, 5.0, 3.0
CPU, GPU = "modelarts.vm.cpu.free", "modelarts.vm.gpu.free"
PAID, SOLD_OUT = "modelarts.vm.cpu.2u", "modelarts.vm.gpu.t4"
MODEL, PUBLISHING = "3f1e2d4c-5b6a-4798-8a90-b1c2d3e4f501", "3f1e2d4c-5b6a-4798-8a90-b1c2d3e4f503"
FLOWERS_FREE, FLOWERS_GPU = "8da30673-1b2c-4d5e-8f90-a1b2c3d4e501", "8da30673-1b2c-4d5e-8f90-a1b2c3d4e502"
OTHER = (OTHER_AK, OTHER_SK, "0f0e4c2b9a8d4e6fa1b2c3d4e5f60718")
OPTIONS = {"deploy_s": DEPLOY_S, "stop_s": STOP_S, "delete_s": DELETE_S, "publish_s": 60.0}


class Still(Clock):
    """A clock that moves only when told."""

    def now(self) -> float:
        """Return the time the test set."""
        return START + self.offset


def sign(
    method: str, url: str, path: str, query: Mapping[str, Any], body: str, who: tuple[str, str, str]
) -> SdkRequest:
    """Return a request signed by the provider's own signer."""
    pairs = [(name, str(value)) for name, value in query.items()]
    host = url.removeprefix("http://")
    headers = {"Content-Type": "application/json"}
    request = SdkRequest(
        method=method,
        schema="http",
        host=host,
        resource_path=path,
        query_params=pairs,
        header_params=headers,
        body=body,
    )
    ak, sk, project = who
    return BasicCredentials(ak, sk, project).sign_request(request)


@dataclass
class Stage:
    """One simulated region; `call` answers with status and JSON."""

    cloud: Cloud
    clock: Still
    who: tuple[str, str, str] = (AK, SK, PROJECT)

    def call(self, method: str, path: str, body: object = None, /, **query: object) -> tuple[int, Any]:
        """Send a signed request to `/v1/<project>/<path>`, straight to the app."""
        return self.call_at("modelarts", method, f"/v1/{self.who[2]}/{path}", body, query)

    def call_at(self, service: str, method: str, path: str, body: object, query: Mapping[str, Any]) -> tuple[int, Any]:
        """Send a signed request to any path of any service."""
        text = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        request = sign(method, "http://127.0.0.1", path, query, text, self.who)
        return asyncio.run(self._send(service, request, text))

    async def _send(self, service: str, request: SdkRequest, text: str) -> tuple[int, Any]:
        sent: list[Any] = []
        path, _, query = str(request.uri).partition("?")

        async def receive() -> Json:
            return {"type": "http.request", "body": text.encode(), "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": request.method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), str(value).encode()) for name, value in request.header_params.items()],
        }
        await self.cloud.apps[service](scope, receive, send)
        return int(sent[0]["status"]), json.loads(sent[1]["body"] or b"null")

    def ok(self, method: str, path: str, body: object = None, /, **query: object) -> Any:
        """Send a request that must succeed and return its JSON."""
        status, answer = self.call(method, path, body, **query)
        assert status == 200, answer
        return answer

    def code(self, method: str, path: str, body: object = None, /, **query: object) -> tuple[int, str]:
        """Send a request and return status and error code."""
        status, answer = self.call(method, path, body, **query)
        return status, answer.get("error_code", "")

    def pass_time(self, seconds: float) -> None:
        """Move the clock."""
        self.clock.offset += seconds

    def deploy(self, name: str, flavor: str, **more: object) -> str:
        """Deploy a service and wait until it runs."""
        identity: str = self.ok("POST", "services", deployment(name, flavor, **more))["service_id"]
        self.pass_time(DEPLOY_S)
        assert self.status(identity) == "running"
        return identity

    def status(self, identity: str) -> str | None:
        """Return a service's state, or None when it is gone."""
        status, answer = self.call("GET", f"services/{identity}")
        if status == 404:
            assert answer["error_code"] == "ModelArts.3502"
            return None
        return str(answer["status"])

    def over_quota(self, flavor: str) -> bool:
        """Return whether a flavor's free slot is taken."""
        rows = self.ok("GET", "services/specifications")["specifications"]
        return bool(next(row for row in rows if row["specification"] == flavor)["over_quota"])


def node(flavor: str, **more: object) -> Json:
    """Return one entry of a service's configuration."""
    return {"model_id": MODEL, "specification": flavor, "instance_count": 1, "weight": 100} | more


def deployment(name: str, flavor: str, **more: object) -> Json:
    """Return the body that deploys a service."""
    return {"service_name": name, "infer_type": "real-time", "config": [node(flavor)]} | more


def open_stage(changes: Mapping[str, Any] | None = None, options: Mapping[str, Any] | None = None) -> Stage:
    """Build the demo's cloud on a clock that stands still."""
    clock = Still()
    seed = default_seed() | {"options": OPTIONS | dict(options or {})} | dict(changes or {})
    return Stage(build_cloud(clock, Calls(), seed), clock)

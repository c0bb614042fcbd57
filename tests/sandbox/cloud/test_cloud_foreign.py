"""The provider's own SDKs call every operation of the coverage list, once at least.

Generated from the list: an operation that is added later is called too, or fails here by its name until GIVEN says
what to send. OBS has clients of its own: test_cloud_obs_operations.py calls each of its methods in both dialects.
Calls that need what others made, as IAM's agencies do, are walked through in test_cloud_agencies.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import huaweicloudsdkbss.v2 as bss
import huaweicloudsdkiam.v3 as iam
import huaweicloudsdkmodelarts.v1 as modelarts
import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig

from sandbox.calls import Calls
from sandbox.cloud import Cloud, build_cloud, default_seed
from sandbox.cloud.coverage import COVERAGE, Operation
from tests.sandbox.cloud.modelarts.stage import FLOWERS_FREE, FLOWERS_GPU, MODEL, PAID, Still, deployment, sign
from tests.sandbox.cloud.support import AK, DOMAIN, PROJECT, SK, Served, Switch
from tests.sandbox.cloud.test_cloud_agencies import WALKED

Json = dict[str, Any]
CLIENTS: dict[str, tuple[Any, Any]] = {
    "iam": (iam, iam.IamClient),
    "bss": (bss, bss.BssClient),
    "modelarts": (modelarts, modelarts.ModelArtsClient),
}
ROWS = [row for row in COVERAGE if row.service in CLIENTS and row.operation not in WALKED]
IDS = [f"{row.service}-{row.operation}" for row in ROWS]
USER, PACKAGE = "07609fb9358010e21f7bc003751c32ab", "6f0e3d2a71c84b0f9a5d4c3b2a190817"
RATED: Json = {
    "id": "1",
    "cloud_service_type": "hws.service.type.modelarts",
    "resource_type": "hws.resource.type.modelarts",
    "resource_spec": PAID,
    "region": "cn-north-4",
    "usage_factor": "Duration",
    "usage_value": 1,
    "usage_measure_id": 4,
    "subscription_num": 1,
}
NAMES: Json = {
    "project_id": PROJECT,
    "domain_id": DOMAIN,
    "user_id": USER,
    "service_id": FLOWERS_GPU,
    "model_id": MODEL,
}
IMPORT = {
    "model_name": "petals",
    "model_version": "1.0.0",
    "model_type": "Image",
    "source_location": "swr.example/lab/petals:1",
}
GIVEN: dict[str, Json] = {
    "create_service": {"body": deployment("petals", PAID)},
    "update_service": {"body": {"status": "stopped"}},
    "delete_service": {"service_id": FLOWERS_FREE},
    "create_model": {"body": IMPORT},
    "delete_model": {"model_id": "3f1e2d4c-5b6a-4798-8a90-b1c2d3e4f503"},
    "list_free_resource_infos": {"body": {"limit": 5}},
    "list_free_resource_usages": {"body": {"free_resource_ids": [f"{PACKAGE}-1"]}},
    "list_on_demand_resource_ratings": {"body": {"project_id": PROJECT, "product_infos": [RATED]}},
    "list_free_resources_usage_records": {"deduct_time_begin": "2026-09-01", "deduct_time_end": "2026-09-30"},
}


@pytest.fixture(scope="module")
def ports() -> Iterator[dict[str, tuple[Switch, Served]]]:
    found: dict[str, tuple[Switch, Served]] = {}
    for name in CLIENTS:
        switch = Switch()
        found[name] = (switch, Served(switch))
    try:
        yield found
    finally:
        for _, served in found.values():
            served.stop()


class Foreign:
    """A fresh cloud, and how the provider's SDK of a service speaks to it."""

    def __init__(self, switch: Switch, served: Served, service: str) -> None:
        self.calls = Calls()
        self.cloud: Cloud = build_cloud(Still(), self.calls, default_seed())
        switch.app = self.cloud.apps[service]
        self.url = served.url

    def call(self, row: Operation) -> None:
        """Call an operation by the SDK's method; by its signer alone where the SDK has none."""
        given = {name: NAMES[name] for name in re.findall(r"{(\w+)}", row.path)} | GIVEN.get(row.operation, {})
        (self._by_method if row.sdk else self._by_hand)(row, given)

    def _by_method(self, row: Operation, given: Json) -> None:
        module, kind = CLIENTS[row.service]
        request = getattr(module, "".join(word.title() for word in str(row.sdk).split("_")) + "Request")
        known = {name: value for name, value in given.items() if name in request.openapi_types}
        if body := known.get("body"):
            known["body"] = getattr(module, request.openapi_types["body"])(**body)
        elif "body" in request.openapi_types:
            pytest.fail(f"{row.operation} takes a body: give one in GIVEN")
        regional = "{project_id}" in row.path
        credentials = BasicCredentials(AK, SK, PROJECT) if regional else GlobalCredentials(AK, SK, DOMAIN)
        builder = kind.new_builder().with_credentials(credentials).with_http_config(HttpConfig(timeout=(2, 5)))
        client = builder.with_endpoints([self.url]).build()
        try:
            answer = getattr(client, str(row.sdk))(request(**known))
            assert answer.status_code < 300
        finally:
            client.close()

    def _by_hand(self, row: Operation, given: Json) -> None:
        body = given.pop("body", None)
        if body is None and row.method in ("POST", "PUT"):
            pytest.fail(f"{row.operation} takes a body: give one in GIVEN")
        path = row.path.format(**given)
        query = {name: value for name, value in given.items() if f"{{{name}}}" not in row.path}
        text = "" if body is None else json.dumps(body)
        request = sign(row.method, self.url, path, query, text, (AK, SK, PROJECT))
        headers: Any = request.header_params
        answer = requests.request(
            row.method, self.url + str(request.uri), headers=headers, data=request.body, timeout=5
        )
        assert answer.status_code < 300, answer.text


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_the_sdk_calls_the_operation(ports: dict[str, tuple[Switch, Served]], row: Operation) -> None:
    foreign = Foreign(*ports[row.service], row.service)
    foreign.call(row)
    reached = foreign.calls.listed(row.service)[-1]
    pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(row.path))
    assert re.fullmatch(pattern, str(reached["path"]).partition("?")[0])
    assert (reached["method"], int(str(reached["status"])) < 300) == (row.method, True)

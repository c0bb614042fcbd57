"""The coverage list and the routes say the same, and every SDK method named exists."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkbss.v2 import BssClient
from huaweicloudsdkiam.v3 import IamClient
from huaweicloudsdkmodelarts.v1 import ModelArtsClient
from obs import ObsClient

from sandbox.cloud import Cloud
from sandbox.cloud.coverage import COVERAGE, Operation
from tests.sandbox.cloud.support import Site

SDKS: dict[str, Any] = {"iam": IamClient, "obs": ObsClient, "bss": BssClient, "modelarts": ModelArtsClient}


def routes(cloud: Cloud, service: str) -> set[tuple[str, str, str]]:
    return {(route.operation, route.method, route.path) for route in cloud.routes(service)}


@pytest.mark.parametrize("service", sorted({row.service for row in COVERAGE}))
def test_list_equals_routes(site: Site, service: str) -> None:
    listed = {(row.operation, row.method, row.path) for row in COVERAGE if row.service == service}
    assert listed == routes(site.cloud, service)
    assert set(site.cloud.operations(service)) == {operation for operation, _, _ in listed}


def test_every_service_is_listed(site: Site) -> None:
    assert set(site.cloud.apps) == {row.service for row in COVERAGE}


@pytest.mark.parametrize("row", [row for row in COVERAGE if row.sdk], ids=lambda row: f"{row.service}-{row.sdk}")
def test_sdk_has_the_method(row: Operation) -> None:
    assert callable(getattr(SDKS[row.service], str(row.sdk)))

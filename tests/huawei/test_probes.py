"""What the doctor finds on the cloud's side: each right that the key lacks, its clock, and the site that bills."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.huawei.cloud import HuaweiCloud
from bot.huawei.probes import examine
from bot.records import Finding, Level
from bot.rules.actions import needed
from bot.say import Language
from tests.fakes.words import words_of
from tests.huawei.support import SEED, SERVICES, Ports, always, answering

ACCOUNT = SEED["accounts"][0]
PROBED = {
    "iam": ("keystoneListProjects", "keystoneListUsers", "keystoneListPermissions", "listAgencies", "showDomainQuota"),
    "obs": ("listBuckets",),
    "modelarts": ("listServices", "listSpecifications", "getAuthorizations"),
    "bss": ("showCustomerAccountBalances", "listFreeResourceInfos", "listOnDemandResourceRatings"),
}


@asynccontextmanager
async def opened(ports: Ports, seed: dict[str, Any] | None = None, **changed: Any) -> AsyncIterator[HuaweiCloud]:
    """Give the product's cloud on a simulated one, which asks no right for prices: that refusal is a fault."""
    cloud, _ = ports.plug(**(seed or {}))
    if seed and "accounts" in seed:
        cloud.add_fault("bss", "list_on_demand_resource_ratings", "forbidden")
    product = HuaweiCloud(ports.settings(**changed))
    try:
        yield product
    finally:
        await product.close()
        cloud.close()


def faults(findings: list[Finding]) -> list[Finding]:
    return [one for one in findings if one.level is Level.FAULT]


async def test_a_key_with_every_right_is_fine_everywhere(ports: Ports) -> None:
    async with opened(ports) as cloud:
        found = await examine(cloud, time.time)
    assert faults(found) == []
    words = " ".join(words_of(one.what) for one in found)
    for service in ("IAM", "OBS", "ModelArts", "BSS"):
        assert f"can read {service}" in words
    assert "China site" in words
    assert "agrees with that of Huawei Cloud" in words


@pytest.mark.rule("R3.01")
async def test_each_right_that_the_key_lacks_is_named_with_its_call(ports: Ports) -> None:
    """A user without a single grant signs: what needs none still works."""
    user = {"users": [{"id": "u-bot", "name": "the-bot"}], "keys": [ACCOUNT["keys"][0] | {"user_id": "u-bot"}]}
    async with opened(ports, {"accounts": [ACCOUNT | user, SEED["accounts"][1]]}) as cloud:
        found = faults(await examine(cloud, time.time))
    for service, operations in PROBED.items():
        for operation in operations:
            [one] = [one for one in found if f"`{operation}`" in words_of(one.what)]
            assert one.mend is not None
            for action in needed(service, operation) or ():
                assert action in words_of(one.mend)
            assert words_of(one.mend, Language.ZH) != words_of(one.mend)


async def test_a_wrong_key_is_told_once_a_service(ports: Ports) -> None:
    async with opened(ports, sk="wrong") as cloud:
        found = faults(await examine(cloud, time.time))
    assert len(found) == len(SERVICES)
    assert all("access key" in words_of(one.mend or one.what).lower() for one in found)


async def test_a_clock_that_is_off_is_said(ports: Ports) -> None:
    async with opened(ports) as cloud:
        [one] = faults(await examine(cloud, lambda: time.time() - 1000))
    assert "that of Huawei Cloud" in words_of(one.what)
    assert "NTP" in words_of(one.mend or one.what)


async def test_the_site_that_bills_is_told(ports: Ports) -> None:
    there = {"free_resource_packages": [], "total_count": 0, "account_balances": []}
    endpoints = {name: served.url for name, served in ports.served.items()} | {"bss-intl": ports.served["obs"].url}
    async with opened(ports, {"options": {"site": "international"}}, endpoints=endpoints) as cloud:
        with answering(ports, "obs", always(200, there)):
            found = await examine(cloud, time.time)
    assert "international site" in " ".join(words_of(one.what) for one in found)


async def test_a_service_that_does_not_answer_is_told_at_once_and_hides_no_other(ports: Ports) -> None:
    async with opened(ports) as cloud:
        with answering(ports, "iam", always(500, {})) as asked:
            found = faults(await examine(cloud, time.time))
    assert [words_of(one.what) for one in found] == [
        "The bot's key cannot read all of IAM: `keystoneListAuthDomains` failed."
    ]
    assert len(asked) == 3, "one call with its repeats"

from __future__ import annotations

import pytest

from bot.errors import CloudRefused
from bot.huawei.iam import completed
from tests.fakes.words import words_of
from tests.huawei.support import HERE, Ports

BARE = {"domain_id": "", "project_id": ""}


async def test_account_and_project_are_looked_up_where_missing(ports: Ports) -> None:
    ports.plug()
    found = await completed(ports.settings(**BARE))
    assert (found.domain_id, found.project_id) == ("d1", "p4")
    assert found.region == HERE


async def test_what_is_given_is_not_asked_for(ports: Ports) -> None:
    _, calls = ports.plug()
    settings = ports.settings(domain_id="x", project_id="y")
    assert await completed(settings) is settings
    assert calls.listed("iam") == []


async def test_a_busy_iam_is_asked_again(ports: Ports) -> None:
    cloud, _ = ports.plug()
    cloud.add_fault("iam", None, "throttled", 1)
    assert (await completed(ports.settings(**BARE))).domain_id == "d1"


async def test_a_region_without_project_is_said(ports: Ports) -> None:
    ports.plug()
    with pytest.raises(CloudRefused) as refused:
        await completed(ports.settings(**BARE, region="cn-south-1"))
    assert "`cn-south-1`" in words_of(refused.value.say)


@pytest.mark.rule("R1.02")
async def test_a_wrong_key_is_refused_in_words(ports: Ports) -> None:
    ports.plug()
    with pytest.raises(CloudRefused) as refused:
        await completed(ports.settings(**BARE, sk="wrong"))
    assert refused.value.say.key == "cloud.key"

"""One suite for `Access`, on the fake and on ObsAccess against the simulated OBS over the wire."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from bot.errors import CloudRefused, CloudUnknown
from bot.huawei.cloud import HuaweiCloud
from bot.ports import Access, Acl, AclGrant
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud, build_cloud
from tests.contracts.test_buckets import SEED, fake, settings
from tests.fakes.cloud import FakeCloud
from tests.sandbox.cloud.support import Served, Switch

ALLOW = {
    "Effect": "Allow",
    "Principal": {"ID": ["*"]},
    "Action": ["GetObject"],
    "Resource": ["arn:aws:s3:::plain/花/*"],
    "Sid": "花",
}
POLICY = {"Statement": [ALLOW]}


@pytest.fixture
async def wired(port: tuple[Switch, Served]) -> AsyncIterator[tuple[Cloud, Calls, HuaweiCloud]]:
    switch, served = port
    calls = Calls()
    simulated = build_cloud(Clock(), calls, SEED)
    switch.app = simulated.apps["obs"]
    cloud = HuaweiCloud(settings(served.url))
    try:
        yield simulated, calls, cloud
    finally:
        await cloud.close()
        simulated.close()


@pytest.fixture(params=["fake", "wire"])
def access(request: pytest.FixtureRequest) -> Access:
    if request.param == "fake":
        return FakeCloud(fake()).access
    found: tuple[Cloud, Calls, HuaweiCloud] = request.getfixturevalue("wired")
    return found[2].access


async def test_a_bucket_has_no_policy_until_it_is_given_one_and_none_again(access: Access) -> None:
    assert await access.policy("plain") == ""
    await access.set_policy("plain", json.dumps(POLICY))
    assert json.loads(await access.policy("plain") or "") == POLICY
    await access.set_policy("plain", "")
    await access.set_policy("plain", "")
    assert await access.policy("plain") == ""


@pytest.mark.rule("R4.07")
async def test_what_an_acl_is_given_it_has_and_the_owner_can_give_it_back(access: Access) -> None:
    before = await access.acl("plain")
    assert before is not None
    assert [(one.permission, one.account) for one in before.grants] == [("FULL_CONTROL", before.owner)]
    other, everyone = AclGrant("WRITE", account=before.owner), AclGrant("READ", group=EVERYONE)
    await access.set_acl("plain", Acl(before.owner, (other, everyone)))
    changed = await access.acl("plain")
    assert changed is not None
    assert set(changed.grants) == {other, everyone}
    await access.set_acl("plain", before)
    assert await access.acl("plain") == before


EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers"


async def test_of_a_bucket_of_others_neither_can_be_read(access: Access) -> None:
    assert await access.policy("foreign") is None
    assert await access.acl("foreign") is None


async def test_no_bucket_refuses(access: Access) -> None:
    with pytest.raises(CloudRefused) as refused:
        await access.policy("nobodys-bucket")
    assert refused.value.code == "NoSuchBucket"


@pytest.mark.rule("R4.07")
@pytest.mark.parametrize("operation", ["set_bucket_policy", "delete_bucket_policy", "set_bucket_acl"])
async def test_an_unanswered_write_goes_out_once(wired: tuple[Cloud, Calls, HuaweiCloud], operation: str) -> None:
    simulated, calls, cloud = wired
    simulated.add_fault("obs", operation, "server_error", 2)
    writes = {
        "set_bucket_policy": lambda: cloud.access.set_policy("plain", json.dumps(POLICY)),
        "delete_bucket_policy": lambda: cloud.access.set_policy("plain", ""),
        "set_bucket_acl": lambda: cloud.access.set_acl("plain", Acl("d1", (AclGrant("READ", account="d1"),))),
    }
    with pytest.raises(CloudUnknown):
        await writes[operation]()
    assert len(calls.listed("obs")) == 1

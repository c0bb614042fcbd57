"""One suite for `Objects`, on the fake and on ObsObjects against the simulated OBS over the wire."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator

import pytest
import requests

from bot.errors import CloudRefused
from bot.huawei.cloud import HuaweiCloud
from bot.ports import Objects, ObjectSeen
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import build_cloud
from tests.contracts.test_buckets import SEED, fake, settings
from tests.fakes.cloud import FakeCloud
from tests.sandbox.cloud.support import Served, Switch

PART = 102_400


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@pytest.fixture
async def cloud(port: tuple[Switch, Served]) -> AsyncIterator[HuaweiCloud]:
    switch, served = port
    switch.app = build_cloud(Clock(), Calls(), SEED).apps["obs"]
    cloud = HuaweiCloud(settings(served.url))
    try:
        yield cloud
    finally:
        await cloud.close()


@pytest.fixture(params=["fake", "wire"])
def objects(request: pytest.FixtureRequest) -> Objects:
    if request.param == "fake":
        return FakeCloud(fake()).objects
    wire: HuaweiCloud = request.getfixturevalue("cloud")
    return wire.objects


async def test_a_small_object_is_written_with_its_source(objects: Objects) -> None:
    assert await objects.seen("plain", "花/a b.txt") is None
    assert await objects.put("plain", "花/a b.txt", b"petals", "F1") == md5(b"petals")
    assert await objects.seen("plain", "花/a b.txt") == ObjectSeen(6, md5(b"petals"), "STANDARD", "F1")


async def test_an_object_of_others_has_no_source(objects: Objects) -> None:
    seen = await objects.seen("plain", "a")
    assert seen is not None
    assert (seen.size, seen.source) == (2048, "")


async def test_an_empty_object_is_one_too(objects: Objects) -> None:
    await objects.put("plain", "empty", b"", "F1")
    assert await objects.seen("plain", "empty") == ObjectSeen(0, md5(b""), "STANDARD", "F1")


async def test_parts_become_one_object_and_an_upload_can_be_taken_up_again(objects: Objects) -> None:
    key, contents = "large/big.bin", [b"a" * PART, b"rest"]
    assert await objects.uploads("plain", key) == []
    begun = await objects.begin("plain", key, "F2")
    assert [(one.id, one.key) for one in await objects.uploads("plain", "large/")] == [(begun, key)]
    assert await objects.uploads("plain", "other/") == []
    assert await objects.put_part("plain", key, begun, 1, contents[0]) == md5(contents[0])
    assert await objects.parts("plain", key, begun) == {1: md5(contents[0])}
    await objects.put_part("plain", key, begun, 2, contents[1])
    await objects.finish("plain", key, begun, {1: md5(contents[0]), 2: md5(contents[1])})
    seen = await objects.seen("plain", key)
    assert seen is not None
    assert (seen.size, seen.source) == (PART + 4, "F2")
    assert seen.etag.endswith("-2")
    assert await objects.uploads("plain", key) == []


async def test_an_upload_given_up_is_gone_however_often(objects: Objects) -> None:
    key, kept = "large/花.bin", await objects.begin("plain", "large/other.bin", "F3")
    begun = await objects.begin("plain", key, "F2")
    await objects.put_part("plain", key, begun, 1, b"rest")
    for _ in range(2):
        await objects.give_up("plain", key, begun)
    assert [one.id for one in await objects.uploads("plain", "")] == [kept]
    assert await objects.seen("plain", key) is None
    await objects.give_up("plain", "large/other.bin", kept)


async def test_a_bucket_that_is_not_there_refuses(objects: Objects) -> None:
    with pytest.raises(CloudRefused):
        await objects.put("nowhere", "x", b"x", "F1")
    with pytest.raises(CloudRefused):
        await objects.begin("nowhere", "x", "F1")


async def test_a_link_gives_the_content_to_whoever_has_it(cloud: HuaweiCloud) -> None:
    await cloud.objects.put("plain", "花/a b.txt", b"petals", "F1")
    link = await cloud.objects.link("plain", "花/a b.txt", 60)
    opened = await asyncio.to_thread(requests.get, link, timeout=20)
    assert (opened.status_code, opened.content) == (200, b"petals")


async def test_an_upload_tells_when_it_was_begun(cloud: HuaweiCloud) -> None:
    before = time.time()
    await cloud.objects.begin("plain", "x", "F1")
    (seen,) = await cloud.objects.uploads("plain", "x")
    assert before - 1 <= seen.begun <= time.time() + 1


async def test_a_link_ends_with_its_time(cloud: HuaweiCloud) -> None:
    late = await cloud.objects.link("plain", "a", -5)
    assert (await asyncio.to_thread(requests.get, late, timeout=5)).status_code == 403

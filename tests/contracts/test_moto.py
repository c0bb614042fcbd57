"""The suites of `Buckets` and `Objects` against a second witness: moto's S3 server, for all that OBS and S3 share.

The same people wrote the simulated OBS and the product; others wrote moto. Where OBS differs from S3, or moto from
both, the difference has a name and a test of its own at the end of this file.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import moto.s3.models
import pytest
import requests
from moto.backends import get_backend
from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from bot.errors import CloudRefused
from bot.huawei.client import Limits
from bot.huawei.cloud import HuaweiCloud
from bot.ports import Access, Buckets, Objects
from tests.contracts.test_access import (
    test_a_bucket_has_no_policy_until_it_is_given_one_and_none_again,
    test_what_an_acl_is_given_it_has_and_the_owner_can_give_it_back,
)
from tests.contracts.test_bucket_care import (
    OBJECTS,
    test_folders_are_those_directly_below,
    test_keys_come_in_order_cut_at_the_most,
    test_only_an_empty_bucket_is_deleted,
    test_only_an_empty_folder_is_deleted,
)
from tests.contracts.test_buckets import (
    HERE,
    settings,
    test_a_folder_in_no_bucket_is_refused,
    test_details_of_no_bucket_are_refused,
    test_folders_are_there_once_made_however_often,
)
from tests.contracts.test_objects import (
    PART,
    test_a_bucket_that_is_not_there_refuses,
    test_a_link_gives_the_content_to_whoever_has_it,
    test_a_small_object_is_written_with_its_source,
    test_an_empty_object_is_one_too,
    test_an_object_of_others_has_no_source,
    test_an_upload_given_up_is_gone_however_often,
    test_parts_become_one_object_and_an_upload_can_be_taken_up_again,
)

SHARED = (
    test_a_bucket_has_no_policy_until_it_is_given_one_and_none_again,
    test_what_an_acl_is_given_it_has_and_the_owner_can_give_it_back,
    test_folders_are_those_directly_below,
    test_keys_come_in_order_cut_at_the_most,
    test_only_an_empty_bucket_is_deleted,
    test_only_an_empty_folder_is_deleted,
    test_a_folder_in_no_bucket_is_refused,
    test_details_of_no_bucket_are_refused,
    test_folders_are_there_once_made_however_often,
    test_a_bucket_that_is_not_there_refuses,
    test_a_link_gives_the_content_to_whoever_has_it,
    test_a_small_object_is_written_with_its_source,
    test_an_empty_object_is_one_too,
    test_an_object_of_others_has_no_source,
    test_an_upload_given_up_is_gone_however_often,
    test_parts_become_one_object_and_an_upload_can_be_taken_up_again,
)
"""The tests of those suites that are collected here a second time, with the fixtures of this file."""


class Quiet(MotoRequestHandler):
    """Answer without a line in the log for each request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


@dataclass
class MotoRig:
    """What the shared tests of buckets ask of a rig."""

    buckets: Buckets


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    """Serve moto's S3 on a loopback port while this file's tests run; its first answer, with its imports, is slow."""
    server = make_server("127.0.0.1", 0, create_backend_app("s3"), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        requests.get(url, timeout=60)
        yield url
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


@pytest.fixture
async def cloud(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[HuaweiCloud]:
    """Give the real gateway with three buckets; the smallest part is OBS's, 100 KB where S3 has 5 MB."""
    monkeypatch.setattr(moto.s3.models, "S3_UPLOAD_PART_MIN_SIZE", PART)
    get_backend("s3").reset()
    cloud = HuaweiCloud(replace(settings(moto_url), limits=Limits()))
    try:
        for name in ("plain", "full", "empty"):
            await cloud.buckets.create(name, HERE, "standard")
        await cloud.objects.put("plain", "a", b"a" * 2048, "")
        await cloud.buckets.make_folder("plain", "flowers/")
        for item in OBJECTS:
            await cloud.buckets.make_folder("full", item["key"])
        yield cloud
    finally:
        await cloud.close()


@pytest.fixture
def rig(cloud: HuaweiCloud) -> MotoRig:
    return MotoRig(cloud.buckets)


@pytest.fixture
def buckets(cloud: HuaweiCloud) -> Buckets:
    return cloud.buckets


@pytest.fixture
def access(cloud: HuaweiCloud) -> Access:
    return cloud.access


@pytest.fixture
def objects(cloud: HuaweiCloud) -> Objects:
    return cloud.objects


async def test_buckets_are_listed_by_name(buckets: Buckets) -> None:
    assert [bucket.name for bucket in await buckets.listed()] == ["empty", "full", "plain"]


@pytest.mark.rule("R4.04")
async def test_difference_again_in_ones_own_region_is_409_on_s3_and_200_on_obs(buckets: Buckets) -> None:
    with pytest.raises(CloudRefused) as refused:
        await buckets.create("plain", HERE, "standard")
    assert (refused.value.code, refused.value.status) == ("BucketAlreadyOwnedByYou", 409)


@pytest.mark.rule("R4.01")
async def test_difference_the_region_is_another_element_on_s3_so_obs_is_asked_in_its_own(buckets: Buckets) -> None:
    assert [bucket.region for bucket in await buckets.listed()] == ["", "", ""]
    assert await buckets.region_of("plain") == ""


@pytest.mark.rule("R4.02")
async def test_difference_not_encrypted_has_another_code_on_s3_and_is_no_good_answer(buckets: Buckets) -> None:
    with pytest.raises(CloudRefused) as refused:
        await buckets.encryption("plain")
    assert refused.value.code == "ServerSideEncryptionConfigurationNotFoundError"


async def test_difference_moto_judges_no_signature_so_a_late_link_opens_there(cloud: HuaweiCloud) -> None:
    late = await cloud.objects.link("plain", "a", -5)
    assert (await asyncio.to_thread(requests.get, late, timeout=20)).status_code == 200

"""What keeps a bucket from being deleted besides its objects, over the wire: old versions, and what is no bucket."""

from __future__ import annotations

import pytest
from obs import CreateBucketHeader, ObsClient

from bot.errors import CloudRefused
from tests.contracts.test_bucket_care import BUCKETS, wired
from tests.contracts.test_buckets import AK, HERE, SK
from tests.sandbox.cloud.support import Served, Switch


async def test_what_versioning_keeps_is_told_and_folders_leave_no_mark(port: tuple[Switch, Served]) -> None:
    async with wired(port, BUCKETS) as (_, _, buckets):
        client = ObsClient(AK, SK, server=port[1].url, max_retry_count=0, timeout=5)
        try:
            assert client.setBucketVersioning("empty", "Enabled").status == 200
            for content in ("red", "white"):
                assert client.putContent("empty", "花", content).status == 200
            assert await buckets.old_versions("empty", 10) == ["花"]
            await buckets.make_folder("empty", "a/")
            await buckets.delete_folder("empty", "a/")
            assert client.deleteObject("empty", "花").status == 204
            assert await buckets.keys("empty", "", 10) == []
            assert await buckets.old_versions("empty", 10) == ["花"]
            with pytest.raises(CloudRefused) as refused:
                await buckets.delete("empty")
            assert refused.value.code == "BucketNotEmpty"
            body = client.listVersions("empty").body
            for one in (*body.versions, *body.markers):
                assert client.deleteObject("empty", one.key, one.versionId).status == 204
        finally:
            client.close()
        assert await buckets.old_versions("empty", 10) == []
        await buckets.delete("empty")


async def test_a_parallel_file_system_is_told_apart(port: tuple[Switch, Served]) -> None:
    async with wired(port, BUCKETS) as (_, _, buckets):
        client = ObsClient(AK, SK, server=port[1].url, max_retry_count=0, timeout=5)
        try:
            made = client.createBucket("files", CreateBucketHeader(isPFS=True), location=HERE)
            assert made.status == 200
        finally:
            client.close()
        assert [one.name for one in await buckets.listed() if one.file_system] == ["files"]

"""Versions of objects, called through the provider's SDK in both dialects."""

from __future__ import annotations

from typing import Any

import pytest
from obs import Versions

from tests.sandbox.cloud.support import Site

BUCKET = "lab-datasets"


def listed(client: Any, **asked: Any) -> list[tuple[str, str, bool]]:
    """Return what the bucket keeps under the prefix: key, whether an object or a mark of its deletion, the latest."""
    body = client.listVersions(BUCKET, Versions(prefix="v/", **asked)).body
    kept = [(one.key, "object", one.isLatest) for one in body.versions or ()]
    return kept + [(one.key, "mark", one.isLatest) for one in body.markers or ()]


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_a_versioned_bucket_keeps_what_is_overwritten_and_deleted(site: Site, dialect: str) -> None:
    client = site.obs(dialect)
    client.putContent(BUCKET, "v/a", "first")
    assert client.setBucketVersioning(BUCKET, "Enabled").status == 200
    client.putContent(BUCKET, "v/a", "second")
    assert listed(client) == [("v/a", "object", True), ("v/a", "object", False)]
    assert client.deleteObject(BUCKET, "v/a").status == 204
    assert client.getObjectMetadata(BUCKET, "v/a").status == 404
    assert listed(client) == [("v/a", "object", False), ("v/a", "object", False), ("v/a", "mark", True)]


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_a_mark_taken_away_brings_the_object_back_and_a_version_goes_for_good(site: Site, dialect: str) -> None:
    client = site.obs(dialect)
    assert client.setBucketVersioning(BUCKET, "Enabled").status == 200
    ids = [dict(client.putContent(BUCKET, "v/a", text).header)["version-id"] for text in ("first", "second")]
    client.deleteObject(BUCKET, "v/a")
    (mark,) = client.listVersions(BUCKET, Versions(prefix="v/")).body.markers
    assert client.deleteObject(BUCKET, "v/a", mark.versionId).status == 204
    assert dict(client.getObjectMetadata(BUCKET, "v/a").header)["version-id"] == ids[1]
    assert client.deleteObject(BUCKET, "v/a", ids[1]).status == 204
    assert client.getObject(BUCKET, "v/a", loadStreamInMemory=True).body.buffer == b"first"
    assert client.deleteObject(BUCKET, "v/a", ids[0]).status == 204
    assert listed(client) == []


def test_suspended_versioning_keeps_old_versions_and_one_without_a_number(site: Site) -> None:
    client = site.obs("obs")
    assert client.setBucketVersioning(BUCKET, "Enabled").status == 200
    client.putContent(BUCKET, "v/a", "first")
    assert client.setBucketVersioning(BUCKET, "Suspended").status == 200
    for text in ("second", "third"):
        client.putContent(BUCKET, "v/a", text)
    versions = client.listVersions(BUCKET, Versions(prefix="v/")).body.versions
    assert [(one.versionId == "null", one.size) for one in versions] == [(True, 5), (False, 5)]
    client.deleteObject(BUCKET, "v/a")
    assert [kind for _, kind, _ in listed(client)] == ["object", "mark"]


def test_versions_are_listed_in_pages(site: Site) -> None:
    client = site.obs("obs")
    assert client.setBucketVersioning(BUCKET, "Enabled").status == 200
    for name in ("v/a", "v/b", "v/b", "v/c"):
        client.putContent(BUCKET, name, "x")
    found: list[tuple[str, str]] = []
    key: str | None = None
    identity: str | None = None
    for _ in range(9):
        asked = Versions(prefix="v/", max_keys=1, key_marker=key, version_id_marker=identity)
        body = client.listVersions(BUCKET, asked).body
        found += [(one.key, one.versionId) for one in body.versions]
        key, identity = body.head.nextKeyMarker, body.head.nextVersionIdMarker
        if not body.head.isTruncated:
            break
    assert [one for one, _ in found] == ["v/a", "v/b", "v/b", "v/c"]
    assert len(set(found)) == 4

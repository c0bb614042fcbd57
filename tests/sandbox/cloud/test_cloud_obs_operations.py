"""Every simulated OBS operation, called through the provider's SDK in both dialects."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from obs import (
    CorsRule,
    CreateBucketHeader,
    Expiration,
    Lifecycle,
    Rule,
    TagInfo,
    Transition,
)

from sandbox.cloud.coverage import OBS
from tests.sandbox.cloud.support import Site

STATEMENT = {
    "Sid": "open",
    "Effect": "Allow",
    "Principal": {"ID": ["*"]},
    "Action": ["ListBucket"],
    "Resource": ["work"],
}
POLICY = json.dumps({"Statement": [STATEMENT]})
LIFECYCLE = Lifecycle(
    rule=[
        Rule(
            id="tidy",
            prefix="old/",
            status="Enabled",
            expiration=Expiration(days=60),
            transition=Transition(storageClass="WARM", days=30),
        )
    ]
)
TAGS = TagInfo().addTag("team", "花")
CORS = [CorsRule(id="web", allowedMethod=["GET", "PUT"], allowedOrigin=["https://a.example"], maxAgeSecond=60)]

# SDK method -> what to call before it, its arguments after the bucket.
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "setBucketStoragePolicy": ("WARM",),
    "setBucketEncryption": ("kms",),
    "setBucketVersioning": ("Enabled",),
    "setBucketQuota": (1024,),
    "setBucketPolicy": (POLICY,),
    "setBucketAcl": (None, "public-read"),
    "setBucketCors": (CORS,),
    "setBucketLifecycle": (LIFECYCLE,),
    "setBucketTagging": (TAGS,),
    "putBucketPublicAccessBlock": (True, False, True, False),
    "putContent": ("folder/a b+c~花.txt", "petals"),
    "getObject": ("folder/a b+c~花.txt",),
    "getObjectMetadata": ("folder/a b+c~花.txt",),
    "deleteObject": ("folder/a b+c~花.txt",),
}
IN_PARTS = {
    "initiateMultipartUpload",
    "uploadPart",
    "listParts",
    "completeMultipartUpload",
    "abortMultipartUpload",
}
METHODS = sorted({row.sdk for row in OBS if row.sdk} - {"listBuckets", "createBucket", "deleteBucket"} - IN_PARTS)


def prepared(client: Any) -> Any:
    """Return the client with a bucket `work` in which every setting is made."""
    assert client.createBucket("work", location="cn-north-4").status == 200
    for method in (name for name in ARGUMENTS if name.startswith(("set", "put"))):
        answer = getattr(client, method)("work", *ARGUMENTS[method])
        assert answer.status < 300, (method, answer)
    return client


@pytest.mark.parametrize("dialect", ["v2", "obs"])
@pytest.mark.parametrize("method", METHODS)
def test_sdk_method_succeeds(site: Site, dialect: str, method: str) -> None:
    client = prepared(site.obs(dialect))
    answer = getattr(client, method)("work", *ARGUMENTS.get(method, ()))
    assert answer.status < 300, answer
    assert answer.requestId


READINGS: dict[str, Callable[[Any], object]] = {
    "getBucketLocation": lambda body: body.location == "cn-north-4",
    "getBucketStorageInfo": lambda body: (body.size, body.objectNumber) == (6, 1),
    "getBucketEncryption": lambda body: body.encryption == "kms",
    "getBucketVersioning": lambda body: body == "Enabled",
    "getBucketQuota": lambda body: body.quota == 1024,
    "getBucketPolicy": lambda body: body.policyJSON == POLICY,
    "getBucketCors": lambda body: (
        (body[0].id, body[0].allowedMethod, body[0].maxAgeSecond) == ("web", ["GET", "PUT"], 60)
    ),
    "getBucketTagging": lambda body: (body.tagSet[0].key, body.tagSet[0].value) == ("team", "花"),
    "getBucketPublicAccessBlock": lambda body: body.blockPublicAcls is True and body.ignorePublicAcls is False,
    "listObjects": lambda body: body.contents[0].key == "folder/a b+c~花.txt" and body.contents[0].size == 6,
}


@pytest.mark.parametrize("dialect", ["v2", "obs"])
@pytest.mark.parametrize("method", sorted(READINGS))
def test_sdk_reads_back_what_was_set(site: Site, dialect: str, method: str) -> None:
    body = getattr(prepared(site.obs(dialect)), method)("work").body
    assert READINGS[method](body), body


@pytest.mark.parametrize(("dialect", "warm"), [("v2", "STANDARD_IA"), ("obs", "WARM")])
def test_storage_class_is_spoken_in_the_dialect(site: Site, dialect: str, warm: str) -> None:
    client = prepared(site.obs(dialect))
    assert client.getBucketStoragePolicy("work").body.storageClass == warm
    rule = client.getBucketLifecycle("work").body.lifecycleConfig.rule[0]
    assert (rule.id, rule.transition[0].storageClass, rule.transition[0].days, rule.expiration.days) == (
        "tidy",
        warm,
        30,
        60,
    )
    assert client.getBucketMetadata("work").body.storageClass == warm


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_acl_by_body_comes_back(site: Site, dialect: str) -> None:
    client = prepared(site.obs(dialect))
    acl = client.getBucketAcl("work").body
    assert [grant.permission for grant in acl.grants] == ["FULL_CONTROL", "READ"]
    assert acl.grants[1].grantee.group == ("Everyone" if dialect == "obs" else acl.grants[1].grantee.group)
    acl.grants = acl.grants[:1]
    assert client.setBucketAcl("work", acl=acl).status == 200
    assert len(client.getBucketAcl("work").body.grants) == 1


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_removed_settings_are_gone(site: Site, dialect: str) -> None:
    client = prepared(site.obs(dialect))
    expected = {
        "Encryption": "NoSuchEncryptionConfiguration",
        "Policy": "NoSuchBucketPolicy",
        "Cors": "NoSuchCORSConfiguration",
        "Lifecycle": "NoSuchLifecycleConfiguration",
        "Tagging": "NoSuchTagSet",
        "PublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
    }
    for name, code in expected.items():
        assert getattr(client, f"deleteBucket{name}")("work").status == 204
        answer = getattr(client, f"getBucket{name}")("work")
        assert (answer.status, answer.errorCode) == (404, code)


def test_create_keeps_project_class_and_file_system(site: Site) -> None:
    client = site.obs("obs")
    header = CreateBucketHeader(
        aclControl="public-read", storageClass="COLD", availableZone="3az", epid="0a1b", isPFS=True
    )
    assert client.createBucket("work", header=header, location="cn-north-4").status == 200
    body = client.getBucketMetadata("work").body
    assert (body.storageClass, body.epid, body.availableZone, body.location) == ("COLD", "0a1b", "3az", "cn-north-4")
    assert [bucket.name for bucket in client.listBuckets(bucketType="POSIX").body.buckets] == ["work"]


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_objects_carry_content_metadata_and_encryption(site: Site, dialect: str) -> None:
    client = prepared(site.obs(dialect))
    put = client.putContent("work", "m.txt", "0123456789", metadata={"kind": "rose"})
    assert put.body.sseKms == ("kms" if dialect == "obs" else "aws:kms")
    got = client.getObject("work", "m.txt", loadStreamInMemory=True)
    assert got.body.buffer == b"0123456789"
    meta = client.getObjectMetadata("work", "m.txt")
    assert meta.body.contentLength == 10
    assert dict(meta.header)["kind"] == "rose"
    assert client.deleteBucketEncryption("work").status == 204
    assert client.putContent("work", "plain.txt", "x").body.sseKms is None
    rows = {row["key"]: row["encrypted"] for bucket in site.cloud.truth("obs")["buckets"] for row in bucket["objects"]}
    assert (rows["m.txt"], rows["plain.txt"]) == (True, False)


def test_virtual_hosts_and_negotiation(site: Site) -> None:
    client = site.obs_by_host()
    assert client.createBucket("by-host", location="cn-north-4").status == 200
    assert client.putContent("by-host", "a/b c.txt", "x").status == 200
    assert [row.key for row in client.listObjects("by-host", prefix="a/").body.contents] == ["a/b c.txt"]
    assert client.getBucketEncryption("by-host").errorCode == "NoSuchEncryptionConfiguration"
    missing = client.getBucketEncryption("no-such-bucket-here")
    assert (missing.status, missing.errorCode) == (404, None)
    assert "/?apiversion" in [row["path"] for row in site.calls.listed("obs")]


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_an_object_is_sent_only_if_it_is_another_one(site: Site, dialect: str) -> None:
    client = site.obs(dialect)
    meta = client.getObjectMetadata("lab-datasets", "flowers/rose.csv").body
    link = client.createSignedUrl("GET", "lab-datasets", "flowers/rose.csv", expires=60).signedUrl
    for headers, status in (
        ({"If-None-Match": meta.etag}, 304),
        ({"If-None-Match": '"0"'}, 200),
        ({"If-Match": f'"0", {meta.etag}'}, 200),
        ({"If-Match": '"0"'}, 412),
        ({"If-Modified-Since": meta.lastModified}, 304),
        ({"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 200),
        ({"If-Unmodified-Since": meta.lastModified}, 200),
    ):
        answer = requests.get(link, headers=headers, timeout=5)
        assert (answer.status_code, bool(answer.content)) == (status, status != 304), headers


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_temporary_links_open_for_a_while(site: Site, dialect: str) -> None:
    client = site.obs(dialect)
    link = client.createSignedUrl("GET", "lab-datasets", "flowers/rose.csv", expires=60).signedUrl
    assert requests.get(link, timeout=5).text.startswith("petals")
    assert requests.get(link.replace("rose", "lily"), timeout=5).status_code == 403
    late = client.createSignedUrl("GET", "lab-datasets", "flowers/rose.csv", expires=-1).signedUrl
    assert "RequestTimeTooSkewed" in requests.get(late, timeout=5).text

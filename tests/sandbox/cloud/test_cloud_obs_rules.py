"""The rules of OBS: names, regions, owners, limits, access, and what is refused with which code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from obs import ACL, CreateBucketHeader, Grant

from sandbox.cloud import default_seed
from tests.sandbox.cloud.conftest import OpenSite
from tests.sandbox.cloud.support import DOMAIN, OTHER_AK, OTHER_SK, Site

HERE = "cn-north-4"


def answer(result: Any) -> tuple[int, str | None]:
    return result.status, result.errorCode


@pytest.mark.parametrize("name", ["abc", "a-b.c", "a--b", "0" * 63, "1a2"])
def test_good_names_pass(site: Site, name: str) -> None:
    assert answer(site.obs().createBucket(name, location=HERE)) == (200, None)


@pytest.mark.parametrize(
    "name", ["ab", "a" * 64, "Abc", "a_b", "-abc", "abc-", ".abc", "abc.", "a..b", "a.-b", "a-.b", "10.0.0.1"]
)
def test_bad_names_are_refused(site: Site, name: str) -> None:
    assert answer(site.obs().createBucket(name, location=HERE)) == (400, "InvalidBucketName")


@pytest.mark.parametrize("dialect", ["v2", "obs"])
@pytest.mark.parametrize(
    ("name", "location", "expected"),
    [
        ("work", HERE, (200, None)),
        ("lab-datasets", HERE, (200, None)),
        ("lab-archive", HERE, (409, "BucketAlreadyOwnedByYou")),
        ("flowers", HERE, (409, "BucketAlreadyExists")),
        ("public-flowers", HERE, (409, "BucketAlreadyExists")),
        ("work", "cn-north-1", (400, "IllegalLocationConstraintException")),
        ("work", None, (400, "IllegalLocationConstraintException")),
        ("work", "mars-1", (400, "InvalidLocationConstraint")),
    ],
)
def test_creation(site: Site, dialect: str, name: str, location: str | None, expected: tuple[int, str | None]) -> None:
    assert answer(site.obs(dialect).createBucket(name, location=location)) == expected


def test_second_creation_keeps_the_first_properties(site: Site) -> None:
    client = site.obs("obs")
    assert client.createBucket("work", location=HERE).status == 200
    header = CreateBucketHeader(storageClass="COLD", aclControl="public-read")
    assert client.createBucket("work", header=header, location=HERE).status == 200
    assert client.getBucketMetadata("work").body.storageClass == "STANDARD"
    assert len(client.getBucketAcl("work").body.grants) == 1


def test_account_has_a_limit_of_buckets(open_site: OpenSite) -> None:
    seed = default_seed()
    seed["accounts"][0]["bucket_quota"] = 4
    client = open_site(seed).obs()
    assert client.createBucket("fourth", location=HERE).status == 200
    assert answer(client.createBucket("fifth", location=HERE)) == (400, "TooManyBuckets")
    assert answer(client.createBucket("fourth", location=HERE)) == (200, None)


async def test_deleted_name_is_free_after_the_set_time(open_site: OpenSite) -> None:
    site = open_site({"options": {"name_release_s": 1800}})
    client = site.obs()
    assert client.createBucket("work", location=HERE).status == 200
    assert client.deleteBucket("work").status == 204
    assert answer(client.createBucket("work", location=HERE)) == (409, "OperationAborted")
    await site.clock.advance(1801)
    assert client.createBucket("work", location=HERE).status == 200


def test_only_empty_buckets_are_deleted(site: Site) -> None:
    client = site.obs()
    assert answer(client.deleteBucket("lab-datasets")) == (409, "BucketNotEmpty")
    for key in ("flowers/", "flowers/rose.csv", "never-there"):
        assert client.deleteObject("lab-datasets", key).status == 204
    assert client.deleteBucket("lab-datasets").status == 204
    assert answer(client.deleteBucket("lab-datasets")) == (404, "NoSuchBucket")


def test_another_accounts_bucket_is_forbidden_not_missing(site: Site) -> None:
    client = site.obs()
    head = client.headBucket("flowers")
    assert answer(head) == (403, None)
    for method in ("getBucketLocation", "getBucketEncryption", "listObjects", "deleteBucket"):
        assert answer(getattr(client, method)("flowers")) == (403, "AccessDenied")
    assert answer(client.putContent("flowers", "x", "y")) == (403, "AccessDenied")
    assert answer(client.getBucketLocation("nowhere-at-all")) == (404, "NoSuchBucket")


def statement(effect: str, action: str, resource: str, who: str = f"domain/{DOMAIN}:user/*") -> dict[str, Any]:
    return {"Effect": effect, "Principal": {"ID": [who]}, "Action": [action], "Resource": [resource]}


def test_policy_lets_others_in_and_keeps_the_owner_out(site: Site) -> None:
    owner, client = site.obs(ak=OTHER_AK, sk=OTHER_SK), site.obs()
    policy = [statement("Allow", "Get*", "flowers/*"), statement("Allow", "ListBucket", "flowers")]
    assert owner.putContent("flowers", "rose", "red").status == 200
    assert owner.setBucketPolicy("flowers", json.dumps({"Statement": policy})).status == 204
    assert client.listObjects("flowers").status == 200
    assert client.getObject("flowers", "rose", loadStreamInMemory=True).body.buffer == b"red"
    assert answer(client.putContent("flowers", "rose", "blue")) == (403, "AccessDenied")
    closed = [statement("Deny", "*", "flowers*", "*")]
    assert owner.setBucketPolicy("flowers", json.dumps({"Statement": closed})).status == 204
    assert answer(owner.listObjects("flowers")) == (403, "AccessDenied")
    assert owner.deleteBucketPolicy("flowers").status == 204
    assert owner.listObjects("flowers").status == 200


CONDITIONAL = json.dumps({"Statement": [statement("Allow", "*", "x") | {"Condition": {"StringEquals": {"a": "b"}}}]})
TYPELESS = json.dumps({"Statement": [statement("Allow", "*", "x") | {"Action": 3}]})


@pytest.mark.parametrize("text", ["{", "[]", '{"Statement": [{"Effect": "Allow"}]}', TYPELESS, CONDITIONAL, '{"a": 1}'])
def test_malformed_policies_are_refused(site: Site, text: str) -> None:
    assert answer(site.obs().setBucketPolicy("lab-datasets", text)) == (400, "MalformedPolicy")


@pytest.mark.parametrize(
    ("acl", "listing", "writing"), [("private", 403, 403), ("public-read", 200, 403), ("public-read-write", 200, 200)]
)
def test_acl_decides_for_strangers(site: Site, acl: str, listing: int, writing: int) -> None:
    assert site.obs(ak=OTHER_AK, sk=OTHER_SK).setBucketAcl("flowers", aclControl=acl).status == 200
    for client in (site.obs(), site.obs(ak="", sk="")):
        assert client.listObjects("flowers").status == listing
        assert client.putContent("flowers", "x", "y").status == writing


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_the_owner_can_lose_reading_and_writing_by_the_acl_but_never_the_acl(site: Site, dialect: str) -> None:
    client = site.obs(dialect)
    before = client.getBucketAcl("lab-datasets").body
    own = before.grants[0].grantee
    for permission, listing, writing in (("READ", 200, 403), ("WRITE", 403, 200), ("READ_ACP", 403, 403)):
        acl = ACL(before.owner, [Grant(own, permission)])
        assert client.setBucketAcl("lab-datasets", acl).status == 200
        assert client.listObjects("lab-datasets").status == listing
        assert client.putContent("lab-datasets", "x", "y").status == writing
        assert client.getBucketLocation("lab-datasets").status == 200
    assert client.setBucketAcl("lab-datasets", ACL(before.owner, before.grants)).status == 200
    assert client.listObjects("lab-datasets").status == 200


def test_unsigned_listing_of_buckets_is_refused(site: Site) -> None:
    assert answer(site.obs(ak="", sk="").listBuckets()) == (403, "AccessDenied")


@pytest.mark.parametrize("status", [301, 307])
def test_other_regions_bucket_redirects_and_the_sdk_follows(open_site: OpenSite, status: int) -> None:
    site = open_site({"options": {"wrong_region": status}})
    client = site.obs()
    assert client.getBucketLocation("lab-archive").body.location == "cn-north-1"
    assert site.statuses("obs") == [status, 200]
    client.max_redirect_count = 0
    assert client.getBucketLocation("lab-archive").status == status


def test_redirects_can_be_switched_off(open_site: OpenSite) -> None:
    site = open_site({"options": {"wrong_region": 0}})
    assert site.obs().getBucketLocation("lab-archive").body.location == "cn-north-1"
    assert site.statuses("obs") == [200]


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_buckets_are_listed_with_region_and_in_pages(site: Site, dialect: str) -> None:
    client = site.obs(dialect)
    rows = client.listBuckets().body.buckets
    assert [(row.name, row.location) for row in rows] == [
        ("lab-archive", "cn-north-1"),
        ("lab-datasets", HERE),
        ("lab-secrets", HERE),
    ]
    assert client.listBuckets(isQueryLocation=False).body.buckets[0].location is None
    first = client.listBuckets(maxKeys=2).body
    assert (len(first.buckets), first.nextMarker) == (2, "lab-datasets")
    second = client.listBuckets(maxKeys=2, marker=first.nextMarker).body
    assert ([row.name for row in second.buckets], second.nextMarker) == (["lab-secrets"], None)


def test_objects_are_listed_in_pages_and_folders(site: Site) -> None:
    client = site.obs()
    for key in ("a/1", "a/2", "b", "c/d/1", "花"):
        assert client.putContent("lab-secrets", key, "x").status == 200
    page = client.listObjects("lab-secrets", delimiter="/", max_keys=3).body
    assert [row.key for row in page.contents] == ["b"]
    assert [row.prefix for row in page.commonPrefixs] == ["a/", "c/"]
    assert (page.is_truncated, page.next_marker) == (True, "c/")
    rest = client.listObjects("lab-secrets", delimiter="/", marker=page.next_marker, encoding_type="url").body
    assert [row.key for row in rest.contents] == ["labels.json", "花"]
    assert [row.key for row in client.listObjects("lab-secrets", prefix="a/").body.contents] == ["a/1", "a/2"]


def test_folder_is_an_empty_object_and_may_be_made_again(site: Site) -> None:
    client = site.obs()
    for _ in range(2):
        assert client.putContent("lab-datasets", "models/", None).status == 200
    assert client.getObjectMetadata("lab-datasets", "models/").body.contentLength == 0
    assert answer(client.putContent("lab-datasets", "k" * 1025, None)) == (400, "KeyTooLongError")
    assert answer(client.getObject("lab-datasets", "models", loadStreamInMemory=True)) == (404, "NoSuchKey")


def test_quota_of_a_bucket_stops_writing(site: Site) -> None:
    client = site.obs()
    assert client.setBucketQuota("lab-datasets", 30).status == 200
    assert answer(client.putContent("lab-datasets", "big", "x" * 31)) == (403, "InsufficientStorageSpace")


def test_truth_tells_who_owns_what(site: Site) -> None:
    rows = {row["name"]: row for row in site.cloud.truth("obs")["buckets"]}
    assert (rows["flowers"]["owner"], rows["lab-archive"]["region"]) == ("somebody-else", "cn-north-1")
    assert (rows["lab-secrets"]["encryption"], rows["lab-archive"]["storage_class"]) == ("kms", "COLD")
    [stored] = rows["lab-secrets"]["objects"]
    assert (stored["key"], stored["size"], stored["encrypted"]) == ("labels.json", 2, True)
    assert json.dumps(site.cloud.truth("obs"))
    assert "secret-key" not in json.dumps(site.cloud.truth("iam"))

"""Faults: the provider's code for each kind, requests that hang with and without their effect, slow ones."""

from __future__ import annotations

import time

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ConnectionException, ServiceResponseException
from huaweicloudsdkiam.v3 import KeystoneListAuthDomainsRequest

from sandbox.cloud.faults import KINDS, REFUSING
from tests.sandbox.cloud.conftest import OpenSite
from tests.sandbox.cloud.support import Site, wait_until

OBS_CODES = {
    "arrears": (403, "InArrearOrInsufficientBalance"),
    "not_real_name": (403, "NotSignedUp"),
    "forbidden": (403, "AccessDenied"),
    "quota": (400, "TooManyBuckets"),
    "throttled": (429, "TooManyRequests"),
    "server_error": (500, "InternalError"),
}
IAM_STATUS = {
    "arrears": 403,
    "not_real_name": 403,
    "forbidden": 403,
    "quota": 403,
    "throttled": 429,
    "server_error": 500,
}


@pytest.mark.parametrize("kind", sorted(REFUSING))
def test_obs_answers_with_the_providers_code_once(site: Site, kind: str) -> None:
    client = site.obs("obs")
    site.cloud.add_fault("obs", "create_bucket", kind, 1)
    assert client.listBuckets().status == 200
    answer = client.createBucket("work", location="cn-north-4")
    assert (answer.status, answer.errorCode) == OBS_CODES[kind]
    assert client.createBucket("work", location="cn-north-4").status == 200


@pytest.mark.parametrize("kind", sorted(REFUSING))
def test_iam_answers_with_the_providers_status(site: Site, kind: str) -> None:
    site.cloud.add_fault("iam", None, kind, None)
    for _ in range(2):
        with pytest.raises(ServiceResponseException) as caught:
            site.iam().keystone_list_auth_domains(KeystoneListAuthDomainsRequest())
        assert caught.value.status_code == IAM_STATUS[kind]
    site.cloud.clear_faults()
    assert site.iam().keystone_list_auth_domains(KeystoneListAuthDomainsRequest()).domains


@pytest.mark.parametrize(("kind", "done"), [("timeout_before", False), ("timeout_after", True)])
def test_hanging_request_has_its_effect_or_not(site: Site, kind: str, done: bool) -> None:
    client = site.obs("v2")
    client.timeout = 0.2
    site.cloud.add_fault("obs", "create_bucket", kind, 1)
    with pytest.raises(TimeoutError):
        client.createBucket("work", location="cn-north-4")
    names = [bucket["name"] for bucket in site.cloud.truth("obs")["buckets"]]
    assert ("work" in names) is done
    wait_until(lambda: site.statuses("obs") == [0])


def test_hanging_iam_request_surfaces_as_the_sdk_does_it(site: Site) -> None:
    site.cloud.add_fault("iam", "keystone_list_auth_domains", "timeout_before", 1)
    with pytest.raises(ConnectionException):
        site.iam(read_s=0.2).keystone_list_auth_domains(KeystoneListAuthDomainsRequest())


def test_a_request_that_nobody_gives_up_ends_in_504(open_site: OpenSite) -> None:
    site = open_site({"options": {"hang_s": 0.1}})
    site.cloud.add_fault("obs", None, "timeout_before", 1)
    assert site.obs().listBuckets().status == 504


def test_slow_answers_come_late_but_come(open_site: OpenSite) -> None:
    site = open_site({"options": {"slow_s": 0.3}})
    site.cloud.add_fault("obs", None, "slow", 1)
    begun = time.monotonic()
    assert site.obs().listBuckets().status == 200
    assert time.monotonic() - begun >= 0.3


def test_quota_at_an_object_is_the_buckets_storage(site: Site) -> None:
    site.cloud.add_fault("obs", None, "quota", 1)
    assert site.obs().putContent("lab-datasets", "x", "y").errorCode == "InsufficientStorageSpace"


def test_first_fault_added_is_used_up_first(site: Site) -> None:
    site.cloud.add_fault("obs", "head_bucket", "throttled", 1)
    site.cloud.add_fault("obs", None, "forbidden", 1)
    client = site.obs()
    assert [client.headBucket("lab-datasets").status for _ in range(3)] == [429, 403, 200]


@pytest.mark.parametrize(
    ("service", "operation", "kind", "times"),
    [
        ("moon", None, "slow", 1),
        ("obs", "fly", "slow", 1),
        ("obs", None, "gremlins", 1),
        ("obs", None, "slow", 0),
    ],
)
def test_unknown_faults_are_named(site: Site, service: str, operation: str | None, kind: str, times: int) -> None:
    with pytest.raises(ValueError, match=r"unknown|times"):
        site.cloud.add_fault(service, operation, kind, times)


def test_every_kind_of_the_contract_is_there() -> None:
    hanging = {"timeout_before", "timeout_after", "slow"}
    assert set(OBS_CODES) | hanging == KINDS

"""Quotas with the provider's code when they are full, throttling by the gateway, filters and pages that really cut."""

from __future__ import annotations

from typing import Any

import huaweicloudsdkiam.v3 as iam
import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from obs import ListMultipartUploadsRequest

from sandbox.cloud import default_seed
from tests.sandbox.cloud.conftest import OpenSite
from tests.sandbox.cloud.modelarts.stage import PAID, deployment, open_stage
from tests.sandbox.cloud.support import DOMAIN, PROJECT, Site
from tests.sandbox.cloud.test_cloud_agencies import LI, Walk
from tests.sandbox.cloud.test_cloud_signing import send, signed

Json = dict[str, Any]
BROKER = "0b4d9f9d1c80f4a01f5cc00a3a1f6e13"
IMPORT = {"model_version": "1.0.0", "model_type": "Image", "source_location": "swr.example/a:1"}


def limited(**quotas: Any) -> Json:
    """Return a seed whose account has these limits."""
    lab, other = default_seed()["accounts"]
    return {"accounts": [lab | quotas, other]}


@pytest.mark.parametrize(("prefix", "code"), [("APIGW", "APIGW.0308"), ("APIG", "APIG.0308")])
@pytest.mark.parametrize(
    ("service", "path"), [("modelarts", f"/v1/{PROJECT}/services"), ("bss", "/v2/products/service-types")]
)
def test_the_gateway_throttles_in_its_own_words(prefix: str, code: str, service: str, path: str) -> None:
    stage = open_stage(options={"gateway_prefix": prefix})
    stage.cloud.add_fault(service, None, "throttled", 1)
    status, answer = stage.call_at(service, "GET", path, None, {})
    assert (status, answer["error_code"], len(answer["request_id"])) == (429, code, 32)
    assert stage.call_at(service, "GET", path, None, {})[0] == 200


def test_an_operation_may_be_limited_to_so_many_calls_a_minute() -> None:
    stage = open_stage(options={"calls_a_minute": 2})
    assert [stage.call("GET", "services")[0] for _ in range(3)] == [200, 200, 429]
    assert stage.call("GET", "models")[0] == 200
    assert stage.call_at("iam", "GET", "/v3/auth/domains", None, {})[0] == 200


def test_iam_names_a_request_in_a_header_of_its_own(site: Site) -> None:
    url = site.ports["iam"].url
    for path in ("/v3/auth/domains", "/v3/users/nobody"):
        headers = send(url, signed(url, path)).headers
        assert headers["x-iam-trace-id"] == headers["x-request-id"]


def test_the_record_of_requests_tells_operation_refusal_and_request_id(site: Site) -> None:
    url = site.ports["iam"].url
    answer = send(url, signed(url, "/v3/users/nobody"))
    send(url, signed(url, "/v9/nothing"))
    refused, unknown = site.calls.listed("iam")
    assert (refused["operation"], refused["code"], refused["status"]) == ("keystone_show_user", "IAM.0004", 404)
    assert refused["request_id"] == answer.headers["x-request-id"]
    assert (unknown["operation"], unknown["code"]) == ("", "APIGW.0101")


def make_policy(walk: Walk, name: str) -> Any:
    statement = iam.ServiceStatement(action=["obs:object:GetObject"], effect="Allow")
    policy = iam.ServicePolicy(version="1.1", statement=[statement])
    option = iam.ServicePolicyRoleOption(display_name=name, type="AX", description="d", policy=policy)
    body = iam.CreateCloudServiceCustomPolicyRequestBody(role=option)
    return walk("create_cloud_service_custom_policy", body).role


def refusal_of(ask: Any) -> tuple[int, str]:
    with pytest.raises(ClientRequestException) as caught:
        ask()
    return caught.value.status_code, caught.value.error_code


def test_an_account_has_a_limit_of_custom_policies(open_site: OpenSite) -> None:
    walk = Walk(open_site(limited(quotas={"policy": 1})).iam(), iam)
    make_policy(walk, "one")
    assert refusal_of(lambda: make_policy(walk, "two")) == (403, "IAM.0003")


def test_an_agency_has_a_limit_of_permissions_and_what_it_has_is_given_again(open_site: OpenSite) -> None:
    walk = Walk(open_site(limited(quotas={"assigment_agency_mp": 3})).iam(), iam)
    roles = walk("keystone_list_permissions", catalog="OBS").roles
    given = [{"domain_id": DOMAIN, "agency_id": BROKER, "role_id": role.id} for role in roles]
    fresh = [one for one, role in zip(given, roles, strict=True) if role.display_name != "OBS OperateAccess"]
    walk("associate_agency_with_domain_permission", **fresh[0])
    for one in given:
        if one not in fresh[1:]:
            walk("associate_agency_with_domain_permission", **one)
    assert refusal_of(lambda: walk("associate_agency_with_domain_permission", **fresh[1])) == (403, "IAM.0003")


def test_a_user_has_a_limit_of_services_and_an_account_of_models() -> None:
    stage = open_stage(limited(service_quota=1, model_quota=4))
    assert stage.code("POST", "services", deployment("one-more", PAID)) == (400, "ModelArts.3520")
    assert stage.ok("POST", "models", {"model_name": "fourth", **IMPORT})
    assert stage.code("POST", "models", {"model_name": "fifth", **IMPORT}) == (400, "ModelArts.3578")


def test_twenty_services_a_user_are_the_default() -> None:
    stage = open_stage()  # where two are there already
    made = [stage.call("POST", "services", deployment(f"s-{number}", PAID))[0] for number in range(20)]
    assert made == [200] * 18 + [400] * 2


GROUP = {
    "owner": "flower-lab",
    "name": "lookers",
    "users": ["li"],
    "grants": [
        {"permission": "ModelArts FullAccess", "scope": "cn-north-4"},
        {"permission": "OBS ReadOnlyAccess"},
        {"permission": "CCE FullAccess", "scope": "all_projects"},
    ],
}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 10),
        ({"subject": "agency"}, 7),
        ({"subject": "group"}, 3),
        ({"subject": "user"}, 3),
        ({"subject_user_id": LI}, 3),
        ({"subject_user_id": LI, "include_group": False}, 0),
        ({"subject_user_id": "7116d09f88fa41908676fdd4b039e95b"}, 0),
        ({"subject_group_id": "group-lookers"}, 3),
        ({"subject_agency_id": BROKER}, 2),
        ({"subject_agency_id": BROKER, "subject": "group"}, 0),
        ({"scope": "project"}, 2),
        ({"scope_project_id": PROJECT}, 2),
        ({"scope_project_id": "f" * 32}, 0),
        ({"scope": "enterprise_project"}, 0),
        ({"is_inherited": True}, 4),
        ({"is_inherited": False, "subject": "group"}, 2),
    ],
)
def test_role_assignments_pass_every_filter(open_site: OpenSite, query: Json, count: int) -> None:
    walk = Walk(open_site({"groups": [GROUP]}).iam(), iam)
    found = walk("show_domain_role_assignments", domain_id=DOMAIN, **query)
    assert (found.total_num, len(found.role_assignments)) == (count, count)


@pytest.mark.parametrize("query", [{"subject": "dog"}, {"scope": "moon"}])
def test_role_assignments_refuse_a_word_that_there_is_not(site: Site, query: Json) -> None:
    walk = Walk(site.iam(), iam)
    status = refusal_of(lambda: walk("show_domain_role_assignments", domain_id=DOMAIN, **query))
    assert status == (400, "IAM.0073")


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_uploads_under_way_are_paged_by_key_and_id_and_folded(site: Site, dialect: str) -> None:
    client = site.obs(dialect)
    keys = ["a b", "a b", "c/1", "c/2", "d"]
    assert {client.initiateMultipartUpload("lab-datasets", one).status for one in keys} == {200}
    found: list[str] = []
    key: str | None = None
    identity: str | None = None
    for _ in keys:
        asked = ListMultipartUploadsRequest(max_uploads=2, key_marker=key, upload_id_marker=identity)
        page = client.listMultipartUploads("lab-datasets", asked, encoding_type="url").body
        found += [upload.key for upload in page.upload]
        key, identity = page.nextKeyMarker, page.nextUploadIdMarker
        if not page.isTruncated:
            break
    assert found == keys
    folded = client.listMultipartUploads("lab-datasets", ListMultipartUploadsRequest(delimiter="/", max_uploads=3)).body
    assert ([one.prefix for one in folded.commonPrefixs], len(folded.upload), folded.isTruncated) == (["c/"], 2, True)

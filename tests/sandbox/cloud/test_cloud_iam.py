"""IAM through the provider's SDK, and its two shapes of errors."""

from __future__ import annotations

from typing import Any

import huaweicloudsdkiam.v3 as iam
import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from sandbox.cloud.coverage import IAM
from tests.sandbox.cloud.conftest import OpenSite
from tests.sandbox.cloud.support import DOMAIN, OTHER_AK, OTHER_SK, PROJECT, Site

USER = "07609fb9358010e21f7bc003751c32ab"
ARGUMENTS = {"keystone_show_user": {"user_id": USER}, "show_domain_quota": {"domain_id": DOMAIN}}

SIMPLE = (
    "keystone_list_auth_domains",
    "keystone_list_auth_projects",
    "keystone_list_projects",
    "keystone_list_users",
    "keystone_show_user",
    "show_domain_quota",
)


def call(client: Any, operation: str, **arguments: object) -> dict[str, Any]:
    """Call an operation by its name and return the whole JSON of the answer."""
    request = getattr(iam, "".join(part.capitalize() for part in operation.split("_")) + "Request")
    answer: dict[str, Any] = getattr(client, operation)(request(**arguments)).to_json_object()
    return answer


@pytest.mark.parametrize("operation", [row.operation for row in IAM if row.operation in SIMPLE])
def test_every_operation_answers(site: Site, operation: str) -> None:
    assert call(site.iam(), operation, **ARGUMENTS.get(operation, {}))
    assert site.statuses("iam") == [200]


def test_account_and_projects_are_found(site: Site) -> None:
    client = site.iam()
    assert [row["id"] for row in call(client, "keystone_list_auth_domains")["domains"]] == [DOMAIN]
    projects = call(client, "keystone_list_auth_projects")["projects"]
    assert {row["name"]: row["id"] for row in projects}["cn-north-4"] == PROJECT
    assert {row["domain_id"] for row in projects} == {DOMAIN}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"name": "cn-north-4"}, ["cn-north-4"]),
        ({"name": "mars-1"}, []),
        ({"enabled": False}, []),
        ({"domain_id": DOMAIN, "page": 2, "per_page": 2}, ["cn-east-3", "cn-south-1"]),
        ({"parent_id": "elsewhere"}, []),
        ({"is_domain": True}, []),
        ({"page": 9, "per_page": 5000}, []),
    ],
)
def test_project_filters_and_pages(site: Site, filters: dict[str, object], expected: list[str]) -> None:
    rows = call(site.iam(), "keystone_list_projects", **filters)["projects"]
    assert [row["name"] for row in rows] == expected


@pytest.mark.parametrize("wrong", [{"page": 1}, {"page": 0, "per_page": 10}, {"page": 1, "per_page": 5001}])
def test_pages_out_of_bounds_are_refused(site: Site, wrong: dict[str, object]) -> None:
    with pytest.raises(ClientRequestException) as caught:
        call(site.iam(), "keystone_list_projects", **wrong)
    assert caught.value.status_code == 400


def test_users_are_filtered_and_shown(site: Site) -> None:
    client = site.iam()
    assert [row["name"] for row in call(client, "keystone_list_users", enabled=False)["users"]] == ["retired"]
    assert call(client, "keystone_show_user", user_id=USER)["user"]["name"] == "mei"


def test_quota_shows_the_agency_limit(open_site: OpenSite) -> None:
    client = open_site({}).iam()
    rows = call(client, "show_domain_quota", domain_id=DOMAIN, type="agency")["quotas"]["resources"]
    assert [(row["type"], row["quota"], row["used"]) for row in rows] == [("agency", 50, 3)]


def test_keystone_errors_carry_an_integer_code(site: Site) -> None:
    with pytest.raises(ClientRequestException) as caught:
        call(site.iam(), "keystone_show_user", user_id="nobody")
    assert (caught.value.status_code, caught.value.error_code) == (404, 404)
    assert caught.value.request_id


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        ({"domain_id": "f2c1a7b0d6e34a51b7c9c0de5a8f9b11"}, 403, "IAM.0003"),
        ({"domain_id": DOMAIN, "type": "moon"}, 400, "IAM.0073"),
    ],
)
def test_other_errors_are_flat(site: Site, arguments: dict[str, str], status: int, code: str) -> None:
    with pytest.raises(ClientRequestException) as caught:
        call(site.iam(), "show_domain_quota", **arguments)
    assert (caught.value.status_code, caught.value.error_code) == (status, code)


def test_another_account_sees_its_own(site: Site) -> None:
    client = site.iam(OTHER_AK, OTHER_SK, "f2c1a7b0d6e34a51b7c9c0de5a8f9b11")
    assert [row["name"] for row in call(client, "keystone_list_auth_domains")["domains"]] == ["somebody-else"]

"""ModelArts' own rights in OBS: taken away in the cloud, found by the check of a path, given back by its button."""

from __future__ import annotations

import json
from typing import Any

import huaweicloudsdkiam.v3 as iam
import huaweicloudsdkmodelarts.v1 as modelarts
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials

from tests.journeys.identity import agencies, choose, grants, rows
from tests.stack import Stack

AGENCY = "modelarts_agency"
PATH = "obs://lab-datasets/flowers"


def take_grants_away(house: Stack) -> None:
    """Take every permission from the agency past the bot, with the provider's own SDK."""
    env = house.sandbox["env"]
    domain = env["HUAWEICLOUD_SDK_DOMAIN_ID"]
    key = GlobalCredentials(env["HUAWEICLOUD_SDK_AK"], env["HUAWEICLOUD_SDK_SK"], domain)
    builder: Any = iam.IamClient.new_builder().with_credentials(key)
    client = builder.with_endpoints([env["HUAWEICLOUD_ENDPOINT_IAM"]]).build()
    whose = {"domain_id": domain, "agency_id": agencies(house)[AGENCY]["id"]}
    of_domain = client.list_domain_permissions_for_agency(iam.ListDomainPermissionsForAgencyRequest(**whose))
    for role in of_domain.roles:
        gone: Any = iam.RemoveDomainPermissionFromAgencyRequest(**whose, role_id=role.id)
        client.remove_domain_permission_from_agency(gone)
    of_all = client.list_all_projects_permissions_for_agency(iam.ListAllProjectsPermissionsForAgencyRequest(**whose))
    for role in of_all.roles:
        gone = iam.RemoveAllProjectsPermissionFromAgencyRequest(**whose, role_id=role.id)
        client.remove_all_projects_permission_from_agency(gone)


def withdraw_authorization(house: Stack) -> None:
    """Withdraw the authorization of all users past the bot, with the provider's own SDK."""
    env = house.sandbox["env"]
    key = BasicCredentials(env["HUAWEICLOUD_SDK_AK"], env["HUAWEICLOUD_SDK_SK"], env["HUAWEICLOUD_SDK_PROJECT_ID"])
    builder: Any = modelarts.ModelArtsClient.new_builder().with_credentials(key)
    client = builder.with_endpoints([env["HUAWEICLOUD_ENDPOINT_MODELARTS"]]).build()
    client.delete_authorizations(modelarts.DeleteAuthorizationsRequest(user_id="all-users"))


def check(house: Stack, who: str, words: str) -> str:
    """Return what somebody is told of the path."""
    before = len(house.messages(who))
    house.say(who, f"/modelarts {words} {PATH}")
    return json.dumps(house.messages(who)[before:], ensure_ascii=False)


@pytest.mark.rule("R4.07")
@pytest.mark.rule("R3.05")
@pytest.mark.rule("R3.19")
def test_actions_that_the_agency_lacks_are_found_asked_for_and_granted(house: Stack) -> None:
    assert f"`{AGENCY}` may use OBS" in check(house, "wang", "bucket check")
    take_grants_away(house)
    told = check(house, "wang", "bucket check")
    assert f"`{AGENCY}` lacks `obs:bucket:ListBucket`, `obs:object:GetObject`" in told
    assert f"`{AGENCY}` 缺少 `obs:bucket:ListBucket`" in check(house, "li", "桶 检查")
    house.press("wang", "ask_admin")
    assert f"agency grants agency={AGENCY} actions=obs:bucket:ListBucket,obs:object:GetObject" in house.texts("mei")
    house.press("mei", "open_form")
    assert house.submit("mei")["ok"]
    assert grants(house, AGENCY) == set()
    house.press("chen", "approve")
    told = check(house, "wang", "bucket check")
    assert f"`{AGENCY}` may use OBS" in told
    assert "No fault found" in told


@pytest.mark.rule("R4.07")
@pytest.mark.rule("R3.02")
def test_without_an_authorization_an_administrator_adds_one_from_the_check(house: Stack) -> None:
    withdraw_authorization(house)
    assert rows(house) == {}
    assert "没有任何授权" in check(house, "li", "桶 检查")
    assert "has no authorization in this region" in check(house, "mei", "bucket check")
    house.press("mei", "open_form")
    choose(house, "mei", "use", "existing")
    assert house.submit("mei", kind="all", agency=AGENCY, agreed="yes")["ok"]
    house.press("chen", "approve")
    assert rows(house) == {"all-users": AGENCY}
    assert "未发现问题" in check(house, "li", "桶 检查")

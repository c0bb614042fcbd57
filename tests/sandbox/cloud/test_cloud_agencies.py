"""Agencies, permissions, credentials and authorizations through the provider's SDKs, operation by operation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import huaweicloudsdkiam.v3 as iam
import huaweicloudsdkmodelarts.v1 as modelarts
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, ServiceResponseException
from huaweicloudsdkcore.http.http_config import HttpConfig

from sandbox.cloud import default_seed
from sandbox.cloud.coverage import IAM
from tests.sandbox.cloud.conftest import OpenSite
from tests.sandbox.cloud.support import AK, DOMAIN, PROJECT, SK, Served, Site, Switch
from tests.sandbox.cloud.test_cloud_iam import ARGUMENTS, SIMPLE, call

THEIRS = "f2c1a7b0d6e34a51b7c9c0de5a8f9b11"
AUTHORIZATIONS = frozenset(
    {
        "create_model_arts_agency",
        "create_authorization",
        "get_authorizations",
        "delete_authorizations",
        "show_authmode_detail",
        "update_auth_mode",
        "validate_authorization",
        "list_users",
    }
)
WALKED = AUTHORIZATIONS | {row.operation for row in IAM if row.operation not in SIMPLE}
"""What the walks below call, in an order in which each finds what it needs."""
LI = "0760a9e2a60026664f1fc0031f9f205e"


class Walk:
    """Calls operations by name and remembers which."""

    def __init__(self, client: Any, models: Any) -> None:
        self._client, self._models = client, models
        self.called: set[str] = set()

    def __call__(self, operation: str, body: object = None, **arguments: object) -> Any:
        name = "".join(part.capitalize() for part in operation.split("_"))
        request = getattr(self._models, f"{name}Request")(**arguments)
        if body is not None:
            request.body = body
        self.called.add(operation)
        return getattr(self._client, operation)(request)


def agency_of(name: str, duration: object = "FOREVER", trust: str = "flower-lab") -> Any:
    option = iam.CreateAgencyOption(name=name, domain_id=DOMAIN, trust_domain_name=trust, duration=duration)
    return iam.CreateAgencyRequestBody(agency=option)


def role_id(walk: Walk, display: str) -> str:
    return str(walk("keystone_list_permissions", display_name=display).roles[0].id)


def test_every_operation_of_iam_answers_its_sdk(site: Site) -> None:
    walk = Walk(site.iam(), iam)
    for operation in SIMPLE:
        walk.called.add(operation)
        assert call(site.iam(), operation, **ARGUMENTS.get(operation, {}))
    made = walk("create_agency", agency_of("broker")).agency
    agencies(walk, made.id)
    grants(walk, made.id)
    policies(walk)
    sessions(walk)
    walk("delete_agency", agency_id=made.id)
    assert walk.called == {row.operation for row in IAM}


def agencies(walk: Walk, identity: str) -> None:
    assert [one.name for one in walk("list_agencies", domain_id=DOMAIN, name="broker").agencies] == ["broker"]
    assert walk("show_agency", agency_id=identity).agency.duration == "FOREVER"
    body = iam.UpdateAgencyRequestBody(agency=iam.UpdateAgencyOption(duration=20))
    changed = walk("update_agency", body, agency_id=identity).agency
    assert (changed.duration, bool(changed.expire_time)) == ("480", True)
    body = iam.UpdateAgencyRequestBody(agency=iam.UpdateAgencyOption(duration="FOREVER"))
    assert walk("update_agency", body, agency_id=identity).agency.expire_time is None


def grants(walk: Walk, identity: str) -> None:
    roles = {"project": "ModelArts CommonOperations", "domain": "OBS OperateAccess", "all_projects": "ECS FullAccess"}
    for word, display in roles.items():
        scope = {"project_id": PROJECT} if word == "project" else {"domain_id": DOMAIN}
        given = {"agency_id": identity, "role_id": role_id(walk, display), **scope}
        walk(f"associate_agency_with_{word}_permission", **given)
        assert walk(f"check_{word}_permission_for_agency", **given).status_code == 204
        assert len(walk(f"list_{word}_permissions_for_agency", agency_id=identity, **scope).roles) == 1
        query = {"domain_id": DOMAIN, "subject": "agency", "subject_agency_id": identity}
        assert walk("show_domain_role_assignments", **query).total_num == 1
        walk(f"remove_{word}_permission_from_agency", **given)
        with pytest.raises(ClientRequestException) as caught:
            walk(f"check_{word}_permission_for_agency", **given)
        assert (caught.value.status_code, caught.value.error_msg) == (404, "")


def policies(walk: Walk) -> None:
    statement = iam.ServiceStatement(action=["obs:object:GetObject"], effect="Allow")
    policy = iam.ServicePolicy(version="1.1", statement=[statement])
    option = iam.ServicePolicyRoleOption(display_name="read", type="AX", description="d", policy=policy)
    body = iam.CreateCloudServiceCustomPolicyRequestBody(role=option)
    made = walk("create_cloud_service_custom_policy", body).role.id
    assert walk("keystone_show_permission", role_id=made).role.display_name == "read"
    option = iam.ServicePolicyRoleOption(display_name="look", type="AX", description="d", policy=policy)
    body = iam.UpdateCloudServiceCustomPolicyRequestBody(role=option)
    walk("update_cloud_service_custom_policy", body, role_id=made)
    assert walk("show_custom_policy", role_id=made).role.display_name == "look"
    assert [one.display_name for one in walk("list_custom_policies", page=1, per_page=10).roles] == ["look"]
    walk("delete_custom_policy", role_id=made)


def sessions(walk: Walk) -> None:
    user = iam.AssumeroleSessionuser(name="li-at-chat")
    assumed = iam.IdentityAssumerole(agency_name="broker", domain_id=DOMAIN, duration_seconds=900, session_user=user)
    identity = iam.AgencyAuthIdentity(methods=["assume_role"], assume_role=assumed)
    body = iam.CreateTemporaryAccessKeyByAgencyRequestBody(auth=iam.AgencyAuth(identity=identity))
    lent = walk("create_temporary_access_key_by_agency", body).credential
    token = iam.LoginTokenSecurityToken(access=lent.access, secret=lent.secret, id=lent.securitytoken)
    body = iam.CreateLoginTokenRequestBody(auth=iam.LoginTokenAuth(securitytoken=token))
    assert walk("create_login_token", body).x_subject_login_token
    keys = walk("list_permanent_access_keys", user_id="7116d09f88fa41908676fdd4b039e95b").credentials
    assert [key.access for key in keys] == [AK]
    assert walk("show_permanent_access_key", access_key=AK).credential.user_id == keys[0].user_id
    assert isinstance(walk("keystone_list_groups", domain_id=DOMAIN).groups, list)
    with suppress(ClientRequestException):
        walk("keystone_list_users_for_group_by_admin", group_id="group-nobody")


@pytest.fixture(scope="module")
def port() -> Iterator[tuple[Switch, Served]]:
    switch = Switch()
    served = Served(switch)
    try:
        yield switch, served
    finally:
        served.stop()


def modelarts_walk(site: Site, port: tuple[Switch, Served]) -> Walk:
    switch, served = port
    switch.app = site.cloud.apps["modelarts"]
    credentials = BasicCredentials(AK, SK, PROJECT)
    builder = modelarts.ModelArtsClient.new_builder().with_credentials(credentials)
    client = builder.with_http_config(HttpConfig(timeout=(2, 5))).with_endpoints([served.url]).build()
    site.closers.append(client.close)
    return Walk(client, modelarts)


def test_every_operation_of_authorizations_answers_its_sdk(open_site: OpenSite, port: tuple[Switch, Served]) -> None:
    walk = modelarts_walk(open_site({"agencies": [], "authorizations": []}), port)
    body = modelarts.ModelArtsAgencyRequest(agency_name_suffix="li")
    name = walk("create_model_arts_agency", body).to_json_object()["agency_name"]
    body = modelarts.AuthorizationRequest(user_id=LI, type="agency", content=name, user_type="iam")
    walk("create_authorization", body)
    row = walk("get_authorizations", limit=10, offset=0).auth[0]
    assert (row.user_name, row.content, row.user_type) == ("li", "ma_agency_li", "iam")
    assert walk("show_authmode_detail").mode == "loose"
    assert walk("update_auth_mode", modelarts.UpdateAuthModeRequestBody(mode="strict")).mode == "strict"
    asked = modelarts.AuthRequests(action="modelarts:service:list")
    body = modelarts.ValidateAuthorizationRequestBody(requests=[asked])
    assert walk("validate_authorization", body, workspace_id="0").results[0].verdict == "allow"
    assert LI in [user["userId"] for user in walk("list_users").to_json_object()["users"]]
    walk("delete_authorizations", user_id="all")
    assert walk("get_authorizations").total_count == 0
    assert walk.called == AUTHORIZATIONS


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"user_id": LI, "type": "agency", "content": "nowhere"}, "ModelArts.6376"),
        ({"user_id": "nobody", "type": "agency", "content": "lab"}, "ModelArts.0422"),
        ({"user_type": "iam", "type": "agency", "content": "lab"}, "ModelArts.6377"),
        ({"user_type": "federate", "user_id": LI, "type": "agency", "content": "lab"}, "ModelArts.6377"),
        ({"user_id": LI, "type": "agency"}, "ModelArts.6378"),
        ({"user_id": LI, "type": "credential", "content": "AK"}, "ModelArts.6378"),
        ({"user_id": LI, "type": "letter", "content": "lab"}, "ModelArts.0101"),
    ],
)
def test_authorizations_are_refused_by_the_provider_s_codes(
    open_site: OpenSite, port: tuple[Switch, Served], body: dict[str, str], code: str
) -> None:
    lab = {"owner": "flower-lab", "name": "lab"}
    walk = modelarts_walk(open_site({"agencies": [lab], "authorizations": []}), port)
    with pytest.raises(ServiceResponseException) as caught:
        walk("create_authorization", modelarts.AuthorizationRequest(**body))
    assert caught.value.error_code == code


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [({"agency_repeat": "refused"}, 400, "ModelArts.3818"), ({}, 200, "")],
)
def test_a_second_agency_of_one_name_is_an_option(
    open_site: OpenSite, port: tuple[Switch, Served], options: dict[str, str], status: int, code: str
) -> None:
    walk = modelarts_walk(open_site({"agencies": [], "authorizations": [], "options": options}), port)
    body = modelarts.ModelArtsAgencyRequest(agency_name_suffix="li")
    walk("create_model_arts_agency", body)
    if status == 200:
        assert walk("create_model_arts_agency", body).status_code == status
        return
    with pytest.raises(ServiceResponseException) as caught:
        walk("create_model_arts_agency", body)
    assert (caught.value.status_code, caught.value.error_code) == (status, code)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (agency_of("one"), 409, "IAM.0005"),
        (agency_of("two", trust="nobody-there"), 404, "IAM.0004"),
        (agency_of("two", duration="A WHILE"), 400, "IAM.0073"),
        (agency_of("two", duration=0), 400, "IAM.0073"),
        (agency_of("x" * 65), 400, "IAM.0073"),
    ],
)
def test_agencies_are_refused_by_the_provider_s_codes(open_site: OpenSite, body: Any, status: int, code: str) -> None:
    walk = Walk(open_site({"agencies": [{"owner": "flower-lab", "name": "one"}]}).iam(), iam)
    with pytest.raises(ClientRequestException) as caught:
        walk("create_agency", body)
    assert (caught.value.status_code, caught.value.error_code) == (status, code)


def test_several_hundred_come_in_pages(open_site: OpenSite) -> None:
    crowds = [{"owner": "flower-lab", "kind": kind, "prefix": "many-", "count": 420} for kind in ("user", "agency")]
    quotas = [default_seed()["accounts"][0] | {"quotas": {"agency": 1000}}, default_seed()["accounts"][1]]
    site = open_site({"crowds": crowds, "accounts": quotas, "agencies": []})
    walk = Walk(site.iam(), iam)
    pages = [walk("list_agencies", domain_id=DOMAIN, page=page, per_page=200).agencies for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [200, 200, 20]
    assert len(walk("keystone_list_users").users) == 424


@pytest.mark.parametrize(
    ("action", "type_", "code"),
    [
        ("obs:object:GetObject", "AA", "IAM.1009"),
        ("obs:object:GetObject", "XA", "IAM.1014"),
        ("modelarts:service:list", "AX", "IAM.1014"),
        ("everything", "AX", "IAM.1035"),
    ],
)
def test_policies_are_checked_as_iam_checks_them(site: Site, action: str, type_: str, code: str) -> None:
    policy = iam.ServicePolicy(version="1.1", statement=[iam.ServiceStatement(action=[action], effect="Allow")])
    option = iam.ServicePolicyRoleOption(display_name="p", type=type_, description="d", policy=policy)
    walk = Walk(site.iam(), iam)
    with pytest.raises(ClientRequestException) as caught:
        walk("create_cloud_service_custom_policy", iam.CreateCloudServiceCustomPolicyRequestBody(role=option))
    assert caught.value.error_code == code


def test_the_system_s_permissions_are_many_and_their_dependencies_exist(site: Site) -> None:
    roles = Walk(site.iam(), iam)("keystone_list_permissions", page=1, per_page=300).to_json_object()["roles"]
    assert len(roles) >= 60
    known = {(role["catalog"], role["display_name"]) for role in roles}
    needed = {(d["catalog"], d["display_name"]) for role in roles for d in role["policy"].get("Depends", ())}
    assert needed - known == set()
    assert {role["policy"]["Version"] for role in roles if role["policy"].get("Depends")} == {"1.0"}

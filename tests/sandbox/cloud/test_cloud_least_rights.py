"""IAM decides at every simulated operation: without its actions it is refused, with them and no more it is not.

Generated from the coverage list, so that an operation without a row of actions fails here by its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import huaweicloudsdkiam.v3 as iam
import pytest

from sandbox.calls import Calls
from sandbox.cloud import build_cloud, default_seed
from sandbox.cloud.coverage import COVERAGE, Operation
from sandbox.cloud.iam.actions import ACTIONS, FREE, needed
from sandbox.cloud.obs.api import iam_actions
from tests.sandbox.cloud.conftest import OpenSite
from tests.sandbox.cloud.modelarts.stage import Stage, Still, open_stage
from tests.sandbox.cloud.support import AK, DOMAIN, SK, Site
from tests.sandbox.cloud.test_cloud_agencies import LI, Walk
from tests.sandbox.cloud.test_cloud_obs_operations import ARGUMENTS, IN_PARTS
from tests.sandbox.refused.test_cloud_refused import path_of

Json = dict[str, Any]
JSON_ROWS = [row for row in COVERAGE if row.service != "obs" and row.operation not in FREE[row.service]]
OBS_ROWS = [row for row in COVERAGE if row.sdk and row.service == "obs" and row.sdk not in IN_PARTS]


def as_li(actions: Iterable[str], resources: tuple[str, ...] = ()) -> Json:
    """Return a seed whose key is li's, who may do these actions and nothing else."""
    lab, other = default_seed()["accounts"]
    regional = [action for action in actions if action.startswith("modelarts:")]
    worldwide = [action for action in actions if not action.startswith("modelarts:")]
    policies, grants = [], []
    for kind, named in (("XA", regional), ("AX", worldwide)):
        if named:
            policy = {"owner": "flower-lab", "name": kind, "type": kind, "actions": named, "resources": resources}
            policies.append(policy)
            grants.append({"permission": kind, "scope": "cn-north-4" if kind == "XA" else "domain"})
    group = {"owner": "flower-lab", "name": "least", "users": ["li"], "grants": grants}
    keys = [{"ak": AK, "sk": SK, "user_id": LI}]
    return {"accounts": [lab | {"keys": keys}, other], "policies": policies, "groups": [group]}


def ask(stage: Stage, row: Operation) -> tuple[int, str]:
    query = {"domain_id": DOMAIN} if row.operation in ("list_agencies", "show_domain_role_assignments") else {}
    status, answer = stage.call_at(row.service, row.method, path_of(row), None, query)
    return status, json.dumps(answer)


def test_every_operation_has_a_row_or_is_free() -> None:
    cloud = build_cloud(Still(), Calls(), default_seed())
    for row in COVERAGE:
        if row.operation in FREE[row.service]:
            assert row.operation not in ACTIONS.get(row.service, {})
        elif row.service == "obs":
            assert all(iam_actions(route) for route in cloud.routes("obs") if route.operation == row.operation)  # type: ignore[arg-type]
        else:
            assert needed(row.service, row.operation)
    listed = {(row.service, row.operation) for row in COVERAGE}
    rows = {(service, operation) for service, found in (*ACTIONS.items(), *FREE.items()) for operation in found}
    assert rows - listed == set()


@pytest.mark.rule("R3.01")
@pytest.mark.parametrize("row", JSON_ROWS, ids=lambda row: f"{row.service}-{row.operation}")
def test_an_operation_takes_its_actions_and_no_more(row: Operation) -> None:
    actions = needed(row.service, row.operation)
    for lacking in actions:
        status, said = ask(open_stage(as_li(set(actions) - {lacking})), row)
        assert status == 403
        assert row.method == "HEAD" or lacking in said
    status, said = ask(open_stage(as_li(actions)), row)
    assert (status == 403, "Policy doesn't allow" in said) == (False, False), said


@pytest.mark.parametrize("row", [row for row in COVERAGE if row.service != "obs" and row not in JSON_ROWS], ids=str)
def test_a_free_operation_takes_none(row: Operation) -> None:
    assert ask(open_stage(as_li([])), row)[0] != 403


@pytest.mark.rule("R3.01")
@pytest.mark.parametrize("row", OBS_ROWS, ids=lambda row: f"obs-{row.sdk}")
def test_an_operation_of_obs_takes_its_action_and_no_more(open_site: OpenSite, row: Operation) -> None:
    site = open_site(as_li([]))
    found = next(route for route in site.cloud.routes("obs") if route.operation == row.operation)
    (action,) = iam_actions(found)  # type: ignore[arg-type]
    refused = call_obs(site, row)
    assert refused.status == 403
    assert row.method == "HEAD" or (refused.errorCode == "AccessDenied" and action in refused.errorMessage)
    assert call_obs(open_site(as_li([action])), row).status != 403


def call_obs(site: Site, row: Operation) -> Any:
    client = site.obs("obs")
    if row.sdk == "listBuckets":
        return client.listBuckets()
    if row.sdk == "createBucket":
        return client.createBucket("new-one", location="cn-north-4")
    return getattr(client, str(row.sdk))("lab-datasets", *ARGUMENTS.get(str(row.sdk), ()))


def test_a_policy_is_about_the_resources_that_it_names(open_site: OpenSite) -> None:
    actions = ("obs:bucket:ListBucket", "obs:bucket:ListAllMyBuckets", "obs:object:GetObject", "obs:object:PutObject")
    named = ("OBS:*:*:bucket:lab-datasets", "OBS:*:*:object:lab-datasets/flowers/*")
    client = open_site(as_li(actions, named)).obs()
    assert client.listBuckets().errorCode == "AccessDenied"
    assert client.listObjects("lab-datasets").status == 200
    assert client.listObjects("lab-archive").errorCode == "AccessDenied"
    assert client.putContent("lab-datasets", "flowers/lily.csv", "x").status == 200
    assert client.putContent("lab-datasets", "Flowers/lily.csv", "x").errorCode == "AccessDenied"
    whole = open_site(as_li(actions, ("obs:*:*:bucket:*", "obs:*:*:object:*"))).obs()
    assert whole.listBuckets().status == 200
    assert whole.putContent("lab-archive", "x", "y").status in (200, 307)


def test_a_buckets_policy_lets_a_user_in_whom_iam_gives_nothing_and_iam_keeps_out_whom_it_denies(
    open_site: OpenSite,
) -> None:
    who = {"ID": [f"domain/{DOMAIN}:user/{LI}"]}
    statement = {"Effect": "Allow", "Principal": who, "Action": ["ListBucket"], "Resource": ["lab-datasets"]}
    bucket = {"name": "lab-datasets", "owner": "flower-lab", "region": "cn-north-4"}
    opened = as_li([]) | {"buckets": [bucket | {"policy": json.dumps({"Statement": [statement]})}]}
    client = open_site(opened).obs()
    assert client.listObjects("lab-datasets").status == 200
    assert client.getBucketAcl("lab-datasets").errorCode == "AccessDenied"


def assumed(site: Site, policy: Any) -> Any:
    """Return an OBS client with credentials of the console's broker, narrowed by a policy."""
    assume = iam.IdentityAssumerole(agency_name="console-broker", domain_name="flower-lab")
    identity = iam.AgencyAuthIdentity(methods=["assume_role"], assume_role=assume, policy=policy)
    body = iam.CreateTemporaryAccessKeyByAgencyRequestBody(auth=iam.AgencyAuth(identity=identity))
    lent = Walk(site.iam(), iam)("create_temporary_access_key_by_agency", body).credential
    return site.obs("obs", lent.access, lent.secret, lent.securitytoken)


def test_temporary_credentials_do_what_their_agency_and_their_own_policy_both_allow(site: Site) -> None:
    statements = [
        iam.ServiceStatement(action=["obs:bucket:*", "obs:object:Get*", "obs:object:Delete*"], effect="Allow"),
        iam.ServiceStatement(action=["obs:object:DeleteObject"], effect="Deny"),
    ]
    narrow = assumed(site, iam.ServicePolicy(version="1.1", statement=statements))
    broad = assumed(site, None)
    assert narrow.getObject("lab-datasets", "flowers/rose.csv", loadStreamInMemory=True).status == 200
    assert narrow.putContent("lab-datasets", "x", "y").errorCode == "AccessDenied"
    assert narrow.deleteObject("lab-datasets", "x").errorCode == "AccessDenied"
    assert narrow.getBucketAcl("lab-datasets").errorCode == "AccessDenied"  # the agency may not either
    assert broad.putContent("lab-datasets", "x", "y").status == 200


def test_credentials_of_an_agency_that_is_gone_may_do_nothing(site: Site) -> None:
    client = assumed(site, None)
    assert client.listBuckets().status == 200
    Walk(site.iam(), iam)("delete_agency", agency_id="0b4d9f9d1c80f4a01f5cc00a3a1f6e13")
    assert client.listBuckets().errorCode == "AccessDenied"


@pytest.mark.parametrize("change", [{"active": False}, {"user_id": "0a4e23c9ba0026661fbac0031d8a45c7"}], ids=str)
def test_a_key_that_is_inactive_or_of_a_disabled_user_opens_nothing(open_site: OpenSite, change: Json) -> None:
    lab, other = default_seed()["accounts"]
    seed = {"accounts": [lab | {"keys": [{"ak": AK, "sk": SK, "user_id": LI} | change]}, other]}
    site = open_site(seed)
    assert site.obs().listBuckets().errorCode == "InvalidAccessKeyId"
    stage = open_stage(seed)
    status, answer = stage.call_at("iam", "GET", "/v3/auth/domains", None, {})
    assert (status, answer["error_code"]) == (401, "APIGW.0301")


def test_a_key_of_a_user_who_is_gone_is_not_the_account_itself() -> None:
    lab, other = default_seed()["accounts"]
    stage = open_stage({"accounts": [lab | {"keys": [{"ak": AK, "sk": SK, "user_id": "f" * 32}]}, other]})
    assert stage.call("GET", "services")[0] == 403

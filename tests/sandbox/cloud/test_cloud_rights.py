"""What a user or an agency may do is what it was granted, at every service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import huaweicloudsdkiam.v3 as iam
import huaweicloudsdkmodelarts.v1 as modelarts
import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from sandbox.cloud import default_seed
from tests.sandbox.cloud.conftest import OpenSite
from tests.sandbox.cloud.support import AK, DOMAIN, OTHER_AK, OTHER_SK, SK, Served, Switch
from tests.sandbox.cloud.test_cloud_agencies import LI, THEIRS, Walk, agency_of, modelarts_walk


@pytest.fixture(scope="module")
def port() -> Iterator[tuple[Switch, Served]]:
    switch = Switch()
    served = Served(switch)
    try:
        yield switch, served
    finally:
        served.stop()


def limited(named: bool) -> dict[str, Any]:
    """Return a seed in which the key of `li` may only look at services."""
    lab, other = default_seed()["accounts"]
    keys = [{"ak": AK, "sk": SK, "user_id": LI}]
    policy = {"owner": "flower-lab", "name": "look", "type": "XA", "actions": ["modelarts:service:list"]}
    grant = {"permission": "look", "scope": "cn-north-4"}
    group = {"owner": "flower-lab", "name": "lookers", "users": ["li"], "grants": [grant]}
    return {
        "accounts": [lab | {"keys": keys}, other],
        "policies": [policy],
        "groups": [group],
        "options": {"named_actions": named},
    }


@pytest.mark.rule("R3.01")
@pytest.mark.parametrize("named", [True, False])
def test_a_user_may_do_what_was_granted_and_the_refusal_names_the_rest_or_not(
    open_site: OpenSite, port: tuple[Switch, Served], named: bool
) -> None:
    site = open_site(limited(named))
    walk = Walk(site.iam(), iam)
    with pytest.raises(ClientRequestException) as caught:
        walk("list_agencies", domain_id=DOMAIN)
    assert (caught.value.status_code, caught.value.error_code) == (403, "IAM.0003")
    assert ("iam:agencies:listAgencies" in caught.value.error_msg) is named
    found = site.obs().listBuckets()
    assert (found.status, found.errorCode) == (403, "AccessDenied")
    assert ("obs:bucket:ListAllMyBuckets" in found.errorMessage) is named
    body = modelarts.ValidateAuthorizationRequestBody(
        requests=[modelarts.AuthRequests(action=f"modelarts:service:{verb}") for verb in ("list", "create")]
    )
    verdicts = modelarts_walk(site, port)("validate_authorization", body, workspace_id="0").results
    assert [one.verdict for one in verdicts] == ["allow", "deny"]


def test_an_agency_of_another_account_lends_only_what_it_was_granted(open_site: OpenSite) -> None:
    grant = {"permission": "IAM ReadOnlyAccess", "scope": "domain"}
    help_us = {"owner": "flower-lab", "name": "help", "trusts": "somebody-else", "grants": [grant]}
    site = open_site({"agencies": [help_us]})
    theirs = Walk(site.iam(OTHER_AK, OTHER_SK, THEIRS), iam)
    assumed = iam.IdentityAssumerole(agency_name="help", domain_name="flower-lab")
    identity = iam.AgencyAuthIdentity(methods=["assume_role"], assume_role=assumed)
    body = iam.CreateTemporaryAccessKeyByAgencyRequestBody(auth=iam.AgencyAuth(identity=identity))
    lent = theirs("create_temporary_access_key_by_agency", body).credential
    acting = Walk(site.iam(lent.access, lent.secret, DOMAIN, lent.securitytoken), iam)
    assert acting("list_agencies", domain_id=DOMAIN).agencies[0].name == "help"
    with pytest.raises(ClientRequestException) as caught:
        acting("create_agency", agency_of("mine"))
    assert caught.value.status_code == 403

"""What the simulated IAM and ModelArts' authorizations turn down, request by request, signed and over the app itself.

`source` names the section of the reference. IAM has two shapes: under /v3 the code is the HTTP status.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from sandbox.cloud import default_seed
from tests.sandbox.cloud.modelarts.stage import Stage, open_stage
from tests.sandbox.cloud.support import DOMAIN, PROJECT
from tests.sandbox.refused.test_cloud_refused import code_of

Json = dict[str, Any]
THEIR_PROJECT = "0f0e4c2b9a8d4e6fa1b2c3d4e5f60718"
THEIRS = "f2c1a7b0d6e34a51b7c9c0de5a8f9b11"
MEI = "07609fb9358010e21f7bc003751c32ab"
LI = "0760a9e2a60026664f1fc0031f9f205e"
BROKER = "0b4d9f9d1c80f4a01f5cc00a3a1f6e13"
NOBODY = "0" * 32
AGENCIES, ROLES = "/v3.0/OS-AGENCY/agencies", "/v3.0/OS-ROLE/roles"
TOKENS, LOGIN = "/v3.0/OS-CREDENTIAL/securitytokens", "/v3.0/OS-AUTH/securitytoken/logintokens"
AGENCY, AUTHORIZED = f"/v2/{PROJECT}/agency", f"/v2/{PROJECT}/authorizations"


class Case(NamedTuple):
    """One signed request that is turned down."""

    method: str
    path: str
    status: int
    code: str
    source: str
    body: Any = None
    query: Mapping[str, str] = {}

    @property
    def service(self) -> str:
        """Return whose path it is."""
        return "modelarts" if self.path.startswith(("/v1/", "/v2/")) else "iam"


def role(**more: Any) -> Json:
    """Return a policy with other fields."""
    return {"role": policy()["role"] | more}


def agency(**more: Any) -> Json:
    return {"agency": {"name": "fresh", "domain_id": DOMAIN, "trust_domain_name": "flower-lab"} | more}


def policy(kind: str = "AX", *actions: str, statements: int = 1, **more: Any) -> Json:
    statement = {"Effect": "Allow", "Action": list(actions or ("obs:object:GetObject",))} | more
    content = {"Version": "1.1", "Statement": [statement] * statements}
    return {"role": {"display_name": "fresh", "type": kind, "description": "d", "policy": content}}


def assume(**more: Any) -> Json:
    return by("assume_role", **more)


def by(method: str, **more: Any) -> Json:
    role = {"agency_name": "console-broker", "domain_name": "flower-lab"} | more
    return {"auth": {"identity": {"methods": [method], "assume_role": role}}}


def login(**more: Any) -> Json:
    return {"auth": {"securitytoken": {"access": "A", "secret": "S", "id": "T"} | more}}


def authorize(**more: Any) -> Json:
    return {"user_id": LI, "user_type": "iam", "type": "agency", "content": "modelarts_agency"} | more


def grant(role: str, kind: str = "domains", where: str = DOMAIN) -> str:
    return f"/v3.0/OS-AGENCY/{kind}/{where}/agencies/{BROKER}/roles/{role}"


MANY = {f"obs:object:Get{number}" for number in range(101)}
LONG = [f"obs:object:{'x' * 60}{number}" for number in range(99)]
A, P, T, M = "3.1 agencies", "3.1 custom policies", "1 temporary credentials", "3.3 authorizations"
CASES: dict[str, Case] = {
    # agencies
    "no body": Case("POST", AGENCIES, 400, "IAM.0011", A),
    "no JSON": Case("POST", AGENCIES, 400, "IAM.0011", A, "{"),
    "an unknown field": Case("POST", AGENCIES, 400, "IAM.0011", A, agency(colour="red")),
    "no name": Case("POST", AGENCIES, 400, "IAM.0072", A, {"agency": {"domain_id": DOMAIN, "trust_domain_name": "x"}}),
    "an empty name": Case("POST", AGENCIES, 400, "IAM.0073", A, agency(name="")),
    "a name of 65": Case("POST", AGENCIES, 400, "IAM.0073", A, agency(name="x" * 65)),
    "a description of 256": Case("POST", AGENCIES, 400, "IAM.0073", A, agency(description="x" * 256)),
    "nobody trusted": Case("POST", AGENCIES, 400, "IAM.0072", A, agency(trust_domain_name=None)),
    "a stranger trusted": Case("POST", AGENCIES, 404, "IAM.0004", A, agency(trust_domain_name="stranger")),
    "no days": Case("POST", AGENCIES, 400, "IAM.0073", A, agency(duration=0)),
    "half a day": Case("POST", AGENCIES, 400, "IAM.0073", A, agency(duration="0.5")),
    "days by word": Case("POST", AGENCIES, 400, "IAM.0073", A, agency(duration="a while")),
    "a taken name": Case("POST", AGENCIES, 409, "IAM.0005", A, agency(name="console-broker")),
    "for another account": Case("POST", AGENCIES, 403, "IAM.0003", A, agency(domain_id=THEIRS)),
    "a list without its account": Case("GET", AGENCIES, 403, "IAM.0003", A),
    "a list of another account": Case("GET", AGENCIES, 403, "IAM.0003", A, None, {"domain_id": THEIRS}),
    "half a page": Case("GET", AGENCIES, 400, "IAM.0073", A, None, {"domain_id": DOMAIN, "page": "1"}),
    "a page of 501": Case(
        "GET", AGENCIES, 400, "IAM.0073", A, None, {"domain_id": DOMAIN, "page": "1", "per_page": "501"}
    ),
    "nobody's agency": Case("GET", f"{AGENCIES}/{NOBODY}", 404, "IAM.0004", A),
    "nobody's agency, changed": Case("PUT", f"{AGENCIES}/{NOBODY}", 404, "IAM.0004", A, {"agency": {"duration": 1}}),
    "nothing changed": Case("PUT", f"{AGENCIES}/{BROKER}", 400, "IAM.0072", A, {"agency": {}}),
    "another name": Case("PUT", f"{AGENCIES}/{BROKER}", 400, "IAM.0011", A, {"agency": {"name": "new"}}),
    "nobody's agency, deleted": Case("DELETE", f"{AGENCIES}/{NOBODY}", 404, "IAM.0004", A),
    # grants
    "nobody's role": Case("PUT", grant(NOBODY), 404, "IAM.0004", A),
    "a global role in a project": Case("PUT", grant("OBS", "projects", PROJECT), 400, "IAM.0011", A),
    "a project's role for the account": Case("PUT", grant("CCE"), 400, "IAM.0011", A),
    "in another account": Case("PUT", grant("OBS", where=THEIRS), 403, "IAM.0003", A),
    "in another's project": Case("PUT", grant("CCE", "projects", THEIR_PROJECT), 403, "APIGW.0302", A),
    "taken back, never given": Case("DELETE", grant("OBS"), 404, "IAM.0004", A),
    "rights of nobody": Case("GET", f"/v3.0/OS-AGENCY/domains/{DOMAIN}/agencies/{NOBODY}/roles", 404, "IAM.0004", A),
    # custom policies
    "a policy of type AA": Case("POST", ROLES, 400, "IAM.1009", P, policy("AA")),
    "longer than 6144": Case("POST", ROLES, 400, "IAM.1021", P, policy("AX", *LONG)),
    "no statement": Case("POST", ROLES, 400, "IAM.1028", P, policy(statements=0)),
    "nine statements": Case("POST", ROLES, 400, "IAM.1028", P, policy(statements=9)),
    "101 actions": Case("POST", ROLES, 400, "IAM.1033", P, policy("AX", *sorted(MANY))),
    "an action that is none": Case("POST", ROLES, 400, "IAM.1035", P, policy("AX", "everything")),
    "a region's action in a global policy": Case(
        "POST", ROLES, 400, "IAM.1014", P, policy("AX", "modelarts:service:list")
    ),
    "a global action in a region's policy": Case("POST", ROLES, 400, "IAM.1014", P, policy("XA")),
    "an effect that is none": Case("POST", ROLES, 400, "IAM.0073", P, policy(Effect="Perhaps")),
    "a condition": Case("POST", ROLES, 400, "IAM.0011", P, policy(Condition={"Bool": {}})),
    "a resource that is none": Case("POST", ROLES, 400, "IAM.0073", P, policy(Resource=["everything"])),
    "a role's version": Case("POST", ROLES, 400, "IAM.0073", P, role(policy={"Version": "1.0", "Statement": []})),
    "a policy's name twice": Case("POST", ROLES, 409, "IAM.0005", P, role(display_name="look")),
    "nobody's policy": Case("GET", f"{ROLES}/{NOBODY}", 404, "IAM.0004", P),
    "the system's policy, deleted": Case("DELETE", f"{ROLES}/OBS", 403, "IAM.0003", P),
    "301 roles a page": Case("GET", "/v3/roles", 400, "400", P, None, {"page": "1", "per_page": "301"}),
    "roles of another kind": Case("GET", "/v3/roles", 400, "400", P, None, {"permission_type": "wish"}),
    # credentials
    "an agency there is not": Case("POST", TOKENS, 404, "IAM.0004", T, assume(agency_name="nobody")),
    "an account there is not": Case("POST", TOKENS, 404, "IAM.0004", T, assume(domain_name="nobody")),
    "an agency that trusts another": Case("POST", TOKENS, 403, "IAM.0003", T, assume(agency_name="modelarts_agency")),
    "14 minutes": Case("POST", TOKENS, 400, "IAM.0073", T, assume(duration_seconds=899)),
    "more than a day": Case("POST", TOKENS, 400, "IAM.0073", T, assume(duration_seconds=86_401)),
    "a short session user": Case("POST", TOKENS, 400, "IAM.0073", T, assume(session_user={"name": "li"})),
    "a session user's blank": Case("POST", TOKENS, 400, "IAM.0073", T, assume(session_user={"name": "li na x"})),
    "another method": Case(
        "POST",
        TOKENS,
        400,
        "IAM.0073",
        T,
        by("token"),
    ),
    "a login by nobody's key": Case("POST", LOGIN, 401, "IAM.0001", T, login()),
    "a login of 9 minutes": Case("POST", LOGIN, 400, "IAM.0073", T, login(duration_seconds=599)),
    "a login of 13 hours": Case("POST", LOGIN, 400, "IAM.0073", T, login(duration_seconds=43_201)),
    "a login without a token": Case("POST", LOGIN, 400, "IAM.0072", T, {"auth": {"securitytoken": {"access": "A"}}}),
    "nobody's key": Case("GET", "/v3.0/OS-CREDENTIAL/credentials/NOBODY", 404, "IAM.0004", T),
    "nobody's group": Case("GET", "/v3/groups/nobody/users", 404, "404", T),
    "groups of another account": Case("GET", "/v3/groups", 403, "403", T, None, {"domain_id": THEIRS}),
    # ModelArts' authorizations
    "a suffix of 51": Case("POST", AGENCY, 400, "ModelArts.0101", M, {"agency_name_suffix": "x" * 51}),
    "a suffix with a blank": Case("POST", AGENCY, 400, "ModelArts.0101", M, {"agency_name_suffix": "a b"}),
    "no such type": Case("POST", AUTHORIZED, 400, "ModelArts.0101", M, authorize(user_type="dog")),
    "no such agency": Case("POST", AUTHORIZED, 400, "ModelArts.6376", M, authorize(content="nothing")),
    "no agency named": Case("POST", AUTHORIZED, 400, "ModelArts.6378", M, authorize(content="")),
    "a key without its secret": Case("POST", AUTHORIZED, 400, "ModelArts.6378", M, authorize(type="credential")),
    "no user named": Case("POST", AUTHORIZED, 400, "ModelArts.6377", M, authorize(user_id=None)),
    "no such user": Case("POST", AUTHORIZED, 400, "ModelArts.0422", M, authorize(user_id=NOBODY)),
    "a federated user by id": Case("POST", AUTHORIZED, 400, "ModelArts.6377", M, authorize(user_type="federate")),
    "everybody by a user's id": Case("POST", AUTHORIZED, 400, "ModelArts.6377", M, authorize(user_type="all-users")),
    "authorized already": Case("POST", AUTHORIZED, 400, "ModelArts.0424", M, authorize(user_id=MEI)),
    "a page of 1001": Case("GET", AUTHORIZED, 400, "ModelArts.0101", M, None, {"limit": "1001"}),
    "sorted by mood": Case("GET", AUTHORIZED, 400, "ModelArts.0101", M, None, {"sort_by": "mood"}),
    "in no order": Case("GET", AUTHORIZED, 400, "ModelArts.0101", M, None, {"order": "random"}),
    "deleted, never authorized": Case("DELETE", AUTHORIZED, 400, "ModelArts.0429", M, None, {"user_id": NOBODY}),
    "deleted, nobody named": Case("DELETE", AUTHORIZED, 400, "ModelArts.6377", M, None),
    "a mode there is not": Case("PUT", "/v1/auth-mode", 400, "ModelArts.0101", M, {"mode": "lax"}),
}


@pytest.fixture(scope="module")
def stage() -> Stage:
    """Give a cloud in which mei is authorized and a custom policy exists."""
    look = {"owner": "flower-lab", "name": "look", "type": "XA", "actions": ["modelarts:service:list"]}
    rows = default_seed()["authorizations"] + [{"owner": "flower-lab", "user": "mei", "content": "modelarts_agency"}]
    return open_stage({"policies": [look], "authorizations": rows})


def role_id(stage: Stage, display: str) -> str:
    """Return the id of a system permission by its display name."""
    found = stage.call_at("iam", "GET", "/v3/roles", None, {"display_name": display})[1]["roles"]
    return str(found[0]["id"])


@pytest.mark.parametrize("name", CASES)
def test_each_is_turned_down_with_the_documented_code(stage: Stage, name: str) -> None:
    case = CASES[name]
    path = case.path
    for word, display in (("OBS", "OBS ReadOnlyAccess"), ("CCE", "CCE FullAccess")):
        path = path.replace(f"roles/{word}", f"roles/{role_id(stage, display)}")
    before = stage.cloud.truth("iam"), stage.cloud.truth("modelarts")["authorizations"]
    status, answer = stage.call_at(case.service, case.method, path, case.body, case.query)
    assert (status, code_of(answer)) == (case.status, case.code), (case.source, answer)
    assert (stage.cloud.truth("iam"), stage.cloud.truth("modelarts")["authorizations"]) == before


def test_the_statement_must_have_been_agreed_to_and_an_agency_must_fit_the_quota() -> None:
    lab, other = default_seed()["accounts"]
    for change, code in (
        ({"service_statement": False}, "0423"),
        ({"quotas": {"agency": 3}}, "0421"),
    ):
        stage = open_stage({"accounts": [lab | change, other]})
        status, answer = stage.call_at("modelarts", "POST", AGENCY, {"agency_name_suffix": "new"}, {})
        assert (status, answer["error_code"]) == (400, f"ModelArts.{code}")

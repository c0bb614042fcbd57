"""Signatures of the API gateway: what passes, and what is turned down with which code."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest

from sandbox.cloud import default_seed
from sandbox.cloud.accounts import Accounts
from sandbox.cloud.faults import Faults
from sandbox.cloud.front import Front
from sandbox.cloud.iam.rights import Rights
from sandbox.cloud.iam.state import IamState
from sandbox.cloud.json_service import JsonService
from sandbox.cloud.routes import Body, Route
from sandbox.cloud.seed import read_seed
from sandbox.cloud.signing import Gateway
from sandbox.cloud.wire import answer_json
from tests.sandbox.cloud.conftest import OpenSite, Ports
from tests.sandbox.cloud.support import AK, DOMAIN, PROJECT, SK, Site

DOMAINS = "/v3/auth/domains"


def signed(
    url: str,
    path: str = DOMAINS,
    *,
    method: str = "GET",
    query: list[tuple[str, str]] | None = None,
    headers: dict[str, str] | None = None,
    body: str = "",
    pair: tuple[str, str] = (AK, SK),
    domain: str = DOMAIN,
) -> SdkRequest:
    """Return a request signed by the provider's own signer."""
    request = SdkRequest(
        method=method,
        schema="http",
        host=url.removeprefix("http://"),
        resource_path=path,
        query_params=query or [],
        header_params={"Content-Type": "application/json", **(headers or {})},
        body=body,
    )
    return GlobalCredentials(*pair, domain).sign_request(request)


def send(url: str, request: SdkRequest, body: bytes | None = None, method: str | None = None) -> requests.Response:
    """Send a signed request as it is, or with another body or method than was signed."""
    content = request.body if body is None else body
    return requests.request(
        method or request.method, url + request.uri, headers=request.header_params, data=content, timeout=5
    )


def refusal(response: requests.Response) -> tuple[int, str]:
    document = response.json()
    assert response.headers["x-request-id"]
    assert document["request_id"] == response.headers["x-request-id"]
    return response.status_code, document["error_code"]


UNAUTHORIZED = (401, "APIGW.0301")


def test_signed_request_passes(site: Site) -> None:
    url = site.ports["iam"].url
    assert send(url, signed(url)).status_code == 200


@pytest.mark.parametrize("value", ["a b", "花", "+/~*&=%", "100%25", ""])
def test_any_query_value_is_signed_alike(site: Site, value: str) -> None:
    url = site.ports["iam"].url
    answer = send(url, signed(url, "/v3/projects", query=[("name", value)]))
    assert (answer.status_code, answer.json().get("projects")) == (200, [])


@pytest.mark.parametrize("pair", [(AK, "wrong"), ("NOBODY", SK)])
def test_wrong_pair_is_refused(site: Site, pair: tuple[str, str]) -> None:
    url = site.ports["iam"].url
    assert refusal(send(url, signed(url, pair=pair))) == UNAUTHORIZED


def test_unsigned_is_refused(site: Site) -> None:
    assert refusal(requests.get(site.ports["iam"].url + DOMAINS, timeout=5)) == UNAUTHORIZED


@pytest.mark.parametrize(("minutes", "status"), [(-16, 401), (-14, 200), (14, 200), (16, 401)])
def test_date_may_be_fifteen_minutes_off(site: Site, minutes: int, status: int) -> None:
    url = site.ports["iam"].url
    moment = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y%m%dT%H%M%SZ")
    assert send(url, signed(url, headers={"X-Sdk-Date": moment})).status_code == status


async def test_moving_the_cloud_clock_does_not_stale_signatures(site: Site) -> None:
    await site.clock.advance(86_400)
    url = site.ports["iam"].url
    assert send(url, signed(url)).status_code == 200


@pytest.mark.parametrize("change", ["body", "method", "query", "header"])
def test_tampering_is_refused(site: Site, change: str) -> None:
    url = site.ports["iam"].url
    request = signed(url, "/v3/projects", query=[("name", "x")], headers={"X-Note": "a"})
    if change == "query":
        request.uri = request.uri.replace("name=x", "name=y")
    if change == "header":
        request.header_params["X-Note"] = "b"
    body, method = b"{}" if change == "body" else None, "PUT" if change == "method" else None
    assert refusal(send(url, request, body, method)) == UNAUTHORIZED


def test_scope_of_another_account_is_refused(site: Site) -> None:
    url, foreign = site.ports["iam"].url, "f" * 32
    assert refusal(send(url, signed(url, domain=foreign))) == UNAUTHORIZED
    assert refusal(send(url, signed(url, headers={"X-Project-Id": foreign}))) == UNAUTHORIZED
    assert send(url, signed(url, headers={"X-Project-Id": PROJECT})).status_code == 200


def test_a_disabled_project_is_listed_and_takes_nothing(open_site: OpenSite) -> None:
    lab, other = default_seed()["accounts"]
    projects = [project | {"enabled": project["id"] != PROJECT} for project in lab["projects"]]
    url = open_site({"accounts": [lab | {"projects": projects}, other]}).ports["iam"].url
    listed = send(url, signed(url, "/v3/projects", query=[("enabled", "false")])).json()["projects"]
    assert [project["id"] for project in listed] == [PROJECT]
    assert refusal(send(url, signed(url, headers={"X-Project-Id": PROJECT}))) == UNAUTHORIZED


@pytest.mark.parametrize("path", ["/v3/{project_id}/things", "/v9/nothing", "/v3/users/{user_id}"])
def test_unknown_and_unfilled_paths_are_refused(site: Site, path: str) -> None:
    url = site.ports["iam"].url
    assert refusal(send(url, signed(url, path))) == (404, "APIGW.0101")


def test_unknown_query_and_unwanted_body_are_refused(site: Site) -> None:
    url = site.ports["iam"].url
    query = send(url, signed(url, query=[("colour", "red")]))
    assert (query.status_code, query.json()["error"]["code"]) == (400, 400)
    twice = send(url, signed(url, "/v3/projects", query=[("name", "a"), ("name", "b")]))
    assert twice.status_code == 400
    assert send(url, signed(url, body='{"x": 1}')).status_code == 400


def temporary(token: str = "t0ken") -> dict[str, Any]:
    seed = default_seed()
    seed["accounts"][0]["keys"].append({"ak": "TEMP", "sk": "temp-sk", "token": token, "expires_in_s": 900})
    return seed


async def test_temporary_pairs_need_their_token_until_they_expire(open_site: OpenSite) -> None:
    site = open_site(temporary())
    url, pair = site.ports["iam"].url, ("TEMP", "temp-sk")
    good = signed(url, headers={"X-Security-Token": "t0ken"}, pair=pair)
    assert send(url, good).status_code == 200
    assert refusal(send(url, signed(url, pair=pair))) == UNAUTHORIZED
    assert refusal(send(url, signed(url, headers={"X-Security-Token": "other"}, pair=pair))) == UNAUTHORIZED
    assert refusal(send(url, signed(url, headers={"X-Security-Token": "t0ken"}))) == UNAUTHORIZED
    await site.clock.advance(901)
    assert refusal(send(url, good)) == UNAUTHORIZED


class Thing(Body):
    name: str
    size: int = 0


class Things(JsonService):
    """A service of this test: one operation that takes a body under a project."""

    name = "iam"
    bad_request = (400, "Thing.0001", "The request is invalid")

    def needs(self, operation: str) -> tuple[str, ...]:
        return ()


@pytest.fixture
def things(site: Site, ports: Ports) -> str:
    """Put a service that takes bodies behind the gateway, and return its address."""
    seed = read_seed(default_seed())
    accounts = Accounts(site.clock, seed)
    gateway, rights = Gateway(accounts, "APIGW"), Rights(IamState(site.clock, seed, accounts), named=True)
    routes = [Route("make", "POST", "/v1/{project_id}/things", lambda v: answer_json(v.body.model_dump()), body=Thing)]
    ports.switches["iam"].app = Front(
        Things(gateway, routes, rights), Faults({"iam": ["make"]}), site.calls, seed.options
    )
    return site.ports["iam"].url


def make(url: str, body: str, project: str = PROJECT, **headers: str) -> requests.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return send(url, signed(url, f"/v1/{project}/things", method="POST", body=body, headers=sent))


def test_body_is_checked_field_by_field(things: str) -> None:
    good = make(things, json.dumps({"name": "花", "size": 2}))
    assert (good.status_code, good.json()) == (200, {"name": "花", "size": 2})
    for wrong in ('{"name": "a", "colour": "red"}', '{"size": 1}', '{"name": "a", "size": "1"}', "[]", "{", ""):
        answer = make(things, wrong)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "Thing.0001"), wrong


def test_project_in_the_path_must_be_the_callers(things: str) -> None:
    body = '{"name": "a"}'
    assert refusal(make(things, body, "0f0e4c2b9a8d4e6fa1b2c3d4e5f60718")) == (403, "APIGW.0302")
    assert refusal(make(things, body, "{project_id}")) == (404, "APIGW.0101")


def test_unsigned_payload_is_taken_only_when_said_and_signed(things: str) -> None:
    text = {"Content-Type": "text/plain"}
    request = signed(things, f"/v1/{PROJECT}/things", method="POST", body='{"name": "a"}', headers=text)
    assert request.header_params["X-Sdk-Content-Sha256"] == "UNSIGNED-PAYLOAD"
    assert send(things, request, b'{"name": "b"}').json()["name"] == "b"
    plain = signed(things, f"/v1/{PROJECT}/things", method="POST", body='{"name": "a"}')
    plain.header_params["X-Sdk-Content-Sha256"] = "UNSIGNED-PAYLOAD"
    assert refusal(send(things, plain, b'{"name": "b"}')) == UNAUTHORIZED

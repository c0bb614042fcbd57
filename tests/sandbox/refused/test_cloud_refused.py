"""What the simulated cloud turns down, with the code of the provider's documents.

The first half is generated from the coverage list: whatever is simulated, now or later, must refuse a stranger, an
unknown field and somebody else's project. The second half is a table. `source` names the section of the reference.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, NamedTuple

import pytest

from sandbox.cloud.coverage import COVERAGE, Operation
from tests.sandbox.cloud.modelarts.stage import FLOWERS_GPU, MODEL, OTHER, Stage, open_stage
from tests.sandbox.cloud.support import AK, DOMAIN, PROJECT

Json = dict[str, Any]
SIGNED = [row for row in COVERAGE if row.service != "obs"]
IDS = [f"{row.service}-{row.operation}" for row in SIGNED]
THEIRS = OTHER[2]
BAD_QUERY = {
    "iam": ("400", "IAM.0011"),
    "modelarts": ("ModelArts.0101",),
    "bss": ("CBC.0100",),
}  # IAM: old and new calls


def path_of(row: Operation, **names: str) -> str:
    """Return the operation's path with its places filled, by the names given or by nobody's id."""
    filled = {"project_id": PROJECT, "domain_id": DOMAIN, "service_id": FLOWERS_GPU, "model_id": MODEL} | names
    return re.sub(r"{(\w+)}", lambda found: filled.get(found[1], "0" * 32), row.path)


def code_of(answer: Any) -> str:
    """Return the error code of an answer in any of the provider's shapes."""
    inner = answer.get("error")
    if isinstance(inner, dict):
        return str(inner.get("code"))
    return str(answer.get("error_code") or inner)


@pytest.fixture(scope="module")
def stage() -> Stage:
    return open_stage()


def unsigned(stage: Stage, row: Operation, authorization: str = "") -> tuple[int, Any]:
    """Send a request without a signature, or with this one, straight to the app."""
    sent: list[Any] = []

    async def receive() -> Json:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    path = path_of(row)
    headers = [(b"authorization", authorization.encode())] if authorization else []
    scope = {"type": "http", "method": row.method, "path": path, "raw_path": path.encode(), "query_string": b""}

    async def ask() -> None:
        await stage.cloud.apps[row.service](scope | {"headers": headers}, receive, send)

    asyncio.run(ask())
    return int(sent[0]["status"]), json.loads(sent[1]["body"] or b"{}")


@pytest.mark.parametrize("row", SIGNED, ids=IDS)
def test_every_operation_asks_who_calls(stage: Stage, row: Operation) -> None:
    broken = f"SDK-HMAC-SHA256 Access={AK}, SignedHeaders=host;x-sdk-date, Signature={'0' * 64}"
    for authorization in ("", "Basic eDp5", broken):
        status, answer = unsigned(stage, row, authorization)
        assert status == 401
        assert row.method == "HEAD" or code_of(answer) == "APIGW.0301"


@pytest.mark.parametrize("row", [row for row in SIGNED if row.method == "GET"], ids=lambda row: row.operation)
def test_every_reading_refuses_a_query_it_does_not_know(stage: Stage, row: Operation) -> None:
    status, answer = stage.call_at(row.service, row.method, path_of(row), None, {"colour": "red"})
    assert status == 400
    assert code_of(answer) in BAD_QUERY[row.service]


OWNED = [row for row in SIGNED if "{project_id}" in row.path]
WRITES = [row for row in SIGNED if row.method in ("POST", "PUT", "PATCH")]


@pytest.mark.parametrize("row", WRITES, ids=lambda row: row.operation)
def test_every_writing_refuses_a_field_it_does_not_know(stage: Stage, row: Operation) -> None:
    status, answer = stage.call_at(row.service, row.method, path_of(row), {"colour": "red"}, {})
    assert status == 400, answer


@pytest.mark.parametrize("row", [row for row in OWNED if row.method != "HEAD"], ids=lambda row: row.operation)
def test_every_project_is_its_owners(stage: Stage, row: Operation) -> None:
    status, answer = stage.call_at(row.service, row.method, path_of(row, project_id=THEIRS), None, {})
    assert (status, code_of(answer)) == (403, "APIGW.0302")
    status, answer = stage.call_at(row.service, row.method, path_of(row, project_id="{project_id}"), None, {})
    assert (status, code_of(answer)) == (404, "APIGW.0101")


class Case(NamedTuple):
    """One signed request that is turned down."""

    service: str
    method: str
    path: str
    status: int
    code: str
    source: str
    body: Any = None
    query: Json | None = None


AT = f"/v1/{PROJECT}"
USAGE = "/v2/bills/customer-bills/free-resources-usage-records"
PACKAGES = "/v3/payments/free-resources/query"
RATINGS = "/v2/bills/ratings/on-demand-resources"
LIST, BILLS = "ModelArts services", "BSS resource packages"
CASES: dict[str, Case] = {
    "no such path": Case("modelarts", "GET", f"{AT}/nothing", 404, "APIGW.0101", "API gateway errors"),
    "no such version": Case("iam", "GET", "/v9/users", 404, "APIGW.0101", "API gateway errors"),
    "method not published": Case("bss", "DELETE", PACKAGES, 404, "APIGW.0101", "API gateway errors"),
    "a page of nothing": Case("modelarts", "GET", f"{AT}/services", 400, "ModelArts.0101", LIST, None, {"limit": "0"}),
    "a page of 1001": Case("modelarts", "GET", f"{AT}/models", 400, "ModelArts.0101", LIST, None, {"limit": "1001"}),
    "a page before the first": Case(
        "modelarts", "GET", f"{AT}/models", 400, "ModelArts.0101", LIST, None, {"offset": "-1"}
    ),
    "a page by word": Case("modelarts", "GET", f"{AT}/services", 400, "ModelArts.0101", LIST, None, {"offset": "two"}),
    "nobody's service": Case("modelarts", "GET", f"{AT}/services/nothing", 404, "ModelArts.3502", LIST),
    "nobody's model": Case("modelarts", "GET", f"{AT}/models/nothing", 404, "ModelArts.3507", LIST),
    "logs of nobody": Case("modelarts", "GET", f"{AT}/services/nothing/logs", 404, "ModelArts.3502", LIST),
    "events of nobody": Case("modelarts", "GET", f"{AT}/services/nothing/events", 404, "ModelArts.3502", LIST),
    "packages, 101 a page": Case("bss", "POST", PACKAGES, 400, "CBC.0100", BILLS, {"limit": 1_001}),
    "packages, limit as text": Case("bss", "POST", PACKAGES, 400, "CBC.0100", BILLS, {"limit": "5"}),
    "packages, offset below": Case("bss", "POST", PACKAGES, 400, "CBC.0100", BILLS, {"offset": -1}),
    "packages, no JSON": Case("bss", "POST", PACKAGES, 400, "CBC.0100", BILLS, "{"),
    "a price of nothing": Case(
        "bss", "POST", RATINGS, 400, "CBC.0100", BILLS, {"project_id": PROJECT, "product_infos": []}
    ),
    "use without days": Case("bss", "GET", USAGE, 400, "CBC.0100", BILLS),
    "use backwards": Case(
        "bss",
        "GET",
        USAGE,
        400,
        "CBC.0100",
        BILLS,
        None,
        {"deduct_time_begin": "2026-09-30", "deduct_time_end": "2026-09-01"},
    ),
    "nobody's user": Case("iam", "GET", "/v3/users/" + "0" * 32, 404, "404", "IAM users"),
    "quotas of another account": Case(
        "iam", "GET", "/v3.0/OS-QUOTA/domains/" + "f" * 32, 403, "IAM.0003", "IAM quotas"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_is_turned_down_with_the_documented_code(stage: Stage, name: str) -> None:
    case = CASES[name]
    status, answer = stage.call_at(case.service, case.method, case.path, case.body, case.query or {})
    assert (status, code_of(answer)) == (case.status, case.code), (case.source, answer)

"""What ModelArts turns down, and with which code."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.faults import REFUSING
from tests.sandbox.cloud.modelarts.stage import (
    CPU,
    FLOWERS_FREE,
    FLOWERS_GPU,
    GPU,
    MODEL,
    OTHER,
    PAID,
    PUBLISHING,
    SOLD_OUT,
    Stage,
    deployment,
    node,
    open_stage,
)

INVALID = (400, "ModelArts.0101")
TWO = [node(CPU, weight=50), node(PAID, weight=50)]
DEPLOYMENTS: list[tuple[str, Any, tuple[int, str]]] = [
    ("no body", None, INVALID),
    ("no JSON", "{", INVALID),
    ("unknown field", deployment("a", PAID, colour="red"), INVALID),
    ("unknown field below", deployment("a", PAID, config=[node(PAID, colour="red")]), INVALID),
    ("number as text", deployment("a", PAID, config=[node(PAID, instance_count="1")]), INVALID),
    ("no name", deployment("", PAID), INVALID),
    ("long name", deployment("a" * 65, PAID), INVALID),
    ("name with a blank", deployment("a b", PAID), INVALID),
    ("no instance", deployment("a", PAID, config=[node(PAID, instance_count=0)]), INVALID),
    ("no configuration", deployment("a", PAID, config=[]), INVALID),
    ("weights below 100", deployment("a", PAID, config=[node(PAID, weight=99)]), INVALID),
    ("half a network", deployment("a", PAID, vpc_id="x"), INVALID),
    (
        "unknown time unit",
        deployment("a", PAID, schedule=[{"type": "stop", "time_unit": "WEEKS", "duration": 1}]),
        INVALID,
    ),
    (
        "unknown event",
        deployment("a", PAID, additional_properties={"smn_notification": {"topic_urn": "t", "events": [4]}}),
        INVALID,
    ),
    ("unknown flavor", deployment("a", "modelarts.vm.moon"), INVALID),
    ("batch on a free flavor", deployment("a", GPU, infer_type="batch"), INVALID),
    ("free in a pool", deployment("a", GPU, config=[node(GPU, pool_name="p")]), INVALID),
    ("unknown model", deployment("a", PAID, config=[node(PAID, model_id="x")]), (404, "ModelArts.3507")),
    ("model not published", deployment("a", PAID, config=[node(PAID, model_id=PUBLISHING)]), (400, "ModelArts.3515")),
    ("name taken", deployment("flowers-gpu", PAID), (409, "ModelArts.3503")),
    ("slot taken by a stopped service", deployment("a", CPU), (400, "ModelArts.3856")),
    ("two free nodes", deployment("a", GPU, config=[node(GPU, instance_count=2)]), (400, "ModelArts.3857")),
    ("free beside paid", deployment("a", CPU, config=TWO), (400, "ModelArts.3857")),
    ("sold out", deployment("a", SOLD_OUT), (400, "ModelArts.3976")),
]
UPDATES: list[tuple[str, str, Any, tuple[int, str]]] = [
    ("start a running one", FLOWERS_GPU, {"status": "running"}, (400, "ModelArts.3519")),
    ("stop a stopped one", FLOWERS_FREE, {"status": "stopped"}, (400, "ModelArts.3519")),
    ("paid to free", FLOWERS_GPU, {"config": [node(GPU)]}, (400, "ModelArts.0105")),
    ("free to two free nodes", FLOWERS_FREE, {"config": [node(GPU, instance_count=2)]}, (400, "ModelArts.3857")),
    ("to sold out", FLOWERS_FREE, {"config": [node(SOLD_OUT)]}, (400, "ModelArts.3976")),
    ("unknown state", FLOWERS_FREE, {"status": "paused"}, INVALID),
    ("unknown field", FLOWERS_FREE, {"auto": True}, INVALID),
    ("nobody", "x", {"status": "running"}, (404, "ModelArts.3502")),
]


@pytest.mark.parametrize(("body", "code"), [row[1:] for row in DEPLOYMENTS], ids=[row[0] for row in DEPLOYMENTS])
def test_refused_deployments(stage: Stage, body: Any, code: tuple[int, str]) -> None:
    before = stage.ok("GET", "services")["total_count"]
    assert stage.code("POST", "services", body) == code
    assert stage.ok("GET", "services")["total_count"] == before


@pytest.mark.parametrize(("identity", "body", "code"), [row[1:] for row in UPDATES], ids=[row[0] for row in UPDATES])
def test_refused_changes(stage: Stage, identity: str, body: Any, code: tuple[int, str]) -> None:
    before = stage.ok("GET", "services")["services"]
    assert stage.code("PUT", f"services/{identity}", body) == code
    assert stage.ok("GET", "services")["services"] == before


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("services", {"limit": "0"}),
        ("services", {"limit": "1001"}),
        ("services", {"offset": "-1"}),
        ("services", {"sort_by": "mood"}),
        ("services", {"order": "random"}),
        ("services", {"colour": "red"}),
        ("services", {"infer_type": "magic"}),
        ("services/specifications", {"infer_type": "magic"}),
        (f"services/{FLOWERS_FREE}/events", {"event_type": "odd"}),
        (f"services/{FLOWERS_FREE}/events", {"start_time": "yesterday"}),
        ("models", {"exact_match": "maybe"}),
    ],
)
def test_refused_queries(stage: Stage, path: str, query: dict[str, str]) -> None:
    assert stage.code("GET", path, None, **query) == INVALID


def test_deleting_twice_and_what_is_not_there(stage: Stage) -> None:
    assert stage.code("DELETE", "services/x") == (404, "ModelArts.3502")
    assert stage.code("DELETE", f"services/{FLOWERS_FREE},x") == (404, "ModelArts.3502")
    assert stage.status(FLOWERS_FREE) == "stopped"
    stage.ok("DELETE", f"services/{FLOWERS_FREE}")
    assert stage.code("DELETE", f"services/{FLOWERS_FREE}") == (400, "ModelArts.3519")
    assert stage.code("PUT", f"services/{FLOWERS_FREE}", {"status": "running"}) == (400, "ModelArts.3519")


def test_free_flavors_exist_in_one_region_only() -> None:
    stage = open_stage({"endpoint_region": "cn-north-1", "services": [], "models": []})
    stage.who = (*stage.who[:2], "065a7c66da0010992ff7c0031e5a5e7d")
    rows = stage.ok("GET", "services/specifications")["specifications"]
    assert rows
    assert not [row for row in rows if row["is_free"]]
    model = {"model_name": "m", "model_version": "1.0.0", "source_location": "obs://x", "model_type": "Image"}
    identity = stage.ok("POST", "models", model)["model_id"]
    stage.pass_time(60)
    assert stage.code("POST", "services", deployment("a", CPU, config=[node(CPU, model_id=identity)])) == INVALID


def test_projects_of_others_and_of_other_regions_are_refused(stage: Stage) -> None:
    stage.who = (*stage.who[:2], "065a7c66da0010992ff7c0031e5a5e7d")
    assert stage.code("GET", "services") == (403, "APIGW.0302")
    stage.who = OTHER
    assert stage.ok("GET", "services")["services"] == []
    assert stage.status(FLOWERS_FREE) is None
    assert stage.code("GET", f"models/{MODEL}") == (404, "ModelArts.3507")
    assert not stage.over_quota(CPU)


@pytest.mark.parametrize("kind", sorted(REFUSING))
def test_faults_answer_in_the_providers_words(stage: Stage, kind: str) -> None:
    stage.cloud.add_fault("modelarts", "update_service", kind, 1)
    status, code = stage.code("PUT", f"services/{FLOWERS_FREE}", {"status": "running"})
    assert status >= 400
    assert code
    assert stage.status(FLOWERS_FREE) == "stopped"
    stage.ok("PUT", f"services/{FLOWERS_FREE}", {"status": "running"})

"""Lists, fields, pages and models; and one round over a real socket."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.sandbox.cloud.modelarts.stage import (
    CPU,
    FLOWERS_FREE,
    FLOWERS_GPU,
    GPU,
    MODEL,
    PAID,
    START,
    Stage,
    deployment,
    node,
    open_stage,
    sign,
)
from tests.sandbox.cloud.support import AK, PROJECT, SK, Served

LISTED_ONLY_SHOWN = {"config", "access_address", "update_time"}
CONSOLE_TABLE: list[tuple[str, dict[str, Any], str]] = [
    ("start", {"name": "nobody"}, "flowers-free"),
    ("start", {}, "name"),
    ("start", {"name": "flowers-free", "speed": 2}, "speed"),
    ("fly", {"name": "flowers-free"}, "start, stop, create, delete, call, fail"),
    ("start", {"name": "flowers-gpu"}, "ModelArts.3519"),
    ("create", {"name": "x", "model": "moon:1", "flavor": PAID}, "name:version"),
    ("create", {"name": "x", "model": "petal-count:0.2.0", "flavor": CPU}, "ModelArts.3856"),
    ("call", {"name": "flowers-free"}, "stopped"),
    ("fail", {"name": "flowers-free"}, "ModelArts.3519"),
]


def test_the_demo_starts_with_one_free_and_one_paid_service(stage: Stage) -> None:
    rows = {row["service_name"]: row for row in stage.ok("GET", "services")["services"]}
    free, paid = rows["flowers-free"], rows["flowers-gpu"]
    assert (free["status"], free["is_free"], paid["status"], paid["is_free"]) == ("stopped", True, "running", False)
    assert free["transition_at"] == (START - 6 * 60) * 1000
    assert paid["transition_at"] == (START - 2 * 3600) * 1000
    assert not LISTED_ONLY_SHOWN & free.keys()
    assert stage.ok("GET", f"services/{FLOWERS_FREE}").keys() >= LISTED_ONLY_SHOWN


def test_calls_and_address_are_shown(stage: Stage) -> None:
    stage.cloud.console("modelarts", "call", {"name": "flowers-gpu", "times": 11, "failed": 3})
    shown = stage.ok("GET", f"services/{FLOWERS_GPU}")
    assert (shown["invocation_times"], shown["failed_times"]) == (1300, 10)
    assert shown["access_address"].startswith("https://")
    assert shown["access_address"].endswith(FLOWERS_GPU)


def test_specifications_tell_what_is_free_taken_and_sold_out(stage: Stage) -> None:
    answer = stage.ok("GET", "services/specifications")
    told = {
        row["specification"]: (row["is_free"], row["over_quota"], row["spec_status"])
        for row in answer["specifications"]
    }
    assert told == {
        CPU: (True, True, "normal"),
        GPU: (True, False, "normal"),
        PAID: (False, False, "normal"),
        "modelarts.vm.gpu.p4": (False, False, "normal"),
        "modelarts.vm.gpu.t4": (False, False, "sellout"),
    }
    batch = stage.ok("GET", "services/specifications", None, infer_type="batch")["specifications"]
    assert not [row for row in batch if row["is_free"]]
    assert stage.ok("GET", "services/specifications", None, is_personal_cluster="true")["total_count"] == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [3, 2, 1, 0]),
        ({"order": "asc"}, [0, 1, 2, 3]),
        ({"sort_by": "service_name", "order": "asc", "limit": 2}, [0, 1]),
        ({"sort_by": "service_name", "order": "asc", "limit": 2, "offset": 1}, [1, 2]),
        ({"limit": 2, "offset": 4}, []),
        ({"service_name": "s2"}, [2]),
        ({"status": "stopped"}, []),
        ({"infer_type": "batch"}, []),
        ({"model_id": MODEL, "status": "running"}, [3, 2, 1, 0]),
        ({"workspace_id": "7"}, []),
    ],
)
def test_services_are_filtered_sorted_and_paged(bare: Stage, query: dict[str, object], expected: list[int]) -> None:
    for number in range(4):
        bare.deploy(f"s{number}", PAID)
    answer = bare.ok("GET", "services", None, **query)
    assert [row["service_name"] for row in answer["services"]] == [f"s{number}" for number in expected]
    assert answer["count"] == len(expected)
    assert answer["total_count"] == (4 if {"limit", "offset"} & query.keys() else len(expected))


def test_offset_may_count_pages() -> None:
    stage = open_stage({"services": []}, {"offset_counts": "pages"})
    for number in range(4):
        stage.deploy(f"s{number}", PAID)
    answer = stage.ok("GET", "services", None, limit=3, offset=1, order="asc")
    assert [row["service_name"] for row in answer["services"]] == ["s3"]


def test_events_are_filtered_and_sorted(stage: Stage) -> None:
    stage.ok("PUT", f"services/{FLOWERS_FREE}", {"status": "running"})
    path = f"services/{FLOWERS_FREE}/events"
    answer = stage.ok("GET", path)
    assert answer["events"][0]["event_info"] == "start to deploy service"
    assert (answer["service_name"], answer["total_count"]) == ("flowers-free", 3)
    since = stage.ok("GET", path, None, start_time=int(START * 1000))
    assert since["count"] == 1
    assert stage.ok("GET", path, None, event_type="abnormal")["events"] == []


def test_a_failed_service_says_why_and_can_be_started(stage: Stage) -> None:
    stage.cloud.console("modelarts", "fail", {"name": "flowers-gpu"})
    shown = stage.ok("GET", f"services/{FLOWERS_GPU}")
    assert (shown["status"], "health check" in shown["error_msg"]) == ("failed", True)
    (event,) = stage.ok("GET", f"services/{FLOWERS_GPU}/events", None, event_type="abnormal")["events"]
    assert event["event_info"] == shown["error_msg"]
    stage.ok("PUT", f"services/{FLOWERS_GPU}", {"status": "running"})
    assert "error_msg" not in stage.ok("GET", f"services/{FLOWERS_GPU}")


def test_several_are_deleted_together_or_not_at_all(stage: Stage) -> None:
    both = f"services/{FLOWERS_FREE},{FLOWERS_GPU}"
    stage.ok("DELETE", f"services/{FLOWERS_FREE}")
    assert stage.code("DELETE", both) == (400, "ModelArts.3519")
    assert stage.status(FLOWERS_GPU) == "running"
    stage.ok("DELETE", f"services/{FLOWERS_GPU},{FLOWERS_GPU}")
    assert stage.status(FLOWERS_GPU) == "deleting"


def test_status_wins_over_configuration(stage: Stage) -> None:
    stage.ok("PUT", f"services/{FLOWERS_FREE}", {"status": "running", "config": [node(PAID)], "description": "no"})
    shown = stage.ok("GET", f"services/{FLOWERS_FREE}")
    assert (shown["config"][0]["specification"], shown["description"]) == (CPU, "")
    extra = {"smn_notification": {"topic_urn": "urn", "events": [1, 3]}}
    stage.ok("PUT", f"services/{FLOWERS_FREE}", {"description": "for tests", "additional_properties": extra})
    shown = stage.ok("GET", f"services/{FLOWERS_FREE}")
    assert (shown["description"], shown["additional_properties"]) == ("for tests", extra)


def test_models_are_imported_published_listed_and_deleted(stage: Stage) -> None:
    body = {"model_name": "rose", "model_version": "1.0.0", "source_location": "obs://b/m", "model_type": "PyTorch"}
    identity = stage.ok("POST", "models", body)["model_id"]
    assert stage.code("POST", "models", body) == (400, "ModelArts.3516")
    assert stage.code("POST", "models", body | {"model_version": "v2"}) == (400, "ModelArts.0101")
    assert stage.ok("GET", f"models/{identity}")["model_status"] == "publishing"
    stage.pass_time(60)
    assert stage.ok("GET", f"models/{identity}")["model_status"] == "published"
    assert [row["model_name"] for row in stage.ok("GET", "models", None, model_name="ros")["models"]] == ["rose"]
    assert stage.ok("GET", "models", None, model_name="ros", exact_match="true")["models"] == []
    publishing = stage.ok("GET", "models", None, model_status="publishing")["models"]
    assert [(row["model_name"], row["model_version"]) for row in publishing] == [("flower-recognition", "1.1.0")]
    assert stage.ok("DELETE", f"models/{identity}")["delete_success_list"] == [identity]
    assert stage.code("DELETE", f"models/{identity}") == (404, "ModelArts.3507")


def test_a_model_in_use_stays(stage: Stage) -> None:
    answer = stage.ok("DELETE", f"models/{MODEL}", None, cascade="true")
    assert [row["error_code"] for row in answer["delete_failed_list"]] == ["ModelArts.3009"]
    assert len(answer["delete_success_list"]) == 1
    assert stage.ok("GET", f"models/{MODEL}")["model_version"] == "1.0.0"


@pytest.mark.parametrize(("action", "fields", "words"), CONSOLE_TABLE)
def test_the_console_says_what_is_wrong(stage: Stage, action: str, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        stage.cloud.console("modelarts", action, fields)


def test_what_is_done_in_the_console_is_seen_by_api(stage: Stage) -> None:
    act = stage.cloud.console
    made = act("modelarts", "create", {"name": "by-hand", "model": "petal-count:0.2.0", "flavor": GPU})
    assert stage.status(made["service_id"]) == "deploying"
    stage.pass_time(60)
    assert act("modelarts", "stop", {"name": "by-hand"})["status"] == "stopping"
    stage.pass_time(60)
    assert act("modelarts", "start", {"name": made["service_id"]})["status"] == "deploying"
    assert act("modelarts", "delete", {"name": "by-hand"})["status"] == "deleting"
    stage.pass_time(60)
    assert stage.status(made["service_id"]) is None
    with pytest.raises(ValueError, match="unknown service"):
        act("moon", "start", {})
    with pytest.raises(ValueError, match="unknown action"):
        act("iam", "start", {})


def test_a_raw_signed_call_over_http(stage: Stage) -> None:
    served = Served(stage.cloud.apps["modelarts"])
    try:
        body = json.dumps(deployment("over-http", GPU))
        request = sign("POST", served.url, f"/v1/{PROJECT}/services", {}, body, (AK, SK, PROJECT))
        answer = requests.post(f"{served.url}{request.uri}", body, headers=request.header_params, timeout=5)
        assert answer.status_code == 200
        assert answer.json().keys() == {"service_id", "resource_ids"}
        request.header_params["Authorization"] += "0"
        again = requests.post(f"{served.url}{request.uri}", body, headers=request.header_params, timeout=5)
        assert (again.status_code, again.json()["error_code"]) == (401, "APIGW.0301")
    finally:
        served.stop()

"""What happens to services as time passes, to the second."""

from __future__ import annotations

import pytest

from tests.sandbox.cloud.modelarts.stage import (
    CPU,
    DELETE_S,
    DEPLOY_S,
    FLOWERS_FREE,
    GPU,
    PAID,
    START,
    STOP_S,
    Stage,
    deployment,
    node,
    open_stage,
)

HOUR, MINUTE = 3600, 60


@pytest.mark.parametrize(
    ("after_running", "status"),
    [
        (0, "running"),
        (59 * MINUTE + 59, "running"),
        (60 * MINUTE, "stopped"),
        (61 * MINUTE, "stopped"),
    ],
)
def test_a_free_service_runs_for_one_hour(bare: Stage, after_running: float, status: str) -> None:
    identity = bare.deploy("a", CPU)
    bare.pass_time(after_running)
    assert bare.status(identity) == status


@pytest.mark.parametrize(
    ("after_stop", "status"),
    [(0, "stopped"), (71 * HOUR + 59 * MINUTE + 59, "stopped"), (72 * HOUR, None), (100 * HOUR, None)],
)
def test_a_stopped_free_service_is_kept_for_72_hours(bare: Stage, after_stop: float, status: str | None) -> None:
    identity = bare.deploy("a", CPU)
    bare.pass_time(HOUR + after_stop)
    assert bare.status(identity) == status


def test_one_jump_leaves_the_same_record_as_steps(bare: Stage) -> None:
    identity = bare.deploy("a", CPU)
    other = bare.deploy("b", GPU)
    steps = [bare.ok("GET", f"services/{one}/events", order="asc")["events"] for one in (identity, other)]
    bare.pass_time(74 * HOUR)
    assert bare.ok("GET", "services")["services"] == []
    gone = {row["service_id"]: row for row in bare.cloud.truth("modelarts")["gone"]}
    running = START + DEPLOY_S
    moments = [event["occur_time"] / 1000 for event in gone[identity]["events"]]
    assert moments == [START, running, running + HOUR, running + 73 * HOUR]
    assert gone[identity]["gone_at"] / 1000 == running + 73 * HOUR
    assert [len(rows) for rows in steps] == [2, 2]


def test_due_time_is_told_while_it_runs_only(bare: Stage) -> None:
    identity = bare.ok("POST", "services", deployment("a", CPU))["service_id"]
    assert "due_time" not in bare.ok("GET", f"services/{identity}")
    bare.pass_time(DEPLOY_S)
    shown = bare.ok("GET", f"services/{identity}")
    due = (START + DEPLOY_S + HOUR) * 1000
    assert (shown["due_time"], shown["transition_at"]) == (due, (START + DEPLOY_S) * 1000)
    assert bare.ok("GET", "services")["services"][0]["due_time"] == due
    bare.pass_time(HOUR)
    shown = bare.ok("GET", f"services/{identity}")
    assert (shown["status"], shown["transition_at"], "due_time" in shown) == ("stopped", due, False)


def test_progress_grows_while_it_deploys(bare: Stage) -> None:
    identity = bare.ok("POST", "services", deployment("a", PAID))["service_id"]
    seen = []
    for _ in range(4):
        shown = bare.ok("GET", f"services/{identity}")
        seen.append((shown["status"], shown["progress"], shown["config"][0]["status"]))
        bare.pass_time(DEPLOY_S / 3 + 0.001)
    assert seen == [
        ("deploying", 0, "notReady"),
        ("deploying", 33, "notReady"),
        ("deploying", 66, "notReady"),
        ("running", 100, "ready"),
    ]


def test_it_can_be_started_again_and_again(stage: Stage) -> None:
    for _ in range(3):
        stage.ok("PUT", f"services/{FLOWERS_FREE}", {"status": "running"})
        assert stage.status(FLOWERS_FREE) == "deploying"
        stage.pass_time(DEPLOY_S)
        shown = stage.ok("GET", f"services/{FLOWERS_FREE}")
        assert (shown["status"], shown["config"][0]["specification"], shown["is_free"]) == ("running", CPU, True)
        stage.pass_time(HOUR + 70 * HOUR)
        assert stage.status(FLOWERS_FREE) == "stopped"
    stage.pass_time(2 * HOUR)
    assert stage.status(FLOWERS_FREE) is None


def test_paid_services_run_on_unless_scheduled(bare: Stage) -> None:
    endless = bare.deploy("a", PAID)
    two_days = {"type": "stop", "time_unit": "DAYS", "duration": 2}
    scheduled = bare.deploy("b", PAID, schedule=[two_days])
    short = bare.deploy("c", CPU, schedule=[{"type": "stop", "time_unit": "MINUTES", "duration": 20}])
    bare.pass_time(20 * MINUTE)
    assert bare.status(short) == "stopped"
    bare.pass_time(48 * HOUR)
    assert [bare.status(one) for one in (endless, scheduled)] == ["running", "stopped"]
    bare.pass_time(1000 * HOUR)
    assert [bare.status(one) for one in (endless, scheduled)] == ["running", "stopped"]


def test_a_new_schedule_counts_from_now_but_the_free_hour_from_the_start(bare: Stage) -> None:
    paid, free = bare.deploy("a", PAID), bare.deploy("b", CPU)
    bare.pass_time(30 * MINUTE)
    for identity in (paid, free):
        bare.ok("PUT", f"services/{identity}", {"schedule": [{"type": "stop", "time_unit": "HOURS", "duration": 1}]})
    bare.pass_time(30 * MINUTE)
    assert [bare.status(one) for one in (paid, free)] == ["running", "stopped"]
    bare.pass_time(30 * MINUTE)
    assert bare.status(paid) == "stopped"


def test_stopping_and_deleting_take_their_time(bare: Stage) -> None:
    identity = bare.deploy("a", CPU)
    bare.ok("PUT", f"services/{identity}", {"status": "stopped"})
    assert bare.status(identity) == "stopping"
    bare.pass_time(STOP_S)
    assert bare.status(identity) == "stopped"
    bare.ok("DELETE", f"services/{identity}")
    assert bare.status(identity) == "deleting"
    assert bare.over_quota(CPU)
    bare.pass_time(DELETE_S)
    assert bare.status(identity) is None
    assert not bare.over_quota(CPU)


def test_a_free_flavor_may_queue() -> None:
    flavor = {"id": CPU, "processor": "CPU", "is_free": True, "queue": "10m"}
    stage = open_stage({"flavors": [flavor], "services": []})
    identity = stage.ok("POST", "services", deployment("a", CPU))["service_id"]
    stage.pass_time(599)
    assert stage.status(identity) == "waiting"
    stage.pass_time(1)
    assert stage.status(identity) == "deploying"
    stage.pass_time(DEPLOY_S)
    assert stage.status(identity) == "running"


def test_a_change_of_flavor_frees_the_old_slot_when_it_is_done(bare: Stage) -> None:
    identity = bare.deploy("a", CPU)
    bare.ok("PUT", f"services/{identity}", {"config": [node(GPU)]})
    assert (bare.status(identity), bare.over_quota(CPU), bare.over_quota(GPU)) == ("deploying", True, True)
    bare.pass_time(DEPLOY_S)
    assert (bare.over_quota(CPU), bare.over_quota(GPU)) == (False, True)
    bare.ok("PUT", f"services/{identity}", {"config": [node(PAID)]})
    bare.pass_time(DEPLOY_S + 5 * HOUR)
    shown = bare.ok("GET", f"services/{identity}")
    assert (shown["status"], shown["is_free"]) == ("running", False)
    assert [row["config"][0]["specification"] for row in bare.ok("GET", f"services/{identity}/logs")["logs"]] == [
        PAID,
        GPU,
    ]


def test_a_free_service_may_keep_its_flavor_in_a_change(stage: Stage) -> None:
    stage.ok("PUT", f"services/{FLOWERS_FREE}", {"config": [node(CPU, envs={"MODE": "fast"})]})
    stage.pass_time(DEPLOY_S)
    shown = stage.ok("GET", f"services/{FLOWERS_FREE}")
    assert (shown["status"], shown["config"][0]["envs"]) == ("running", {"MODE": "fast"})


@pytest.mark.parametrize(("doubt", "status"), [("starts", "deploying"), ("stays", "stopped"), ("refused", "stopped")])
def test_what_a_configuration_does_to_a_stopped_service_is_an_option(doubt: str, status: str) -> None:
    stage = open_stage(options={"stopped_update": doubt})
    answer = stage.code("PUT", f"services/{FLOWERS_FREE}", {"config": [node(PAID)]})
    assert answer == ((400, "ModelArts.3519") if doubt == "refused" else (200, ""))
    assert stage.status(FLOWERS_FREE) == status
    stage.pass_time(100 * HOUR)
    assert (stage.status(FLOWERS_FREE) is None) is (doubt == "refused")


def test_services_start_only_for_whom_an_authorization_covers_by_an_agency_that_may_read() -> None:
    stage, start = open_stage(options={"needs_authorization": True}), {"status": "running"}
    agency = "modelarts_agency"
    stage.cloud.console("iam", "revoke", {"agency": agency, "permission": "OBS OperateAccess"})
    assert stage.code("PUT", f"services/{FLOWERS_FREE}", start) == (403, "ModelArts.0112")
    _, refused = stage.call("PUT", f"services/{FLOWERS_FREE}", start)
    assert "obs:object:GetObject" in refused["error_msg"]
    stage.cloud.console("iam", "grant", {"agency": agency, "permission": "OBS OperateAccess"})
    stage.ok("PUT", f"services/{FLOWERS_FREE}", start)
    stage.ok("PUT", f"services/{FLOWERS_FREE}", {"status": "stopped"})
    stage.cloud.console("modelarts", "deauthorize", {"principal": "all-users"})
    assert stage.code("POST", "services", deployment("new-one", PAID)) == (400, "ModelArts.6379")
    unchecked = open_stage(options={"needs_authorization": False})
    unchecked.cloud.console("iam", "delete_agency", {"name": agency})
    unchecked.ok("PUT", f"services/{FLOWERS_FREE}", start)

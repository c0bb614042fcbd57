"""Scenario files: each starts, one takes from another, rows are written out by number, the busy one stays quick."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from sandbox.workspace.scenario import FOLDER, read_scenario, unfolded
from sandbox.workspace.tables import check_tables
from tests.sandbox.conftest import company

NAMES = sorted(file.stem for file in FOLDER.glob("*.toml"))
Truth = dict[str, dict[str, Any]]


async def started(name: str) -> tuple[Any, Truth, dict[str, float]]:
    """Return what a scenario holds once it runs, and how long the page and the console took."""
    async with company(scenario=name) as (control, _):
        state = await control.get("state")
        services = control.running.controls.cloud.apps
        truth = {service: await control.get(f"cloud/{service}") for service in services}
        took = {}
        for path in ("/?as=mei", "/control/behind/console?as=mei&find=4"):
            since = monotonic()
            async with control.session.get(f"{control.running.url}{path}") as answer:
                assert answer.status == 200
                assert name in await answer.text() or "find" in path
            took[path] = monotonic() - since
        return state, truth, took


@pytest.mark.parametrize("name", NAMES)
async def test_every_scenario_starts_with_the_people_of_the_contract(name: str) -> None:
    state, truth, _ = await started(name)
    assert {"mei", "chen", "li", "wang", "guest"} <= {person["name"] for person in state["people"]}
    assert {"#modelarts", "#general"} <= {channel["name"] for channel in state["channels"]}
    assert truth["iam"]["accounts"]


async def test_the_empty_account_has_nothing_in_it() -> None:
    _, truth, _ = await started("empty")
    held = {"buckets": "obs", "services": "modelarts", "models": "modelarts", "packages": "bss"}
    assert {name: truth[service][name] for name, service in held.items()} == {name: [] for name in held}


async def test_a_team_of_five_with_a_guest_and_an_outside_partner() -> None:
    state, _, _ = await started("team-of-five")
    people = {person["name"]: person for person in state["people"]}
    own = [name for name, person in people.items() if not person["guest"] and person["team"] == "T0LAB00001"]
    assert own == ["mei", "chen", "li", "wang", "garcia"]
    assert (people["guest"]["guest"], people["partner"]["team"]) == (True, "T0PARTNER1")


async def test_the_busy_account_has_thousands_of_things_and_is_drawn_at_once() -> None:
    state, truth, took = await started("busy")
    assert len(state["people"]) == 60
    counted = {
        "services": len(truth["modelarts"]["services"]),
        "models": len(truth["modelarts"]["models"]),
        "buckets": len(truth["obs"]["buckets"]),
        "users": len(truth["iam"]["accounts"][0]["users"]),
    }
    assert counted == {"services": 1_512, "models": 1_200, "buckets": 1_001, "users": 603}
    assert max(len(bucket["objects"]) for bucket in truth["obs"]["buckets"]) == 3_000
    assert max(took.values()) < 5, took


async def test_the_console_of_a_busy_account_shows_what_runs_and_finds_the_rest_by_name() -> None:
    async with company(scenario="busy") as (control, _):

        async def console(find: str) -> str:
            address = f"{control.running.url}/control/behind/console"
            async with control.session.get(address, params={"as": "mei", "find": find}) as answer:
                return str(await answer.text())

        first, found = await console(""), await console(" SERVICE-0042")
    assert [part.count('class="thing"') for part in first.split("<h3>")[1:4]] == [20, 20, 20]
    assert max(part.count('class="thing"') for part in first.split("<h3>")) == 20
    assert "and 1492 more" in first
    assert first.index("live-12") < first.index("service-0001")
    assert [found.count(text) for text in ('class="thing"', "<strong>service-0042</strong>", "more:")] == [1, 1, 0]


def test_rows_are_repeated_with_their_number_inside_first() -> None:
    inner = {"repeat": 2, "ago": "{n}d"}
    found = unfolded({"rows": [{"repeat": 2, "name": "p-{n:03d}", "size": 7, "uses": [inner]}, {"name": "{n}"}]})
    uses = [{"ago": "1d"}, {"ago": "2d"}]
    assert found["rows"] == [
        {"name": "p-001", "size": 7, "uses": uses},
        {"name": "p-002", "size": 7, "uses": uses},
        {"name": "{n}"},
    ]


@pytest.mark.parametrize("wrong", [0, -1, "3", 1.5])
def test_a_repeat_that_is_no_number_is_named(wrong: object) -> None:
    with pytest.raises(ValueError, match="repeat is"):
        unfolded([{"repeat": wrong, "name": "x"}])


SHORTCUT = {"type": "global", "callback_id": "x", "name": "x"}
BEYOND: dict[str, tuple[dict[str, Any], str]] = {
    "name": ({"name": "x" * 36}, "at most 35"),
    "51 commands": ({"commands": ["/x"] * 51}, "at most 50"),
    "command of 33": ({"commands": ["/" + "x" * 32]}, "commands"),
    "command without /": ({"commands": ["modelarts"]}, "commands"),
    "hint of 1001": ({"commands": [{"command": "/x", "usage_hint": "x" * 1_001}]}, "at most 1000"),
    "description": ({"commands": [{"command": "/x", "description": "x" * 2_001}]}, "at most 2000"),
    "11 shortcuts": ({"shortcuts": [SHORTCUT] * 11}, "at most 10"),
    "shortcut of 25": ({"shortcuts": [SHORTCUT | {"name": "x" * 25}]}, "at most 24"),
    "shortcut told in 151": ({"shortcuts": [SHORTCUT | {"description": "x" * 151}]}, "at most 150"),
    "101 events": ({"events": ["message.im"] * 101}, "at most 100"),
}


@pytest.mark.parametrize("name", BEYOND)
def test_an_app_beyond_what_slacks_manifest_takes_is_named(name: str) -> None:
    wrong, said = BEYOND[name]
    scenario = read_scenario("default")
    with pytest.raises(ValueError, match=said):
        check_tables({**scenario, "app": scenario["app"] | wrong})


def test_a_scenario_takes_from_another_what_it_does_not_have(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('extends = "default"\n[env]\nBOT_CHANNEL = ""\n', encoding="utf-8")
    found = read_scenario(str(own))
    assert found["env"] == {"BOT_CHANNEL": ""}
    assert found["people"] == read_scenario("default")["people"]
    own.write_text('extends = "nowhere"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="no scenario 'nowhere'; there are: busy, default"):
        read_scenario(str(own))

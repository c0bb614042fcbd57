"""The busy account with its thousands of things: the bot stays quick there, counts right, and finds all by name."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bot.rules.figures import FIGURES
from tests.journeys.shapes import house_in
from tests.stack import Stack, eventually

ACK_MS = 3_000.0
PATIENCE_S = 90.0
"""On a machine with much else to do, the first look at fifteen hundred services takes a while."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One bot in the account of several years."""
    with house_in(tmp_path_factory.mktemp("busy"), scenario="busy") as found:
        yield found


def answer(house: Stack, words: str, expected: str) -> str:
    """Say a command as mei, acknowledged in time, and return the message that says what is expected."""
    before = len(house.messages("mei"))
    said = house.post("say", as_="mei", in_="@bot", text=f"/modelarts {words}")
    assert (said["ok"], said["ack_ms"] < ACK_MS) == (True, True)

    def found() -> str:
        fresh = [message["text"] for message in house.messages("mei")[before:]]
        return next((text for text in fresh if expected in text), "")

    return eventually(found, PATIENCE_S)


def test_lists_count_all_there_is_and_show_a_page(house: Stack) -> None:
    for words, counted, shown in (
        ("bucket list", "1001 of 1001 buckets", "lab-dataset-0001"),
        ("service list", "1512 real-time services", "live-12"),
        ("auth list", "Authorizations: 251", "lab-user-250"),
        ("agency list", "The account has 41 of 50", "ma_agency_course-1"),
        ("package list", "40 ModelArts packages", "GPU 100 hours"),
        ("account show", "IAM users: 603 of 1000", "flower-lab"),
    ):
        assert shown in answer(house, words, counted)


@pytest.mark.rule("R4.05")
def test_a_thousand_buckets_are_sorted_and_paged_with_a_page_of_calls(house: Stack) -> None:
    answer(house, "help bucket", "bucket")  # the first word brings the checklist, which looks at buckets, too
    house.settle()
    before = len(house.get("calls", service="obs"))
    answer(house, "bucket list sort=name", "1001 of 1001 buckets")
    house.settle()
    shown = json.dumps(house.messages("mei")[-1]["blocks"])
    assert "Page 1 of 51" in shown
    assert "`lab-dataset-0020`" in shown
    assert "`lab-dataset-0021`" not in shown
    assert len(house.get("calls", service="obs")) - before <= FIGURES.lists.rows + 2
    assert "Page 51 of 51" in answer(house, "bucket list sort=name page=51", "lab-photographs")
    assert "lab-dataset-1000" in answer(house, "bucket list name=dataset-1000", "1 of 1001")


def test_a_place_is_found_among_a_thousand_buckets_while_one_types_and_nobody_is_called(house: Stack) -> None:
    def offered(typed: str) -> list[str]:
        rows = house.get("options", **{"as": "wang", "action_id": "path", "q": typed})
        return [row["value"] for row in rows]

    house.say("wang", "/modelarts bucket check", "#modelarts")
    assert eventually(lambda: "obs://lab-dataset-0777/" in offered("0777"))
    assert eventually(lambda: "obs://lab-photographs/2026/" in offered("obs://lab-photographs/"))
    house.settle()
    before = len(house.get("calls", service="obs"))
    assert len(offered("")) == FIGURES.names.shown
    assert offered("obs://lab-dataset-09")[0] == "obs://lab-dataset-0900/"
    assert len(house.get("calls", service="obs")) == before
    house.post("close", as_="wang")


def test_what_runs_is_found_among_fifteen_hundred(house: Stack) -> None:
    """The first look at the account may still be under way: until it is done, the bot says that it knows of nothing."""

    def told() -> str:
        house.post("say", as_="wang", in_="@bot", text="/modelarts running")
        return house.texts("wang")

    found = eventually(lambda: text if "12 running, 12 of them paid" in (text := told()) else "", PATIENCE_S)
    assert "live-12" in found


def test_a_name_is_found_while_one_types_it(house: Stack) -> None:
    assert house.post("say", as_="mei", in_="@bot", text="/modelarts service start")["ok"]
    assert eventually(lambda: '"action_id": "service"' in json.dumps(house.view("mei")))

    def offered(typed: str) -> list[str]:
        rows = house.get("options", **{"as": "mei", "action_id": "service", "q": typed})
        return [row["value"] for row in rows]

    assert eventually(lambda: offered("live-03")) == ["live-03"]
    assert len(offered("service-0")) == 100
    assert "service-1499" in offered("1499")
    house.post("close", as_="mei")

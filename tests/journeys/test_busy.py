"""The busy account with its thousands of things: the bot stays quick there, counts right, and finds all by name."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.journeys.shapes import house_in
from tests.stack import Stack, eventually

ACK_MS = 3_000.0


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
    return eventually(lambda: next((m["text"] for m in house.messages("mei")[before:] if expected in m["text"]), ""))


def test_lists_count_all_there_is_and_show_a_page(house: Stack) -> None:
    for words, counted, shown in (
        ("bucket list", "301 of 301 buckets", "lab-dataset-001"),
        ("service list", "1512 real-time services", "live-12"),
        ("auth list", "Authorizations: 251", "lab-user-250"),
        ("agency list", "The account has 41 of 50", "ma_agency_course-1"),
        ("package list", "40 ModelArts packages", "GPU 100 hours"),
        ("account show", "IAM users: 603 of 1000", "flower-lab"),
    ):
        assert shown in answer(house, words, counted)


def test_what_runs_is_found_among_fifteen_hundred(house: Stack) -> None:
    """The first look at the account may still be under way: until it is done, the bot says that it knows of nothing."""

    def told() -> str:
        house.post("say", as_="wang", in_="@bot", text="/modelarts running")
        return house.texts("wang")

    found = eventually(lambda: text if "12 running, 12 of them paid" in (text := told()) else "")
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

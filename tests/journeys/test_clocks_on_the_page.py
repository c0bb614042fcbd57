"""A free hour, its warnings and its end, and a package's last days, on the demo's page; pictures for the README."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import chromium
from tests.stack import Stack
from tests.visitor import Visitor

MINUTE, HOUR = 60, 3600
CPU = "6f0e3d2a71c84b0f9a5d4c3b2a190817"
"""The package in the demo's seed that ends eight days after the start."""


@pytest.fixture(scope="module")
def visitor(house: Stack) -> Iterator[Visitor]:
    with chromium() as driver:
        yield Visitor(driver, house.sandbox["url"])


def later(house: Stack, seconds: int) -> None:
    house.post("clock", advance_s=seconds)
    house.settle()


@pytest.mark.rule("R5.37")
@pytest.mark.rule("R5.25")
@pytest.mark.rule("R5.26")
@pytest.mark.rule("R5.78")
def test_a_free_hour_from_start_to_start_again(house: Stack, visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.types("/modelarts service start flowers-free agreed=yes")
    visitor.sees("is running", "#list1")
    house.settle()
    later(house, 50 * MINUTE)
    visitor.sees("stops by itself within 10 minutes", "#list1")
    visitor.picture("warning")
    later(house, 15 * MINUTE)
    visitor.sees("has stopped", "#list1")
    later(house, 70 * HOUR)
    visitor.sees("its files are lost, unless it is started again", "#list1")
    visitor.picture("release")
    visitor.presses("start_again")
    visitor.confirms()
    visitor.sees("is running. It stops by itself", "#list1")
    house.settle()
    assert "its files are lost, unless" not in house.texts("wang"), "the warning is void"


@pytest.mark.rule("R5.57")
@pytest.mark.rule("R5.62")
def test_a_package_near_its_end_and_a_renewal_in_the_console(house: Stack, visitor: Visitor) -> None:
    visitor.open(**{"as": "mei", "in": "#modelarts"})
    visitor.sees("expires within", "#list1")
    visitor.sees("Renew fits", "#list1")
    visitor.picture("package")
    house.post("cloud/console", service="bss", action="renew", package=CPU)
    later(house, 6 * MINUTE)
    visitor.sees("in force from", "#list1")

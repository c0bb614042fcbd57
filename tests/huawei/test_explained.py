"""A refused change names real-name state and balance where they explain it (R1.02)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.errors import CloudRefused
from bot.huawei.cloud import HuaweiCloud
from bot.say import Language
from tests.fakes.words import words_of
from tests.huawei.support import HERE, SEED, Ports

pytestmark = pytest.mark.rule("R1.02")
NAMED = "real-name authentication is not done"
SHORT = "owes 12.50 CNY"


def accounts(**changed: Any) -> list[dict[str, Any]]:
    ours, *others = SEED["accounts"]
    return [ours | changed, *others]


async def refused(ports: Ports, kind: str, *, read: bool = False, **changed: Any) -> tuple[CloudRefused, list[str]]:
    """Return how a change (or a read) was refused, and the calls of billing."""
    cloud, calls = ports.plug(accounts=accounts(**changed))
    cloud.add_fault("obs", None, kind)
    product = HuaweiCloud(ports.settings())
    try:
        with pytest.raises(CloudRefused) as raised:
            await (product.buckets.listed() if read else product.buckets.create("c-flowers", HERE, "standard"))
    finally:
        await product.close()
        cloud.close()
    return raised.value, [str(row["path"]) for row in calls.listed("bss")]


@pytest.mark.parametrize(
    ("changed", "said", "unsaid"),
    [
        ({"real_name": -1}, NAMED, SHORT),
        ({"real_name": 0}, "is in review", SHORT),
        ({"real_name": 1}, "was rejected", SHORT),
        ({"debt": 12.5}, SHORT, "real-name"),
        ({"real_name": -1, "debt": 12.5}, f"{NAMED}.*{SHORT}", "nothing"),
        ({}, "obs:bucket:CreateBucket", "may be why"),
    ],
)
async def test_what_explains_a_refused_change_is_named(
    ports: Ports, changed: dict[str, Any], said: str, unsaid: str
) -> None:
    error, asked = await refused(ports, "forbidden", **changed)
    words = words_of(error.say)
    assert re.search(said, words, re.DOTALL)
    assert unsaid not in words
    assert error.actions == ("obs:bucket:CreateBucket",), "the first cause stays"
    assert len(asked) == len(set(asked)) == 2, "each is read once"
    assert words_of(error.say, Language.ZH) != words


async def test_an_unknown_code_shows_code_request_and_next_step_beside_the_explanation(ports: Ports) -> None:
    error, _ = await refused(ports, "quota", debt=12.5)
    assert SHORT in words_of(error.say)
    assert "raised by a service ticket" in words_of(error.say)


@pytest.mark.parametrize("kind", ["arrears", "not_real_name"])
async def test_a_refusal_that_says_so_itself_asks_nobody(ports: Ports, kind: str) -> None:
    error, asked = await refused(ports, kind, real_name=-1, debt=12.5)
    assert asked == []
    assert "may be why" not in words_of(error.say)


async def test_a_refused_read_asks_nobody(ports: Ports) -> None:
    _, asked = await refused(ports, "forbidden", read=True, debt=12.5)
    assert asked == []


async def test_billing_that_does_not_answer_leaves_the_refusal_as_it_is(ports: Ports) -> None:
    cloud, _ = ports.plug(accounts=accounts(debt=12.5))
    cloud.add_fault("obs", "create_bucket", "forbidden")
    cloud.add_fault("bss", None, "server_error")
    product = HuaweiCloud(ports.settings())
    try:
        with pytest.raises(CloudRefused) as raised:
            await product.buckets.create("c-flowers", HERE, "standard")
    finally:
        await product.close()
        cloud.close()
    assert raised.value.say.key == "cloud.forbidden"

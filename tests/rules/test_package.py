from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.records.provider import Package, Quota
from bot.rules.package import advice, check_renewable, days, fit, followers, following, renews
from bot.rules.renewal import Fit
from tests.fakes.words import words_of
from tests.rules.things import DAY, NOON, THERE, package

NEXT = package(id="p2", state="waiting", effective=NOON + 8 * DAY, expires=NOON + 38 * DAY)
BESIDE = package(id="p3", effective=NOON - DAY, expires=NOON + 29 * DAY)


@pytest.mark.rule("R5.51")
@pytest.mark.parametrize(
    ("other", "follows"),
    [
        (NEXT, True),
        (BESIDE, True),
        (package(id="p2", product="GPU", effective=NEXT.effective, expires=NEXT.expires), False),
        (package(id="p2", region=THERE, effective=NEXT.effective, expires=NEXT.expires), False),
        (package(id="p2", state="refunded", effective=NEXT.effective, expires=NEXT.expires), False),
        (package(id="p2", effective=NOON - 30 * DAY, expires=NOON + 30 * DAY), False),
        (package(id="p2", effective=NOON, expires=NOON + 2 * DAY), False),
    ],
)
def test_what_takes_over_is_of_the_same_product_and_region_and_lasts_longer(other: Package, follows: bool) -> None:
    mine = package()
    assert (following(mine, [mine, other]) == other) is follows


PACKAGES = st.lists(
    st.builds(
        lambda product, state, begin, end: package(
            product=product, state=state, effective=NOON + begin * DAY, expires=NOON + end * DAY
        ),
        st.sampled_from(["CPU100", "GPU100"]),
        st.sampled_from(["active", "waiting", "refunded"]),
        st.integers(-2, 2),
        st.integers(0, 4),
    ),
    max_size=8,
)


@pytest.mark.rule("R5.51")
@given(PACKAGES)
def test_of_several_that_take_over_it_is_the_one_that_comes_into_force_first(drawn: list[Package]) -> None:
    packages = [replace(one, id=f"p{number}") for number, one in enumerate(drawn)]
    found = followers(packages)
    for one in packages:
        later = [
            other.effective
            for other in packages
            if other.product == one.product
            and other.state != "refunded"
            and other.effective > one.effective
            and other.expires > one.expires
        ]
        after = found.get(one.id)
        assert (after.effective if after else None) == min(later, default=None)


@pytest.mark.rule("R5.51")
def test_a_waiting_package_knows_what_it_takes_over_from() -> None:
    mine = package()
    assert renews(NEXT, [mine, NEXT]) == mine
    assert renews(mine, [mine, NEXT]) is None
    assert renews(NEXT, [NEXT]) is None


@pytest.mark.rule("R5.57")
@pytest.mark.parametrize(
    ("mine", "follower", "expected"),
    [
        (package(), None, "*Renew* fits"),
        (package(quotas=(Quota("q", "u", 100.0, 0.0, "h"),)), None, "*Buy again* fits: nothing is left"),
        (package(quotas=()), None, "How much is left is not known"),
        (package(state="used_up"), None, "*Buy again* fits"),
        (package(state="used_up"), NEXT, "*Buy again* fits"),
        (package(state="used_up"), BESIDE, "Nothing to do"),
        (package(), NEXT, "Nothing to do"),
        (package(state="waiting"), None, "comes into force"),
        (package(state="expired"), None, "nothing left to renew"),
    ],
)
def test_renew_or_buy_again_and_why(mine: Package, follower: Package | None, expected: str) -> None:
    assert expected in words_of(advice(mine, follower))


@pytest.mark.parametrize(
    ("mine", "follower", "key"),
    [
        (package(state="expired"), None, "package.renew.over"),
        (package(state="waiting"), None, "package.renew.already"),
        (package(), NEXT, "package.renew.already"),
        (package(), BESIDE, ""),
        (package(state="used_up"), None, ""),
    ],
)
def test_what_is_over_or_renewed_already_is_not_renewed(mine: Package, follower: Package | None, key: str) -> None:
    if not key:
        check_renewable(mine, follower)
        return
    with pytest.raises(Refusal) as refused:
        check_renewable(mine, follower)
    assert refused.value.say.key == key


def test_something_is_left_as_long_as_one_quota_is() -> None:
    empty, some = Quota("q", "u", 10.0, 0.0, "h"), Quota("r", "v", 10.0, 0.5, "h")
    assert fit(package(quotas=(empty, some))) is Fit.LEFT
    assert fit(package(quotas=(empty,))) is Fit.USED_UP


def test_a_period_is_counted_in_days() -> None:
    assert days(package()) == 30

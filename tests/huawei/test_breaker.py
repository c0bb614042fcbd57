"""A service that does not answer is left alone, tried again by one call, and told of meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import CloudBusy, CloudRefused, CloudUnknown
from bot.huawei.breaker import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, Breaker, Resting, State, Trust
from bot.huawei.client import Written
from bot.huawei.cloud import HuaweiCloud
from bot.say import Moment, say
from tests.fakes.words import words_of
from tests.huawei.support import HERE, Ports, Rig


class Ticking:
    at = 1000.0

    def __call__(self) -> float:
        return self.at


def breaker(clock: Ticking) -> Breaker:
    return Breaker("obs", lambda: clock.at + 1_000_000, clock)


def state_of(one: Breaker) -> State:
    return one.state


def failing(one: Breaker, times: int = FAILURES) -> None:
    for _ in range(times):
        one.admit()
        one.failed()


def test_it_opens_after_failures_in_a_row_and_says_since_when_and_until_when() -> None:
    clock = Ticking()
    one = breaker(clock)
    failing(one, FAILURES - 1)
    one.answered()
    failing(one, FAILURES - 1)
    assert state_of(one) is State.CLOSED
    clock.at += 7
    failing(one, 1)
    assert state_of(one) is State.OPEN
    with pytest.raises(Resting) as resting:
        one.admit()
    facts = resting.value.say.facts
    assert (facts["since"], facts["again"]) == (Moment(1_001_000.0), Moment(1_001_007.0 + FIRST_PAUSE))


def test_one_probe_goes_out_after_each_pause_and_pauses_double_up_to_the_longest() -> None:
    clock, pause = Ticking(), FIRST_PAUSE
    one = breaker(clock)
    failing(one)
    for _ in range(8):
        clock.at += pause
        assert one.state is State.HALF_OPEN
        one.admit()
        with pytest.raises(Resting):
            one.admit()
        one.failed()
        pause = min(LONGEST_PAUSE, 2 * pause)
        assert one.again == clock.at + pause
    clock.at += pause
    one.admit()
    one.answered()
    assert one.state is State.CLOSED
    failing(one, FAILURES - 1)
    assert one.state is State.CLOSED


def test_calls_that_were_on_their_way_do_not_lengthen_the_pause() -> None:
    one = breaker(Ticking())
    failing(one)
    for _ in range(10):
        one.failed()
    assert one.pause == FIRST_PAUSE


def test_a_probe_that_never_comes_back_is_followed_by_another() -> None:
    clock = Ticking()
    one = breaker(clock)
    failing(one)
    for _ in range(3):
        clock.at += FIRST_PAUSE
        one.admit()
    assert one.pause == FIRST_PAUSE


@given(st.lists(st.sampled_from(["ok", "bad", "wait", "call"]), max_size=60))
def test_whatever_happens_a_service_that_answers_again_is_called_again(events: list[str]) -> None:
    clock = Ticking()
    one = breaker(clock)
    for event in events:
        if event == "wait":
            clock.at += FIRST_PAUSE
        elif event == "ok":
            one.answered()
        elif event == "bad":
            one.failed()
        elif one.state is not State.OPEN:
            one.admit()
    clock.at += LONGEST_PAUSE
    one.admit()
    one.answered()
    assert one.state is State.CLOSED


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (CloudBusy(say("cloud.unreachable")), True),
        (CloudBusy(say("cloud.busy"), status=503), True),
        (CloudBusy(say("cloud.broken"), status=500), True),
        (CloudUnknown(say("cloud.unanswered")), True),
        (CloudBusy(say("cloud.busy"), status=429), False),
        (CloudRefused(say("cloud.forbidden"), status=403), False),
        (CloudBusy(say("cloud.crowded")), False),
        (CloudRefused(say("cloud.no_key")), False),
        (Resting(say("cloud.resting")), False),
    ],
)
def test_only_silence_and_errors_of_its_own_speak_against_a_service(error: CloudBusy, counts: bool) -> None:
    trust = Trust.of("obs", Ticking())
    for _ in range(FAILURES):
        trust.disappointed(error)
    assert (trust.breaker.state is State.OPEN) is counts


async def test_over_the_wire_obs_rests_is_told_of_and_others_are_called(rig: Rig) -> None:
    rig.cloud.add_fault("obs", None, "server_error")
    for _ in range(2):
        with pytest.raises(CloudBusy):
            await rig.product.buckets.listed()
    sent = len(rig.calls.listed("obs"))
    with pytest.raises(Resting) as resting:
        await rig.product.buckets.listed()
    assert len(rig.calls.listed("obs")) == sent == FAILURES
    assert "OBS of Huawei Cloud has not answered since" in words_of(resting.value.say)
    assert rig.heard.tries[-1] == ("obs", "listBuckets", "not_sent")
    assert (await rig.product.services.listed())[0].name == "dear"
    assert rig.product.breakers() == {"obs": State.OPEN, "modelarts": State.CLOSED}


async def test_each_service_has_a_budget_of_its_own(rig: Rig) -> None:
    clients = rig.product._clients
    while clients._trust("obs").budget.spend():
        pass
    rig.cloud.add_fault("obs", "list_buckets", "throttled", 1)
    with pytest.raises(CloudBusy):
        await rig.product.buckets.listed()
    rig.cloud.add_fault("modelarts", "list_services", "throttled", 1)
    assert await rig.product.services.listed()


@pytest.mark.parametrize(
    ("kind", "outcome"), [(None, "ok"), ("forbidden", "refused"), ("server_error", "unknown"), ("throttled", "busy")]
)
async def test_every_write_is_told_with_its_outcome_and_request_id(
    ports: Ports, kind: str | None, outcome: str
) -> None:
    cloud, _ = ports.plug()
    told: list[Written] = []

    async def told_of(write: Written) -> None:
        told.append(write)

    product = HuaweiCloud(ports.settings(), on_write=told_of)
    try:
        if kind:
            cloud.add_fault("obs", "create_bucket", kind, 1)
        try:
            await product.buckets.create("c-flowers", HERE, "standard")
        except (CloudBusy, CloudRefused, CloudUnknown):
            assert kind
        await product.buckets.listed()
    finally:
        await product.close()
        cloud.close()
    [write] = told
    assert (write.service, write.operation, write.name, write.outcome) == ("obs", "createBucket", "c-flowers", outcome)
    assert write.request_id

"""A step that takes many calls: it says how far it is, keeps its lease, and another worker goes on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.approvals.policy import Policy
from bot.flows.execute import execute
from bot.flows.journal import opened, reopened
from bot.flows.tidy import tidy
from bot.ports import Change
from bot.records import Lease, Operation, OperationState, Record, Shown, Step
from bot.rules.figures import FIGURES
from bot.say import say
from tests.fakes.cloud import Kept
from tests.fakes.files import FakeFiles
from tests.fakes.objects import FakeObjects
from tests.flows.given import HERE, Given, given

PART = FIGURES.files.part
LARGE = b"a" * PART + b"b" * PART + b"c"
STEP = Step("put", "b-1", {"key": "x", "file": "F1", "name": "x", "size": str(len(LARGE)), "shown": "10 MB"})


class Slow(FakeObjects):
    """Objects of which each part takes 20 s; `records` is the operation as others see it after each."""

    def __init__(self, found: Given, sizes: Mapping[str, dict[str, int]]) -> None:
        super().__init__(sizes)
        self.found = found
        self.records: list[Operation] = []

    async def begin(self, *words: Any) -> str:
        self.now = self.found.clock.now()
        return await super().begin(*words)

    async def put_part(self, *words: Any) -> str:
        self.found.clock.at += 20.0
        etag = await super().put_part(*words)
        self.records.append(await self.found.operation())
        return etag


async def begun() -> tuple[Given, Slow]:
    found = given(files=FakeFiles({"F1": ("x", LARGE)}))
    found.buckets.kept["b-1"] = Kept(HERE)
    slow = Slow(found, {"b-1": found.buckets.kept["b-1"].objects})
    found.cloud.objects = slow
    record = Record("bucket put", "LI", "LI", {}, (STEP,), "none", "d1", HERE, Policy().version)
    shown = Shown(say("bucket.create.title", name="b-1", region=HERE))
    await found.store.commit(Change().create(opened("R1", record, shown, "c1", found.clock.now())))
    return found, slow


async def test_how_far_it_is_is_written_down_and_the_lease_drawn_out() -> None:
    found, slow = await begun()
    await execute(found.world, "R1")
    done = await found.operation()
    assert done.state is OperationState.DONE
    assert done.lines[0].progress is None
    told = [one.lines[0].progress for one in slow.records]
    assert [said.facts["percent"] if said else None for said in told] == [None, 49, 99]
    assert all(one.lease and one.lease.until > found.clock.at - 40 for one in slow.records)


async def test_a_worker_that_lost_its_lease_in_the_middle_stops_and_another_goes_on() -> None:
    found, slow = await begun()
    plain = slow.put_part

    async def robbed(*words: Any) -> str:
        etag = await plain(*words)
        stored = await found.store.load(Operation, "R1")
        if stored and words[3] == 1:
            lease = Lease("other", found.clock.machine() + 60)
            await found.store.commit(Change().replace(stored, replace(stored.record, lease=lease)))
        return etag

    slow.put_part = robbed  # type: ignore[method-assign]
    await execute(found.world, "R1")
    assert (await found.operation()).state is OperationState.RUNNING
    slow.put_part = plain  # type: ignore[method-assign]
    found.clock.at += 600
    await execute(found.world, "R1")
    assert (await found.operation()).state is OperationState.DONE
    assert [name for name, _ in slow.calls].count("begin") == 1
    assert [name for name, _ in slow.calls].count("put_part") == 3


async def left_behind() -> tuple[Given, Slow]:
    """Return an upload whose file vanished from the chat halfway, so that it failed."""
    found, slow = await begun()
    slow.fault("finish", "forbidden")
    await execute(found.world, "R1")
    assert (await found.operation()).state is OperationState.FAILED
    assert len(slow.begun) == 1
    return found, slow


async def test_what_a_failed_upload_left_waits_for_a_retry_and_is_dropped_after_that() -> None:
    found, slow = await left_behind()
    assert found.store.waiting["due"]["work:tidy:R1"] == found.clock.now() + FIGURES.files.kept_for_retry
    stored = await found.store.load(Operation, "R1")
    assert stored is not None
    await found.store.commit(Change().replace(stored, reopened(stored.record)))
    await tidy(found.world, "R1")
    assert len(slow.begun) == 1
    await execute(found.world, "R1")
    assert (await found.operation()).state is OperationState.DONE
    assert [name for name, _ in slow.calls].count("begin") == 1
    assert found.store.waiting["due"]["work:tidy:R1"] <= found.clock.now()


async def test_a_busy_cloud_is_tidied_up_later_and_one_that_refuses_is_let_be() -> None:
    found, slow = await left_behind()
    slow.fault("give_up", "throttled")
    await tidy(found.world, "R1")
    assert found.store.waiting["due"]["work:tidy:R1"] == found.clock.now() + FIGURES.watch.sweep_seconds
    slow.fault("uploads", "forbidden")
    await tidy(found.world, "R1")
    assert len(slow.begun) == 1
    await tidy(found.world, "R1")
    assert slow.begun == {}


async def test_an_operation_that_is_gone_left_nothing() -> None:
    found, slow = await begun()
    await tidy(found.world, "R9")
    assert slow.calls == []

"""What the audit keeps of cloud calls: each write by itself, reads counted."""

from __future__ import annotations

import pytest
import structlog

from bot.compose.calls import CallRecord
from bot.errors import StoreDown
from bot.huawei.client import Written
from bot.observe.figures import Figures
from bot.ports import Change
from tests.fakes.store import FakeStore
from tests.flows.given import Hands

WRITE = Written("obs", "createBucket", "c-flowers", "ok", 0.25, "r-1")


class Down(FakeStore):
    """A store that is down while it is told to be."""

    down = True

    async def commit(self, change: Change) -> None:
        if self.down:
            raise StoreDown("no answer")
        await super().commit(change)


async def test_a_write_names_who_it_was_for_and_the_provider_s_request() -> None:
    store = FakeStore(Hands())
    with structlog.contextvars.bound_contextvars(who="U1", correlation="c-1", secret="s"):
        await CallRecord(store, Figures(), "w-1").written(WRITE)
    [entry] = store.audits
    facts = {"service": "obs", "operation": "createBucket", "name": "c-flowers", "outcome": "ok", "request_id": "r-1"}
    assert facts.items() <= entry.items()
    assert (entry["who"], entry["correlation"], entry["seconds"]) == ("U1", "c-1", "0.250")
    assert "secret" not in entry


async def test_a_write_that_cannot_be_recorded_has_still_happened() -> None:
    store = Down(Hands())
    await CallRecord(store, Figures(), "w-1").written(WRITE)
    assert store.audits == []


async def test_calls_are_counted_one_entry_a_service_and_not_lost_while_the_store_is_down() -> None:
    store = Down(Hands())
    record = CallRecord(store, Figures(), "w-1")
    for service, operation, outcome in [("obs", "listBuckets", "ok")] * 2 + [("bss", "listThings", "refused")]:
        record.called(service, operation, outcome, 0.1, "r")
    with pytest.raises(StoreDown):
        await record.count()
    record.called("obs", "listBuckets", "busy", 0.1, "r")
    store.down = False
    await record.count()
    await record.count()
    assert [(entry["service"], entry["calls"], entry["worker"]) for entry in store.audits] == [
        ("bss", "listThings refused 1", "w-1"),
        ("obs", "listBuckets busy 1, listBuckets ok 2", "w-1"),
    ]


def test_calls_are_remembered_with_what_they_were_made_for_only_where_somebody_may_ask() -> None:
    asked, silent = (CallRecord(FakeStore(Hands()), Figures(), "w-1", remember=remember) for remember in (True, False))
    for record in (asked, silent):
        with structlog.contextvars.bound_contextvars(correlation="c-1"):
            record.called("obs", "listBuckets", "ok", 0.1, "r-1")
        record.called("bss", "listThings", "unknown", 0.1, "")
    assert silent.newest() == []
    assert [(row["operation"], row["request_id"], row["correlation"]) for row in asked.newest()] == [
        ("listBuckets", "r-1", "c-1"),
        ("listThings", "", ""),
    ]

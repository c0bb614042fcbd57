"""Names that forms offer, on fakes: who reads them, how often, and what a cloud that refuses leaves behind."""

from __future__ import annotations

from bot.command import Kind
from bot.flows.names import members, refresh, wake
from bot.flows.routes import route
from bot.records import Named, Names, ThingKind
from bot.rules.figures import FIGURES
from tests.fakes.cloud import Kept
from tests.flows.given import HERE, REGISTRY, Given, given
from tests.flows.watching import House, package, service

FLOWERS = {"flowers/": 0, "flowers/train/1.jpg": 3, "flowers/test/2.jpg": 3, "roses/red/3.jpg": 3, "read.me": 1}


async def names(found: Given, index: str) -> list[Named]:
    stored = await found.store.load(Names, f"{HERE}/{index}")
    return list(stored.record.entries) if stored else []


async def test_buckets_are_read_with_their_region_and_read_again() -> None:
    found = given()
    found.buckets.kept |= {"c-flowers": Kept(HERE), "far": Kept("cn-east-3"), "foreign": Kept(HERE, ours=False)}
    await refresh(found.world, "bucket")
    assert await names(found, "bucket") == [Named("c-flowers", note=HERE), Named("far", note="cn-east-3")]
    assert found.store.waiting["due"]["work:names:bucket"] == found.clock.now() + FIGURES.watch.sweep_seconds


async def test_a_cloud_that_refuses_leaves_the_names_and_the_next_reading() -> None:
    found = given()
    found.buckets.kept["c-flowers"] = Kept(HERE)
    await refresh(found.world, "bucket")
    found.buckets.fault("listed", "server_error")
    found.clock.at += 1
    await refresh(found.world, "bucket")
    assert await names(found, "bucket") == [Named("c-flowers", note=HERE)]
    assert found.store.waiting["due"]["work:names:bucket"] == found.clock.now() + FIGURES.watch.sweep_seconds


async def test_folders_of_all_levels_are_read_for_one_bucket() -> None:
    found = given()
    found.buckets.kept["c-flowers"] = Kept(HERE, objects=dict(FLOWERS))
    await refresh(found.world, "folder/c-flowers")
    read = [one.value for one in await names(found, "folder/c-flowers")]
    assert read == ["flowers", "flowers/test", "flowers/train", "roses", "roses/red"]
    assert "work:names:folder/c-flowers" not in found.store.waiting["due"]


async def test_no_more_listings_than_bounded_are_spent_on_folders() -> None:
    found = given()
    found.buckets.kept["deep"] = Kept(HERE, objects={f"{n}/x/y": 1 for n in range(FIGURES.names.folder_pages + 5)})
    await refresh(found.world, "folder/deep")
    assert found.buckets.calls.count(("folders", "deep")) == FIGURES.names.folder_pages


async def test_more_names_than_are_kept_are_counted() -> None:
    found = given()
    found.buckets.kept |= {f"b-{n:05}": Kept(HERE) for n in range(FIGURES.names.most + 2)}
    await refresh(found.world, "bucket")
    stored = await found.store.load(Names, f"{HERE}/bucket")
    assert stored is not None
    assert (len(stored.record.entries), stored.record.total) == (FIGURES.names.most, FIGURES.names.most + 2)


async def test_however_many_look_a_worker_reads_once_in_a_minute() -> None:
    found = given()
    found.buckets.kept["c-flowers"] = Kept(HERE)
    for _ in range(5):
        await wake(found.store, "folder", "c-flowers")
    (entry,) = await found.store.read("work", 10)
    await route(found.world, entry)
    assert found.buckets.calls == [("folders", "c-flowers")]


async def test_each_reading_of_the_buckets_looks_into_the_next_few() -> None:
    found = given()
    most = FIGURES.names.ahead
    found.buckets.kept |= {f"b-{n:02}": Kept(HERE) for n in range(most + 3)}
    seen: list[str] = []
    for _ in range(2):
        await refresh(found.world, "bucket")
        woken = [entry.id for entry in await found.store.read("work", 100)]
        seen += [one.partition("/")[2] for one in woken if one.startswith("folder/")]
        assert sum(one.startswith("object/") for one in woken) == most
        found.clock.at += FIGURES.watch.sweep_seconds
        found.clock.ahead += FIGURES.watch.sweep_seconds
    assert set(seen) == found.buckets.kept.keys()
    assert len(seen) == 2 * most


async def test_an_unknown_index_is_left_alone() -> None:
    found = given()
    for identity in ("nothing", "bucket/inside", "folder"):
        await refresh(found.world, identity)
    assert found.buckets.calls == []


async def test_services_and_packages_are_named_by_the_sweep_that_sees_them() -> None:
    house = House(
        [service(), service(id="s2"), service(id="s3", name="roses"), service(id="s4", name="x", state="stopped")],
        [package()],
    )
    await house.sweep()
    found = house.given
    assert await names(found, "service") == [
        Named("s1", "flowers", f"{HERE} · s1"),
        Named("s2", "flowers", f"{HERE} · s2"),
        Named("roses", "roses", HERE),
        Named("x", "x", HERE),
    ]
    assert [one.value for one in await names(found, "package")] == ["CPU 100 h"]


def test_every_search_names_an_index_that_somebody_keeps() -> None:
    kept = {index.name for index in REGISTRY.indexes} | {kind.value for kind in ThingKind}
    searching = [(c, a) for c in REGISTRY.commands for a in c.arguments if a.kind in (Kind.SEARCH, Kind.PATH)]
    assert searching
    for command, argument in searching:
        assert argument.index, command.name
        assert set(argument.index) <= kept, command.name
        within = [index.within for name in argument.index if (index := REGISTRY.index(name))]
        if argument.kind is Kind.PATH:
            assert within == ["", argument.index[0]], command.name
            continue
        assert all(bool(one) is bool(argument.within) for one in within), command.name
        assert argument.within in ("", *(one.name for one in command.arguments if one.kind is Kind.SEARCH))


def test_whole_indexes_are_on_the_clock() -> None:
    assert "work:names:bucket" in members(REGISTRY)
    assert "work:names:folder" not in members(REGISTRY)

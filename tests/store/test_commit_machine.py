"""Any sequence of changes leaves a server as it leaves a plain dict."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.errors import Conflict
from bot.ports import Change, Stored
from bot.store.connect import connect
from bot.store.keys import Keys, Workspace
from bot.store.redis_store import RedisStore
from tests.redis_server import Server
from tests.store.samples import Note

pytest_plugins = ("tests.redis_fixtures",)

_IDS = st.sampled_from("abc")
_VERSIONS = st.integers(0, 4)
_DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), _IDS, _VERSIONS),
        st.tuples(st.just("remove"), _IDS, _VERSIONS.filter(bool)),
        st.tuples(st.just("once"), _IDS, st.just(0)),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda deed: (deed[0] == "once", deed[1]),
)


class Model:
    """What a store is, in ten lines: versions, tokens, and an index of everything that was ever applied."""

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}
        self.tokens: set[str] = set()
        self.applied: set[str] = set()

    def apply(self, deeds: list[tuple[str, str, int]], name: str) -> str:
        """Apply all or nothing; return what stands in the way, or ""."""
        used = [f"once:{i}" for what, i, _ in deeds if what == "once" and i in self.tokens]
        wrong = [f"note:{i}" for what, i, v in deeds if what != "once" and self.versions.get(i, 0) != v]
        if used or wrong:
            return (used + wrong)[0]
        self.tokens |= {i for what, i, _ in deeds if what == "once"}
        self.versions.update({i: v + 1 for what, i, v in deeds if what == "write"})
        for gone in (i for what, i, _ in deeds if what == "remove"):
            del self.versions[gone]
        self.applied.add(name)
        return ""


def _change(deeds: list[tuple[str, str, int]], name: str) -> Change:
    change = Change().index("applied", name).due(f"work:x:{name}", 1).audit("applied", name=name)
    for what, identity, version in deeds:
        old = Stored(Note(identity), version)
        if what == "once":
            change.once(identity, 600)
        elif what == "remove":
            change.remove(old)
        elif version:
            change.replace(old, Note(identity, name))
        else:
            change.create(Note(identity, name))
    return change


class Commits(RuleBasedStateMachine):
    """Changes of up to three deeds, applied to a server and to the model."""

    run: asyncio.Runner
    url: str

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.link = connect(self.url)
        self.keys = Keys(Workspace(f"H{secrets.token_hex(6)}"))
        self.store = RedisStore(self.link, self.keys)
        self.count = 0

    @rule(deeds=_DEEDS)
    def commit(self, deeds: list[tuple[str, str, int]]) -> None:
        self.count += 1
        expected = self.model.apply(deeds, str(self.count))
        assert self.run.run(self._outcome(_change(deeds, str(self.count)))) == expected

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        assert self.run.run(self._seen()) == (self.model.versions, self.model.applied, len(self.model.applied))

    def teardown(self) -> None:
        self.run.run(self.link.close())

    async def _outcome(self, change: Change) -> str:
        try:
            await self.store.commit(change)
        except Conflict as conflict:
            return conflict.document
        return ""

    async def _seen(self) -> tuple[dict[str, int], set[str], Any]:
        loaded = {identity: await self.store.load(Note, identity) for identity in "abc"}
        versions = {identity: found.version for identity, found in loaded.items() if found}
        audits = await self.link.call("XLEN", self.keys.stream("audit"))
        return versions, set(await self.store.members("applied", newest=1000)), audits


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


def test_a_server_is_a_dict(server: Server, runner: asyncio.Runner) -> None:
    class Here(Commits):
        run, url = runner, server.url

    quick = settings(max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Here, settings=quick)

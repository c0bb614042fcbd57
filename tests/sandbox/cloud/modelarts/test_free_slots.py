"""Whatever people do and however time jumps, the free slots obey the guide; the rules run beside as a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.sandbox.cloud.modelarts.stage import CPU, DELETE_S, DEPLOY_S, GPU, PAID, STOP_S, deployment, node, open_stage

HOUR, KEPT = 3600.0, 72 * 3600.0
FLAVORS = st.sampled_from([CPU, GPU, PAID])
FREE = (CPU, GPU)
PICKS = st.integers(0, 5)
JUMPS = st.sampled_from(
    [0.0, 1.0, STOP_S, DEPLOY_S, 1799.0, HOUR - DEPLOY_S, HOUR, KEPT - HOUR, KEPT - 1, KEPT, 2 * KEPT]
)


@dataclass
class Known:
    """A service as the rules have it: its state, when that ends, and which free slots it holds."""

    name: str
    flavor: str
    state: str
    ends: float | None
    leaving: str | None = None

    def holds(self, flavor: str) -> bool:
        return flavor in FREE and flavor in (self.flavor, self.leaving)


class FreeSlots(RuleBasedStateMachine):
    """Services come and go; the rules say what is allowed and what is left."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = open_stage({"services": []})
        self.known: dict[str, Known] = {}
        self.made = 0

    @property
    def now(self) -> float:
        return self.stage.clock.now()

    def pick(self, number: int) -> tuple[str, Known] | None:
        pairs = sorted(self.known.items(), key=lambda pair: pair[1].name)
        return pairs[number % len(pairs)] if pairs else None

    def taken(self, flavor: str, but: str = "") -> bool:
        return any(one.holds(flavor) for identity, one in self.known.items() if identity != but)

    def turn(self, one: Known, state: str, span: float | None) -> None:
        one.state, one.ends = state, None if span is None else self.now + span

    @rule(flavor=FLAVORS)
    def deploy(self, flavor: str) -> None:
        self.made += 1
        status, answer = self.stage.call("POST", "services", deployment(f"s{self.made:04}", flavor))
        if self.taken(flavor):
            assert (status, answer["error_code"]) == (400, "ModelArts.3856")
            return
        assert status == 200
        self.known[answer["service_id"]] = Known(f"s{self.made:04}", flavor, "deploying", self.now + DEPLOY_S)

    @rule(number=PICKS)
    def start(self, number: int) -> None:
        self.put(number, {"status": "running"}, {"stopped"}, "deploying", DEPLOY_S)

    @rule(number=PICKS)
    def stop(self, number: int) -> None:
        self.put(number, {"status": "stopped"}, {"running", "deploying"}, "stopping", STOP_S)

    def put(self, number: int, body: Any, allowed: set[str], state: str, span: float) -> None:
        picked = self.pick(number)
        if picked is None:
            return
        identity, one = picked
        status, code = self.stage.code("PUT", f"services/{identity}", body)
        if one.state not in allowed:
            assert (status, code) == (400, "ModelArts.3519")
            return
        assert status == 200
        self.turn(one, state, span)

    @rule(number=PICKS, flavor=FLAVORS)
    def resize(self, number: int, flavor: str) -> None:
        picked = self.pick(number)
        if picked is None:
            return
        identity, one = picked
        answer = self.stage.code("PUT", f"services/{identity}", {"config": [node(flavor)]})
        if one.state not in ("running", "stopped"):
            assert answer == (400, "ModelArts.3519")
        elif flavor in FREE and one.flavor not in FREE:
            assert answer == (400, "ModelArts.0105")
        elif self.taken(flavor, but=identity):
            assert answer == (400, "ModelArts.3856")
        else:
            assert answer == (200, "")
            one.leaving, one.flavor = one.flavor, flavor
            self.turn(one, "deploying", DEPLOY_S)

    @rule(number=PICKS)
    def delete(self, number: int) -> None:
        picked = self.pick(number)
        if picked is None:
            return
        identity, one = picked
        answer = self.stage.code("DELETE", f"services/{identity}")
        assert answer == ((400, "ModelArts.3519") if one.state == "deleting" else (200, ""))
        if one.state != "deleting":
            self.turn(one, "deleting", DELETE_S)

    @rule(seconds=JUMPS)
    def pass_time(self, seconds: float) -> None:
        self.stage.pass_time(seconds)
        for identity, one in list(self.known.items()):
            self.age(identity, one)

    def age(self, identity: str, one: Known) -> None:
        """Move one service through everything that ended by now."""
        free = one.flavor in FREE
        after = {
            "deploying": ("running", HOUR if free else None),
            "running": ("stopped", KEPT),
            "stopping": ("stopped", KEPT if free else None),
        }
        while one.ends is not None and one.ends <= self.now:
            if one.state not in after:
                del self.known[identity]
                return
            one.state, span = after[one.state]
            one.leaving, one.ends = None, None if span is None else one.ends + span

    @invariant()
    def the_cloud_is_as_the_rules_say(self) -> None:
        rows = self.stage.ok("GET", "services")["services"]
        seen = {row["service_id"]: (row["status"], row["is_free"]) for row in rows}
        assert seen == {identity: (one.state, one.flavor in FREE) for identity, one in self.known.items()}
        for flavor in FREE:
            assert sum(one.holds(flavor) for one in self.known.values()) <= 1
        told = self.stage.ok("GET", "services/specifications")["specifications"]
        assert {row["specification"] for row in told if row["over_quota"]} == {f for f in FREE if self.taken(f)}


def test_the_free_slots_obey_the_rules() -> None:
    run_state_machine_as_test(FreeSlots, settings=settings(max_examples=60, stateful_step_count=25, deadline=None))

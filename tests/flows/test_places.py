"""Places in OBS looked at on fakes: the agency by which ModelArts works, and what hides it."""

from __future__ import annotations

import pytest

from bot.flows.places import agent_of, examine, look_at
from bot.ports import Authorization, AuthorizationType, Level, Principal, PrincipalKind, Scope, ScopeKind
from bot.records.identity import EVERYBODY, Agency, Grant
from bot.rules.obs_path import Agent, AgentState
from bot.rules.obs_places import ObsPlace
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.identity import FakeIam, policy

HERE = "cn-north-4"
LI, WANG = (Principal(PrincipalKind.IAM_USER, name) for name in ("li", "wang"))
READER = policy("reader", Level.DOMAIN, "obs:bucket:ListBucket", "obs:object:Get*")
WRITER = policy("writer", Level.DOMAIN, "obs:object:PutObject")


def rig(*principals: Principal, grants: tuple[Grant, ...] = (), gone: bool = False, key: bool = False) -> FakeCloud:
    """Return a cloud in which these principals use the agency `ma_agency` with these grants."""
    kind = AuthorizationType.CREDENTIAL if key else AuthorizationType.AGENCY
    rows = [Authorization(who, kind, "" if key else "ma_agency", 0.0) for who in principals]
    agencies = [] if gone else [Agency("a1", "ma_agency", "op_svc_modelarts")]
    iam = FakeIam(agencies=agencies, authorizations=rows, grants={"a1": list(grants)})
    kept = {"c-flowers": Kept(HERE, objects={"flowers/": 0, "flowers/a": 1})}
    return FakeCloud(FakeBuckets(kept), iam=iam)


DOMAIN = Scope(ScopeKind.DOMAIN)
READS, WRITES = Grant(READER, DOMAIN), Grant(WRITER, DOMAIN)


@pytest.mark.rule("R4.07")
@pytest.mark.parametrize(
    ("cloud", "writes", "found"),
    [
        (rig(EVERYBODY, grants=(READS,)), False, Agent(AgentState.MAY, "ma_agency")),
        (rig(EVERYBODY, grants=(READS,)), True, Agent(AgentState.LACKS, "ma_agency", ("obs:object:PutObject",))),
        (rig(EVERYBODY, LI, grants=(READS, WRITES)), True, Agent(AgentState.MAY, "ma_agency")),
        (rig(LI, grants=(READS,)), False, Agent(AgentState.MAY, "ma_agency")),
        (rig(LI, WANG, grants=(READS,)), False, Agent(AgentState.UNKNOWN)),
        (rig(), False, Agent(AgentState.NONE)),
        (rig(EVERYBODY, gone=True), False, Agent(AgentState.GONE, "ma_agency")),
        (rig(EVERYBODY, key=True), False, Agent(AgentState.UNKNOWN)),
        (
            rig(EVERYBODY, grants=(Grant(READER, Scope(ScopeKind.ALL_PROJECTS)),)),
            False,
            Agent(AgentState.LACKS, "ma_agency", ("obs:bucket:ListBucket", "obs:object:GetObject")),
        ),
    ],
)
async def test_what_modelarts_itself_may_do(cloud: FakeCloud, writes: bool, found: Agent) -> None:
    assert await agent_of(cloud, writes=writes) == found


@pytest.mark.rule("R4.07")
async def test_what_cannot_be_seen_of_the_agency_hides_nothing_else() -> None:
    cloud = rig(EVERYBODY)
    cloud.authorizations.fault("listed", "forbidden")
    seen = await examine(cloud, "obs://c-flowers/flowers")
    assert seen.agent.state is AgentState.UNKNOWN
    assert seen.keys == ("flowers/", "flowers/a")


@pytest.mark.rule("R4.09")
async def test_every_place_of_a_plan_is_looked_at() -> None:
    places = (ObsPlace("obs://c-flowers/flowers"), ObsPlace("obs://c-flowers/out", writes=True))
    read, written = await look_at(rig(EVERYBODY, grants=(READS,)), places)
    assert (read.seen.agent.state, written.seen.agent.state) == (AgentState.MAY, AgentState.LACKS)
    assert (read.seen.keys, written.seen.keys) == (("flowers/", "flowers/a"), ())

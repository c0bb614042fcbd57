from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import Refusal
from bot.rules.obs_path import Agent, AgentState, Seen
from bot.rules.obs_places import Looked, ObsPlace, check_places, place_notes
from tests.fakes.words import words_of

HERE = "cn-north-4"
READ, WRITTEN = ObsPlace("obs://c-flowers/data"), ObsPlace("obs://c-flowers/out", writes=True)
MAY = Agent(AgentState.MAY, "ma_agency_li")
GOOD = Seen("c-flowers", "data", ours=True, region=HERE, encryption="", keys=("data/", "data/a"), agent=MAY)
NOTHING = replace(GOOD, prefix="out", keys=())
SEALED = replace(GOOD, sealed=("data/a",))


@pytest.mark.rule("R4.09")
@pytest.mark.rule("R5.23")
def test_a_plan_names_every_place_and_says_that_writing_costs() -> None:
    notes = check_places([Looked(READ, GOOD), Looked(WRITTEN, NOTHING)], HERE)
    assert [note.key for note in notes] == ["place.reads", "place.writes", "bucket.price.never_free"]
    assert "Reads `obs://c-flowers/data`" in words_of(notes[0])
    assert [note.key for note in check_places([Looked(READ, GOOD)], HERE)] == ["place.reads"]


@pytest.mark.rule("R4.09")
@pytest.mark.parametrize(
    ("place", "seen", "mend"),
    [
        (READ, replace(NOTHING, prefix="data"), "bucket folder"),
        (READ, replace(GOOD, region=None), "bucket create"),
        (READ, replace(GOOD, region="cn-east-3"), "bucket create"),
        (READ, SEALED, "bucket put"),
        (READ, replace(GOOD, agent=Agent(AgentState.LACKS, "a", ("obs:object:GetObject",))), "agency grants"),
        (WRITTEN, replace(GOOD, encryption="kms"), "bucket encryption_off"),
        (WRITTEN, replace(GOOD, agent=Agent(AgentState.NONE)), "auth add"),
        (WRITTEN, replace(GOOD, agent=Agent(AgentState.GONE, "a")), "auth add"),
    ],
)
def test_a_fault_refuses_before_anybody_is_asked_and_offers_its_mend(
    place: ObsPlace, seen: Seen, mend: str | None
) -> None:
    with pytest.raises(Refusal) as refused:
        check_places([Looked(place, seen)], HERE, {place.path: "data"})
    assert refused.value.argument == "data"
    assert (refused.value.mend or (None,))[0] == mend
    assert place.path in words_of(refused.value)


@pytest.mark.rule("R4.09")
@pytest.mark.parametrize("seen", [NOTHING, SEALED, replace(GOOD, agent=Agent(AgentState.UNKNOWN))])
def test_where_results_go_nothing_needs_to_be(seen: Seen) -> None:
    assert check_places([Looked(WRITTEN, seen)], HERE)[0].key == "place.writes"


@pytest.mark.rule("R4.09")
def test_notes_alone_tell_of_a_fault_and_refuse_nothing() -> None:
    notes = place_notes([Looked(WRITTEN, replace(GOOD, encryption="kms"))], HERE)
    assert notes[0].key == "place.writes_fault"
    assert "Default encryption (`kms`) is on" in words_of(notes[0])

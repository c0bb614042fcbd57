from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.approvals.digest import digest
from bot.approvals.machine import CLOCK, TABLE, Event, Press, press, standing, still_stands
from bot.errors import Refusal
from bot.records import Approval, ApprovalState, Need, Record, Shown, Step, VoteKind
from bot.say import Say

ADMINS = frozenset({"mei", "chen"})
RECORD = Record(
    command="bucket create",
    asker="li",
    beneficiary="li",
    arguments={"name": "c-flowers"},
    steps=(Step("create", "c-flowers", {"region": "cn-north-4"}),),
    charge="none",
    account="a",
    region="cn-north-4",
    policy="p1",
)


def waiting(need: Need | None = None, single: str = "", record: Record = RECORD) -> Approval:
    return Approval(
        "id", record, digest(record), need or Need(), Shown(Say("t")), "c", created=0.0, expires=100.0, single=single
    )


def approve(who: str, at: float = 1.0, admins: frozenset[str] = ADMINS, typed: str = "", seen: str = "") -> Press:
    return Press(Event.APPROVE, who, at, seen or digest(RECORD), admins, typed)


def refused(approval: Approval, given: Press) -> str:
    with pytest.raises(Refusal) as caught:
        press(approval, given)
    return caught.value.say.key


def test_another_administrator_approves_at_once() -> None:
    after = press(waiting(), approve("mei"))
    assert after.state is ApprovalState.APPROVED
    assert (after.votes[0].voter, after.votes[0].kind) == ("mei", VoteKind.APPROVER)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (approve("li"), "approval.not_an_approver"),
        (approve("guest"), "approval.not_an_approver"),
        (approve("li", admins=ADMINS | {"li"}), "approval.own_request"),
        (approve("li", admins=frozenset({"li"})), "approval.own_request"),
        (approve("mei", admins=frozenset()), "approval.not_an_approver"),
        (approve("mei", at=100.0), "approval.too_late"),
        (approve("mei", seen="0" * 64), "approval.changed"),
        (Press(Event.DENY, "li", 1.0, "", ADMINS), "approval.withdraw_instead"),
        (Press(Event.DENY, "wang", 1.0, "", ADMINS), "approval.not_an_approver"),
        (Press(Event.WITHDRAW, "mei", 1.0, "", ADMINS), "approval.not_yours"),
        (Press(Event.EXPIRE, CLOCK, 99.0, ""), "approval.not_yet_expired"),
    ],
)
def test_what_does_not_count(given: Press, key: str) -> None:
    assert refused(waiting(), given) == key


def test_a_beneficiary_who_is_an_administrator_does_not_count() -> None:
    record = replace(RECORD, beneficiary="mei")
    given = Press(Event.APPROVE, "mei", 1.0, digest(record), ADMINS)
    assert refused(waiting(record=record), given) == "approval.own_request"


@pytest.mark.parametrize(("typed", "works"), [("DELETE", True), ("delete", False), ("", False), (" DELETE ", True)])
def test_a_destructive_plan_wants_the_word(typed: str, works: bool) -> None:
    approval = waiting(Need(1, typed="DELETE"))
    if works:
        assert press(approval, approve("mei", typed=typed)).state is ApprovalState.APPROVED
    else:
        assert refused(approval, approve("mei", typed=typed)) == "approval.type_word"


def test_the_single_administrator_types_the_name_and_is_recorded_as_such() -> None:
    alone = frozenset({"li"})
    approval = waiting(single="c-flowers")
    assert refused(approval, approve("li", admins=alone, typed="c-flower")) == "approval.type_name"
    after = press(approval, approve("li", admins=alone, typed="c-flowers"))
    assert after.votes[0].kind is VoteKind.SINGLE
    assert still_stands(after, alone)
    assert not still_stands(after, ADMINS | alone), "a second administrator ends the exception"


def test_two_are_two_and_a_removed_vote_stops_counting() -> None:
    approval = press(waiting(Need(2)), approve("mei"))
    assert approval.state is ApprovalState.WAITING
    assert refused(approval, approve("mei")) == "approval.voted_already"
    without_mei = frozenset({"chen", "wang"})
    after = press(approval, approve("chen", admins=without_mei))
    assert after.state is ApprovalState.WAITING, "mei is no longer an administrator"
    assert standing(after) == 1, "what every copy shows"
    assert press(after, approve("wang", admins=without_mei)).state is ApprovalState.APPROVED


def test_whoever_comes_back_has_to_approve_anew() -> None:
    once = press(waiting(Need(2)), approve("mei"))
    looked = press(once, Press(Event.RECOUNT, CLOCK, 2.0, "", frozenset({"chen"})))
    assert (standing(once), standing(looked), looked.state) == (1, 0, ApprovalState.WAITING)
    other = press(looked, approve("chen"))
    assert other.state is ApprovalState.WAITING
    again = press(other, approve("mei", at=3.0))
    assert again.state is ApprovalState.APPROVED
    assert [vote.voter for vote in again.votes] == ["chen", "mei"]
    assert still_stands(again, ADMINS)
    assert not still_stands(press(other, approve("wang", admins=frozenset({"wang", "mei"}))), ADMINS)


def test_an_approver_removed_before_the_run_voids_it() -> None:
    after = press(waiting(), approve("mei"))
    assert still_stands(after, ADMINS)
    assert not still_stands(after, frozenset({"chen"}))


@pytest.mark.parametrize("name", [field.name for field in fields(Record)])
def test_every_field_of_the_record_is_hashed(name: str) -> None:
    changes: dict[str, object] = {
        "arguments": {"name": "other"},
        "steps": (Step("create", "other"),),
        "plan_schema": 2,
    }
    changed = replace(RECORD, **{name: changes.get(name, "other")})  # type: ignore[arg-type]
    assert digest(changed) != digest(RECORD)
    approval = replace(waiting(), record=changed)
    given = Press(Event.APPROVE, "mei", 1.0, digest(approval.record), ADMINS)
    with pytest.raises(Refusal):
        press(approval, given)


def test_only_approval_leads_to_approved() -> None:
    ways = {event for (_, event), target in TABLE.items() if target is ApprovalState.APPROVED}
    assert ways == {Event.APPROVE}


PEOPLE = ("li", "mei", "chen", "wang", "guest")


class Requests(RuleBasedStateMachine):
    """Whatever is pressed in whatever order: nothing runs without enough others, and an end is an end."""

    def __init__(self) -> None:
        super().__init__()
        self.approval = waiting(Need(2, reasons=("approve",)))
        self.now = 0.0
        self.admins = frozenset(PEOPLE[1:4])
        self.ended: Approval | None = None

    @rule(
        event=st.sampled_from(Event),
        who=st.sampled_from(PEOPLE),
        typed=st.sampled_from(["", "DELETE", "c-flowers"]),
        seen=st.sampled_from(["", "0" * 64]),
        words=st.sampled_from(["", "because"]),
    )
    def happen(self, event: Event, who: str, typed: str, seen: str, words: str) -> None:
        given = Press(event, who, self.now, seen or self.approval.digest, self.admins, typed, words)
        before = self.approval
        try:
            self.approval = press(before, given)
        except Refusal:
            return
        if self.approval.state is ApprovalState.APPROVED:
            counted = {vote.voter for vote in self.approval.votes if not vote.lapsed}
            assert len(counted & self.admins) >= 2
            assert standing(self.approval) == len(counted)
            assert self.now < self.approval.expires
            assert all(vote.reason for vote in self.approval.votes), "the policy wants one of each approver"
        if event is Event.REPRICE:
            assert not self.approval.votes, "nobody approved the new price"
        if event is Event.ESCALATE:
            assert (self.approval.votes, self.approval.escalated) == (before.votes, self.now)

    @rule(who=st.sampled_from(PEOPLE), member=st.booleans())
    def move(self, who: str, member: bool) -> None:
        self.admins = self.admins | {who} if member else self.admins - {who}

    @rule(seconds=st.floats(0, 60))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def a_lapsed_vote_never_stands(self) -> None:
        lapsed = {vote.voter for vote in self.approval.votes if vote.lapsed}
        if self.approval.state is ApprovalState.APPROVED and lapsed:
            assert still_stands(self.approval, self.admins | lapsed) == still_stands(self.approval, self.admins)

    @invariant()
    def asker_never_votes(self) -> None:
        assert all(vote.voter != "li" for vote in self.approval.votes)

    @invariant()
    def one_vote_a_person(self) -> None:
        voters = [vote.voter for vote in self.approval.votes]
        assert len(voters) == len(set(voters))

    @invariant()
    def an_end_stays(self) -> None:
        closed = {ApprovalState.DENIED, ApprovalState.WITHDRAWN, ApprovalState.EXPIRED, ApprovalState.VOID}
        if self.ended is not None:
            assert self.approval == self.ended
        elif self.approval.state in closed:
            self.ended = self.approval


TestRequests = Requests.TestCase

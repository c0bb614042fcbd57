from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.records import (
    Approval,
    ApprovalState,
    Audience,
    Line,
    Note,
    Operation,
    OperationState,
    PriceLine,
    Record,
    Step,
    StepState,
    Undo,
    Vote,
    VoteKind,
)
from bot.reply import Button, Link, Reply, Row, Table
from bot.say import Language, Moment, People, say
from bot.slack import blocks, cards, replies
from bot.slack.cards import Subject, buttons_for, request_card
from bot.slack.mrkdwn import Voice
from sandbox.workspace.blocks import check_blocks, check_view, too_big
from tests.fakes.words import CATALOG
from tests.slack.given import NOW, approval, operation, record, shown

EN, ZH = Voice(CATALOG, Language.EN), Voice(CATALOG, Language.ZH)
ASKER, APPROVER, CHANNEL = Audience.ASKER, Audience.APPROVER, Audience.CHANNEL
ENDED = [state for state in ApprovalState if state is not ApprovalState.WAITING]
NAMES = st.text(max_size=300)


@pytest.mark.parametrize(
    ("audience", "single", "names"),
    [
        (ASKER, "", ("withdraw",)),
        (ASKER, "c-flowers", ("approve", "withdraw")),
        (APPROVER, "", ("approve", "deny")),
        (CHANNEL, "", ("approve", "deny")),
    ],
)
def test_who_is_offered_what_while_a_request_waits(audience: Audience, single: str, names: tuple[str, ...]) -> None:
    assert buttons_for(Subject(approval(single=single)), audience) == names


@pytest.mark.parametrize("state", ENDED)
@pytest.mark.parametrize("audience", list(Audience))
def test_nothing_can_be_pressed_once_a_request_has_ended(state: ApprovalState, audience: Audience) -> None:
    assert buttons_for(Subject(approval(state=state, single="c-flowers")), audience) == ()


@pytest.mark.parametrize("state", list(OperationState))
@pytest.mark.parametrize("audience", list(Audience))
def test_who_steers_an_operation_with_what_and_nobody_in_a_channel(state: OperationState, audience: Audience) -> None:
    steering = {
        OperationState.FAILED: ("retry",),
        OperationState.READY: ("cancel",),
        OperationState.RUNNING: ("cancel",),
    }
    expected = steering.get(state, ()) if audience is not CHANNEL else ()
    assert buttons_for(Subject(None, operation(state=state)), audience) == expected


@pytest.mark.parametrize(
    ("state", "asked", "names"),
    [
        (OperationState.DONE, "", ("undo",)),
        (OperationState.FAILED, "", ("retry", "undo")),
        (OperationState.CANCELLED, "", ("undo",)),
        (OperationState.DONE, "other", ()),
    ],
)
def test_an_end_that_can_be_taken_back_says_until_when(
    state: OperationState, asked: str, names: tuple[str, ...]
) -> None:
    subject = Subject(None, operation(state=state, undo=Undo("bucket delete", {}, NOW + 60, asked, "U9")))
    assert buttons_for(subject, ASKER) == names
    assert ("<@U9> asked to take it back" if asked else "It can be taken back until") in str(
        request_card(EN, subject, ASKER).blocks
    )


def test_a_failure_tells_what_happened_with_the_providers_request_ids() -> None:
    notes = (
        Note(NOW, say("execute.note.called", call="obs createBucket", outcome="ok"), "REQ1"),
        Note(NOW, say("execute.looking")),
    )
    failed = Subject(None, operation(state=OperationState.FAILED, notes=notes, failure=say("execute.stuck")))
    whole = str(request_card(EN, failed, ASKER).blocks)
    assert "obs createBucket: ok (request `REQ1`)" in whole
    assert "Looking whether it happened" in whole
    assert "REQ1" not in str(request_card(EN, Subject(None, operation(notes=notes)), ASKER).blocks)


def test_a_step_that_was_sent_before_the_cancel_is_not_called_done() -> None:
    lines = (Line(record().steps[0], StepState.ACTING),)
    cancelled = Subject(None, operation(state=OperationState.CANCELLED, lines=lines))
    assert "Sent, and not seen to take effect yet" in str(request_card(EN, cancelled, ASKER).blocks)


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (Subject(approval()), "Waiting for approval (0 of 1)"),
        (Subject(approval(state=ApprovalState.APPROVED)), "Approved"),
        (Subject(approval(state=ApprovalState.DENIED, closed_by="U9", closed_at=NOW)), "Denied by <@U9>"),
        (Subject(approval(state=ApprovalState.WITHDRAWN, closed_by="U9", closed_at=NOW)), "Withdrawn by <@U9>"),
        (Subject(approval(state=ApprovalState.EXPIRED)), "Expired at <!date^"),
        (Subject(approval(state=ApprovalState.VOID)), "Void. No reason"),
        (Subject(approval(), operation()), "About to begin"),
        (Subject(approval(), operation(not_before=NOW + 60)), "It begins at <!date^"),
        (Subject(approval(), operation(state=OperationState.RUNNING)), "Being carried out"),
        (Subject(None, operation(waiting=say("execute.looking"))), "Looking whether it happened"),
        (Subject(approval(), operation(state=OperationState.DONE, finished=NOW)), "confirmed by the cloud"),
        (Subject(None, operation(state=OperationState.FAILED, failure=say("execute.stuck"))), "five workers"),
        (Subject(None, operation(state=OperationState.VOID, failure=say("execute.asker_gone"))), "active member"),
    ],
)
def test_the_card_says_where_the_request_stands(subject: Subject, words: str) -> None:
    message = request_card(EN, subject, APPROVER)
    assert words in str(message.blocks[0])
    assert request_card(ZH, subject, APPROVER).text != message.text


def test_the_card_shows_everything_there_is_to_know() -> None:
    votes = (Vote("U1", NOW, "d"), Vote("U2", NOW, "d", VoteKind.SINGLE))
    asked = replace(record(), beneficiary="U0WANG0001")
    whole = str(request_card(EN, Subject(approval(votes=votes, record=asked)), APPROVER).blocks)
    for words in ("Asked by <@U0LI000001>", "for <@U0WANG0001>", "account `acct`", "region `cn-north-4`"):
        assert words in whole
    for words in ("<@U1>", "<@U2>", "as single administrator", "price unknown", "0.1 CNY", "Console >"):
        assert words in whole.replace("&gt;", ">")
    assert f"plan `{approval().digest[:12]}`" in whole
    assert "https://console.example.com/#/bucket?a=1&amp;b=2" in whole


@pytest.mark.parametrize("state", list(StepState))
def test_every_step_has_its_state_in_words(state: StepState) -> None:
    lines = (Line(record().steps[0], state), Line(record().steps[1], StepState.DONE, found=True))
    whole = str(request_card(EN, Subject(None, operation(lines=lines)), ASKER).blocks)
    words = {"todo": "Not begun – ", "acting": "Working – ", "done": "Done – ", "failed": "Failed – "}
    assert words[state.value] in whole
    assert "Was so already – " in whole


def test_the_buttons_carry_nothing_but_the_requests_id() -> None:
    actions = request_card(EN, Subject(approval()), APPROVER).blocks[-1]
    assert [(e["action_id"], e["value"], e.get("style")) for e in actions["elements"]] == [
        ("approve", "req1", "primary"),
        ("deny", "req1", "danger"),
    ]


def test_the_digest_of_a_drawing_changes_with_what_is_seen() -> None:
    waiting, ended = Subject(approval()), Subject(approval(state=ApprovalState.APPROVED))
    assert cards.digest(request_card(EN, waiting, ASKER)) == cards.digest(request_card(EN, waiting, ASKER))
    assert cards.digest(request_card(EN, waiting, ASKER)) != cards.digest(request_card(EN, ended, ASKER))
    assert cards.digest(request_card(EN, waiting, ASKER)) != cards.digest(request_card(EN, waiting, APPROVER))


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    """Return requests with names that nobody would choose, and far too many of them."""
    name = draw(NAMES)
    steps = tuple(Step("create", name, {"region": name, "class": name}) for _ in range(draw(st.integers(1, 60))))
    asked = Record("bucket create", name, draw(NAMES), {"name": name}, steps, name, name, name, name)
    label = say("links.bucket.label", name=name, region=name)
    told = shown(
        title=say("bucket.create.title", name=name, region=name),
        notes=tuple(say("bucket.create.exists", name=name, region=name) for _ in range(draw(st.integers(0, 30)))),
        price=tuple(PriceLine(label, name, name, name) for _ in range(draw(st.integers(0, 20)))),
        links=tuple(Link(label, f"https://a.example/{name}", label) for _ in range(draw(st.integers(0, 60)))),
    )
    votes = tuple(Vote(name, NOW, "d") for _ in range(draw(st.integers(0, 40))))
    state = draw(st.sampled_from(ApprovalState))
    request = Approval("r" * 43, asked, "d" * 64, approval().need, told, "c", NOW, NOW, state=state, votes=votes)
    lines = tuple(Line(step, draw(st.sampled_from(StepState))) for step in steps)
    failure = say("submit.cloud", why=label)
    made = Operation("r" * 43, asked, "d" * 64, told, "c", NOW, lines, state=OperationState.FAILED, failure=failure)
    return draw(st.sampled_from([Subject(request), Subject(None, made), Subject(request, made)]))


@settings(max_examples=60, deadline=None)
@given(subjects(), st.sampled_from(Audience), st.sampled_from([EN, ZH]))
def test_no_card_breaks_slacks_limits(subject: Subject, audience: Audience, voice: Voice) -> None:
    message = request_card(voice, subject, audience)
    drawn = list(message.blocks)
    assert check_blocks(drawn, "message") == []
    assert not too_big(drawn)
    assert 0 < len(message.text) <= 4000
    assert bool(buttons_for(subject, audience)) == (drawn[-1]["type"] == "actions")


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=120), st.integers(0, 500), st.sampled_from([EN, ZH]))
def test_no_answer_breaks_slacks_limits(names: list[str], more: int, voice: Voice) -> None:
    head = say("help.command", name=names[0], about=say("help.hint", about=names[-1]))
    rows = tuple(Row(say("help.hint", about=n), (say("help.hint", about=n),)) for n in names)
    button = Button("open_form", say("form.open"), "f" * 41, "primary")
    reply = Reply(head, tuple(r.head for r in rows[:5]), Table(rows, len(rows) + more), buttons=(button,))
    message = replies.message(voice, reply)
    assert check_blocks(list(message.blocks), "message") == []
    assert not too_big(list(message.blocks))
    assert message.blocks[-1]["type"] == "actions"
    assert check_view(replies.modal(voice, reply, say("form.title")), ("modal",)) == []


def test_a_list_says_how_many_more_there_are() -> None:
    rows = tuple(Row(say("help.hint", about=f"row{n}")) for n in range(3))
    whole = str(replies.message(EN, Reply(say("help.overview"), table=Table(rows, 10))).blocks)
    assert "row2" in whole
    assert "7 more, 10 in all" in whole


@given(st.text(alphabet="ab <>&;|!", max_size=80), st.integers(1, 40))
def test_a_cut_never_leaves_half_a_token(text: str, limit: int) -> None:
    from bot.slack.mrkdwn import escape

    whole = f"<@U1> {escape(text)} <https://a.example|x>"
    short = blocks.cut(whole, limit)
    assert len(short) <= limit
    assert short.count("<") == short.count(">")
    assert short == whole or short.endswith("…")


def test_facts_of_every_kind_are_drawn() -> None:
    told = say("card.denied", who=People(("U1",)), at=Moment(NOW))
    both: list[Any] = [EN.rich(told), ZH.plain(told)]
    assert "<@U1>" in both[0]
    assert "@U1" in both[1]

"""The policy: the contract's default, sections laid over it, and a file that is read strictly."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.approvals.document import KEYS, read
from bot.approvals.policy import RISKS, Policy, ask_again_at, guard_lockout, single_applies
from bot.describe import registry
from bot.errors import Refusal
from bot.records import Circle, Late, Need

COMMANDS = [command.name for command in registry().commands]


def policy(text: str, administrators: int | None = None) -> Policy:
    """Return the policy of a file that must have no faults."""
    found, faults = read(tomllib.loads(text), COMMANDS, administrators=administrators)
    assert faults == []
    return found


def faults(text: str, administrators: int | None = None) -> list[str]:
    """Return the faults of a file."""
    return read(tomllib.loads(text), COMMANDS, administrators=administrators)[1]


@pytest.mark.parametrize(
    ("risk", "approvers", "typed"),
    [("read", 0, ""), ("free", 0, ""), ("change", 1, ""), ("money", 1, ""), ("destructive", 1, "DELETE")],
)
def test_the_default_is_the_contracts(risk: str, approvers: int, typed: str) -> None:
    need = Policy().need("bucket create", risk)
    assert (need.approvers, need.typed, need.expiry, need.tolerance) == (approvers, typed, 8 * 3600, 0)
    assert not need.people
    assert not Policy().askers("bucket create", risk)


def test_the_more_particular_section_decides_key_by_key() -> None:
    found = policy(
        """
        [risk.change]
        approvers = 2
        expires = "1h"
        ask_groups = ["S0ALL"]
        [command.bucket]
        approve_groups = ["S0DATA"]
        reason = ["deny", "ask"]
        [command."bucket folder"]
        approvers = 1
        ask_users = ["U0LI"]
        price_tolerance = 5
        """
    )
    create, folder = found.need("bucket create", "change"), found.need("bucket folder", "change")
    assert (create.approvers, create.expiry, create.people.groups) == (2, 3600, ("S0DATA",))
    assert (folder.approvers, folder.expiry, folder.people.groups) == (1, 3600, ("S0DATA",))
    assert (create.reasons, create.tolerance, folder.tolerance) == (("ask", "deny"), 0, 0.05)
    assert found.askers("bucket create", "change") == Circle(groups=("S0ALL",))
    assert found.askers("bucket folder", "change") == Circle(users=("U0LI",))
    assert found.need("service stop", "change").people == Circle(), "other nouns keep the default"
    assert found.need("bucket delete", "destructive").typed == "DELETE"


def test_escalation_and_asking_again() -> None:
    need = policy('[risk.money]\nescalate_after = "2h"\nescalate_users = ["U9"]\nagain = "0m"\nescalate_channel = "C9"')
    found = need.need("service start", "money")
    assert found.late == Late(7200.0, Circle(users=("U9",)), "C9")
    assert ask_again_at(found, 0.0, 0) == float("inf")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[risk.change]\napprover = 1", "risk.change.approver: is unknown: use one of ask_users"),
        ("[policy]\nx = 1", "policy: is unknown: a section is [risk.<risk>]"),
        ("[risk.dangerous]", "risk.dangerous: there is no such risk: use one of change, destructive"),
        ('[command."bucket creat"]', 'command."bucket creat": there is no such command'),
        ("[command.buckets]", 'command."buckets *": there is no such command'),
        ("risk = 1", "risk: must be sections"),
        ("command = 1", "command: must be sections"),
        ("[risk]\nchange = 1", "risk.change: must be a section"),
        ("[risk.change]\napprovers = -1", "risk.change.approvers: must be a whole number from 0 to 20"),
        ("[risk.change]\napprovers = true", "risk.change.approvers: must be a whole number"),
        ("[risk.change]\napprove_users = []", "risk.change.approve_users: and approve_groups name nobody"),
        ("[risk.change]\nask_groups = []\nask_users = []", "risk.change.ask_users: and ask_groups name nobody"),
        ('[risk.change]\napprove_users = ["mei"]', 'approve_users: must be a list of Slack ids: write it like ["U0'),
        (
            '[risk.change]\napprove_groups = ["U0MEI"]',
            'approve_groups: must be a list of Slack ids: write it like ["S0',
        ),
        ('[risk.change]\nreason = ["think"]', 'reason: must be a list of "ask", "approve" and "deny"'),
        ("[risk.change]\ntyped = 1", "typed: must be a word"),
        ('[risk.change]\nexpires = "8"', 'expires: must be a length of time of 60 s or more: write it like "8h"'),
        ('[risk.change]\nexpires = "0h"', "expires: must be a length of time of 60 s or more"),
        ('[risk.change]\nprice_tolerance = "5%"', "price_tolerance: must be per cent"),
        ('[risk.change]\nescalate_users = ["U1"]', "escalate_after: is missing"),
        ('[risk.change]\nescalate_after = "1h"', "escalate_users: is missing: name users, groups or a channel"),
        ('[risk.change]\nescalate_after = "1h"\nescalate_channel = "modelarts"', "must be the id of a channel"),
        (
            '[risk.change]\nexpires = "1h"\nescalate_after = "1h"\nescalate_users = ["U1"]',
            "escalate_after is not before",
        ),
        ('[risk.change]\napprovers = 2\napprove_users = ["U1", "U1"]', "2 approvers are wanted and there can be 1"),
        ("[risk.destructive]\napprovers = 0", "approvers is 0, and nobody could type the word"),
        ('[command."bucket create"]\napprovers = 2\napprove_users = ["U1"]', 'command."bucket create": 2 approvers'),
    ],
)
def test_a_fault_is_named_with_its_mend(text: str, words: str) -> None:
    found = faults(text)
    assert any(words in fault for fault in found), found
    assert all(": " in fault for fault in found)


def test_a_quorum_larger_than_the_administrators_there_are() -> None:
    two = "[risk.money]\napprovers = 2"
    assert "there can be 1" in faults(two, administrators=1)[0]
    assert faults(two, administrators=2) == []
    assert faults(two) == [], "a group may have any number"
    late = f'{two}\nescalate_after = "1h"\nescalate_users = ["U9"]'
    assert faults(late, administrators=1) == [], "with those asked later there are enough"


def test_every_fault_is_named_at_once() -> None:
    assert len(faults('[risk.change]\napprovers = "1"\nword = "x"\n[risk.none]\n[other]')) == 4


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # other tests may have the machine
@given(st.dictionaries(st.sampled_from(sorted(KEYS)), st.none() | st.integers() | st.text() | st.lists(st.text())))
def test_any_value_is_read_or_named(body: dict[str, object]) -> None:
    found, wrong = read({"risk": {"change": body}}, COMMANDS, administrators=None)
    if not wrong:
        need = found.need("bucket create", "change")
        assert need.expiry >= 60
        assert 0 <= need.approvers <= 20


def test_any_change_of_the_policy_is_another_version() -> None:
    texts = [
        "",
        "[risk.change]\napprovers = 2",
        '[command."bucket create"]\ntyped = "GO"',
        '[risk.read]\nask_users=["U1"]',
    ]
    versions = {policy(text).version for text in texts} | {Policy(single_administrator=False).version}
    assert len(versions) == len(texts) + 1
    assert policy("").version == Policy().version


ADMINS = frozenset({"mei", "chen"})


@pytest.mark.parametrize(
    ("need", "asker", "able", "late", "key"),
    [
        (Need(1), "li", ADMINS, frozenset(), ""),
        (Need(1), "mei", ADMINS, frozenset(), ""),
        (Need(2), "mei", ADMINS, frozenset(), "approval.nobody_may"),
        (Need(2), "mei", ADMINS, frozenset({"wang"}), ""),
        (Need(1), "li", frozenset(), frozenset(), "approval.nobody_may"),
        (Need(1), "mei", frozenset({"mei"}), frozenset(), ""),
        (Need(2), "mei", frozenset({"mei"}), frozenset(), "approval.nobody_may"),
        (Need(1, people=Circle(("mei",))), "mei", frozenset({"mei"}), frozenset(), "approval.nobody_named_may"),
        (Need(0), "li", frozenset(), frozenset(), ""),
    ],
)
def test_a_lock_out_is_found_before_anything_is_sent(
    need: Need, asker: str, able: frozenset[str], late: frozenset[str], key: str
) -> None:
    if not key:
        guard_lockout(Policy(), need, asker, asker, able, late)
        return
    with pytest.raises(Refusal) as caught:
        guard_lockout(Policy(), need, asker, asker, able, late)
    assert caught.value.say.key == key


def test_the_single_administrator_is_one_that_the_policy_did_not_name() -> None:
    alone = frozenset({"mei"})
    assert single_applies(Policy(), Need(1), "mei", alone)
    assert not single_applies(Policy(single_administrator=False), Need(1), "mei", alone)
    assert not single_applies(Policy(), Need(1, people=Circle(("mei",))), "mei", alone)
    assert not single_applies(Policy(), Need(2), "mei", alone)
    assert set(RISKS) == {"read", "free", "change", "money", "destructive"}

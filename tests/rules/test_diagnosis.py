"""What a text needs, and whether an agency's grants allow it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.records.identity import Grant, Level, Permission, PermissionKind, Scope, ScopeKind, Statement
from bot.rules import diagnosis as rules
from bot.rules.diagnosis import Held
from tests.fakes.identity import COMMON, OBS_OPERATE, TENANT_ADMIN, policy
from tests.fakes.words import words_of

ACCOUNT, EVERY = Scope(ScopeKind.DOMAIN), Scope(ScopeKind.ALL_PROJECTS)
NORTH, SOUTH = Scope(ScopeKind.PROJECT, "p-4"), Scope(ScopeKind.PROJECT, "p-s")
LOGS = policy("LTS", Level.PROJECT, "lts:*:*")
BARRED = replace(LOGS, statements=(Statement(("lts:groups:create",), "Deny"),))
SOME = replace(LOGS, statements=(Statement(("lts:*:*",), resources=("LTS:*:*:group:1",)),))


@pytest.mark.rule("R3.19")
@pytest.mark.parametrize(
    ("text", "actions", "function"),
    [
        ("You are not authorized to perform: lts:groups:create (request 1f)", ("lts:groups:create",), ""),
        ("Policy doesn't allow obs:object:PutObject, obs:bucket:ListBucket", None, ""),
        ("train create failed with 403", rules.FUNCTIONS["training"], "training"),
        ("notebook create", rules.FUNCTIONS["notebook"], "notebook"),
        ("创建训练作业失败", rules.FUNCTIONS["training"], "training"),
        ("ModelArts Lite: no permission", rules.FUNCTIONS["lite"], "lite"),
    ],
)
def test_a_text_is_understood(text: str, actions: tuple[str, ...] | None, function: str) -> None:
    found = rules.understood(text)
    assert found is not None
    assert found.function == function
    assert found.actions == (actions or ("obs:object:PutObject", "obs:bucket:ListBucket"))


@pytest.mark.rule("R3.19")
@given(st.text(max_size=200))
def test_any_text_is_understood_or_not(text: str) -> None:
    found = rules.understood(text)
    assert found is None or found.actions


def test_times_and_addresses_are_no_actions() -> None:
    assert rules.understood("at 12:30:45 on fe80::1, urn:x:y:z:more") is None


@pytest.mark.rule("R3.19")
@pytest.mark.parametrize(
    ("action", "grants", "held"),
    [
        ("lts:groups:create", [], Held.NO),
        ("lts:groups:create", [Grant(LOGS, EVERY)], Held.YES),
        ("lts:groups:create", [Grant(LOGS, NORTH)], Held.YES),
        ("lts:groups:create", [Grant(LOGS, SOUTH)], Held.NO),
        ("lts:groups:create", [Grant(LOGS, ACCOUNT)], Held.NO),
        ("lts:groups:create", [Grant(LOGS, EVERY), Grant(BARRED, NORTH)], Held.NO),
        ("lts:groups:create", [Grant(SOME, EVERY)], Held.PARTLY),
        ("lts:groups:create", [Grant(TENANT_ADMIN, EVERY)], Held.ROLE),
        ("lts:groups:create", [Grant(TENANT_ADMIN, EVERY), Grant(LOGS, NORTH)], Held.YES),
        ("obs:object:GetObject", [Grant(OBS_OPERATE, ACCOUNT)], Held.YES),
        ("obs:object:GetObject", [Grant(OBS_OPERATE, EVERY)], Held.NO),
        ("OBS:object:getobject", [Grant(OBS_OPERATE, ACCOUNT)], Held.YES),
    ],
)
def test_whether_grants_allow_an_action(action: str, grants: list[Grant], held: Held) -> None:
    assert rules.allowed(action, grants, "p-4") is held


def told(actions: tuple[str, ...], *grants: Grant) -> str:
    found = rules.verdicts(rules.Finding(actions), grants, "p-4")
    return "\n".join(words_of(line) for line in rules.lines(found, "ma_lab"))


@pytest.mark.rule("R3.19")
def test_what_is_missing_is_named_and_what_cannot_be_known_is_said() -> None:
    said = told(("lts:groups:create", "modelarts:trainJob:create"), Grant(COMMON, EVERY))
    assert "lacks `lts:groups:create`:" in said
    assert "`modelarts:trainJob:create`" not in said
    assert "cannot be decided" in told(("lts:groups:create",), Grant(TENANT_ADMIN, EVERY))
    assert "only for some resources" in told(("lts:groups:create",), Grant(SOME, EVERY))
    assert "has everything" in told(("lts:groups:create",), Grant(LOGS, EVERY))


@pytest.mark.rule("R3.20")
@pytest.mark.rule("R3.30")
def test_what_only_lite_needs_is_no_fault_without_it() -> None:
    said = told(rules.FUNCTIONS["lite"])
    assert "`cce:cluster:get`" in said
    assert "no fault" in said
    assert "existing dedicated pools go on working" in said
    assert "Lite" not in told(("lts:groups:create",))


def test_a_role_with_statements_is_read_like_a_policy() -> None:
    role = Permission("r", "r", "R", PermissionKind.ROLE, Level.PROJECT, statements=(Statement(("lts:*:*",)),))
    assert rules.allowed("lts:groups:create", [Grant(role, EVERY)], "p-4") is Held.YES


@pytest.mark.rule("R3.19")
def test_every_function_can_be_asked_for_by_a_word() -> None:
    words = {function: rules.understood(f"please {signs[0]}") for function, signs in rules._WORDS.items()}
    assert {function: found and found.function for function, found in words.items()} == {f: f for f in rules.FUNCTIONS}

"""Permissions from the real list: their places, what comes along, what is too much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import Refusal
from bot.records.identity import Dependency, Grant, Level, Permission, PermissionKind, Project, Scope, ScopeKind
from bot.rules import permission as rules
from tests.fakes.identity import COMMON, OBS_OPERATE, TENANT_ADMIN
from tests.fakes.words import words_of

PROJECTS = [Project("p-4", "cn-north-4"), Project("p-1", "cn-north-1"), Project("p-s", "cn-north-4_lab")]
GUEST = Permission("guest", "te_guest", "Tenant Guest", PermissionKind.ROLE, Level.BOTH, "BASE")
SERVER = Permission("srv", "server_adm", "Server Administrator", PermissionKind.ROLE, Level.PROJECT, "BASE")
CCE = Permission(
    "cce",
    "cce_adm",
    "CCE Administrator",
    PermissionKind.ROLE,
    Level.PROJECT,
    "CCE",
    depends=(Dependency("BASE", "Server Administrator"),),
)
SERVER_WITH_GUEST = replace(
    SERVER, depends=(Dependency("BASE", "Tenant Guest"), Dependency("CCE", "CCE Administrator"))
)
KNOWN = [COMMON, OBS_OPERATE, TENANT_ADMIN, GUEST, SERVER_WITH_GUEST, CCE]
ACCOUNT, EVERY = Scope(ScopeKind.DOMAIN), Scope(ScopeKind.ALL_PROJECTS)
NORTH = Scope(ScopeKind.PROJECT, "p-4")


@pytest.mark.rule("R3.08")
def test_permissions_are_chosen_by_the_names_that_the_console_shows() -> None:
    assert rules.chosen(["obs operateaccess", COMMON.id, "OBS OperateAccess"], KNOWN) == [OBS_OPERATE, COMMON]


@pytest.mark.rule("R3.08")
@pytest.mark.rule("R3.26")
@pytest.mark.parametrize(
    ("word", "key"), [("OBS", "permission.missing"), ("CCE Administrator", "permission.other_kind")]
)
def test_what_is_not_on_the_list_or_of_the_other_kind_is_refused(word: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.chosen([word], KNOWN, PermissionKind.POLICY)
    assert refused.value.say.key == key
    assert words_of(refused.value)


@pytest.mark.rule("R3.26")
def test_roles_bring_along_what_they_depend_on_and_policies_nothing() -> None:
    found = rules.with_dependencies([CCE], KNOWN)
    assert [(one.display, because) for one, because in found] == [
        ("CCE Administrator", ""),
        ("Server Administrator", "CCE Administrator"),
        ("Tenant Guest", "Server Administrator"),
    ]
    assert rules.with_dependencies([replace(OBS_OPERATE, depends=CCE.depends)], KNOWN)[1:] == []
    with pytest.raises(Refusal) as refused:
        rules.with_dependencies([CCE], [CCE])
    assert refused.value.say.key == "permission.no_dependency"


@pytest.mark.rule("R3.26")
def test_what_a_role_needs_stands_in_the_same_project() -> None:
    found = rules.placed(rules.with_dependencies([CCE], KNOWN), ["cn-north-4"], PROJECTS)
    assert {one.scope for one in found} == {NORTH}
    assert [one.region for one in found] == ["cn-north-4"] * 3


@pytest.mark.rule("R3.13")
@pytest.mark.parametrize(
    ("permission", "regions", "scopes"),
    [
        (COMMON, ["cn-north-4"], [NORTH]),
        (COMMON, ["cn-north-4", "cn-north-1"], [NORTH, Scope(ScopeKind.PROJECT, "p-1")]),
        (COMMON, ["all"], [EVERY]),
        (OBS_OPERATE, ["cn-north-4"], [ACCOUNT]),
        (OBS_OPERATE, ["all"], [ACCOUNT]),
        (TENANT_ADMIN, ["all"], [ACCOUNT, EVERY]),
    ],
)
def test_the_least_scope(permission: Permission, regions: list[str], scopes: list[Scope]) -> None:
    assert [one.scope for one in rules.placed([(permission, "")], regions, PROJECTS)] == scopes


@pytest.mark.rule("R3.13")
def test_a_region_without_a_project_and_what_no_agency_may_have_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        rules.placed([(COMMON, "")], ["cn-east-3"], PROJECTS)
    assert "`cn-north-1`, `cn-north-4`" in words_of(refused.value)
    with pytest.raises(Refusal, match=r"permission\.not_for_agencies"):
        rules.placed([(replace(COMMON, level=Level.NEITHER), "")], ["all"], PROJECTS)


@pytest.mark.rule("R3.11")
def test_scopes_have_words() -> None:
    said = [
        words_of(rules.where(scope, PROJECTS)) for scope in (ACCOUNT, EVERY, NORTH, Scope(ScopeKind.PROJECT, "gone"))
    ]
    assert said == ["for the account's global services", "in all regions", "in `cn-north-4`", "in `gone`"]


@pytest.mark.rule("R3.08")
def test_everything_beyond_the_choice_is_surplus() -> None:
    grants = [Grant(COMMON, EVERY), Grant(COMMON, NORTH), Grant(TENANT_ADMIN, ACCOUNT)]
    wanted = [(COMMON.display, NORTH)]
    assert rules.surplus(grants, wanted) == [grants[0], grants[2]]
    assert rules.held(grants, COMMON.id, NORTH)
    assert rules.held(grants[:1], COMMON.display, NORTH)
    assert not rules.held(grants[1:], COMMON.id, EVERY)


@pytest.mark.rule("R3.13")
@pytest.mark.rule("R3.26")
@pytest.mark.rule("R3.27")
def test_a_choice_is_explained() -> None:
    found = rules.placed(rules.with_dependencies([CCE, OBS_OPERATE], KNOWN), ["cn-north-4"], PROJECTS)
    said = "\n".join(words_of(note) for note in rules.notes(found))
    assert "Roles are coarse" in said
    assert "`Server Administrator` comes along" in said
    assert "whole account" in said
    assert rules.notes(rules.placed([(COMMON, "")], ["all"], PROJECTS)) == ()


@pytest.mark.rule("R3.08")
def test_a_policy_never_mixes_global_services_with_those_of_a_region() -> None:
    many = [f"swr:repository:a{n}" for n in range(101)]
    found = dict(rules.custom_policies(["obs:object:GetObject", *many]))
    assert [statement.actions for statement in found[Level.DOMAIN]] == [("obs:object:GetObject",)]
    assert [len(statement.actions) for statement in found[Level.PROJECT]] == [100, 1]
    assert [level for level, _ in rules.custom_policies(many)] == [Level.PROJECT]

from __future__ import annotations

import json

import pytest

from bot.rules.actions import TABLE, WIDE, missing, needed, policies

LONGEST_POLICY = 6144  # IAM.1021 refuses a longer one


@pytest.mark.rule("R3.01")
@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("Policy doesn't allow iam:agencies:createAgency to be performed.", ("iam:agencies:createAgency",)),
        (
            "needs modelarts:trainJob:create and obs:object:GetObject",
            ("modelarts:trainJob:create", "obs:object:GetObject"),
        ),
        ("modelarts:service:get, modelarts:service:get", ("modelarts:service:get",)),
        ("Access Denied", ("obs:bucket:CreateBucket",)),
        ("see https://support.example.com:443/obs:x", ("obs:bucket:CreateBucket",)),
    ],
)
def test_a_refusal_names_its_own_action_or_else_the_table_s(message: str, found: tuple[str, ...]) -> None:
    assert missing("obs", "createBucket", message) == found


@pytest.mark.rule("R3.01")
def test_both_sites_of_billing_share_their_rows_and_unknown_calls_have_none() -> None:
    assert needed("bss-intl", "listFreeResourceInfos") == needed("bss", "listFreeResourceInfos") == ("bss:order:view",)
    assert needed("obs", "startRumour") is None
    assert needed("cce", "createBucket") is None
    assert missing("cce", "createCluster", "no") == ()


@pytest.mark.parametrize("service", list(policies()))
def test_a_policy_grants_every_action_of_its_service_and_iam_can_take_it(service: str) -> None:
    text = json.dumps(policies()[service])
    granted = json.loads(text)["Statement"][0]["Action"]
    every = {action for rows in TABLE.values() for actions in rows.values() for action in actions}
    assert set(granted) == {action for action in every if action.split(":")[0] == service}
    assert len(text) <= LONGEST_POLICY
    assert service in WIDE


def test_actions_are_written_whole_and_never_with_a_star() -> None:
    for actions in (actions for rows in TABLE.values() for actions in rows.values()):
        for action in actions:
            assert len(action.split(":")) == 3
            assert "*" not in action

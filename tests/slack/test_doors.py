from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.slack.doors import is_ours, signed
from tests.slack.given import IDENTITY
from tests.slack.given import signed as headers_for

BODY = b"text=hello"
AT = 1_790_000_000.0
GRID = replace(IDENTITY, enterprise="E1")


def _given(secret: str = "new", at: float = AT, body: bytes = BODY) -> tuple[str, str]:
    made = headers_for(body, secret, at)
    return made["x-slack-request-timestamp"], made["x-slack-signature"]


@pytest.mark.parametrize(
    ("given", "now", "good"),
    [
        (_given(), AT, True),
        (_given("old"), AT, True),
        (_given("other"), AT, False),
        (_given(), AT + 300, True),
        (_given(), AT + 301, False),
        (_given(), AT - 301, False),
        (_given(body=b"text=other"), AT, False),
        (("", _given()[1]), AT, False),
        (("-1", _given()[1]), AT, False),
        (("nan", _given()[1]), AT, False),
        (("１７９", _given()[1]), AT, False),
        ((_given()[0], ""), AT, False),
        ((_given()[0], "v0=é"), AT, False),
    ],
)
def test_a_signature_counts_for_five_minutes_under_either_secret(
    given: tuple[str, str], now: float, good: bool
) -> None:
    assert signed(("new", "old"), *given, BODY, now) is good


def test_an_empty_secret_opens_nothing() -> None:
    assert not signed(("",), *_given(""), BODY, AT)
    assert not signed((), *_given(), BODY, AT)


@pytest.mark.parametrize(
    ("body", "identity", "ours"),
    [
        ({"team_id": IDENTITY.team, "api_app_id": IDENTITY.app}, IDENTITY, True),
        ({"team_id": IDENTITY.team}, IDENTITY, True),
        ({"team_id": IDENTITY.team, "api_app_id": "A0OTHER"}, IDENTITY, False),
        ({"team_id": "T0OTHER", "api_app_id": IDENTITY.app}, IDENTITY, False),
        ({"team": {"id": IDENTITY.team}}, IDENTITY, True),
        ({"team": {"id": "T0OTHER"}}, IDENTITY, False),
        ({"team": None}, IDENTITY, False),
        ({}, IDENTITY, False),
        ({"team": None, "enterprise": {"id": "E1"}}, GRID, True),
        ({"team": None, "enterprise": {"id": "E2"}}, GRID, False),
        ({"team_id": "T0OTHER", "authorizations": [{"team_id": IDENTITY.team}]}, IDENTITY, True),
        ({"team_id": "T0OTHER", "authorizations": [{"team_id": "T0OTHER"}]}, IDENTITY, False),
    ],
)
def test_only_our_own_workspace_comes_in(body: dict[str, Any], identity: Any, ours: bool) -> None:
    assert is_ours(body, identity) is ours

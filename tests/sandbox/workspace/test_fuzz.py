"""Nothing that an app or a visitor sends may break the simulated Slack: it answers, always."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.calls import Calls
from sandbox.control.routes import TABLE
from sandbox.workspace.api.frame import ApiError, run
from sandbox.workspace.app import METHODS
from sandbox.workspace.blocks import check_blocks, check_view
from sandbox.workspace.deliver import Deliverer
from sandbox.workspace.faults import Faults
from sandbox.workspace.posting import Poster
from sandbox.workspace.rates import RateLimits, Rates
from sandbox.workspace.scenario import build_workspace, read_scenario
from sandbox.workspace.site import Site
from sandbox.workspace.speak import escaped
from tests.sandbox.conftest import company
from tests.sandbox.workspace.small_bot import BUTTONS, FORM
from tests.sandbox.workspace.test_web_api import SECTION

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["button", "mrkdwn"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "value", "options", "elements", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)
OPTION = {"text": {"type": "plain_text", "text": "x"}, "value": "x"}
CHOICES = {
    "type": "actions",
    "elements": [
        {"type": "checkboxes", "action_id": "c", "options": [OPTION], "initial_options": [OPTION]},
        {"type": "radio_buttons", "action_id": "r", "options": [OPTION], "initial_option": OPTION},
        {"type": "static_select", "action_id": "g", "option_groups": [{"label": OPTION["text"], "options": [OPTION]}]},
    ],
}
FIELDS: Any = FORM["blocks"]
VALID = {"type": "home", "blocks": [*FIELDS, SECTION, BUTTONS, CHOICES]}


def places(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value inside a structure."""
    keys = node.keys() if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield (*at, key)
        yield from places(node[key], (*at, key))


PLACES = list(places(VALID))


def changed(at: tuple[Any, ...], value: Any) -> Any:
    """Return the valid view with one value replaced."""
    copy = deepcopy(VALID)
    node: Any = copy
    for key in at[:-1]:
        node = node[key]
    node[at[-1]] = value
    return copy


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PLACES), JSON)
def test_any_damage_to_a_view_is_named_or_harmless(at: tuple[Any, ...], value: Any) -> None:
    for fault in check_view(changed(at, value), ("home",)):
        assert "[json-pointer:/view" in fault


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_any_json_as_blocks_is_judged(value: Any) -> None:
    assert all(isinstance(fault, str) for fault in check_blocks(value, "message"))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>&@#!U0h|: tps/"))
def test_escaping_leaves_no_bare_angle_outside_tokens(text: str) -> None:
    assert escaped(text).count("<") == escaped(text).count(">")


def site() -> Site:
    workspace = build_workspace(read_scenario("default"), "xoxb", "s")
    faults = Faults()
    rates = Rates(RateLimits(enabled=False))
    return Site(workspace, Deliverer(Poster([], "s"), faults), faults, Calls(), "http://127.0.0.1:1", rates=rates)


NAMES = ("channel", "ts", "text", "blocks", "view", "user", "users", "user_id", "trigger_id", "limit", "cursor")
PLAUSIBLE = st.sampled_from(["C0GENERAL1", "U0LI000001", "1.1", "next:x", "", "[]", "{}"]) | JSON


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(METHODS)), st.dictionaries(st.sampled_from(NAMES), PLAUSIBLE, max_size=6))
def test_any_call_of_the_web_api_is_answered(method: str, arguments: dict[str, Any]) -> None:
    found = site()
    found.workspace.app = replace(found.workspace.app, events=frozenset())
    try:
        body = run(found, METHODS, method, arguments, "xoxb")
    except ApiError as refusal:
        body = refusal.body
    assert json.dumps(body)
    assert isinstance(body["ok"], bool)


async def test_any_input_of_the_control_api_is_answered() -> None:
    odd: tuple[Any, ...] = (float("inf"), None, True, 7, "", "x", [], {}, "li", "@bot")
    async with company() as (control, _):
        for method, path, _call, fields in TABLE:
            for value in odd if method == "POST" else ():
                body = dict.fromkeys(fields.split(), value)
                async with control.session.post(f"{control.running.url}/control{path}", json=body) as answer:
                    assert answer.status in (200, 400), (path, value, await answer.text())
                    assert isinstance(await answer.json(), dict)

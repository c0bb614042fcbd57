"""The table of control calls: address, method, fields; and the panels that draw them."""

from __future__ import annotations

from starlette.routing import Route

from sandbox.control import calls
from sandbox.control.behind import behind_routes
from sandbox.control.frame import Call, Controls, endpoint

TABLE: tuple[tuple[str, str, Call, str], ...] = (
    ("GET", "/state", calls.state, ""),
    ("POST", "/say", calls.say, "as in text thread_ts"),
    ("GET", "/messages", calls.messages, "as in"),
    ("POST", "/press", calls.press, "as in ts action_id value selected surface"),
    ("GET", "/view", calls.view, "as"),
    ("POST", "/submit", calls.submit_view, "as values"),
    ("POST", "/close", calls.close_view, "as"),
    ("GET", "/options", calls.options, "as action_id q"),
    ("GET", "/home", calls.home, "as"),
    ("POST", "/shortcut", calls.shortcut, "as callback_id in ts"),
    ("POST", "/file", calls.file, "as in thread_ts name content content_base64 text"),
    ("POST", "/people", calls.people, "id groups deleted guest admin team locale tz"),
    ("POST", "/clock", calls.clock, "advance_s speed"),
    ("POST", "/settle", calls.settle, "timeout_s"),
    ("POST", "/cloud/faults", calls.cloud_faults, "service operation kind times"),
    (
        "POST",
        "/cloud/console",
        calls.cloud_console,
        "service action name model flavor nodes times failed package hours hourly"
        " account real_name principal trusts days agency permission scope",
    ),
    ("GET", "/cloud/{service}", calls.cloud, ""),
    ("POST", "/slack/faults", calls.slack_faults, "method kind times"),
    ("POST", "/slack/verify", calls.verify, ""),
    ("GET", "/calls", calls.calls, "service"),
)


def control_routes(controls: Controls) -> list[Route]:
    """Return the routes to mount at /control."""
    table = [
        Route(path, endpoint(controls, call, frozenset(fields.split())), methods=[method])
        for method, path, call, fields in TABLE
    ]
    return [*table, *behind_routes(controls)]

"""No secret reaches a log line, whatever shape it has and wherever in the event it stands."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.observe.logs import MASK, Redactor

SECRETS = ("xoxb-known-token", "sk/known+secret=", "redis://:pass@host:6379")
REDACT = Redactor([*SECRETS, "", "k"])

SHAPED = [
    "token xoxb-1234-abcd was used",
    "app level xapp-1-A0-1-abc",
    "Authorization: OBS-AK:c2lnbmF0dXJl",
    "authorization=SDK-HMAC-SHA256",
    "X-Slack-Signature: v0=abcdef0123456789",
    "X-Security-Token=ggg",
    "https://h.example/?Signature=abc%2Bdef&x=1",
    "password=hunter2!",
    "POST https://hooks.slack.com/actions/T0/1/secretpart failed",
]


@pytest.mark.parametrize("text", SHAPED)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    masked = REDACT.text(text)
    assert MASK in masked
    for part in ("1234-abcd", "A0-1-abc", "c2lnbmF0dXJl", "HMAC", "abcdef012", "ggg", "abc%2B", "hunter", "secretpart"):
        assert part not in masked


@pytest.mark.parametrize("secret", SECRETS)
@given(before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_known_secret_is_masked_anywhere(secret: str, before: str, after: str) -> None:
    event = {"event": f"{before}{secret}{after}", "deep": {"list": [secret, {"more": (secret,)}]}, "n": 1}
    assert secret not in json.dumps(REDACT(None, "info", event), ensure_ascii=False)


def test_short_words_are_no_secrets() -> None:
    assert REDACT.text("kind=ask k") == "kind=ask k"


PROGRAM = """
import logging, structlog
from bot.observe import logs
logs.configure("{form}", ["canary-secret"])
logging.getLogger("library").warning("uses %s", "canary-secret")
structlog.get_logger("ours").info("event", token="canary-secret", count=1)
try:
    raise ValueError("canary-secret in a traceback")
except ValueError:
    structlog.get_logger("ours").exception("broke")
"""


@pytest.mark.parametrize("form", ["json", "console"])
def test_libraries_and_tracebacks_are_masked_too(form: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(form=form)], capture_output=True, text=True, timeout=30, check=True
    )
    lines = found.stderr.strip().splitlines()
    assert "canary" not in found.stderr
    assert found.stderr.count(MASK) >= 3
    assert found.stdout == ""
    if form == "json":
        assert [json.loads(line)["event"] for line in lines] == ["uses ***", "event", "broke"]

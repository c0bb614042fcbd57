"""Settings: every fault with its mend, all of them at once, and no secret in any message."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Role, SettingsFault, load

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-canary",
    "SLACK_SIGNING_SECRET": "newest, older",
    "BOT_SECRET_KEY": "k" * 32,
    "BOT_ADMIN_USERS": "U1, U2,",
    "REDIS_URL": "redis://:canary@127.0.0.1:6379/0",
    "HUAWEICLOUD_SDK_AK": "AK",
    "HUAWEICLOUD_SDK_SK": "SK",
}


def faults(role: Role = "all", **changed: str) -> list[str]:
    """Return the faults of good settings with some changed; an empty value takes a setting away."""
    with pytest.raises(SettingsFault) as caught:
        load({**GOOD, **changed}, role)
    return caught.value.faults


def test_good_settings_with_their_defaults() -> None:
    settings = load(GOOD)
    assert settings.signing_secrets == ("newest", "older")
    assert settings.BOT_ADMIN_USERS == ("U1", "U2")
    assert (settings.BOT_HOST, settings.BOT_PORT, settings.HUAWEICLOUD_REGION) == ("127.0.0.1", 3000, "cn-north-4")
    assert settings.SLACK_API_URL == "https://slack.com/api/"
    assert "canary" not in repr(settings)


WRONG: list[tuple[Role, dict[str, str], str]] = [
    ("all", {"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is missing: copy"),
    ("all", {"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET is missing: copy"),
    ("web", {"SLACK_SIGNING_SECRET": " , "}, "SLACK_SIGNING_SECRET is missing: copy"),
    ("web", {"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is no app-level token"),
    ("all", {"SLACK_API_URL": "http://slack.example.com/api/"}, "SLACK_API_URL must be https, or http on loopback"),
    ("all", {"SLACK_API_URL": "ftp://127.0.0.1/"}, "SLACK_API_URL must be https, or http on loopback"),
    ("all", {"SLACK_API_URL": "http://127.0.0.1.evil.example/"}, "SLACK_API_URL must be https, or http on loopback"),
    ("all", {"BOT_ADMIN_USERS": ""}, "BOT_ADMIN_USERS and BOT_ADMIN_GROUPS are both empty: name who may approve"),
    ("all", {"BOT_ADMIN_USERS": " , "}, "BOT_ADMIN_USERS and BOT_ADMIN_GROUPS are both empty: name who may approve"),
    ("all", {"BOT_SECRET_KEY": ""}, "BOT_SECRET_KEY is missing: set a random key"),
    ("web", {"REDIS_URL": ""}, "REDIS_URL is missing: role web needs a server that all processes share"),
    ("worker", {"REDIS_URL": ""}, "REDIS_URL is missing: role worker needs a server that all processes share"),
    ("all", {"HUAWEICLOUD_SDK_SK": ""}, "HUAWEICLOUD_SDK_SK is missing: set both halves"),
    ("worker", {"HUAWEICLOUD_SDK_AK": ""}, "HUAWEICLOUD_SDK_AK is missing: set both halves"),
    ("all", {"HUAWEICLOUD_REGION": "Peking"}, "HUAWEICLOUD_REGION 'Peking' is no region id: write it like cn-north-4"),
    ("all", {"HUAWEICLOUD_ENDPOINT_OBS": "http://obs.example.com"}, "HUAWEICLOUD_ENDPOINT_OBS must be https, or http"),
    ("all", {"BOT_PORT": "70000"}, "BOT_PORT must be a number from 0 to 65535: correct"),
    ("all", {"BOT_PORT": "three"}, "BOT_PORT must be a number from 0 to 65535: correct"),
    ("all", {"BOT_SINGLE_ADMIN": "maybe"}, "BOT_SINGLE_ADMIN must be allow or refuse: correct"),
    ("all", {"BOT_LANGUAGE": "de"}, "BOT_LANGUAGE must be en or zh: correct"),
    ("all", {"BOT_LOG_FORMAT": "xml"}, "BOT_LOG_FORMAT must be console or json: correct"),
    ("all", {"BOT_ZONE": "Mars"}, "BOT_ZONE 'Mars' is not understood: write it like Asia/Shanghai"),
    ("all", {"BOT_SANDBOX": "perhaps"}, "BOT_SANDBOX must be 1 or 0: correct"),
    ("all", {"BOT_FAIL_POINT": "execute.acted"}, "BOT_FAIL_POINT kills the process on purpose"),
    ("all", {"BOT_LEASE_SECONDS": "59"}, "BOT_LEASE_SECONDS must outlast a cloud write and the look after it"),
    ("all", {"BOT_LEASE_SECONDS": "0"}, "BOT_LEASE_SECONDS must be a number of seconds above 0: correct"),
    ("all", {"BOT_CARD_SECONDS": "soon"}, "BOT_CARD_SECONDS must be a number of seconds above 0: correct"),
    ("all", {"BOT_ASKS_PER_MINUTE": "-1"}, "BOT_ASKS_PER_MINUTE must be a whole number, 0 for no limit: correct"),
    ("all", {"BOT_CARD_SECONDS": "1"}, "BOT_CARD_SECONDS must spare Slack's limits: use 3 or more"),
    ("all", {"BOT_ENV_FILE": "/nowhere/env"}, "BOT_ENV_FILE names /nowhere/env, which is not a readable file"),
    ("all", {"SLACK_BOT_TOKEN": "", "SLACK_BOT_TOKEN_FILE": "/nowhere/t"}, "SLACK_BOT_TOKEN_FILE names /nowhere/t"),
]


@pytest.mark.parametrize(("role", "changed", "words"), WRONG, ids=[f"{w[0]}-{w[1]}" for w in WRONG])
def test_a_wrong_setting_is_named_with_its_mend(role: Role, changed: dict[str, str], words: str) -> None:
    found = faults(role, **changed)
    assert any(words in fault for fault in found)
    assert all(": " in fault for fault in found), "each fault is followed by its mend"
    assert "canary" not in "".join(found)


ALLOWED: list[tuple[Role, dict[str, str]]] = [
    ("worker", {"SLACK_SIGNING_SECRET": ""}),
    ("web", {"HUAWEICLOUD_SDK_SK": ""}),
    ("all", {"HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": ""}),
    ("all", {"REDIS_URL": ""}),
    ("all", {"BOT_ADMIN_USERS": "", "BOT_ADMIN_GROUPS": "S1"}),
    ("all", {"BOT_PORT": "0"}),
    ("all", {"BOT_SECRET_KEY": "", "BOT_SANDBOX": "1"}),
    ("all", {"BOT_SANDBOX": "1", "BOT_LEASE_SECONDS": "1.5", "BOT_FAIL_POINT": "execute.acted:2"}),
    ("all", {"SLACK_API_URL": "http://127.0.0.1:8080/api/", "HUAWEICLOUD_ENDPOINT_OBS": "http://[::1]:8081"}),
    ("all", {"SLACK_API_URL": "http://localhost:8080/api/", "HUAWEICLOUD_REGION": "ap-southeast-1"}),
]


@pytest.mark.parametrize(("role", "changed"), ALLOWED, ids=[f"{a[0]}-{a[1]}" for a in ALLOWED])
def test_what_may_be_left_out_or_set(role: Role, changed: dict[str, str]) -> None:
    load({**GOOD, **changed}, role)


def test_all_faults_are_told_at_once() -> None:
    found = faults("web", **dict.fromkeys(GOOD, ""), SLACK_API_URL="http://example.com", BOT_LEASE_SECONDS="1")
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "BOT_ADMIN_USERS", "BOT_SECRET_KEY"):
        assert any(fault.startswith(name) for fault in found), name
    assert any(fault.startswith("REDIS_URL") for fault in found)
    assert any(fault.startswith("BOT_LEASE_SECONDS") for fault in found)


def test_a_value_of_the_wrong_kind_does_not_hide_the_other_faults() -> None:
    found = faults(SLACK_BOT_TOKEN="", BOT_ADMIN_USERS="", BOT_PORT="three", BOT_LANGUAGE="de")
    for name in ("BOT_PORT", "BOT_LANGUAGE", "SLACK_BOT_TOKEN", "BOT_ADMIN_USERS"):
        assert any(fault.startswith(name) for fault in found), name


def test_the_environment_wins_over_files_and_a_value_over_its_file(tmp_path: Path) -> None:
    secret, env = tmp_path / "secret", tmp_path / "env"
    secret.write_text("from-file\n", "utf-8")
    env.write_text(f"BOT_LANGUAGE=zh\nBOT_CHANNEL=C1\nSLACK_BOT_TOKEN_FILE={secret}\n", "utf-8")
    given = {**GOOD, "SLACK_BOT_TOKEN": "", "BOT_ENV_FILE": str(env), "BOT_CHANNEL": "C2"}
    settings = load(given)
    assert (settings.BOT_LANGUAGE, settings.BOT_CHANNEL) == ("zh", "C2")
    assert settings.SLACK_BOT_TOKEN.get_secret_value() == "from-file"
    settings = load({**given, "SLACK_BOT_TOKEN": "direct"})
    assert settings.SLACK_BOT_TOKEN.get_secret_value() == "direct"


def test_run_prints_all_faults_and_exits_with_2() -> None:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    found = subprocess.run(
        [sys.executable, "-m", "bot", "run", "--role", "web"],
        env=kept,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert found.returncode == 2
    assert "Mend these settings" in found.stderr
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "BOT_ADMIN_USERS", "BOT_SECRET_KEY", "REDIS_URL"):
        assert f"- {name}" in found.stderr
    assert "Traceback" not in found.stderr

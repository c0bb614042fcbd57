"""Every setting of the contract, read once; a missing or wrong one stops the start with the full list of faults.

Only this module reads the environment. Secrets may also come from files named by `NAME_FILE`; all names may stand in a
file named by `BOT_ENV_FILE`. Real environment variables win over the file.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints
from urllib.parse import urlsplit

import msgspec
from dotenv import dotenv_values

from bot.errors import Refusal
from bot.rules.figures import FIGURES
from bot.rules.quiet import check_hour, check_quiet, check_zone
from bot.say import Language

Role = Literal["all", "web", "worker"]


class Secret:
    """A value that is not shown where a setting is printed."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def __repr__(self) -> str:
        """Return whether there is one."""
        return "Secret(***)" if self._value else "Secret()"

    def get_secret_value(self) -> str:
        """Return the value itself, for whoever uses it."""
        return self._value


NO_SECRET = Secret()
SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "BOT_SECRET_KEY",
    "HUAWEICLOUD_SDK_AK",
    "HUAWEICLOUD_SDK_SK",
    "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    "REDIS_URL",
)
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")
SHORTEST_LEASE = 60.0
"""A write takes 29 s at most, and half a lease is the look of 30 s after an unanswered one (decision 5)."""
SHORTEST_REST = 3.0
"""Seconds between two updates of one card, at the least (decision 7)."""
WANTED = {
    "BOT_PORT": "a number from 0 to 65535",
    "BOT_SINGLE_ADMIN": "allow or refuse",
    "BOT_LANGUAGE": "en or zh",
    "BOT_LOG_FORMAT": "console or json",
    "BOT_SANDBOX": "1 or 0",
    "BOT_LEASE_SECONDS": "a number of seconds above 0",
    "BOT_CARD_SECONDS": "a number of seconds above 0",
    "BOT_ASKS_PER_MINUTE": "a whole number, 0 for no limit",
}
"""What the settings that are no plain words have to be."""
SERVICES = ("IAM", "MODELARTS", "OBS", "BSS", "SMN")


class SettingsFault(ValueError):
    """The settings cannot be used; `faults` names each and its mend."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(msgspec.Struct, frozen=True):
    """The settings by their outward names (contract, section 2), validated one by one; then `together`."""

    SLACK_BOT_TOKEN: Secret = NO_SECRET
    SLACK_SIGNING_SECRET: Secret = NO_SECRET
    SLACK_APP_TOKEN: Secret = NO_SECRET
    SLACK_API_URL: str = "https://slack.com/api/"
    BOT_HOST: str = "127.0.0.1"
    BOT_PORT: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 3000
    REDIS_URL: Secret = NO_SECRET
    BOT_DATA_DIR: Path = Path(".bot-data")
    BOT_AUDIT_DIR: Path | None = None
    BOT_SECRET_KEY: Secret = NO_SECRET
    HUAWEICLOUD_SDK_AK: Secret = NO_SECRET
    HUAWEICLOUD_SDK_SK: Secret = NO_SECRET
    HUAWEICLOUD_SDK_SECURITY_TOKEN: Secret = NO_SECRET
    HUAWEICLOUD_SDK_DOMAIN_ID: str = ""
    HUAWEICLOUD_SDK_PROJECT_ID: str = ""
    HUAWEICLOUD_REGION: str = FIGURES.default_region
    HUAWEICLOUD_ENDPOINT_IAM: str = ""
    HUAWEICLOUD_ENDPOINT_MODELARTS: str = ""
    HUAWEICLOUD_ENDPOINT_OBS: str = ""
    HUAWEICLOUD_ENDPOINT_BSS: str = ""
    HUAWEICLOUD_ENDPOINT_SMN: str = ""
    BOT_ADMIN_USERS: tuple[str, ...] = ()
    BOT_ADMIN_GROUPS: tuple[str, ...] = ()
    BOT_USER_GROUPS: tuple[str, ...] = ()
    BOT_SINGLE_ADMIN: Literal["allow", "refuse"] = "allow"
    BOT_POLICY_FILE: Path | None = None
    BOT_LANGUAGE: Language = Language.EN
    BOT_CHANNEL: str = ""
    BOT_ZONE: str = "UTC"
    BOT_QUIET_HOURS: str = ""
    BOT_DIGEST: str = ""
    BOT_LOG_FORMAT: Literal["console", "json"] = "console"
    BOT_SANDBOX: bool = False
    BOT_LEASE_SECONDS: Annotated[float, msgspec.Meta(gt=0)] = 60.0
    BOT_CARD_SECONDS: Annotated[float, msgspec.Meta(gt=0)] = SHORTEST_REST
    BOT_ASKS_PER_MINUTE: Annotated[int, msgspec.Meta(ge=0)] = 240
    BOT_FAIL_POINT: str = ""

    @property
    def endpoints(self) -> Mapping[str, str]:
        """Return the overridden service addresses by lower-case service name."""
        found = {name.lower(): str(getattr(self, f"HUAWEICLOUD_ENDPOINT_{name}")) for name in SERVICES}
        return {name: url for name, url in found.items() if url}

    @property
    def seal_keys(self) -> tuple[bytes, ...]:
        """Return the keys of audit seals, the newest first (two while rotating)."""
        return tuple(key.encode() for key in _listed(self.BOT_SECRET_KEY.get_secret_value()))

    @property
    def signing_secrets(self) -> tuple[str, ...]:
        """Return the accepted signing secrets, the newest first (two while rotating)."""
        return tuple(_listed(self.SLACK_SIGNING_SECRET.get_secret_value()))


def load(environ: Mapping[str, str] | None = None, role: Role = "all") -> Settings:
    """Return the settings for `role`. Raises `SettingsFault` with every fault and its mend."""
    faults: list[str] = []
    settings = Settings(**_read(_gathered(os.environ if environ is None else environ, faults), faults))
    faults += together(settings, role)
    if faults:
        raise SettingsFault(faults)
    return settings


def _read(values: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    """Return the values in their types, without those that cannot be read, so that one fault hides no other."""
    types, read = get_type_hints(Settings, include_extras=True), {}
    for name, value in values.items():
        try:
            read[name] = msgspec.convert(value, types[name], strict=False, dec_hook=lambda kind, text: kind(text))
        except msgspec.ValidationError:
            faults.append(f"{name} must be {WANTED[name]}: correct it or unset it for the default")
    return read


def _gathered(environ: Mapping[str, str], faults: list[str]) -> dict[str, Any]:
    """Return the values of all known names: the file of BOT_ENV_FILE, then NAME_FILE, then the environment."""
    merged = {**_env_file(environ.get("BOT_ENV_FILE", ""), faults), **environ}
    values: dict[str, Any] = {name: merged[name] for name in Settings.__struct_fields__ if merged.get(name)}
    for name in SECRETS:
        path = merged.get(f"{name}_FILE", "")
        if path and name not in values:
            values[name] = _secret_file(name, path, faults)
    for name in ("BOT_ADMIN_USERS", "BOT_ADMIN_GROUPS", "BOT_USER_GROUPS"):
        if name in values:
            values[name] = tuple(_listed(values[name]))
    return values


def _env_file(path: str, faults: list[str]) -> dict[str, str]:
    if not path:
        return {}
    if not Path(path).is_file():
        faults.append(f"BOT_ENV_FILE names {path}, which is not a readable file: correct the path or unset it")
        return {}
    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def _secret_file(name: str, path: str, faults: list[str]) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        faults.append(f"{name}_FILE names {path}, which cannot be read ({error.strerror}): correct the path")
        return ""


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def together(settings: Settings, role: Role) -> list[str]:
    """Return what is wrong with the settings taken together, each with its mend."""
    return [
        *_slack(settings, role),
        *_people(settings),
        *_redis(settings, role),
        *_cloud(settings, role),
        *_times(settings),
        *_sandbox(settings),
    ]


def _slack(settings: Settings, role: Role) -> list[str]:
    faults = []
    if not settings.SLACK_BOT_TOKEN.get_secret_value():
        faults.append("SLACK_BOT_TOKEN is missing: copy the bot token (xoxb-…) of your Slack app")
    app_token = settings.SLACK_APP_TOKEN.get_secret_value()
    if role != "worker" and not settings.signing_secrets and not app_token:
        faults.append(
            "SLACK_SIGNING_SECRET is missing: copy it from your Slack app's Basic Information, "
            "or set SLACK_APP_TOKEN for Socket Mode"
        )
    if app_token and not app_token.startswith("xapp-"):
        faults.append("SLACK_APP_TOKEN is no app-level token (xapp-…): make one with the scope connections:write")
    if not _web_address(settings.SLACK_API_URL):
        faults.append("SLACK_API_URL must be https, or http on loopback: unset it for Slack's own")
    return faults


def _people(settings: Settings) -> list[str]:
    faults = []
    if not settings.BOT_ADMIN_USERS and not settings.BOT_ADMIN_GROUPS:
        faults.append("BOT_ADMIN_USERS and BOT_ADMIN_GROUPS are both empty: name who may approve, else nobody could")
    if not settings.BOT_SANDBOX and not settings.BOT_SECRET_KEY.get_secret_value():
        faults.append(
            "BOT_SECRET_KEY is missing: set a random key of 32 bytes or more, for example from `openssl rand -hex 32`"
        )
    return faults


def _redis(settings: Settings, role: Role) -> list[str]:
    if role != "all" and not settings.REDIS_URL.get_secret_value():
        return [f"REDIS_URL is missing: role {role} needs a server that all processes share"]
    return []


def _cloud(settings: Settings, role: Role) -> list[str]:
    faults = []
    ak, sk = settings.HUAWEICLOUD_SDK_AK.get_secret_value(), settings.HUAWEICLOUD_SDK_SK.get_secret_value()
    if role != "web" and bool(ak) != bool(sk):
        missing = "HUAWEICLOUD_SDK_SK" if ak else "HUAWEICLOUD_SDK_AK"
        faults.append(
            f"{missing} is missing: set both halves of the access key, or neither for the SDK's other sources"
        )
    if not REGION.fullmatch(settings.HUAWEICLOUD_REGION):
        faults.append(f"HUAWEICLOUD_REGION {settings.HUAWEICLOUD_REGION!r} is no region id: write it like cn-north-4")
    for name, url in settings.endpoints.items():
        if not _web_address(url):
            faults.append(f"HUAWEICLOUD_ENDPOINT_{name.upper()} must be https, or http on loopback: {url}")
    return faults


def _times(settings: Settings) -> list[str]:
    faults = []
    for check, name, example in (
        (check_zone, "BOT_ZONE", "Asia/Shanghai"),
        (check_quiet, "BOT_QUIET_HOURS", "22:00-08:00"),
        (check_hour, "BOT_DIGEST", "09:00"),
    ):
        try:
            check(getattr(settings, name) or "off")
        except Refusal:
            faults.append(f"{name} {getattr(settings, name)!r} is not understood: write it like {example}, or unset it")
    return faults


def _sandbox(settings: Settings) -> list[str]:
    if settings.BOT_SANDBOX:
        return []
    faults = []
    if settings.BOT_FAIL_POINT:
        faults.append("BOT_FAIL_POINT kills the process on purpose: unset it, it is for BOT_SANDBOX=1 only")
    if settings.BOT_LEASE_SECONDS < SHORTEST_LEASE:
        faults.append(
            f"BOT_LEASE_SECONDS must outlast a cloud write and the look after it: use {SHORTEST_LEASE:g} or more"
        )
    if settings.BOT_CARD_SECONDS < SHORTEST_REST:
        faults.append(f"BOT_CARD_SECONDS must spare Slack's limits: use {SHORTEST_REST:g} or more")
    return faults


def _web_address(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _loopback(host)))


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

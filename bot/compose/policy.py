"""Read the policy file at the start, and have a change of the policy recorded."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import structlog

from bot.approvals.document import read
from bot.approvals.policy import Policy
from bot.describe import registry
from bot.errors import Conflict, NewerSchema
from bot.ports import Change, Store
from bot.records import InForce
from bot.settings import Settings, SettingsFault

log = structlog.get_logger(__name__)


def policy_of(settings: Settings) -> Policy:
    """Return the policy: the built-in one with what the file lays over it. Raises `SettingsFault` with every fault."""
    single = settings.BOT_SINGLE_ADMIN == "allow"
    if settings.BOT_POLICY_FILE is None:
        return Policy(single_administrator=single)
    path = settings.BOT_POLICY_FILE
    policy, faults = read(
        _parsed(path),
        [command.name for command in registry().commands],
        administrators=None if settings.BOT_ADMIN_GROUPS else len(settings.BOT_ADMIN_USERS),
        single_administrator=single,
    )
    if faults:
        raise SettingsFault([f"BOT_POLICY_FILE {path}: {fault}" for fault in faults])
    return policy


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        why = f"cannot be read ({error.strerror}): correct the path or unset it for the default"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        why = f"is not TOML ({error}): correct the line"
    raise SettingsFault([f"BOT_POLICY_FILE {path} {why}"])


async def record(store: Store, policy: Policy) -> None:
    """Record that another policy is in force than before, with both versions. Raises `StoreDown`.

    What a newer release recorded stays as it is: the newer workers keep it, and this one goes on beside them.
    """
    try:
        stored = await store.load(InForce, InForce().id)
    except NewerSchema as newer:
        log.warning("policy not recorded, a newer release keeps it", document=newer.name)
        return
    before = stored.record.version if stored else ""
    if before == policy.version:
        return
    after = InForce(version=policy.version)
    change = Change().replace(stored, after) if stored else Change().create(after)
    try:
        await store.commit(change.audit("policy", before=before, after=policy.version))
    except Conflict:
        return  # another worker of the same release was first

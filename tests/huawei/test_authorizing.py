"""Whether the bot's own key may authorize, as the doctor asks ModelArts: on the simulated cloud, by a user's grants."""

from __future__ import annotations

from typing import Any

import pytest

from bot.huawei.cloud import HuaweiCloud
from bot.huawei.probes import examine
from bot.records import Finding, Level
from tests.fakes.words import words_of
from tests.huawei.support import AK, HERE, SEED, SK, Ports

USER = {"id": "u-bot", "name": "the-bot"}
ACCOUNT = {**SEED["accounts"][0], "users": [USER], "keys": [{"ak": AK, "sk": SK, "user_id": "u-bot"}]}
ALL = ("modelarts:authorization:create", "modelarts:authorization:delete", "modelarts:service:list")


def limited(*actions: str) -> dict[str, Any]:
    """Return a seed in which the key's user may do these things in the region, and all that is asked of IAM."""
    policies = [
        {"owner": "us", "name": "work", "type": "XA", "actions": actions},
        {"owner": "us", "name": "iam", "type": "AX", "actions": ["iam:*:*", "obs:*:*", "bss:*:*"]},
    ]
    grants = [{"permission": "work", "scope": HERE}, {"permission": "iam", "scope": "domain"}]
    group = {"owner": "us", "name": "bots", "users": ["the-bot"], "grants": grants}
    return {"accounts": [ACCOUNT, SEED["accounts"][1]], "policies": policies, "groups": [group]}


async def found(ports: Ports, *actions: str) -> list[Finding]:
    cloud, _ = ports.plug(**limited(*actions))
    product = HuaweiCloud(ports.settings())
    try:
        return [one for one in await examine(product, lambda: 0.0) if one.what.key.startswith("doctor.authorizing")]
    finally:
        await product.close()
        cloud.close()


@pytest.mark.rule("R3.05")
async def test_a_key_that_may_not_authorize_is_found_with_what_it_lacks(ports: Ports) -> None:
    (lacking,) = await found(ports, "modelarts:service:list", "modelarts:authorization:create")
    assert lacking.level is Level.FAULT
    assert lacking.mend is not None
    assert "`modelarts:authorization:delete`" in words_of(lacking.mend)
    assert "`modelarts:authorization:create`" not in words_of(lacking.mend)
    (fine,) = await found(ports, *ALL)
    assert (fine.level, fine.what.key) == (Level.FINE, "doctor.authorizing_fine")

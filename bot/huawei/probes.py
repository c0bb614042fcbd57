"""What the key may do: one call that only reads of each service, and which billing site the account belongs to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.errors import CloudFault
from bot.flows.clock_skew import clock_skew
from bot.huawei.billing import BSS_INTERNATIONAL
from bot.huawei.breaker import State
from bot.huawei.cloud import HuaweiCloud
from bot.records import Finding, Level
from bot.say import say

Probe = Callable[[], Awaitable[object]]


async def examine(cloud: HuaweiCloud, host_clock: Callable[[], float]) -> list[Finding]:
    """Return one finding a probe: a refusal says itself what mends it. `host_clock` is the time of this machine."""
    probes: Mapping[str, Probe] = {
        "IAM": cloud.directory.account,
        "OBS": cloud.buckets.listed,
        "ModelArts": cloud.services.listed,
        "BSS": cloud.customer.balance,
    }
    found = await asyncio.gather(*(_probed(service, probe) for service, probe in probes.items()))
    return [*found, *_site(cloud), *clock_skew("Huawei Cloud", cloud.date(), host_clock()), *_resting(cloud)]


async def _probed(service: str, probe: Probe) -> Finding:
    try:
        await probe()
    except CloudFault as fault:
        return Finding(Level.FAULT, say("doctor.cloud", service=service), fault.say)
    return Finding(Level.FINE, say("doctor.cloud_fine", service=service))


def _site(cloud: HuaweiCloud) -> list[Finding]:
    """Return which site bills the account: the other one refuses with CBC.0150 or CBC.0156."""
    international = cloud.customer.site is BSS_INTERNATIONAL
    return [Finding(Level.FINE, say("doctor.site_international" if international else "doctor.site_china"))]


def _resting(cloud: HuaweiCloud) -> list[Finding]:
    return [
        Finding(Level.WARNING, say("doctor.resting", service=service.upper()), say("doctor.resting_mend"))
        for service, state in cloud.breakers().items()
        if state is not State.CLOSED
    ]

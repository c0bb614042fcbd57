"""What the key may do: every read of the bot that needs no thing to look at, and which billing site the account is on.

Whether it may also change things shows only when it does: docs/iam-policy.md lists what it needs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from bot.errors import CloudBusy, CloudFault
from bot.flows.clock_skew import clock_skew
from bot.huawei.billing import BSS_INTERNATIONAL
from bot.huawei.cloud import HuaweiCloud
from bot.records import Finding, Level
from bot.rules.actions import AUTHORIZING, MODELARTS
from bot.say import say

NOT_SOLD = "modelarts.none"
"""A specification that nobody sells: that this is said proves the right to ask."""
_AUTHORIZE = sorted({action for call in AUTHORIZING for action in MODELARTS[call]})
Probe = Callable[[], Awaitable[object]]


async def examine(cloud: HuaweiCloud, host_clock: Callable[[], float]) -> list[Finding]:
    """Return what each service answers its probes: a refusal says itself what mends it.

    `host_clock` is the time of this machine.
    """
    examined = (_examined(service, probes) for service, probes in _probes(cloud).items())
    found = await asyncio.gather(*examined, _authorizing(cloud))
    skew = clock_skew("Huawei Cloud", cloud.date(), host_clock())
    return [*(finding for findings in found for finding in findings), *_site(cloud), *skew]


def _probes(cloud: HuaweiCloud) -> Mapping[str, Mapping[str, Probe]]:
    """Return the calls by service, named as in the table of rights."""
    return {
        "IAM": {
            "keystoneListAuthDomains": cloud.directory.account,
            "keystoneListProjects": cloud.directory.projects,
            "keystoneListUsers": cloud.directory.users,
            "keystoneListPermissions": cloud.permissions.custom,
            "listAgencies": cloud.agencies.listed,
            "showDomainQuota": cloud.directory.allowances,
        },
        "OBS": {"listBuckets": cloud.buckets.listed},
        "ModelArts": {
            "listServices": cloud.services.listed,
            "listSpecifications": cloud.services.flavors,
            "getAuthorizations": cloud.authorizations.listed,
            "validateAuthorization": partial(cloud.authorizations.denied, _AUTHORIZE),
        },
        "BSS": {
            "showCustomerAccountBalances": cloud.customer.balance,
            "showRealNameAuthStatus": cloud.customer.real_name,
            "listFreeResourceInfos": cloud.packages.listed,
            "listOnDemandResourceRatings": partial(cloud.prices.hourly, NOT_SOLD),
        },
    }


async def _examined(service: str, probes: Mapping[str, Probe]) -> list[Finding]:
    """Ask one call after the other: all at once would wait for each other's threads. Silence ends the questions."""
    faults: dict[str, CloudFault] = {}
    for name, probe in probes.items():
        if (fault := await _faulty(probe)) is not None:
            faults[name] = fault
        if isinstance(fault, CloudBusy):
            break
    if not faults:
        return [Finding(Level.FINE, say("doctor.cloud_fine", service=service))]
    return [_refused(service, names, faults[names[0]]) for names in _alike(faults)]


async def _faulty(probe: Probe) -> CloudFault | None:
    try:
        await probe()
    except CloudFault as fault:
        return fault
    return None


def _alike(faults: Mapping[str, CloudFault]) -> list[Sequence[str]]:
    """Return the calls that fail for one reason together: a wrong key is told once a service, a missing right each."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name, fault in faults.items():
        found.setdefault((fault.say.key, fault.actions), []).append(name)
    return list(found.values())


def _refused(service: str, calls: Sequence[str], fault: CloudFault) -> Finding:
    return Finding(Level.FAULT, say("doctor.cloud", service=service, calls="`, `".join(calls)), fault.say)


async def _authorizing(cloud: HuaweiCloud) -> list[Finding]:
    """Return whether the key may authorize, which in chat it does for every administrator (R3.05).

    Where nobody can say, the probe of the same call tells why.
    """
    try:
        denied = await cloud.authorizations.denied(_AUTHORIZE)
    except CloudFault:
        return []
    if not denied:
        return [Finding(Level.FINE, say("doctor.authorizing_fine"))]
    actions = ", ".join(f"`{action}`" for action in denied)
    return [Finding(Level.FAULT, say("doctor.authorizing"), say("doctor.authorizing_mend", actions=actions))]


def _site(cloud: HuaweiCloud) -> list[Finding]:
    """Return which site bills the account: the other one refuses with CBC.0150 or CBC.0156."""
    international = cloud.customer.site is BSS_INTERNATIONAL
    return [Finding(Level.FINE, say("doctor.site_international" if international else "doctor.site_china"))]

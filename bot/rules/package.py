"""Resource packages: where they hold, what is left, what takes over, and whether to renew or to buy again.

Carries R5.51, R5.54, R5.57 and R5.60.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.errors import Refusal
from bot.records.provider import Package
from bot.rules.renewal import Fit
from bot.say import Moment, Say, say

LISTED = ("waiting", "active")
OVER = ("expired", "refunded")


def followers(packages: Iterable[Package]) -> dict[str, Package]:
    """Return by id what takes over: of the same product and region, bought later, lasting longer (R5.51, inferred).

    The provider does not say which package renews which. Of several the one that comes into force first.
    """
    of_product: defaultdict[tuple[str, str], list[Package]] = defaultdict(list)
    for package in sorted(packages, key=_effective):
        of_product[package.product, package.region].append(package)
    pairs = ((one, _first_after(one, group)) for group in of_product.values() for one in group)
    return {one.id: after for one, after in pairs if after}


def _first_after(package: Package, by_effective: Sequence[Package]) -> Package | None:
    later = by_effective[bisect_right(by_effective, package.effective, key=_effective) :]
    return next((other for other in later if other.state in LISTED and other.expires > package.expires), None)


def _effective(package: Package) -> float:
    return package.effective


def following(package: Package, packages: Iterable[Package]) -> Package | None:
    """Return the one of `packages` that takes over from this one of them (R5.51)."""
    return followers(packages).get(package.id)


def renews(package: Package, packages: Sequence[Package]) -> Package | None:
    """Return the package now in force that a waiting one takes over from, if one is listed (R5.51, inferred)."""
    if package.state != "waiting":
        return None
    after = followers(packages)
    return next((other for other in packages if after.get(other.id) == package), None)


def fit(package: Package) -> Fit:
    """Return whether something is left to use, nothing, or whether the list does not say."""
    if not package.quotas:
        return Fit.UNKNOWN
    return Fit.LEFT if any(quota.left > 0 for quota in package.quotas) else Fit.USED_UP


def advice(package: Package, follower: Package | None) -> Say:
    """Return whether to renew or to buy again, and why, from expiry and what is left (R5.57).

    A renewal takes effect only when the present period ends, a second purchase at once: with nothing left before the
    end, only buying again helps.
    """
    if package.state in OVER:
        return say("package.advice.over")
    if package.state == "waiting":
        return say("package.advice.wait", begin=Moment(package.effective))
    if follower is not None and (follower.state == "active" or package.state == "active"):
        return say("package.advice.followed", begin=Moment(follower.effective), until=Moment(follower.expires))
    return say(f"thing_card.package.fit.{Fit.USED_UP if package.state == 'used_up' else fit(package)}")


def check_renewable(package: Package, follower: Package | None) -> None:
    """Refuse to renew what is over or renewed already; buying again stays open (R5.57)."""
    if package.state in OVER:
        raise Refusal("package.renew.over", argument="package", name=package.name)
    if package.state == "waiting" or (follower is not None and follower.state == "waiting"):
        raise Refusal("package.renew.already", argument="package", name=package.name)


def days(package: Package) -> int:
    """Return the length of the package's period in whole days."""
    return round((package.expires - package.effective) / 86400)

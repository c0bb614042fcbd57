"""Resource packages: where they hold, what is left, what takes over, and whether to renew or to buy again.

Carries R5.51, R5.54, R5.57 and R5.60.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import Refusal
from bot.records.provider import Package
from bot.rules.renewal import Fit
from bot.say import Moment, Say, say

LISTED = ("waiting", "active")
OVER = ("expired", "refunded")


def following(package: Package, packages: Sequence[Package]) -> Package | None:
    """Return the package of the same product that takes over: bought later, lasting longer (R5.51, inferred).

    The provider does not say which package renews which.
    """
    later = [
        other
        for other in packages
        if other.id != package.id
        and (other.product, other.region) == (package.product, package.region)
        and other.state in LISTED
        and other.effective > package.effective
        and other.expires > package.expires
    ]
    return min(later, key=lambda other: other.effective) if later else None


def renews(package: Package, packages: Sequence[Package]) -> Package | None:
    """Return the package now in force that a waiting one takes over from, if one is listed (R5.51, inferred)."""
    if package.state != "waiting":
        return None
    return next((other for other in packages if following(other, packages) == package), None)


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

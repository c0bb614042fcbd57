"""Commands about resource packages: prepaid hours, their end, and what takes over (R5.51)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Argument, Ask, Effect, Kind, Noun, Outcome, Plan, Risk, Text, Touched
from bot.errors import Refusal
from bot.ports import Cloud, Package, Quota
from bot.records import PriceLine, Step, ThingKind
from bot.rules.links import Page, link, region_name
from bot.rules.package import advice, days, following, renews
from bot.say import Moment, Say, say

noun = Noun(
    "package",
    Text(en="Resource packages: what is left, when they end, what takes over", zh="套餐包：剩余量、到期时间与续订"),
    aliases=("套餐包", "套餐", "packages"),
)

STATES = ("waiting", "active", "used_up", "expired", "refunded")

WHICH = Argument(
    "package",
    Text(en="Package", zh="套餐包"),
    required=True,
    hint=Text(en="Name or id, as `package list` shows it", zh="名称或 ID，见 `套餐包 列表`"),
    aliases=("套餐包", "名称", "name", "id"),
    kind=Kind.SEARCH,
    index=("package",),
)


async def all_packages(cloud: Cloud) -> Sequence[Package]:
    """Return the packages, the first to end first; what is over comes last."""
    return sorted(await cloud.packages.listed(), key=lambda one: (one.state not in STATES[:3], one.expires, one.id))


def chosen(word: str, packages: Sequence[Package]) -> Package:
    """Return the package that `word` names. Raises `Refusal`."""
    found = [one for one in packages if one.id == word] or [one for one in packages if one.name == word]
    if not found:
        raise Refusal("package.missing", argument="package", name=word)
    if len(found) > 1:
        ids = ", ".join(f"`{one.id}`" for one in found)
        raise Refusal("package.which", argument="package", name=word, ids=ids)
    return found[0]


def facts_of(package: Package, packages: Sequence[Package]) -> tuple[Say, ...]:
    """Return region, state, cover, quotas, period, and what takes over (R5.51, R5.60)."""
    region = say("package.region", region=region_name(package.region), id=package.region)
    period = say("package.period", begin=Moment(package.effective), end=Moment(package.expires))
    return (region, state_line(package, packages), *map(_quota, package.quotas), period)


def state_line(package: Package, packages: Sequence[Package]) -> Say:
    """Return the state; what follows another one, and what is followed, is inferred and said to be (R5.51)."""
    if (before := renews(package, packages)) is not None:
        return say("package.state.following", begin=Moment(package.effective), name=before.name, id=before.id)
    if (after := following(package, packages)) is not None and package.state == "active":
        key = "package.state.followed" if after.state == "waiting" else "package.state.beside"
        return say(key, begin=Moment(after.effective), until=Moment(after.expires))
    return say(f"package.state.{package.state}")


def _quota(quota: Quota) -> Say:
    """Return what a package covers, and how much of it is used and left."""
    key = "package.quota" if quota.usage else "package.quota_unnamed"
    spent = round(quota.total - quota.left, 2)
    return say(key, usage=quota.usage, left=quota.left, used=spent, total=quota.total, unit=quota.unit)


def purchase(ask: Ask, kind: str, package: Package, packages: Sequence[Package], page: Page) -> Plan:
    """Return the plan of a purchase that a person makes in the console once it is approved.

    It says that nothing is refunded (R5.54), when it takes effect and which kind fits (R5.57), what goes into the cart
    (R5.67), and that another region than the one in use is meant, where it is (R5.64). The price is unknown, for there
    is no inquiry for packages (R5.43).
    """
    here, region = ask.place.region, package.region
    elsewhere = (say("package.elsewhere", region=region, here=here),) if region != here else ()
    facts = {"id": package.id, "region": region, "product": package.product, "days": str(days(package))}
    return Plan(
        title=say(f"package.{kind}.title", name=package.name),
        steps=(Step(kind, package.name, {**facts, "quantity": "1"}),),
        risk=Risk.MONEY,
        notes=(
            say(f"package.{kind}.when", end=Moment(package.expires)),
            advice(package, following(package, packages)),
            say("thing_card.package.no_refund"),
            *elsewhere,
            say("package.prepared.how"),
        ),
        price=(PriceLine(say(f"package.{kind}.price", name=package.name)),),
        links=(link(page, region, package.name),),
        charge="prepaid",
    )


async def _observe_prepared(_step: Step, _cloud: Cloud) -> Outcome:
    """Return at once that the purchase is prepared: no call can make it, only a person in the console."""
    return {"prepared": "yes"}


async def _prepare(_step: Step, _cloud: Cloud) -> None:
    """Do nothing: a prepared purchase has no act of ours."""


PREPARED = Effect(_observe_prepared, _prepare)


def touched(step: Step) -> Touched:
    """Return the package, which is looked at until the purchase is listed."""
    return Touched(ThingKind.PACKAGE, step.facts["id"], step.facts["region"], prepared=step.kind)

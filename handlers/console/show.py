"""Link to a page of the console, or to all of them; sign in by a broker agency where the account has one."""

from __future__ import annotations

import re

from bot.command import Argument, Ask, Choice, Command, Facts, Kind, Place, Text
from bot.errors import CloudFault, Refusal
from bot.ports import Cloud, LoginToken, Watched
from bot.reply import Link, Offer, Reply, Row, Table
from bot.rules.figures import FIGURES
from bot.rules.links import Page, address, link, sign_in_address
from bot.say import Say, say
from bot.say import Text as Label

LITE = "lite"
_REGION = re.compile(r"[a-z]{2,}-[a-z]+-\d{1,2}")
_NAMED = frozenset({Page.BUCKET})
PAGES = tuple(page for page in Page if page not in _NAMED)


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall which principal the person is: only who is linked is signed in (R3.21)."""
    return {"own": await watched.principal(ask.person)}


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Get a token where the account has a broker agency, for one page and as short as IAM gives one (R2.02).

    None is made for whom nobody has confirmed to be somebody in IAM (R3.21).
    """
    nothing: Facts = {"broker": None, "token": None, "fault": None}
    if not ask["page"]:
        return nothing
    try:
        broker = await cloud.agencies.named(FIGURES.console.broker)
        wanted = broker and ask.recalled["own"]
        return {**nothing, "broker": broker, "token": await _token(ask, cloud) if wanted else None}
    except CloudFault as fault:
        return {**nothing, "fault": fault}


async def _token(ask: Ask, cloud: Cloud) -> LoginToken:
    seconds = FIGURES.console.sign_in_seconds
    return await cloud.directory.login_token(FIGURES.console.broker, f"slack-{ask.person.id}", seconds)


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return the link with its click path, and the sign-in link for the asker's eyes only (R2.01-R2.03)."""
    region = ask["region"] or ask.place.region
    if not ask["page"]:
        rows = tuple(_row(page, region) for page in PAGES)
        return Reply(say("console.all", region=region), (say("console.paths"),), Table(rows, len(rows)))
    page = Page.TICKET if ask["page"] == LITE else Page(ask["page"])
    target = link(page, region)
    lines = (*_about(ask["page"]), *_sign_in_words(facts))
    asks = facts["broker"] and not facts["own"]
    return Reply(
        say("console.one"),
        lines,
        links=(target,),
        fleeting=_signed_in(facts, page, region),
        offers=(Offer("account link", {}, say("account.offer.link")),) if asks else (),
    )


def _row(page: Page, region: str) -> Row:
    target = link(page, region)
    return Row(target.path, link=target)


def _about(page: str) -> tuple[Say, ...]:
    """Return what has to be said of two pages: keys are never asked for (R3.17), Lite is by invitation (R3.29)."""
    if page == Page.ACCESS_KEY:
        return (say("console.access_key"),)
    return (say("console.lite"),) if page == LITE else ()


def _sign_in_words(facts: Facts) -> tuple[Say, ...]:
    if facts["fault"] is not None:
        return (say("console.no_sign_in", why=facts["fault"].say),)
    return (say("console.link_first"),) if facts["broker"] and not facts["own"] else ()


def _signed_in(facts: Facts, page: Page, region: str) -> tuple[Link, ...]:
    """Return the sign-in link to the page; nobody but the asker sees it, and nothing keeps it (R2.02)."""
    token: LoginToken | None = facts["token"]
    if token is None:
        return ()
    url = sign_in_address(address(page, region), token.value)
    minutes = FIGURES.console.sign_in_seconds // 60
    return (Link(say("console.sign_in"), url, say("console.sign_in_path", minutes=minutes)),)


def check_region(value: str, _place: Place) -> str:
    """Return a region's id. Raises `Refusal` for what is none."""
    region = value.strip().lower()
    if not _REGION.fullmatch(region):
        raise Refusal("console.region", argument="region", region=value)
    return region


def _label(page: Page) -> Label:
    return _LABELS[page]


_LABELS = {
    Page.HOME: Text(en="Console", zh="控制台首页"),
    Page.BUCKETS: Text(en="Buckets (OBS)", zh="桶（OBS）"),
    Page.AGENCY: Text(en="Agencies (IAM)", zh="委托（IAM）"),
    Page.USER_GROUP: Text(en="User groups (IAM)", zh="用户组（IAM）"),
    Page.AUTHORIZATION: Text(en="Authorizations", zh="访问授权"),
    Page.POOL: Text(en="Dedicated pools", zh="专属资源池"),
    Page.JOB: Text(en="Training jobs", zh="训练作业"),
    Page.SERVICE: Text(en="Real-time services", zh="在线服务"),
    Page.NOTEBOOK: Text(en="Notebooks", zh="Notebook"),
    Page.WORKFLOW: Text(en="Workflows", zh="工作流"),
    Page.MODEL: Text(en="AI applications", zh="AI应用"),
    Page.PACKAGE: Text(en="My packages", zh="我的套餐包"),
    Page.RENEWALS: Text(en="Renewals", zh="续费管理"),
    Page.BILL: Text(en="Bills", zh="费用中心"),
    Page.BALANCE: Text(en="Balance", zh="账户余额"),
    Page.REAL_NAME: Text(en="Real-name authentication", zh="实名认证"),
    Page.ACCESS_KEY: Text(en="Access keys (AK/SK)", zh="访问密钥（AK/SK）"),
    Page.TICKET: Text(en="Service tickets", zh="工单"),
}

command = Command(
    "console",
    summary=Text(en="Links and click paths into the console", zh="控制台链接与点击路径"),
    rules=("R2.01", "R2.02", "R2.03", "R3.17", "R3.29"),
    arguments=(
        Argument(
            "page",
            Text(en="Page", zh="页面"),
            kind=Kind.CHOICE,
            choices=(
                *(Choice(page.value, _label(page)) for page in PAGES),
                Choice(LITE, Text(en="ModelArts Lite", zh="ModelArts Lite")),
            ),
            aliases=("页面", "service", "服务"),
        ),
        Argument(
            "region",
            Text(en="Region", zh="区域"),
            check=check_region,
            placeholder=FIGURES.default_region,
            aliases=("区域",),
        ),
    ),
    recall=recall,
    read=read,
    answer=answer,
)

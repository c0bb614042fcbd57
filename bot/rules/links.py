"""Console links: one catalog, each with its region and the click path for the day the address changes (R2.01, R2.03).

The provider publishes no promise about these addresses, so this table is the one place to edit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode

from bot.reply import Link
from bot.rules.figures import FIGURES
from bot.say import Say, say

_HOSTS = FIGURES.console


class Page(StrEnum):
    """A page of the console; its texts are `links.<value>.label` and `links.<value>.path`."""

    HOME = "home"
    BUCKET = "bucket"
    BUCKETS = "buckets"
    AGENCY = "agency"
    USER_GROUP = "user_group"
    AUTHORIZATION = "authorization"
    POOL = "pool"
    JOB = "job"
    SERVICE = "service"
    NOTEBOOK = "notebook"
    WORKFLOW = "workflow"
    MODEL = "model"
    PACKAGE = "package"
    RENEWALS = "renewals"
    BILL = "bill"
    BALANCE = "balance"
    REAL_NAME = "real_name"
    ACCESS_KEY = "access_key"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class _Route:
    """Where a page stands: host, application, and the route in it; `{name}` is the thing's name."""

    host: str
    application: str
    route: str


_CATALOG = {
    Page.HOME: _Route(_HOSTS.console, "console", "/home"),
    Page.TICKET: _Route(_HOSTS.console, "ticket", "/ticketindex/createIndex"),
    Page.BUCKET: _Route(_HOSTS.obs, "obs", "/obs/manage/{name}/object/list"),
    Page.BUCKETS: _Route(_HOSTS.obs, "obs", "/obs/manager/buckets"),
    Page.AGENCY: _Route(_HOSTS.console, "iam", "/iam/agencies"),
    Page.USER_GROUP: _Route(_HOSTS.console, "iam", "/iam/groups"),
    Page.AUTHORIZATION: _Route(_HOSTS.console, "modelarts", "/globalConfig"),
    Page.POOL: _Route(_HOSTS.console, "modelarts", "/resourcePool"),
    Page.JOB: _Route(_HOSTS.console, "modelarts", "/trainingJobs"),
    Page.SERVICE: _Route(_HOSTS.console, "modelarts", "/webservice"),
    Page.NOTEBOOK: _Route(_HOSTS.console, "modelarts", "/notebook"),
    Page.WORKFLOW: _Route(_HOSTS.console, "modelarts", "/workflow"),
    Page.MODEL: _Route(_HOSTS.console, "modelarts", "/models"),
    Page.PACKAGE: _Route(_HOSTS.account, "usercenter", "/userindex/allpackage"),
    Page.RENEWALS: _Route(_HOSTS.account, "usercenter", "/userindex/renewalManagement"),
    Page.BILL: _Route(_HOSTS.account, "usercenter", "/userindex/allview"),
    Page.BALANCE: _Route(_HOSTS.account, "usercenter", "/accountindex/balance"),
    Page.REAL_NAME: _Route(_HOSTS.account, "usercenter", "/accountindex/realNameAuth"),
    Page.ACCESS_KEY: _Route(_HOSTS.console, "iam", "/mine/accessKey"),
}


def address(page: Page, region: str, name: str = "") -> str:
    """Return the address of a console page in a region."""
    at = _CATALOG[page]
    route = at.route.format(name=quote(name, safe=""))
    return f"{at.host}/{at.application}/?region={quote(region, safe='')}#{route}"


def sign_in_address(target: str, token: str) -> str:
    """Return the address that signs a person in by a login token and leads on to `target` (R2.02)."""
    query = {"idp_login_url": _HOSTS.console, "service": target, "logintoken": token}
    return f"{_HOSTS.sign_in}?{urlencode(query, quote_via=quote)}"


def link(page: Page, region: str, name: str = "") -> Link:
    """Return the link to a console page, labelled with its region, and how to click there (R2.01, R2.03)."""
    return Link(
        say(f"links.{page}.label", name=name, region=region),
        address(page, region, name),
        say(f"links.{page}.path", name=name, region=region_name(region)),
    )


def region_name(region: str) -> Say:
    """Return a region as the console's region list names it; an unknown one by its id."""
    known = region in FIGURES.named_regions
    return say(f"region.{region}") if known else say("region.other", region=region)

"""The wire of billing (BSS), China site.

In doubt, and so ours to choose: the provider documents no answer of these calls for an account in arrears (listing
goes on in truth; the fault answers with the insufficient balance of an order) or over a quota; the most records a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sandbox.cloud.accounts import Caller
from sandbox.cloud.bss import console
from sandbox.cloud.bss.bodies import DEFAULT_LIMIT, MOST_A_PAGE, ListFreeResources, ListFreeResourceUsages, RateOnDemand
from sandbox.cloud.bss.ratings import rated
from sandbox.cloud.bss.rows import package_row, quota_detail, use_row
from sandbox.cloud.bss.state import MODELARTS, BssState, Package, Use
from sandbox.cloud.iam.rights import Rights
from sandbox.cloud.json_service import JsonService
from sandbox.cloud.routes import Route, Visit
from sandbox.cloud.seed import Account, Options
from sandbox.cloud.signing import Gateway
from sandbox.cloud.wire import Refusal, Reply, answer_json, is_count

Json = dict[str, Any]
CHINA_TIME = timezone(timedelta(hours=8))
LONGEST_USAGE_DAYS = 90
PAGED = frozenset({"offset", "limit"})
RECORD_FILTERS = ("free_resource_id", "product_id", "resource_type_code")
RECORD_QUERY = PAGED | set(RECORD_FILTERS) | {"deduct_time_begin", "deduct_time_end"}
SERVICE_TYPES = (
    ("AI开发平台ModelArts", MODELARTS, "ModelArts"),
    ("对象存储服务", "hws.service.type.obs", "OBS"),
    ("弹性云服务器", "hws.service.type.ec2", "ECS"),
    ("云硬盘", "hws.service.type.ebs", "EVS"),
    ("消息通知服务", "hws.service.type.smn", "SMN"),
)
FORBIDDEN = (403, "CBC.0151", "Access denied")
OTHER_SITE = (403, "CBC.0156", "The account belongs to the other site")
FAULTS = {
    "arrears": (403, "CBC.99005003", "The balance is insufficient"),
    "not_real_name": FORBIDDEN,
    "forbidden": FORBIDDEN,
    "quota": (400, "CBC.99003141", "The quota or capacity is insufficient"),
    "server_error": (500, "CBC.0999", "Other errors"),
}


class Bss(JsonService):
    """Answer billing requests from the state."""

    name = "bss"
    bad_request = (400, "CBC.0100", "Parameter error")
    no_right = "CBC.0151"
    faults = FAULTS

    def __init__(self, gateway: Gateway, state: BssState, options: Options, rights: Rights) -> None:
        self._state = state
        self._options = options
        self.console = console.actions(state)
        super().__init__(gateway, self._routes(), rights)

    def _routes(self) -> Sequence[Route]:
        query, usages = "/v3/payments/free-resources/query", "/v2/payments/free-resources/usages/details/query"
        records = "/v2/bills/customer-bills/free-resources-usage-records"
        types, ratings = PAGED | {"service_type_name"}, "/v2/bills/ratings/on-demand-resources"
        return (
            Route("list_free_resource_infos", "POST", query, self.list_packages, body=ListFreeResources),
            Route("list_free_resource_usages", "POST", usages, self.list_quotas, body=ListFreeResourceUsages),
            Route("list_free_resources_usage_records", "GET", records, self.list_records, frozenset(RECORD_QUERY)),
            Route("show_real_name_auth_status", "GET", "/v2/customers/real-name-auth-status", self.show_real_name),
            Route(
                "show_customer_account_balances",
                "GET",
                "/v2/accounts/customer-accounts/balances",
                self.show_balances,
            ),
            Route("list_service_types", "GET", "/v2/products/service-types", self.list_service_types, types),
            Route("list_on_demand_resource_ratings", "POST", ratings, self.rate_on_demand, body=RateOnDemand),
        )

    def _check_project(self, caller: Caller, params: Any) -> None:
        """Refuse accounts of the other site at every call."""
        super()._check_project(caller, params)
        if self._options.site != "china":
            raise Refusal(*OTHER_SITE)

    def truth(self) -> Json:
        """Return all packages with their deductions, ready for JSON."""
        return console.truth(self._state)

    def list_packages(self, visit: Visit) -> Reply:
        """Answer with the account's packages, whatever their region."""
        body: ListFreeResources = visit.body
        now = self._state.clock.now()
        wanted = [package for package in self._state.of(own(visit)) if _wanted(package, body, now)]
        offset, limit = body.offset or 0, body.limit or DEFAULT_LIMIT
        rows = [package_row(package, now) for package in wanted[offset : offset + limit]]
        return answer_json({"free_resource_packages": rows, "total_count": len(wanted)})

    def list_quotas(self, visit: Visit) -> Reply:
        """Answer with the quotas asked for; ids of others are left out."""
        asked = set(visit.body.free_resource_ids)
        mine = [package for package in self._state.of(own(visit)) if package.quota_id in asked]
        return answer_json({"free_resources": [quota_detail(package) for package in mine]})

    def list_records(self, visit: Visit) -> Reply:
        """Answer with the deductions of at most 90 days, newest first; the days are China's."""
        begin, end = (_day(visit, name) for name in ("deduct_time_begin", "deduct_time_end"))
        if not timedelta(0) <= end - begin <= timedelta(days=LONGEST_USAGE_DAYS):
            raise bad(f"the days must be in order and at most {LONGEST_USAGE_DAYS} apart")
        uses: list[tuple[Use, Package]] = [
            (use, package) for package in self._state.of(own(visit)) for use in package.uses
        ]
        uses.sort(key=lambda pair: pair[0].at, reverse=True)
        rows = [use_row(package, use) for use, package in uses if begin <= _china_day(use.at) <= end]
        kept = [row for row in rows if all(row[n] == visit.query[n] for n in RECORD_FILTERS if visit.query.get(n))]
        return _listed("free_resource_records", kept, *_page(visit))

    def show_real_name(self, visit: Visit) -> Reply:
        """Answer with the real-name state; nobody needs a permission for this."""
        account = own(visit)
        state = self._state.real_names[account.domain_id]
        kind = None if state == -1 else int(account.enterprise)
        return answer_json({"verified_status": state, "verified_type": kind})

    def show_balances(self, visit: Visit) -> Reply:
        """Answer with balance and debt, in yuan."""
        account = own(visit)
        cash: Json = {
            "account_id": account.domain_id,
            "account_type": 1,
            "amount": float(account.balance),
            "currency": "CNY",
            "designated_amount": 0,
            "credit_amount": 0,
            "measure_id": 1,
        }
        debt = {"debt_amount": float(account.debt), "measure_id": 1, "currency": "CNY"}
        return answer_json({"account_balances": [cash]} | debt)

    def rate_on_demand(self, visit: Visit) -> Reply:
        """Answer with prices for one of the account's own projects; nobody needs a permission for the official ones."""
        if visit.body.project_id not in {project.id for project in own(visit).projects}:
            raise bad("project_id")
        return answer_json(rated(visit.body, self._state.tariffs))

    def list_service_types(self, visit: Visit) -> Reply:
        """Answer with the kinds of services that are billed; the name filter looks inside."""
        part = visit.query.get("service_type_name", "")
        keys = ("service_type_name", "service_type_code", "abbreviation")
        rows = [dict(zip(keys, row, strict=True)) for row in SERVICE_TYPES if part.lower() in row[0].lower()]
        return _listed("service_types", rows, *_page(visit))


def own(visit: Visit) -> Account:
    """Return the account that signed. The gateway lets nobody else through."""
    if visit.caller.account is None:
        raise Refusal(*FORBIDDEN)
    return visit.caller.account


def bad(detail: str) -> Refusal:
    """Build the refusal of a parameter."""
    return Refusal(400, "CBC.0100", f"Parameter error: {detail}")


def _wanted(package: Package, body: ListFreeResources, now: float) -> bool:
    codes = body.service_type_code_list
    return (
        body.region_code in (None, "", package.region)
        and body.order_id in (None, "", package.order)
        and body.product_id in (None, "", package.product)
        and body.product_name in (None, "", package.name)
        and not body.enterprise_project_id  # every package is of no project
        and (body.status is None or body.status == package.status(now))
        and (not codes or MODELARTS in (code.lower() for code in codes))
    )


def _listed(name: str, rows: Sequence[object], offset: int, limit: int) -> Reply:
    return answer_json({name: rows[offset : offset + limit], "total_count": len(rows)})


def _page(visit: Visit) -> tuple[int, int]:
    offset, limit = visit.query.get("offset") or "0", visit.query.get("limit") or str(DEFAULT_LIMIT)
    if not (is_count(offset) and is_count(limit) and 1 <= int(limit) <= MOST_A_PAGE):
        raise bad("offset or limit")
    return int(offset), int(limit)


def _china_day(moment: float) -> date:
    return datetime.fromtimestamp(moment, CHINA_TIME).date()


def _day(visit: Visit, name: str) -> date:
    try:
        return datetime.strptime(visit.query.get(name, ""), "%Y-%m-%d").replace(tzinfo=CHINA_TIME).date()
    except ValueError:
        raise bad(f"{name} must be YYYY-MM-DD") from None

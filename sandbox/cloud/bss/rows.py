"""Packages and quotas as the billing calls write them: amounts as texts, times in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.cloud.bss.state import HOUR, MODELARTS, Package, Use

Json = dict[str, Any]
RESOURCE_TYPE = "hws.resource.type.modelarts"


def utc(moment: float) -> str:
    """Return a moment as the provider writes it, without fractions."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def amount(value: Decimal) -> str:
    """Return an amount as plain text without needless zeros."""
    return f"{value.normalize():f}"


def package_row(package: Package, now: float) -> Json:
    """Return a package of a list."""
    return {
        "order_instance_id": package.id,
        "order_id": package.order,
        "product_id": package.product,
        "product_name": package.name,
        "enterprise_project_id": None,
        "enterprise_project_scope": 0,
        "effective_time": utc(package.effective),
        "expire_time": utc(package.expires),
        "status": package.status(now),
        "service_type_code": MODELARTS,
        "service_type_name": "AI开发平台ModelArts",
        "region_code": package.region,
        "source_type": 0,
        "bundle_type": "ATOMIC_PKG",
        "quota_reuse_mode": 2,
        "free_resources": [_quota(package)],
    }


def _quota(package: Package) -> Json:
    return {
        "free_resource_id": package.quota_id,
        "usage_type_name": package.usage,
        "amount": amount(package.left),
        "original_amount": amount(package.total),
        "measure_id": HOUR,
    }


def quota_detail(package: Package) -> Json:
    """Return a quota with its cycle; these never reset, and here amounts are numbers."""
    return _quota(package) | {
        "free_resource_type_name": package.name,
        "quota_reuse_cycle": None,
        "quota_reuse_cycle_type": None,
        "start_time": utc(package.effective),
        "end_time": utc(package.expires),
        "amount": float(package.left),
        "original_amount": float(package.total),
    }


def use_row(package: Package, use: Use) -> Json:
    """Return one deduction; what was there before counts the deductions up to it."""
    before = package.total - sum((other.hours for other in package.uses if other.at < use.at), Decimal(0))
    return {
        "deduct_time": utc(use.at),
        "free_resource_id": package.quota_id,
        "resource_id": use.resource_id,
        "resource_type_code": RESOURCE_TYPE,
        "resource_type_name": "ModelArts",
        "resource_tag": "",
        "product_id": package.product,
        "product_name": package.name,
        "usage_type_code": "Duration",
        "available_amount": amount(before),
        "remaining_amount": amount(before - use.hours),
        "used_amount": amount(use.hours),
        "measure_id": HOUR,
        "effective_time": utc(use.at - float(use.hours) * 3600),
        "expire_time": utc(use.at),
    }

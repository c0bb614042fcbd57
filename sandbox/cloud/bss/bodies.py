"""The bodies that the billing calls take; null and the empty text mean no filter."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.cloud.routes import Body

MOST_A_PAGE = 1000
DEFAULT_LIMIT = 10
MOST_RATED = 100
Identity = Annotated[str, Field(min_length=1, max_length=64)]
Code = Annotated[str, Field(min_length=1, max_length=400)]
Whole = Annotated[int, Field(ge=1)]


class ListFreeResources(Body):
    """Which packages to list."""

    region_code: str | None = None
    order_id: str | None = None
    product_id: str | None = None
    product_name: str | None = None
    enterprise_project_id: str | None = None
    status: Annotated[int, Field(ge=0, le=4)] | None = None
    offset: Annotated[int, Field(ge=0)] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_A_PAGE)] | None = None
    service_type_code_list: list[str] | None = None


class ListFreeResourceUsages(Body):
    """Which quotas to tell more about."""

    free_resource_ids: Annotated[list[Identity], Field(min_length=1, max_length=MOST_A_PAGE)]


class RatedProduct(Body):
    """One product whose price is asked; a size is told with its measure or not at all."""

    id: Identity
    cloud_service_type: Code
    resource_type: Code
    resource_spec: Code
    region: Code
    available_zone: str | None = None
    resource_size: Whole | None = None
    size_measure_id: Whole | None = None
    usage_factor: Code
    usage_value: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    usage_measure_id: Whole
    subscription_num: Whole


class RateOnDemand(Body):
    """Which pay-per-use products to price, for a project; precision 0 rounds down to 6 places, 1 to 10."""

    project_id: Identity
    inquiry_precision: Annotated[int, Field(ge=0, le=1)] | None = None
    product_infos: Annotated[list[RatedProduct], Field(min_length=1, max_length=MOST_RATED)]

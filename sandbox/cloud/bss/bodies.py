"""The bodies that the billing calls take; null and the empty text mean no filter."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.cloud.routes import Body

MOST_A_PAGE = 1000
DEFAULT_LIMIT = 10
Identity = Annotated[str, Field(min_length=1, max_length=64)]


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

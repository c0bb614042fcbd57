"""Services, flavors and models as the classic v1 calls write them; times are milliseconds."""

from __future__ import annotations

from typing import Any

from sandbox.cloud.modelarts.bodies import Node
from sandbox.cloud.modelarts.life import Deployed, Event
from sandbox.cloud.modelarts.models import Model, Models
from sandbox.cloud.seed import Flavor

Json = dict[str, Any]
RUNNING_TEXTS = ("running", "concerning")


def ms(moment: float) -> int:
    """Return a moment in milliseconds since the epoch."""
    return round(moment * 1000)


def listed_service(service: Deployed, now: float) -> Json:
    """Return a service as a list shows it: without configuration and address."""
    row: Json = {
        "service_id": service.id,
        "service_name": service.name,
        "description": service.description,
        "tenant": service.owner.domain_id,
        "project": service.project_id,
        "owner": service.user_id,
        "publish_at": ms(service.created),
        "infer_type": "real-time",
        "workspace_id": service.workspace_id,
        "status": service.status,
        "progress": service.progress(now),
        "invocation_times": service.calls,
        "failed_times": service.failed_calls,
        "is_shared": False,
        "shared_count": 0,
        "operation_time": ms(now),
        "is_opened_sample_collection": False,
        "transition_at": ms(service.changed),
        "is_free": service.free,
        "additional_properties": dict(service.additional),
    }
    return row | _sometimes(service)


def _sometimes(service: Deployed) -> Json:
    """Return the fields that only some services have."""
    row: Json = {}
    if service.schedule:
        row["schedule"] = [schedule.model_dump() for schedule in service.schedule]
    if service.due is not None:
        row["due_time"] = ms(service.due)
    if service.error:
        row["error_msg"] = service.error
    return row


def shown_service(service: Deployed, models: Models, region: str, now: float) -> Json:
    """Return a service with its configuration and the address to call."""
    address = f"https://{service.project_id}.apigw.{region}.huaweicloud.com/v1/infers/{service.id}"
    row = listed_service(service, now) | {
        "update_time": ms(service.updated),
        "access_address": address,
        "config": [_node(node, service, models) for node in service.config],
    }
    del row["is_opened_sample_collection"]
    return row | dict(service.network)


def _node(node: Node, service: Deployed, models: Models) -> Json:
    model = models.find(node.model_id, service.project_id)
    row: Json = {
        "model_id": model.id,
        "model_name": model.name,
        "model_version": model.version,
        "status": "ready" if service.status in RUNNING_TEXTS else "notReady",
        "weight": node.weight,
        "specification": node.specification,
        "custom_spec": node.custom_spec.model_dump(exclude_none=True) if node.custom_spec else {},
        "envs": dict(node.envs),
        "instance_count": node.instance_count,
        "scaling": False,
        "support_debug": False,
        "additional_properties": {},
    }
    return row | ({"source_type": "auto"} if model.auto else {})


def event_row(event: Event) -> Json:
    """Return something that happened to a service."""
    kind = "normal" if event.normal else "abnormal"
    return {"occur_time": ms(event.at), "event_type": kind, "event_info": event.text}


def flavor_row(flavor: Flavor, over_quota: bool) -> Json:
    """Return a flavor."""
    return {
        "specification": flavor.id,
        "billing_spec": flavor.billing_spec,
        "category": flavor.processor,
        "is_open": True,
        "spec_status": "sellout" if flavor.sold_out else "normal",
        "is_free": flavor.is_free,
        "over_quota": over_quota,
        "extend_params": 1,
        "source_type": "",
        "display_en": flavor.display_en,
        "display_cn": flavor.display_cn,
    }


def model_row(model: Model, now: float) -> Json:
    """Return a model as a list shows it."""
    row: Json = {
        "model_id": model.id,
        "model_name": model.name,
        "model_version": model.version,
        "model_type": model.type,
        "model_status": model.status(now),
        "model_size": 5_012_312,
        "model_source": "auto" if model.auto else "custom",
        "install_type": ["real-time", "batch"],
        "tenant": model.owner.domain_id,
        "project": model.project_id,
        "owner": model.user_id,
        "create_at": ms(model.created),
        "description": model.description,
        "workspace_id": model.workspace_id,
        "market_flag": False,
        "publishable_flag": True,
        "tunable": False,
        "specification": {},
    }
    return row | ({"source_type": "auto"} if model.auto else {})

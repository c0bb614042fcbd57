"""The bodies that the classic v1 calls take."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sandbox.cloud.routes import Body

SERVICE_NAME = r"^[A-Za-z0-9_\-\u4e00-\u9fff]{1,64}$"
MODEL_VERSION = r"^[1-9]?\d\.[1-9]?\d\.[1-9]?\d$"
UNIT_S = {"DAYS": 86400.0, "HOURS": 3600.0, "MINUTES": 60.0}
Description = Annotated[str, Field(max_length=100)]


class CustomSpec(Body):
    """A specification of one's own, for dedicated pools."""

    cpu: float
    memory: int
    gpu_p4: float | None = None
    ascend_a310: int | None = None


class Node(Body):
    """One model of a service with where and how often it runs."""

    model_id: str
    specification: str
    instance_count: int = Field(ge=1, le=128)
    weight: int = Field(default=100, ge=0, le=100)
    envs: dict[str, str] = Field(default_factory=dict)
    custom_spec: CustomSpec | None = None
    cluster_id: str | None = None
    pool_name: str | None = None


class Schedule(Body):
    """When a service stops by itself, counted from when it became running."""

    type: Literal["stop"]
    time_unit: Literal["DAYS", "HOURS", "MINUTES"]
    duration: int = Field(ge=1)

    @property
    def seconds(self) -> float:
        """Return the length in seconds."""
        return self.duration * UNIT_S[self.time_unit]


class SmnNotification(Body):
    """Which state changes are told to a topic."""

    topic_urn: str
    events: list[Literal[1, 2, 3, 7, 9, 11]]


class LogReportChannel(Body):
    """Where logs go."""

    type: Literal["LTS"]


class AdditionalProperties(Body):
    """What else a service has."""

    smn_notification: SmnNotification | None = None
    log_report_channels: list[LogReportChannel] | None = None


Schedules = Annotated[list[Schedule], Field(max_length=1)]
Config = Annotated[list[Node], Field(min_length=1, max_length=5)]


def _check_weights(config: list[Node] | None) -> None:
    if config is not None and sum(node.weight for node in config) != 100:
        raise ValueError("the weights must add up to 100")


class CreateService(Body):
    """The body of deploying a service."""

    service_name: str = Field(pattern=SERVICE_NAME)
    infer_type: Literal["real-time", "batch", "edge"]
    config: Config
    description: Description = ""
    workspace_id: str = "0"
    pool_name: str | None = None
    cluster_id: str | None = None
    vpc_id: str | None = None
    subnet_network_id: str | None = None
    security_group_id: str | None = None
    schedule: Schedules | None = None
    additional_properties: AdditionalProperties | None = None

    @model_validator(mode="after")
    def check(self) -> CreateService:
        """Check the weights, and that a network comes whole or not at all."""
        _check_weights(self.config)
        network = (self.vpc_id, self.subnet_network_id, self.security_group_id)
        if any(network) and not all(network):
            raise ValueError("vpc_id, subnet_network_id and security_group_id come together")
        return self


class UpdateService(Body):
    """The body of changing a service; with both `status` and `config` only `status` is applied."""

    status: Literal["running", "stopped"] | None = None
    config: Config | None = None
    description: Description | None = None
    schedule: Schedules | None = None
    additional_properties: AdditionalProperties | None = None

    @model_validator(mode="after")
    def check(self) -> UpdateService:
        """Check the weights."""
        _check_weights(self.config)
        return self


class CreateModel(Body):
    """The body of importing an AI application; nested descriptions are taken as they are."""

    model_name: str = Field(pattern=r"^[A-Za-z0-9_\-\u4e00-\u9fff]{1,64}$")
    model_version: str = Field(pattern=MODEL_VERSION)
    source_location: str = Field(min_length=1)
    model_type: (
        Literal["TensorFlow", "MXNet", "Caffe", "Spark_MLlib", "Scikit_Learn", "XGBoost", "Image", "PyTorch"]
        | (Literal["MindSpore", "Template", "Custom"])
    )
    source_job_id: str | None = None
    source_job_version: str | None = None
    source_type: Literal["auto"] | None = None
    source_copy: str | None = None
    runtime: str | None = None
    description: Description = ""
    execution_code: str | None = None
    input_params: list[dict[str, Any]] | None = None
    output_params: list[dict[str, Any]] | None = None
    dependencies: list[dict[str, Any]] | None = None
    model_algorithm: str | None = None
    model_metrics: str | None = None
    apis: list[dict[str, Any]] | None = None
    initial_config: str | None = None
    workspace_id: str = "0"
    install_type: list[Literal["real-time", "batch", "edge"]] | None = None

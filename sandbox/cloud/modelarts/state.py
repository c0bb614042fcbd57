"""The truth of ModelArts: flavors, AI applications and services, kept by cloud time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sandbox.clock import Clock
from sandbox.cloud.accounts import Accounts
from sandbox.cloud.modelarts import life
from sandbox.cloud.modelarts.bodies import CreateService, Node, UpdateService
from sandbox.cloud.modelarts.figures import FREE_NODES, FREE_REGION, FREE_SERVICES_A_FLAVOR
from sandbox.cloud.modelarts.life import GONE, Deployed, Event
from sandbox.cloud.modelarts.models import Models
from sandbox.cloud.modelarts.refusals import refuse
from sandbox.cloud.seed import Account, Flavor, Seed, SeededService

NETWORK = ("vpc_id", "subnet_network_id", "security_group_id", "pool_name", "cluster_id")


class ModelArtsState:
    """Hold what one region of ModelArts holds."""

    def __init__(self, clock: Clock, seed: Seed, accounts: Accounts) -> None:
        self.clock = clock
        self.region = seed.endpoint_region
        self.options = seed.options
        self.flavors = {row.id: row for row in seed.flavors if self.region == FREE_REGION or not row.is_free}
        self.models = Models(clock, seed, accounts)
        self._services: dict[str, Deployed] = {}
        self.released: list[Deployed] = []
        for row in seed.services:
            service = self._seeded(row, accounts.named(row.owner))
            self._services[service.id] = service

    def _seeded(self, row: SeededService, owner: Account) -> Deployed:
        now, flavor, model = self.clock.now(), self.flavors.get(row.flavor), self.models.named(row.model, owner)
        if flavor is None or model is None:
            raise ValueError(f"the seed's service {row.name!r} names an unknown flavor or model")
        node = Node(model_id=model.id, specification=flavor.id, instance_count=row.nodes)
        service = Deployed(
            row.id or str(uuid.uuid4()),
            row.name,
            owner,
            model.user_id,
            model.project_id,
            [node],
            flavor.is_free,
            now - max(row.created, row.changed),
            updated=now - max(row.created, row.changed),
            description=row.description,
            calls=row.calls,
            failed_calls=row.failed_calls,
            error="start model failed" if row.status == "failed" else "",
        )
        texts = {"running": "start model success", "stopped": "service stopped", "failed": "start model failed"}
        service.events.append(Event(service.created, "start to deploy service"))
        service.events.append(Event(now - row.changed, texts[row.status], row.status != "failed"))
        life.enter(service, row.status, now - row.changed, self.options)
        return service

    def services(self) -> Sequence[Deployed]:
        """Return every service there is now, oldest first; what was released or deleted is gone."""
        now = self.clock.now()
        for service in list(self._services.values()):
            life.settle(service, now, self.options)
            if service.status == GONE:
                self.released.append(self._services.pop(service.id))
        return sorted(self._services.values(), key=lambda service: service.created)

    def find(self, identity: str, project_id: str) -> Deployed:
        """Return a service of the project. Raises Refusal 404 ModelArts.3502."""
        for service in self.services():
            if (service.id, service.project_id) == (identity, project_id):
                return service
        raise refuse("no_service", identity)

    def holder(self, flavor: str, owner: Account, *, but: Deployed | None = None) -> Deployed | None:
        """Return the account's service that holds a free flavor, running or stopped (R5.29)."""
        for service in self.services():
            held = {node.specification for node in service.config} | {service.leaving}
            if service.owner is owner and service is not but and flavor in held:
                return service
        return None

    def over_quota(self, flavor: Flavor, owner: Account) -> bool:
        """Tell whether no further service may use this flavor."""
        return flavor.is_free and self.holder(flavor.id, owner) is not None

    def create(self, body: CreateService, owner: Account, user_id: str, project_id: str) -> Deployed:
        """Deploy a service. Raises Refusal."""
        flavors = self._check_config(body.config, body.infer_type, owner, project_id)
        if body.infer_type != "real-time":
            raise refuse("invalid", "this simulation deploys real-time services")
        if any(service.owner is owner and service.name == body.service_name for service in self.services()):
            raise refuse("service_exists", body.service_name)
        if sum((one.owner, one.user_id) == (owner, user_id) for one in self.services()) >= owner.service_quota:
            raise refuse("services", f"{owner.service_quota} a user")
        now = self.clock.now()
        service = Deployed(
            str(uuid.uuid4()),
            body.service_name,
            owner,
            user_id,
            project_id,
            list(body.config),
            flavors[0].is_free,
            now,
            updated=now,
            workspace_id=body.workspace_id,
            description=body.description,
            schedule=list(body.schedule or []),
            additional=body.additional_properties.model_dump(exclude_none=True) if body.additional_properties else {},
            network={name: getattr(body, name) for name in NETWORK if getattr(body, name)},
        )
        self._services[service.id] = service
        self._start(service)
        return service

    def _check_config(
        self, config: Sequence[Node], infer_type: str, owner: Account, project_id: str, service: Deployed | None = None
    ) -> list[Flavor]:
        """Return the flavors of a configuration. Raises Refusal for what the provider does not deploy."""
        for node in config:
            self.models.usable(node.model_id, project_id)
        if unknown := [node.specification for node in config if node.specification not in self.flavors]:
            raise refuse("invalid", f"the specification {unknown[0]} does not exist")
        flavors = [self.flavors[node.specification] for node in config]
        if any(flavor.is_free for flavor in flavors):
            self._check_free(config, flavors, infer_type, owner, service)
        if sold_out := [flavor.id for flavor in flavors if flavor.sold_out]:
            raise refuse("no_capacity", sold_out[0])
        return flavors

    def _check_free(
        self, config: Sequence[Node], flavors: Sequence[Flavor], infer_type: str, owner: Account, but: Deployed | None
    ) -> None:
        if infer_type != "real-time" or config[0].pool_name or config[0].cluster_id:
            raise refuse("invalid", "a free specification is for real-time services in the public pool")
        if len(config) > 1 or config[0].instance_count > FREE_NODES:
            raise refuse("free_nodes")
        if but is not None and not but.free:
            raise refuse("not_allowed", "a paid service cannot change to a free specification")
        if self.holder(flavors[0].id, owner, but=but):
            raise refuse("free_services", f"{FREE_SERVICES_A_FLAVOR} of {flavors[0].id}")

    def _start(self, service: Deployed) -> None:
        queue_s = max(self.flavors[node.specification].queue for node in service.config)
        life.start(service, self.clock.now(), queue_s, self.options)

    def update(self, service: Deployed, body: UpdateService) -> None:
        """Change a service: its state, or else its configuration and texts. Raises Refusal."""
        if body.status is not None:
            self.turn(service, body.status)
            return
        if body.config is not None:
            self._configure(service, body.config)
        if body.description is not None:
            service.description = body.description
        if body.schedule is not None:
            life.reschedule(service, list(body.schedule), self.clock.now())
        if body.additional_properties is not None:
            service.additional = body.additional_properties.model_dump(exclude_none=True)

    def turn(self, service: Deployed, status: str) -> None:
        """Start a service with the flavor it has, or stop it. Raises Refusal 3519, 3976."""
        if service.status not in (life.STARTABLE if status == "running" else life.STOPPABLE):
            raise refuse("state", service.status)
        if status == "stopped":
            life.stop(service, self.clock.now(), self.options)
            return
        if sold_out := [node.specification for node in service.config if self.flavors[node.specification].sold_out]:
            raise refuse("no_capacity", sold_out[0])
        self._start(service)

    def _configure(self, service: Deployed, config: list[Node]) -> None:
        if service.status not in life.SETTLED:
            raise refuse("state", service.status)
        if service.status == "stopped" and self.options.stopped_update == "refused":
            raise refuse("state", service.status)
        flavors = self._check_config(config, "real-time", service.owner, service.project_id, service)
        stays = service.status == "stopped" and self.options.stopped_update == "stays"
        service.leaving = service.config[0].specification if service.free and not stays else None
        service.config, service.free, service.updated = list(config), flavors[0].is_free, self.clock.now()
        service.updates.append(Event(service.updated, flavors[0].id))
        if stays:
            life.enter(service, "stopped", service.changed, self.options)
        else:
            self._start(service)

    def delete(self, services: Sequence[Deployed]) -> None:
        """Begin to delete services, all or none. Raises Refusal 3519 if one is being deleted already."""
        if any(service.status == "deleting" for service in services):
            raise refuse("state", "deleting")
        for service in services:
            life.delete(service, self.clock.now(), self.options)

    def fail(self, service: Deployed) -> None:
        """Let a service fail. Raises Refusal 3519 unless it runs or is on its way to it."""
        if service.status not in life.STOPPABLE:
            raise refuse("state", service.status)
        life.fail(service, self.clock.now(), self.options)

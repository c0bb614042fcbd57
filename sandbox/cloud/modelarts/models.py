"""AI applications: the truth of what can be deployed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.cloud.accounts import Accounts, project_ids
from sandbox.cloud.modelarts.bodies import CreateModel
from sandbox.cloud.modelarts.refusals import refuse
from sandbox.cloud.seed import Account, Seed, SeededModel


@dataclass(frozen=True, slots=True)
class Model:
    """An AI application; it is publishing until `published`, moments are cloud time in seconds."""

    id: str
    name: str
    version: str
    type: str
    owner: Account
    user_id: str
    project_id: str
    created: float
    published: float
    description: str = ""
    auto: bool = False
    workspace_id: str = "0"
    source: str = ""

    def status(self, now: float) -> str:
        """Return the state as the provider words it."""
        return "published" if self.published <= now else "publishing"


class Models:
    """All AI applications of all accounts in the region."""

    def __init__(self, clock: Clock, seed: Seed, accounts: Accounts) -> None:
        self._clock = clock
        self._publish_s = seed.options.publish_s
        self._all: dict[str, Model] = {}
        for row in seed.models:
            model = self._seeded(row, accounts.named(row.owner), seed.endpoint_region)
            self._all[model.id] = model

    def _seeded(self, row: SeededModel, owner: Account, region: str) -> Model:
        now = self._clock.now()
        return Model(
            row.id or str(uuid.uuid4()),
            row.name,
            row.version,
            row.type,
            owner,
            owner.users[0].id if owner.users else owner.domain_id,
            next((project.id for project in owner.projects if project.name == region), ""),
            now - row.created,
            now + row.published_in if row.published_in is not None else now - row.created,
            row.description,
            row.auto,
        )

    def all(self) -> Sequence[Model]:
        """Return every model, oldest first."""
        return sorted(self._all.values(), key=lambda model: model.created)

    def of(self, project_id: str) -> list[Model]:
        """Return the models of a project, newest first."""
        return [model for model in reversed(self.all()) if model.project_id == project_id]

    def find(self, identity: str, project_id: str) -> Model:
        """Return a model. Raises Refusal 404 ModelArts.3507."""
        model = self._all.get(identity)
        if model is None or model.project_id != project_id:
            raise refuse("no_model", identity)
        return model

    def named(self, label: str, owner: Account) -> Model | None:
        """Return the account's model with this name:version."""
        mine = (model for model in self.all() if model.owner is owner)
        return next((model for model in mine if f"{model.name}:{model.version}" == label), None)

    def usable(self, identity: str, project_id: str) -> Model:
        """Return a published model. Raises Refusal 3507 or 3515."""
        model = self.find(identity, project_id)
        if model.status(self._clock.now()) != "published":
            raise refuse("publishing", model.name)
        return model

    def add(self, body: CreateModel, owner: Account, user_id: str, project_id: str) -> Model:
        """Import a model, which is publishing for a while. Raises Refusal 3516, 3578."""
        if project_id not in project_ids(owner) or self.named(f"{body.model_name}:{body.model_version}", owner):
            raise refuse("model_exists", f"{body.model_name} {body.model_version}")
        if sum(model.owner is owner for model in self._all.values()) >= owner.model_quota:
            raise refuse("models", str(owner.model_quota))
        now = self._clock.now()
        model = Model(
            str(uuid.uuid4()),
            body.model_name,
            body.model_version,
            body.model_type,
            owner,
            user_id,
            project_id,
            now,
            now + self._publish_s,
            body.description,
            body.source_type == "auto",
            body.workspace_id,
            body.source_location,
        )
        self._all[model.id] = model
        return model

    def remove(self, model: Model) -> None:
        """Remove a model."""
        del self._all[model.id]

"""What a person does to services in the provider's console, and what the console's owner may know of them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from sandbox.cloud.console import Action, Actions
from sandbox.cloud.modelarts.authorizations import AuthorizationBook
from sandbox.cloud.modelarts.bodies import CreateService, Node
from sandbox.cloud.modelarts.life import Deployed
from sandbox.cloud.modelarts.rows import event_row, flavor_row, model_row, ms, shown_service
from sandbox.cloud.modelarts.state import ModelArtsState
from sandbox.cloud.routes import Body

Json = dict[str, Any]


class Named(Body):
    """Which service, by name or id."""

    name: str


class Create(Body):
    """A new service; `model` is name:version."""

    name: str
    model: str
    flavor: str
    nodes: int = Field(default=1, ge=1)


class Call(Body):
    """Calls that somebody made to a service."""

    name: str
    times: int = Field(default=1, ge=1)
    failed: int = Field(default=0, ge=0)


def actions(state: ModelArtsState) -> Actions:
    """Return the console's actions."""

    def turn(given: Named, status: Literal["running", "stopped"]) -> Json:
        service = _found(state, given.name)
        state.turn(service, status)
        return _shown(state, service)

    def create(given: Create) -> Json:
        models = [model for model in state.models.all() if f"{model.name}:{model.version}" == given.model]
        if not models:
            raise ValueError(f"no model {given.model!r}: name:version")
        model = models[0]
        node = Node(model_id=model.id, specification=given.flavor, instance_count=given.nodes)
        body = CreateService(service_name=given.name, infer_type="real-time", config=[node])
        return _shown(state, state.create(body, model.owner, model.user_id, model.project_id))

    def delete(given: Named) -> Json:
        service = _found(state, given.name)
        state.delete([service])
        return _shown(state, service)

    def call(given: Call) -> Json:
        service = _found(state, given.name)
        if service.status != "running" or given.failed > given.times:
            raise ValueError(f"{service.name} is {service.status}; failed is at most times")
        service.calls, service.failed_calls = service.calls + given.times, service.failed_calls + given.failed
        return _shown(state, service)

    def fail(given: Named) -> Json:
        service = _found(state, given.name)
        state.fail(service)
        return _shown(state, service)

    return {
        "start": Action(Named, lambda given: turn(given, "running")),
        "stop": Action(Named, lambda given: turn(given, "stopped")),
        "create": Action(Create, create),
        "delete": Action(Named, delete),
        "call": Action(Call, call),
        "fail": Action(Named, fail),
    }


class Statement(Body):
    """Whose agreement to the service statement, by the account's name."""

    account: str


class Principal(Body):
    """Whose authorization, by its id there; `account` is an account's name, left out it is the first one."""

    principal: str
    account: str = ""


def authorization_actions(book: AuthorizationBook) -> Actions:
    """Return what a person does about authorizations."""

    def agree(given: Statement) -> Json:
        book.agree(book.account(given.account))
        return {"account": given.account, "agreed": True}

    def deauthorize(given: Principal) -> Json:
        account = book.account(given.account) if given.account else book.accounts()[0]
        book.remove(account, given.principal)
        return {"account": account.name, "authorizations": [row.row() for row in book.of(account)]}

    return {"agree": Action(Statement, agree), "deauthorize": Action(Principal, deauthorize)}


def authorization_truth(book: AuthorizationBook) -> Json:
    """Return the authorizations of every account by name; no access keys."""
    found = {account.name: [row.row() for row in book.of(account)] for account in book.accounts()}
    hidden = [row for rows in found.values() for row in rows if row["type"] == "credential"]
    for row in hidden:
        row["content"] = "***"
    return {"authorizations": found}


def _found(state: ModelArtsState, name: str) -> Deployed:
    for service in state.services():
        if name in (service.name, service.id):
            return service
    known = ", ".join(service.name for service in state.services())
    raise ValueError(f"no service {name!r}; there are: {known or 'none'}")


def _shown(state: ModelArtsState, service: Deployed) -> Json:
    row = shown_service(service, state.models, state.region, state.clock.now())
    following = {"at": ms(service.next.at), "status": service.next.status} if service.next else None
    return row | {"events": [event_row(event) for event in service.events], "next": following}


def _gone(service: Deployed) -> Json:
    row = {"service_id": service.id, "service_name": service.name, "is_free": service.free}
    return row | {"gone_at": ms(service.changed), "events": [event_row(event) for event in service.events]}


def truth(state: ModelArtsState) -> Json:
    """Return flavors with who holds them, models, services with record and next change, and the services gone.

    Times are milliseconds, as on the wire.
    """
    now = state.clock.now()
    services = [_shown(state, service) for service in state.services()]
    gone = [_gone(service) for service in state.released]
    owners = {model.owner.domain_id: model.owner for model in state.models.all()}
    flavors = []
    for flavor in state.flavors.values():
        holders = [state.holder(flavor.id, owner) for owner in owners.values()] if flavor.is_free else []
        held = [service.name for service in holders if service is not None]
        flavors.append(flavor_row(flavor, bool(held)) | {"held_by": held})
    models = [model_row(model, now) for model in state.models.all()]
    return {"region": state.region, "flavors": flavors, "models": models, "services": services, "gone": gone}

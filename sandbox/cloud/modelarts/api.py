"""The wire of ModelArts: the classic v1 calls here, authorizations beside it.

In doubt, and so options of the seed: whether `offset` counts records or pages, and what a new configuration does to a
stopped service. The provider documents no answer body for changes; it is empty here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sandbox.cloud.accounts import Caller
from sandbox.cloud.iam.rights import Rights
from sandbox.cloud.json_service import JsonService
from sandbox.cloud.modelarts import console
from sandbox.cloud.modelarts.authorization_api import AuthorizationApi
from sandbox.cloud.modelarts.authorizations import AuthorizationBook
from sandbox.cloud.modelarts.bodies import CreateModel, CreateService, UpdateService
from sandbox.cloud.modelarts.life import Deployed
from sandbox.cloud.modelarts.refusals import AUTHORIZATION_FAULTS, FAULTS, MODEL_IN_USE, refuse
from sandbox.cloud.modelarts.rows import event_row, flavor_row, listed_service, model_row, ms, shown_service
from sandbox.cloud.modelarts.state import ModelArtsState
from sandbox.cloud.routes import Route, Visit
from sandbox.cloud.seed import Account
from sandbox.cloud.signing import Gateway
from sandbox.cloud.wire import Refusal, Reply, answer_json, is_count

Json = dict[str, Any]
DEFAULT_LIMIT = 1000
PAGED = frozenset({"offset", "limit"})
SORTED = PAGED | {"sort_by", "order"}
SERVICE_FILTERS = frozenset({"service_id", "service_name", "infer_type", "status", "workspace_id"})
MODEL_FILTERS = frozenset({"model_version", "model_status", "workspace_id", "model_type"})
MODEL_QUERY = MODEL_FILTERS | SORTED | {"model_name", "exact_match", "not_model_type", "description"}
READS = "obs:object:GetObject"
"""What ModelArts does by the agency before a service starts: it reads the model."""
INFER_TYPES = ("real-time", "batch", "edge")


class ModelArts(JsonService):
    """Answer ModelArts requests from the state."""

    name = "modelarts"
    bad_request = (400, "ModelArts.0101", "Invalid parameter")
    no_right = "ModelArts.0112"
    faults = FAULTS

    def __init__(self, gateway: Gateway, state: ModelArtsState, book: AuthorizationBook, rights: Rights) -> None:
        self._state = state
        self._book = book
        self.console = {**console.actions(state), **console.authorization_actions(book)}
        authorizations = AuthorizationApi(book, rights, state.options.offset_counts)
        super().__init__(gateway, (*self._routes(), *authorizations.routes()), rights)

    def _routes(self) -> Sequence[Route]:
        services, models = "/v1/{project_id}/services", "/v1/{project_id}/models"
        one, model = f"{services}/{{service_id}}", f"{models}/{{model_id}}"
        specification = frozenset({"is_personal_cluster", "infer_type"}) | PAGED
        service_query = SERVICE_FILTERS | SORTED | {"model_id"}
        event_query = SORTED | {"event_type", "start_time", "end_time"}
        return (
            Route("list_specifications", "GET", f"{services}/specifications", self.list_specifications, specification),
            Route("list_services", "GET", services, self.list_services, service_query),
            Route("create_service", "POST", services, self.create_service, body=CreateService),
            Route("show_service", "GET", one, self.show_service),
            Route("update_service", "PUT", one, self.update_service, body=UpdateService),
            Route("delete_service", "DELETE", one, self.delete_service),
            Route("list_service_events", "GET", f"{one}/events", self.list_service_events, event_query),
            Route("list_service_logs", "GET", f"{one}/logs", self.list_service_logs, frozenset({"update_time"})),
            Route("list_models", "GET", models, self.list_models, MODEL_QUERY),
            Route("create_model", "POST", models, self.create_model, body=CreateModel),
            Route("show_model", "GET", model, self.show_model),
            Route("delete_model", "DELETE", model, self.delete_model, frozenset({"cascade"})),
        )

    def _check_project(self, caller: Caller, params: Mapping[str, str]) -> None:
        """Refuse projects of others and of other regions: this endpoint is one region's."""
        super()._check_project(caller, params)
        if "project_id" not in params:
            return
        named = {project.id: project.name for project in caller.account.projects} if caller.account else {}
        if named.get(params["project_id"], "").partition("_")[0] != self._state.region:
            raise self.gateway.not_yours()

    @property
    def _now(self) -> float:
        return self._state.clock.now()

    def truth(self) -> Json:
        """Return flavors with their holders, models, services with events, and what was deleted or released."""
        return console.truth(self._state) | console.authorization_truth(self._book)

    def fault(self, kind: str, operation: str, /) -> Refusal:
        """Return the refusal that stands for a fault kind, in the words of the operation."""
        own_words = AUTHORIZATION_FAULTS.get(operation, {}).get(kind)
        return Refusal(*own_words) if own_words else super().fault(kind, operation)

    def _check_authorized(self, visit: Visit) -> None:
        """Refuse to compute for a user for whom ModelArts may not read the model in OBS (`needs_authorization`)."""
        if self._state.options.needs_authorization:
            self._book.check_acts(own(visit), visit.caller.user_id, READS)

    def list_specifications(self, visit: Visit) -> Reply:
        """Answer with the flavors of the public pool; only real-time services are offered the free ones."""
        infer_type = _word(visit, "infer_type", INFER_TYPES, "real-time")
        dedicated = _word(visit, "is_personal_cluster", ("true", "false"), "false") == "true"
        flavors = [] if dedicated else self._state.flavors.values()
        rows = [
            flavor_row(flavor, self._state.over_quota(flavor, own(visit)))
            for flavor in flavors
            if infer_type == "real-time" or not flavor.is_free
        ]
        return self._listed("specifications", rows, visit)

    def list_services(self, visit: Visit) -> Reply:
        """Answer with the project's services, filtered, sorted, one page of them."""
        infer_type = _word(visit, "infer_type", INFER_TYPES, "")
        model_id = visit.query.get("model_id")
        rows = [
            listed_service(service, self._now)
            for service in self._state.services()
            if service.project_id == visit.params["project_id"]
            and (model_id is None or model_id in {node.model_id for node in service.config})
            and infer_type in ("", "real-time")
        ]
        rows = [row for row in rows if _passes(row, visit, SERVICE_FILTERS - {"infer_type"})]
        key = _word(visit, "sort_by", ("publish_at", "service_name", "transition_at"), "publish_at")
        return self._listed("services", _sorted(rows, key, visit), visit)

    def create_service(self, visit: Visit) -> Reply:
        """Deploy a service."""
        self._check_authorized(visit)
        service = self._state.create(visit.body, own(visit), _user(visit), visit.params["project_id"])
        return answer_json({"service_id": service.id, "resource_ids": [f"{service.id}-0"]})

    def _found(self, visit: Visit) -> Deployed:
        return self._state.find(visit.params["service_id"], visit.params["project_id"])

    def show_service(self, visit: Visit) -> Reply:
        """Answer with one service. Raises Refusal 3502."""
        return answer_json(shown_service(self._found(visit), self._state.models, self._state.region, self._now))

    def update_service(self, visit: Visit) -> Reply:
        """Start, stop or change a service."""
        found = self._found(visit)
        if visit.body.status != "stopped":
            self._check_authorized(visit)
        self._state.update(found, visit.body)
        return answer_json({})

    def delete_service(self, visit: Visit) -> Reply:
        """Delete services, their ids joined by commas: all of them, or none."""
        identities = dict.fromkeys(visit.params["service_id"].split(","))
        self._state.delete([self._state.find(one, visit.params["project_id"]) for one in identities])
        return answer_json({})

    def list_service_events(self, visit: Visit) -> Reply:
        """Answer with what happened to a service, newest first unless asked otherwise."""
        service, wanted = self._found(visit), _word(visit, "event_type", ("normal", "abnormal"), "")
        first, last = (_number(visit, name, default) for name, default in (("start_time", 0), ("end_time", 10**15)))
        _word(visit, "sort_by", ("occur_time",), "occur_time")
        rows = [event_row(event) for event in service.events]
        kept = [row for row in rows if wanted in ("", row["event_type"]) and first <= row["occur_time"] <= last]
        return self._listed("events", _sorted(kept, "occur_time", visit), visit, head=_names(service))

    def list_service_logs(self, visit: Visit) -> Reply:
        """Answer with the changes of configuration, newest first."""
        service, at = self._found(visit), visit.query.get("update_time")
        rows: list[Json] = [
            {"update_time": ms(event.at), "result": "SUCCESS", "config": [{"specification": event.text}]}
            for event in reversed(service.updates)
        ]
        return answer_json(_names(service) | {"logs": [row for row in rows if at in (None, str(row["update_time"]))]})

    def list_models(self, visit: Visit) -> Reply:
        """Answer with the project's models, filtered, sorted, one page of them."""
        name, exact = visit.query.get("model_name", ""), _word(visit, "exact_match", ("true", "false"), "false")
        rows = [model_row(model, self._now) for model in self._state.models.of(visit.params["project_id"])]
        kept = [
            row
            for row in rows
            if (row["model_name"] == name if exact == "true" and name else name in row["model_name"])
            and visit.query.get("description", "") in row["description"]
            and row["model_type"] != visit.query.get("not_model_type")
            and _passes(row, visit, MODEL_FILTERS)
        ]
        key = _word(visit, "sort_by", ("create_at", "model_version", "model_size"), "create_at")
        return self._listed("models", _sorted(kept, key, visit), visit)

    def create_model(self, visit: Visit) -> Reply:
        """Import a model."""
        model = self._state.models.add(visit.body, own(visit), _user(visit), visit.params["project_id"])
        return answer_json({"model_id": model.id})

    def show_model(self, visit: Visit) -> Reply:
        """Answer with one model. Raises Refusal 3507."""
        model = self._state.models.find(visit.params["model_id"], visit.params["project_id"])
        return answer_json(model_row(model, self._now) | {"source_location": model.source})

    def delete_model(self, visit: Visit) -> Reply:
        """Delete a model, with `cascade` all its versions; one that a service uses stays, which is a 200 too."""
        project = visit.params["project_id"]
        model = self._state.models.find(visit.params["model_id"], project)
        cascade = _word(visit, "cascade", ("true", "false"), "false") == "true"
        meant = [one for one in self._state.models.of(project) if one is model or (cascade and one.name == model.name)]
        used = {node.model_id for service in self._state.services() for node in service.config}
        kept = [one.id for one in meant if one.id in used]
        for one in meant:
            if one.id not in used:
                self._state.models.remove(one)
        failed = [
            {"model_id": one, "error_code": MODEL_IN_USE, "error_msg": "A service uses the model"} for one in kept
        ]
        gone = [one.id for one in meant if one.id not in used]
        return answer_json({"delete_success_list": gone, "delete_failed_list": failed})

    def _listed(self, name: str, rows: list[Json], visit: Visit, head: Json | None = None) -> Reply:
        offset, limit = _number(visit, "offset", 0), _number(visit, "limit", DEFAULT_LIMIT)
        if not 1 <= limit <= DEFAULT_LIMIT:
            raise refuse("invalid", "limit")
        first = offset * limit if self._state.options.offset_counts == "pages" else offset
        page = rows[first : first + limit]
        return answer_json((head or {}) | {"total_count": len(rows), "count": len(page), name: page})


def own(visit: Visit) -> Account:
    """Return the account that signed. The gateway lets nobody else through."""
    if visit.caller.account is None:
        raise Refusal(401, "ModelArts.0106", "Authentication is required")
    return visit.caller.account


def _user(visit: Visit) -> str:
    return visit.caller.user_id or own(visit).domain_id


def _names(service: Deployed) -> Json:
    return {"service_id": service.id, "service_name": service.name}


def _passes(row: Json, visit: Visit, names: frozenset[str]) -> bool:
    return all(str(row[name]) == value for name, value in visit.query.items() if name in names)


def _word(visit: Visit, name: str, known: Sequence[str], default: str) -> str:
    """Return one of the words a query parameter may be. Raises Refusal 0101."""
    value = visit.query.get(name, default)
    if value != default and value not in known:
        raise refuse("invalid", f"{name} must be one of {', '.join(known)}")
    return value


def _number(visit: Visit, name: str, default: int) -> int:
    value = visit.query.get(name, str(default))
    if not is_count(value):
        raise refuse("invalid", name)
    return int(value)


def _sorted(rows: list[Json], key: str, visit: Visit) -> list[Json]:
    return sorted(rows, key=itemgetter(key), reverse=_word(visit, "order", ("asc", "desc"), "desc") == "desc")

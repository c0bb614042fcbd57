"""What the services behind the API gateway share: signed JSON over fixed paths, projects that must be the caller's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from sandbox.cloud.accounts import Caller, project_ids
from sandbox.cloud.front import Job
from sandbox.cloud.iam.actions import Actions, needed
from sandbox.cloud.iam.rights import Rights
from sandbox.cloud.routes import Route, Visit, find_route, read_body, read_query
from sandbox.cloud.signing import Gateway
from sandbox.cloud.wire import Refusal, Reply, Request, answer_json
from sandbox.tables import in_words


class JsonService:
    """A service behind the gateway; a subclass brings routes, fault answers, its truth and its ways of refusing."""

    name = ""
    bad_request = (400, "", "")
    no_right = ""
    faults: Mapping[str, tuple[int, str, str]] = {}

    def __init__(self, gateway: Gateway, routes: Sequence[Route], rights: Rights) -> None:
        self.gateway = gateway
        self.routes = tuple(routes)
        self._rights = rights

    def accept(self, request: Request) -> Job:
        """Authenticate and route a request. Raises Refusal."""
        caller = self.gateway.authenticate(request)
        found = find_route(self.routes, request)
        if found is None:
            raise self.gateway.no_such_api()
        route, params = found
        self._check_project(caller, params)
        project = params.get("project_id") or request.headers.get("x-project-id")
        lacking = self._rights.lacks(caller, self.needs(route.operation), project)
        if lacking:
            raise Refusal(403, self.no_right, lacking)
        visit = self._visit(route, request, caller, params)
        return Job(route.operation, lambda: route.handler(visit))

    def needs(self, operation: str) -> Actions:
        """Return the IAM actions that an operation takes. Raises KeyError for one that has no row."""
        return needed(self.name, operation)

    def _check_project(self, caller: Caller, params: Mapping[str, str]) -> None:
        if "project_id" in params and params["project_id"] not in project_ids(caller.account):
            raise self.gateway.not_yours()

    def _visit(self, route: Route, request: Request, caller: Caller, params: dict[str, str]) -> Visit:
        try:
            return Visit(request, caller, params, read_query(route, request), read_body(route, request))
        except ValidationError as error:
            raise self.bad_body(error) from None
        except ValueError as fault:
            status, code, message = self.bad_request
            raise Refusal(status, code, f"{message}: {fault}") from None

    def bad_body(self, error: ValidationError, /) -> Refusal:
        """Return the refusal of a body that does not fit its operation."""
        status, code, message = self.bad_request
        return Refusal(status, code, f"{message}: {in_words(error)}")

    def refused(self, request: Request, refusal: Refusal, request_id: str) -> Reply:
        """Write a refusal: the gateway's shape, or the service's own."""
        if refusal.gateway:
            return answer_json(flat_error(refusal) | {"request_id": request_id}, refusal.status)
        return answer_json(self.error_body(request, refusal), refusal.status)

    def error_body(self, _: Request, refusal: Refusal, /) -> dict[str, Any]:
        """Return the JSON of a refusal of the service itself."""
        return flat_error(refusal)

    def stamp(self, _: Request, reply: Reply, request_id: str, /) -> Reply:
        """Add the headers of every answer."""
        return reply.having({"x-request-id": request_id, "server": "api-gateway"})

    def fault(self, kind: str, _: str, /) -> Refusal:
        """Return the refusal that stands for a fault kind, the same at every operation; the gateway throttles."""
        if kind == "throttled" and kind not in self.faults:
            return self.gateway.throttled()
        status, code, message = self.faults[kind]
        return Refusal(status, code, message)

    def truth(self) -> dict[str, Any]:
        """Return everything the service holds, ready for JSON."""
        return {}


def flat_error(refusal: Refusal) -> dict[str, Any]:
    """Return the error body most services use."""
    return {"error_code": refusal.code, "error_msg": refusal.message}

"""The wire of agencies and of what they may do: OS-AGENCY, OS-INHERIT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.cloud.iam.agencies import Agency, Given, Kind, new_id, read_duration
from sandbox.cloud.iam.bodies import ChangedAgency, CreateAgency, NewAgency, UpdateAgency
from sandbox.cloud.iam.state import IamState
from sandbox.cloud.iam.visits import PAGED, check_domain, links, listed, own, page_of, passes
from sandbox.cloud.routes import Route, Visit
from sandbox.cloud.wire import Refusal, Reply, answer_json

Json = dict[str, Any]
MOST_AGENCIES = 500
AGENCIES = "/v3.0/OS-AGENCY/agencies"
PROJECT = "/v3.0/OS-AGENCY/projects/{project_id}/agencies/{agency_id}/roles"
DOMAIN = "/v3.0/OS-AGENCY/domains/{domain_id}/agencies/{agency_id}/roles"
INHERIT = "/v3.0/OS-INHERIT/domains/{domain_id}/agencies/{agency_id}/roles"


class AgencyApi:
    """Answer requests about agencies."""

    def __init__(self, state: IamState) -> None:
        self._state = state

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        one = f"{AGENCIES}/{{agency_id}}"
        query = PAGED | {"domain_id", "trust_domain_id", "name"}
        return (
            Route("create_agency", "POST", AGENCIES, self.create, body=CreateAgency),
            Route("list_agencies", "GET", AGENCIES, self.list, query),
            Route("show_agency", "GET", one, self.show),
            Route("update_agency", "PUT", one, self.update, body=UpdateAgency),
            Route("delete_agency", "DELETE", one, self.delete),
            *self._grant_routes("project", PROJECT, ""),
            *self._grant_routes("domain", DOMAIN, ""),
            *self._grant_routes("inherited", INHERIT, "/inherited_to_projects"),
        )

    def _grant_routes(self, kind: Kind, path: str, suffix: str) -> Sequence[Route]:
        word = {"project": "project", "domain": "domain", "inherited": "all_projects"}[kind]
        one = f"{path}/{{role_id}}{suffix}"
        listing = f"list_{word}_permissions_for_agency"
        return (
            Route(f"associate_agency_with_{word}_permission", "PUT", one, lambda visit: self._give(visit, kind)),
            Route(f"check_{word}_permission_for_agency", "HEAD", one, lambda visit: self._check(visit, kind)),
            Route(f"remove_{word}_permission_from_agency", "DELETE", one, lambda visit: self._take(visit, kind)),
            Route(listing, "GET", f"{path}{suffix}", lambda visit: self._given(visit, kind)),
        )

    @property
    def _now(self) -> float:
        return self._state.clock.now()

    def create(self, visit: Visit) -> Reply:
        """Create an agency."""
        body: NewAgency = visit.body.agency
        account = check_domain(visit, body.domain_id)
        trust = self._state.trusted(name=body.trust_domain_name, identity=body.trust_domain_id)
        made = Agency(new_id(), body.name, account.domain_id, *trust, body.description, self._now)
        made.set_validity(read_duration(body.duration), self._now)
        return answer_json({"agency": self._state.create_agency(account, made).row()}, 201)

    def list(self, visit: Visit) -> Reply:
        """Answer with the account's agencies."""
        account = check_domain(visit, visit.query.get("domain_id"))
        rows = [agency.row() for agency in self._state.agencies.of(account.domain_id, self._now)]
        rows = [row for row in rows if passes(row, visit, frozenset({"trust_domain_id", "name"}))]
        return answer_json({"agencies": page_of(rows, visit, MOST_AGENCIES)})

    def show(self, visit: Visit) -> Reply:
        """Answer with one agency."""
        return answer_json({"agency": self._found(visit).row()})

    def update(self, visit: Visit) -> Reply:
        """Change validity, description or who is trusted."""
        agency, body = self._found(visit), visit.body.agency
        self._change(agency, body)
        return answer_json({"agency": agency.row()})

    def _change(self, agency: Agency, body: ChangedAgency) -> None:
        hours = read_duration(body.duration)
        if body.trust_domain_id or body.trust_domain_name:
            trust = self._state.trusted(name=body.trust_domain_name, identity=body.trust_domain_id)
            agency.trust_id, agency.trust_name = trust
        if "duration" in body.model_fields_set:
            agency.set_validity(hours, self._now)
        if body.description is not None:
            agency.description = body.description

    def delete(self, visit: Visit) -> Reply:
        """Delete an agency."""
        self._state.agencies.remove(self._found(visit))
        return Reply(204)

    def _found(self, visit: Visit) -> Agency:
        return self._state.agencies.find(visit.params["agency_id"], own(visit).domain_id, self._now)

    def _named(self, visit: Visit, kind: Kind) -> Given:
        if kind != "project":
            check_domain(visit, visit.params["domain_id"])
        permission = self._state.permissions.find(visit.params["role_id"], own(visit).domain_id)
        return Given(permission, kind, visit.params.get("project_id", ""))

    def _give(self, visit: Visit, kind: Kind) -> Reply:
        self._state.give(own(visit), self._found(visit), self._named(visit, kind))
        return Reply(204)

    def _take(self, visit: Visit, kind: Kind) -> Reply:
        self._found(visit).take(self._named(visit, kind))
        return Reply(204)

    def _check(self, visit: Visit, kind: Kind) -> Reply:
        if self._named(visit, kind) not in self._found(visit).grants:
            raise Refusal(404, "IAM.0004", "Could not find role assignment.")
        return Reply(204)

    def _given(self, visit: Visit, kind: Kind) -> Reply:
        agency, project = self._found(visit), visit.params.get("project_id", "")
        if kind != "project":
            check_domain(visit, visit.params["domain_id"])
        found = [one.permission for one in agency.grants if (one.kind, one.project_id) == (kind, project)]
        if kind == "inherited":
            rows = [{"id": one.id, "name": one.name} | links(visit, f"/v3/roles/{one.id}") for one in found]
            return listed("roles", rows, visit)
        return answer_json({"roles": [one.row() for one in found]})

"""The bodies that IAM takes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sandbox.cloud.routes import Body

RESOURCE = r"^(\*|[A-Za-z0-9_-]+:[^:]+:[^:]*:[^:]+:.+)$"
Duration = str | int
Description = Annotated[str, Field(max_length=255)]


class NewAgency(Body):
    """The inside of `create_agency`."""

    name: str = Field(min_length=1, max_length=64)
    domain_id: str
    trust_domain_id: str | None = None
    trust_domain_name: str | None = None
    description: Description = ""
    duration: Duration | None = None

    @model_validator(mode="after")
    def _trusts_somebody(self) -> NewAgency:
        if not (self.trust_domain_id or self.trust_domain_name):
            raise ValueError("trust_domain_id or trust_domain_name is needed")
        return self


class CreateAgency(Body):
    """The body of `create_agency`."""

    agency: NewAgency


class ChangedAgency(Body):
    """The inside of `update_agency`: at least one field."""

    trust_domain_id: str | None = None
    trust_domain_name: str | None = None
    description: Description | None = None
    duration: Duration | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> ChangedAgency:
        if not self.model_fields_set:
            raise ValueError("at least one field is needed")
        return self


class UpdateAgency(Body):
    """The body of `update_agency`."""

    agency: ChangedAgency


class Statement(Body):
    """One statement of a policy; conditions are not simulated, and so refused, never ignored."""

    Effect: Literal["Allow", "Deny"]
    Action: list[str]
    Resource: Annotated[list[Annotated[str, Field(pattern=RESOURCE)]], Field(min_length=1)] | None = None


class Policy(Body):
    """A custom policy's content."""

    Version: Literal["1.1"]
    Statement: list[Statement]


class NewRole(Body):
    """The inside of a custom policy."""

    display_name: str = Field(min_length=1, max_length=64)
    type: str
    description: str = Field(max_length=255)
    description_cn: str = ""
    policy: Policy


class CustomPolicy(Body):
    """The body that creates or changes a custom policy."""

    role: NewRole


class SessionUser(Body):
    """Who the session is for."""

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{4,63}$")


class AssumeRole(Body):
    """Which agency is acted by, and how long in seconds."""

    agency_name: str
    domain_id: str | None = None
    domain_name: str | None = None
    duration_seconds: int = Field(default=900, ge=900, le=86400)
    session_user: SessionUser | None = None


class AssumeIdentity(Body):
    """The identity of temporary credentials."""

    methods: tuple[Literal["assume_role"]] = Field(strict=False)
    assume_role: AssumeRole
    policy: Policy | None = None


class AssumeAuth(Body):
    """The inside of temporary credentials."""

    identity: AssumeIdentity


class SecurityTokens(Body):
    """The body of `create_temporary_access_key_by_agency`."""

    auth: AssumeAuth


class SecurityToken(Body):
    """The credentials that a login token is made of; `id` is the security token."""

    access: str
    secret: str
    id: str
    duration_seconds: int = Field(default=600, ge=600, le=43200)


class LoginAuth(Body):
    """The inside of a login token."""

    securitytoken: SecurityToken


class LoginTokens(Body):
    """The body of `create_login_token`."""

    auth: LoginAuth

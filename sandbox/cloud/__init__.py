"""A simulated Huawei Cloud: one folder per service, one ASGI app each, signatures checked, provider errors.

To add a service: a folder with `state.py` (its truth) and `api.py` (its wire), one line in `SERVICES`, its operations
in `coverage.py`. Everything else here is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud.accounts import Accounts
from sandbox.cloud.bss.api import Bss
from sandbox.cloud.bss.state import BssState
from sandbox.cloud.console import act
from sandbox.cloud.faults import Fault, Faults
from sandbox.cloud.front import ASGIApp, Front, Published, Service
from sandbox.cloud.iam.api import Iam
from sandbox.cloud.iam.rights import Rights
from sandbox.cloud.iam.state import IamState
from sandbox.cloud.modelarts.api import ModelArts
from sandbox.cloud.modelarts.authorizations import AuthorizationBook
from sandbox.cloud.modelarts.state import ModelArtsState
from sandbox.cloud.obs.api import Obs
from sandbox.cloud.obs.state import ObsState
from sandbox.cloud.seed import Seed, default_seed, read_seed
from sandbox.cloud.signing import Gateway
from sandbox.cloud.wire import Refusal

__all__ = ["Cloud", "build_cloud", "default_seed"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a service may be built from."""

    clock: Clock
    seed: Seed
    accounts: Accounts
    gateway: Gateway
    iam: IamState
    rights: Rights


SERVICES: tuple[Callable[[Parts], Service], ...] = (
    lambda parts: Iam(parts.gateway, parts.iam, parts.rights),
    lambda parts: Obs(parts.accounts, ObsState(parts.clock, parts.seed, parts.accounts), parts.rights),
    lambda parts: ModelArts(
        parts.gateway,
        ModelArtsState(parts.clock, parts.seed, parts.accounts),
        AuthorizationBook(parts.seed, parts.iam),
        parts.rights,
    ),
    lambda parts: Bss(
        parts.gateway, BssState(parts.clock, parts.seed, parts.accounts), parts.seed.options, parts.rights
    ),
)


class Cloud:
    """All simulated services of one cloud, on one clock and one record of calls."""

    def __init__(self, services: Mapping[str, Service], calls: Calls, seed: Seed) -> None:
        self._services = services
        self._faults = Faults({name: self.operations(name) for name in services})
        self._fronts = {name: Front(service, self._faults, calls, seed.options) for name, service in services.items()}
        self.apps: dict[str, ASGIApp] = dict(self._fronts)

    def truth(self, service: str) -> dict[str, Any]:
        """Return everything a service holds, ready for JSON. Raises KeyError for an unknown service."""
        return self._services[service].truth()

    def operations(self, service: str) -> list[str]:
        """Return the operations a service simulates. Raises KeyError for an unknown service."""
        return list(dict.fromkeys(route.operation for route in self.routes(service)))

    def routes(self, service: str) -> Sequence[Published]:
        """Return what a service publishes. Raises KeyError for an unknown service."""
        return self._services[service].routes

    def needs(self, service: str, operation: str) -> Sequence[str]:
        """Return the IAM actions that an operation of a service takes, none where everybody may."""
        return self._services[service].needs(operation)

    def add_fault(self, service: str, operation: str | None, kind: str, times: int | None = None) -> None:
        """Switch a fault on, for the next `times` requests or for good. Raises ValueError for unknown names."""
        self._faults.add(service, operation, kind, times)

    def console(self, service: str, action: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a person does in the provider's console. Raises ValueError that says what is wrong."""
        if service not in self._services:
            raise ValueError(f"unknown service {service!r}: one of {sorted(self._services)}")
        return act(getattr(self._services[service], "console", {}), action, fields)

    def active_faults(self) -> tuple[Fault, ...]:
        """Return the faults that are switched on, oldest first."""
        return self._faults.active()

    def clear_faults(self) -> None:
        """Switch all faults off."""
        self._faults.clear()

    def close(self) -> None:
        """Let go of requests that a fault keeps waiting, so that the servers can stop."""
        for front in self._fronts.values():
            front.closing.set()


def build_cloud(clock: Clock, calls: Calls, seed: Mapping[str, Any]) -> Cloud:
    """Build the cloud a seed describes. Raises ValueError that says in one line what is wrong with the seed."""
    checked = read_seed(seed)
    try:
        return _built(clock, calls, checked)
    except Refusal as refusal:
        raise ValueError(f"cloud: the provider would refuse this: {refusal}") from None
    except ValueError as fault:
        raise ValueError(f"cloud: {fault}") from None


def _built(clock: Clock, calls: Calls, checked: Seed) -> Cloud:
    accounts = Accounts(clock, checked)
    iam = IamState(clock, checked, accounts)
    rights = Rights(iam, named=checked.options.named_actions)
    parts = Parts(clock, checked, accounts, Gateway(accounts, checked.options.gateway_prefix), iam, rights)
    services = {service.name: service for service in (build(parts) for build in SERVICES)}
    return Cloud(services, calls, checked)

"""Policies and ACLs of OBS buckets through esdk-obs-python."""

from __future__ import annotations

from typing import Any

from bot.huawei.client import Clients
from bot.huawei.obs_client import OBS
from bot.ports import Acl, AclGrant

_NO_POLICY = "NoSuchBucketPolicy"


class ObsAccess:
    """`Access` on the real wire."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def policy(self, name: str) -> str | None:
        """Return the bucket policy as JSON, "" where there is none, None where the key may not read it."""
        result = await self._clients.read(
            OBS, "getBucketPolicy", lambda obs: obs.getBucketPolicy(name), name=name, good=(403, _NO_POLICY)
        )
        if result.status >= 300:
            return "" if result.errorCode == _NO_POLICY else None
        return str(result.body.policyJSON)

    async def set_policy(self, name: str, policy: str) -> None:
        """Replace the policy; one without statements is no policy to OBS, so "" takes it away."""
        if not policy:
            await self._clients.write(OBS, "deleteBucketPolicy", lambda obs: obs.deleteBucketPolicy(name), name=name)
            return
        await self._clients.write(OBS, "setBucketPolicy", lambda obs: obs.setBucketPolicy(name, policy), name=name)

    async def acl(self, name: str) -> Acl | None:
        """Return owner and grants, None where the key may not read them."""
        result = await self._clients.read(
            OBS, "getBucketAcl", lambda obs: obs.getBucketAcl(name), name=name, good=(403,)
        )
        if result.status >= 300:
            return None
        return Acl(str(result.body.owner.owner_id), tuple(_grant(one) for one in result.body.grants))

    async def set_acl(self, name: str, acl: Acl) -> None:
        """Replace the grants; the owner stays who it is."""

        def work(obs: Any) -> Any:
            from obs import ACL, Grant, Grantee, Owner  # noqa: PLC0415 - with the SDK, at the first call

            grants = [
                Grant(Grantee(one.account or None, group=one.group or None), one.permission, one.delivered)
                for one in acl.grants
            ]
            return obs.setBucketAcl(name, ACL(Owner(acl.owner), grants))

        await self._clients.write(OBS, "setBucketAcl", work, name=name)


def _grant(given: Any) -> AclGrant:
    whom = given.grantee
    account, group = str(whom.grantee_id or ""), str(whom.group or "")
    return AclGrant(str(given.permission), account, group, delivered=str(given.delivered).lower() == "true")

"""Policies and ACLs of the fake buckets, kept beside them as OBS hands them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import CloudRefused
from bot.ports import Acl, AclGrant
from bot.say import say
from tests.fakes.faults import Spoilable

if TYPE_CHECKING:
    from tests.fakes.cloud import FakeBuckets, Kept

US = "d1"
PRIVATE = Acl(US, (AclGrant("FULL_CONTROL", account=US),))
THEIRS = Acl("d2", (AclGrant("FULL_CONTROL", account="d2"),))


class FakeAccess(Spoilable):
    """`Access` in memory."""

    writes = frozenset({"set_policy", "set_acl"})

    def __init__(self, buckets: FakeBuckets) -> None:
        super().__init__()
        self._buckets = buckets

    def _of(self, name: str) -> Kept:
        found = self._buckets.kept.get(name)
        if found is None:
            raise CloudRefused(say("cloud.no_bucket", name=name), code="NoSuchBucket", status=404)
        return found

    async def policy(self, name: str) -> str | None:
        self.note("policy", name)
        found = self._of(name)
        return found.policy if found.ours else None

    async def set_policy(self, name: str, policy: str) -> None:
        lost = self.note("set_policy", name)
        self._of(name).policy = policy
        if lost:
            raise lost

    async def acl(self, name: str) -> Acl | None:
        self.note("acl", name)
        found = self._of(name)
        return found.acl if found.ours else None

    async def set_acl(self, name: str, acl: Acl) -> None:
        lost = self.note("set_acl", name)
        self._of(name).acl = acl
        if lost:
            raise lost

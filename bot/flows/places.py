"""Look at places in OBS as ModelArts would: whose, where, listed, encrypted, what is there, and its agency's grants.

For every command that names a path: the check of one, and the plans that train, deploy or write (R4.07, R4.09).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import CloudFault, CloudRefused
from bot.ports import Cloud
from bot.records.identity import EVERYBODY, Authorization
from bot.rules.diagnosis import Finding, missing, verdicts
from bot.rules.figures import FIGURES
from bot.rules.obs_path import LOOKED_AT, Agent, AgentState, Denial, Seen, folder_of, split_path
from bot.rules.obs_places import Looked, ObsPlace

READING = ("obs:bucket:ListBucket", "obs:object:GetObject")
WRITING = ("obs:object:PutObject",)


async def look_at(cloud: Cloud, places: Sequence[ObsPlace]) -> tuple[Looked, ...]:
    """Return what the cloud says of each place. Raises `CloudFault` for what is no answer about a place (R4.09)."""
    seen = await asyncio.gather(*(examine(cloud, place.path, writes=place.writes) for place in places))
    return tuple(Looked(place, one) for place, one in zip(places, seen, strict=True))


async def examine(cloud: Cloud, path: str, *, writes: bool = False) -> Seen:
    """Look at an OBS path as ModelArts would (R4.07)."""
    name, prefix = split_path(path)
    agent = asyncio.ensure_future(agent_of(cloud, writes=writes))
    try:
        seen = await _examined(cloud, Seen(name, prefix, writes=writes))
        return replace(seen, agent=await agent)
    finally:
        agent.cancel()


async def _examined(cloud: Cloud, seen: Seen) -> Seen:
    try:
        seen = replace(seen, ours=await _ours(cloud, seen.bucket))
        seen = replace(seen, region=await cloud.buckets.region_of(seen.bucket))
        if seen.region is None:
            return seen
        seen = replace(seen, keys=tuple(await _keys(cloud, seen.bucket, seen.prefix)))
        sealed, closed = await sealed_and_closed(cloud, seen.bucket, seen.keys)
        seen = replace(seen, encryption=await _encryption(cloud, seen.bucket), sealed=sealed, closed=closed)
    except CloudRefused as refused:
        seen = replace(seen, denied=Denial(refused.code, refused.say))
    return await _with_reasons(cloud, seen)


async def agent_of(cloud: Cloud, *, writes: bool) -> Agent:
    """Return what ModelArts' agency may do in OBS: of all users, else of the only principal there is (R4.07, R3.10).

    What cannot be looked at stays unknown, and hides nothing else.
    """
    try:
        used = _agency(await cloud.authorizations.listed())
        if used is None or not used.agency:
            return Agent(AgentState.NONE if used is None else AgentState.UNKNOWN)
        agency = await cloud.agencies.named(used.agency)
        if agency is None:
            return Agent(AgentState.GONE, used.agency)
        grants = await cloud.agencies.grants(agency.id)
    except CloudFault:
        return Agent(AgentState.UNKNOWN)
    actions = (*READING, *(WRITING if writes else ()))
    lacks = missing(verdicts(Finding(actions), grants, ""))
    return Agent(AgentState.LACKS if lacks else AgentState.MAY, used.agency, lacks)


def _agency(rows: Sequence[Authorization]) -> Authorization | None:
    """Return the authorization that holds for whoever asks, None where there is none; several leave it open."""
    everybody = [row for row in rows if row.principal == EVERYBODY]
    if everybody or len(rows) <= 1:
        return next(iter(everybody or rows), None)
    return replace(rows[0], agency="")


async def sealed_and_closed(cloud: Cloud, name: str, keys: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of the objects were written encrypted, and which may not be read (R4.02, R4.07)."""
    turn = asyncio.Semaphore(FIGURES.lists.at_once)

    async def look(key: str) -> str | None:
        async with turn:
            try:
                return await cloud.buckets.object_encryption(name, key)
            except CloudRefused as refused:
                if refused.status != 403:
                    raise
                return None

    found = dict(zip(keys, await asyncio.gather(*map(look, keys)), strict=True))
    sealed = tuple(key for key, algorithm in found.items() if algorithm)
    return sealed, tuple(key for key, algorithm in found.items() if algorithm is None)


async def _ours(cloud: Cloud, name: str) -> bool | None:
    """Return whether the account owns the bucket, None where its buckets may not be listed."""
    try:
        return any(found.name == name for found in await cloud.buckets.listed())
    except CloudRefused as refused:
        if refused.code != "AccessDenied":
            raise
        return None


async def _keys(cloud: Cloud, name: str, prefix: str) -> Sequence[str]:
    """Return the first keys in a folder, or the one object that the path names."""
    found = await cloud.buckets.keys(name, folder_of(prefix), LOOKED_AT)
    if found or folder_of(prefix) == prefix:
        return found
    return [key for key in await cloud.buckets.keys(name, prefix, 1) if key == prefix]


async def _encryption(cloud: Cloud, name: str) -> str | None:
    try:
        return await cloud.buckets.encryption(name)
    except CloudRefused as refused:
        if refused.status != 403:
            raise
        return None


async def _with_reasons(cloud: Cloud, seen: Seen) -> Seen:
    """Read what tells the causes of a 403 apart: the region of an own bucket that hides it, its policy, its ACL."""
    if seen.ours is not True or (seen.denied and seen.denied.code != "AccessDenied"):
        return seen
    region = seen.region or next(found.region for found in await cloud.buckets.listed() if found.name == seen.bucket)
    policy, acl = await asyncio.gather(cloud.access.policy(seen.bucket), cloud.access.acl(seen.bucket))
    return replace(seen, region=region, policy=policy, acl=acl)

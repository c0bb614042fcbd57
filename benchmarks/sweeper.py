"""Thousands of things compared with the cloud, in a process of its own: `python -m benchmarks.sweeper HOW …`.

`bot URL TEAM` sweeps packages as a worker does, with what is
known of them in Redis, where the first sweep puts it. `peer` reads the same pages by the provider's own SDK, and does
nothing with them: packages are the one kind of watched thing that an SDK lists page by page. Both tell the milliseconds
of CPU it took, their own and Redis's, once everything was imported and connected.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from typing import Any, cast

from redis import Redis

from bot.approvals.policy import Policy
from bot.command import Place
from bot.compose.parts import Tokens
from bot.describe import registry
from bot.flows.sweep import sweep
from bot.flows.thing_cards import INDEX
from bot.flows.world import World
from bot.huawei.client import CloudSettings
from bot.huawei.cloud import HuaweiCloud
from bot.huawei.packages import LARGEST_PAGE
from bot.records import ThingKind
from bot.store.audit import RedisLedger
from bot.store.clock import RedisClock
from bot.store.connect import connect
from bot.store.keys import Keys, Workspace
from bot.store.redis_store import RedisStore

KIND = ThingKind.PACKAGE.value
MODELARTS = "hws.service.type.modelarts"


def _settings() -> CloudSettings:
    given = os.environ
    return CloudSettings(
        ak=given["HUAWEICLOUD_SDK_AK"],
        sk=given["HUAWEICLOUD_SDK_SK"],
        region=given["HUAWEICLOUD_REGION"],
        domain_id=given["HUAWEICLOUD_SDK_DOMAIN_ID"],
        project_id=given["HUAWEICLOUD_SDK_PROJECT_ID"],
        endpoints={"bss": given["HUAWEICLOUD_ENDPOINT_BSS"]},
    )


class _Meter:
    """Milliseconds of CPU since it was made, of this process and of the server."""

    def __init__(self, redis: Redis | None = None) -> None:
        self._redis = redis
        self._start = self._now()

    def _now(self) -> float:
        server: dict[str, Any] = self._redis.info("cpu") if self._redis else {}
        spent = sum(float(server.get(name, 0.0)) for name in ("used_cpu_user", "used_cpu_sys"))
        return 1e3 * (time.process_time() + spent)

    def read(self) -> float:
        return self._now() - self._start


async def bot(url: str, team: str) -> dict[str, float]:
    """Sweep twice and measure the second time: nothing has changed, as nearly always."""
    link, keys = connect(url), Keys(Workspace(team))
    clock, cloud = await RedisClock.started(link, keys), HuaweiCloud(_settings())
    nobody = cast("Any", None)  # what has not changed is told to nobody
    world = World(
        store=RedisStore(link, keys, clock=clock),
        chat=nobody,
        cloud=cloud,
        clock=clock,
        chance=Tokens(),
        registry=registry(),
        policy=Policy(),
        place=Place(_settings().domain_id, _settings().region),
        owner="bench",
        recorded=RedisLedger(link, keys),
        files=nobody,
    )
    await sweep(world, KIND)
    meter = _Meter(Redis.from_url(url))
    await sweep(world, KIND)
    spent, known = meter.read(), await world.store.members(INDEX, newest=100_000)
    await cloud.close()
    await link.close()
    return {"cpu": spent, "things": len(known)}


def peer() -> dict[str, float]:
    """Read all pages twice by the SDK and measure the second time."""
    import huaweicloudsdkbss.v2 as bss  # noqa: PLC0415 - in the peer's process alone
    from huaweicloudsdkcore.auth.credentials import GlobalCredentials  # noqa: PLC0415

    given = _settings()
    client = (
        bss.BssClient.new_builder()
        .with_credentials(GlobalCredentials(given.ak, given.sk, given.domain_id))
        .with_endpoints([given.endpoints["bss"]])
        .build()
    )

    def pages() -> int:
        read = 0
        while True:
            body = bss.ListFreeResourceInfosReq(service_type_code_list=[MODELARTS], offset=read, limit=LARGEST_PAGE)
            answer = client.list_free_resource_infos(bss.ListFreeResourceInfosRequest(body=body))
            read += len(answer.free_resource_packages)
            if read >= answer.total_count:
                return read

    pages()
    meter = _Meter()
    things = pages()
    return {"cpu": meter.read(), "things": things}


def main() -> None:
    """Do what the first word says."""
    how, *words = sys.argv[1:]
    found = asyncio.run(bot(*words)) if how == "bot" else peer()
    print(json.dumps(found))


if __name__ == "__main__":
    main()

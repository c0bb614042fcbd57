"""The provider's console: work on the simulated OBS past the bot, with the provider's own SDK."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from obs import ObsClient

from tests.stack import Stack


@contextmanager
def console(house: Stack, key: tuple[str, str] | None = None) -> Iterator[Any]:
    """Give a client with the bot's key, or with another one."""
    env = house.sandbox["env"]
    ak, sk = key or (env["HUAWEICLOUD_SDK_AK"], env["HUAWEICLOUD_SDK_SK"])
    client = ObsClient(ak, sk, server=env["HUAWEICLOUD_ENDPOINT_OBS"], max_retry_count=0, timeout=5)
    try:
        yield client
    finally:
        client.close()

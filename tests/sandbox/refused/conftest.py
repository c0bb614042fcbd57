from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.sandbox.conftest import Control, company


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def shared() -> AsyncIterator[Control]:
    """Give one sandbox without a bot to all tests here: what is refused changes nothing."""
    async with company() as (found, _):
        yield found

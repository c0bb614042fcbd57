from __future__ import annotations

import pytest

from tests.sandbox.cloud.modelarts.stage import Stage, open_stage


@pytest.fixture
def stage() -> Stage:
    return open_stage()


@pytest.fixture
def bare() -> Stage:
    """Give a region without services."""
    return open_stage({"services": []})

"""The main journeys on two processes that do everything, as `make demo REPLICAS=2` runs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.shapes import SHAPES, in_shape
from tests.journeys.test_bucket import test_form_error_correction_approval_and_the_bucket_exists
from tests.journeys.test_free_service import test_the_free_hour_the_warning_the_stop_the_release_and_starting_again
from tests.stack import Stack

__all__ = [
    "test_form_error_correction_approval_and_the_bucket_exists",
    "test_the_free_hour_the_warning_the_stop_the_release_and_starting_again",
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with in_shape(tmp_path_factory.mktemp("replicas"), SHAPES["replicas"]) as found:
        yield found

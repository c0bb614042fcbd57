"""Journeys over Socket Mode, with the roles apart and connections that are refreshed every few seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.shapes import house_in
from tests.journeys.test_bucket import (
    test_folder_typed_and_again,
    test_form_error_correction_approval_and_the_bucket_exists,
    test_show_typed_and_by_mention,
)
from tests.stack import Stack

__all__ = [
    "test_folder_typed_and_again",
    "test_form_error_correction_approval_and_the_bucket_exists",
    "test_show_typed_and_by_mention",
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with house_in(tmp_path_factory.mktemp("sockets"), shape="sockets") as found:
        yield found

"""Whatever arrives at ModelArts and billing gets an answer that is no failure of the service."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.cloud.coverage import BSS, MODELARTS, Operation
from tests.sandbox.cloud.modelarts.stage import CPU, FLOWERS_FREE, FLOWERS_GPU, MODEL, PAID, deployment, open_stage
from tests.sandbox.cloud.support import PROJECT

SCALARS = st.none() | st.booleans() | st.integers(-2, 2000) | st.text(max_size=6) | st.sampled_from([CPU, PAID, MODEL])
NAMES = st.sampled_from(
    ["service_name", "infer_type", "config", "status", "schedule", "model_id", "weight", "limit", "offset", "status"]
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=8
)
NEAR = st.dictionaries(st.sampled_from(list(deployment("a", PAID))), SCALARS, max_size=2).map(
    lambda changes: deployment("a", PAID) | changes
)
BODIES = st.none() | (JSON | NEAR).map(json.dumps) | st.text(max_size=10)
QUERIES = st.dictionaries(
    st.sampled_from(
        ["limit", "offset", "sort_by", "order", "status", "infer_type", "start_time", "x", "deduct_time_begin"]
    ),
    st.text(max_size=8) | st.integers(-1, 10**20) | st.just("2026-01-01"),
    max_size=3,
)
IDS = st.sampled_from([FLOWERS_FREE, FLOWERS_GPU, MODEL, "x", f"{FLOWERS_FREE},{FLOWERS_GPU}", ","])


@pytest.mark.parametrize("row", [*MODELARTS, *BSS], ids=lambda row: f"{row.service}-{row.operation}")
@settings(max_examples=25, deadline=None)
@given(IDS, BODIES, QUERIES)
def test_every_request_is_answered(row: Operation, identity: str, body: Any, query: dict[str, Any]) -> None:
    stage = open_stage()
    path = row.path.replace("{project_id}", PROJECT).replace("{service_id}", identity).replace("{model_id}", identity)
    status, answer = stage.call_at(row.service, row.method, path, body, query)
    assert status < 500
    assert status == 200 or answer["error_code"]
    assert stage.cloud.truth(row.service)

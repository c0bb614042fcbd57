"""A quick run of the benchmarks: it shows that they run; what they find on a busy machine proves nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.budgets import Finding, compared, table
from tests.meta.tree import ROOT

MEASURED = {
    "acks a second ÷ empty Bolt",
    "acks a second ÷ Bolt of 100 listeners",
    "ack p50 ÷ Bolt's default mode",
    "routing with 300 commands ÷ with one",
    "ack p99 with 8 slow cloud calls ÷ idle",
    "a state change ÷ one SET NX",
    "20 reminders at once, 1,000 pending: p99 of due to taken ÷ tick + 100 ms",
    "CPU until taken ÷ a RedisJobStore's with 20 pending",
    "CPU until taken and finished ÷ a RedisJobStore's with 20 pending",
    "memory of a pending stage ÷ 300 bytes",
    "start to ready, role web ÷ bare Bolt",
    "CPU of a sweep over 40 things ÷ the SDK's bare pages",
    "ack p99 while sweeping ÷ idle",
    "asks a second, two workers ÷ one, 50 ms a cloud call",
}


def test_a_quick_run_writes_every_budget(tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--out", out],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    budgets = json.loads(out.read_text("utf-8"))["budgets"]
    assert {row["name"] for row in budgets} == MEASURED
    for row in budgets:
        kept = row["ratio"] >= row["limit"] if row["bound"] == "least" else row["ratio"] <= row["limit"]
        assert row["ratio"] > 0
        assert row["met"] is kept
        assert row["name"] in done.stdout


def test_the_ratio_is_that_of_the_medians() -> None:
    found = compared("x", [1.0, 2.0, 90.0], [4.0, 4.0, 4.0], "most", 0.5, "s")
    assert (found.ratio, found.lowest, found.highest, found.met) == (0.5, 0.25, 22.5, True)


@pytest.mark.parametrize(
    ("bound", "ratio", "met"), [("least", 0.49, False), ("least", 0.5, True), ("most", 0.51, False)]
)
def test_a_limit_binds_on_its_side(bound: str, ratio: float, met: bool) -> None:
    found = Finding("x", ratio, "least" if bound == "least" else "most", 0.5, ratio, ratio, "1 : 2 s")
    assert found.met is met
    assert ("met" if met else "MISSED") in table([found])

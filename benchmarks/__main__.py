"""`python -m benchmarks [--quick] [--out FILE] [NAME …]`: measure, print a table; a whole run writes results.json."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from benchmarks import acks, isolation, reminders, routing, scale, start, state, sweep
from benchmarks.budgets import Finding, table
from benchmarks.stage import BenchmarkFault, Stage

OUT = Path(__file__).parent / "results.json"
Measure = Callable[[Stage], Awaitable[list[Finding]]]

FULL: dict[str, Measure] = {
    "acks": partial(acks.measure, rounds=7, seconds=0.7),
    "routing": partial(routing.measure, rounds=9, times=250),
    "isolation": partial(isolation.measure, rounds=5, seconds=3.0),
    "state": partial(state.measure, rounds=9, times=400),
    "reminders": partial(reminders.measure, rounds=4, stages=1_000_000, due=1000, peers=10_000),
    "start": partial(start.measure, rounds=5),
    "sweep": partial(sweep.measure, rounds=4, things=10_000, seconds=5.0),
    "scale": partial(scale.measure, rounds=5, asks=100),
}
QUICK: dict[str, Measure] = {
    "acks": partial(acks.measure, rounds=1, seconds=0.1),
    "routing": partial(routing.measure, rounds=1, times=20),
    "isolation": partial(isolation.measure, rounds=1, seconds=0.2, calls=8),
    "state": partial(state.measure, rounds=1, times=20),
    "reminders": partial(reminders.measure, rounds=1, stages=1000, due=20, peers=20),
    "start": partial(start.measure, rounds=1),
    "sweep": partial(sweep.measure, rounds=1, things=40, seconds=0.2),
    "scale": partial(scale.measure, rounds=1, asks=4),
}


async def _measured(chosen: dict[str, Measure], *, quick: bool) -> list[Finding]:
    """Measure one thing after the other; a quick run, which measures nothing, does them side by side."""
    async with Stage(alone=not quick) as stage:
        if quick:
            return [one for found in await asyncio.gather(*(run(stage) for run in chosen.values())) for one in found]
        findings: list[Finding] = []
        for name, measure in chosen.items():
            print(f"{name} …", file=sys.stderr, flush=True)
            findings += await measure(stage)
        return findings


def _machine() -> dict[str, object]:
    """Return what the figures, though not the ratios, depend on."""
    return {"python": platform.python_version(), "system": platform.system(), "cpus": os.cpu_count()}


def main() -> None:
    """Measure; a budget that is missed is shown, and does not end the run with a fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: shows that it runs, measures nothing")
    parser.add_argument("--out", type=Path, help="where to write the results, of a part or a quick run too")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only some of {', '.join(FULL)}")
    given = parser.parse_args()
    measures = QUICK if given.quick else FULL
    if unknown := set(given.names) - measures.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    chosen = {name: measure for name, measure in measures.items() if not given.names or name in given.names}
    try:
        findings = asyncio.run(_measured(chosen, quick=given.quick))
    except BenchmarkFault as fault:
        sys.exit(f"benchmarks: {fault}")
    print(table(findings))
    results = {"budgets": [finding.row() for finding in findings], "quick": given.quick, "machine": _machine()}
    if out := given.out or (None if given.quick or given.names else OUT):  # what is published is one run
        out.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

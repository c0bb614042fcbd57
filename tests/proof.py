"""`make proof`: run the tests that try to break the promises, again and again, and write docs/proof.md.

Each file of tests stands for one promise; a failed case is a time the promise was broken, and is named on the page with
its reason. Nothing is left out of the count, and nothing is run twice to make it pass. Rounds go on as long as another
one fits into the time; the first is always run to its end.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "proof.md"
MINUTES = 10.0
PROMISES = {
    "lost": ("clocks", "clock_races", "conversations", "failover", "loss", "sockets"),
    "double effects": ("crashes", "auth_crashes", "decisions", "races"),
    "repeated messages": ("raising", "outbox"),
    "unstated outcomes": ("faults", "roles", "starts", "rolling_upgrade"),
    "got in": ("nobody_gets_in", "attacks", "audit"),
}
"""What a failure means → the files of tests that look for it."""
MEANT = {
    "lost": "Something asked, decided or due was forgotten after a kill, a failover or a lost connection.",
    "double effects": "One decision counted twice, or the cloud did twice what was asked once.",
    "repeated messages": "A message was posted twice where the history can be read.",
    "unstated outcomes": "A fault of the cloud, of Slack or of a start ended in silence, or did not go on after it.",
    "got in": "Somebody without the right had an effect, or a change of the audit was not found.",
}
HOW = """Real processes on real servers, with a simulated Slack and cloud; they are killed at every fail point, stopped
past their leases, raced, replayed, forged, cut off from Slack, Redis and the cloud. A run is one case of a test."""


@dataclass
class Tally:
    """What was counted over all rounds; `failures` are case, promise and reason."""

    runs: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    rounds: int = 0
    failures: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, report: Path) -> None:
        """Count one round. Raises ValueError for a case that belongs to no promise."""
        self.rounds += 1
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            promise = promise_of(case.get("classname", ""))
            bad = next((found for kind in ("failure", "error") if (found := case.find(kind)) is not None), None)
            if case.find("skipped") is not None:
                self.skipped += 1
                continue
            self.runs[promise] += 1
            if bad is not None:
                self.broken[promise] += 1
                self.failures.append((str(case.get("name")), promise, str(bad.get("message", "")).partition("\n")[0]))


def promise_of(module: str) -> str:
    """Return which promise a test module stands for. Raises ValueError for none."""
    name = module.rpartition(".")[2].removeprefix("test_")
    for promise, names in PROMISES.items():
        if name in names:
            return promise
    raise ValueError(f"{module} stands for no promise")


def paths() -> list[str]:
    """Return the files of tests. Raises FileNotFoundError for one that is not there."""
    return [_path(name) for names in PROMISES.values() for name in names]


def _path(name: str) -> str:
    for folder in ("promises", "slack"):
        if (ROOT / "tests" / folder / f"test_{name}.py").exists():
            return f"tests/{folder}/test_{name}.py"
    raise FileNotFoundError(f"test_{name}.py")


def play(report: Path, workers: int) -> None:
    """Run every case once."""
    words = ["-m", "pytest", "-q", "-n", str(workers), "--dist", "loadfile", f"--junitxml={report}", *paths()]
    subprocess.run([sys.executable, *words], cwd=ROOT, check=False)


def page(tally: Tally, minutes: float) -> str:
    """Return docs/proof.md."""
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {sys.version.split()[0]}"
    rows = [(name, str(tally.runs[name]), str(tally.broken[name]), meant) for name, meant in MEANT.items()]
    parts = [
        "<!-- Written by `make proof`; do not edit. -->\n\n# Proof",
        f"{when}: {tally.rounds} round(s) in {minutes:.0f} minutes, runs: {sum(tally.runs.values())}, "
        + ", ".join(f"{name}: {tally.broken[name]}" for name in PROMISES)
        + f"; skipped for want of a program: {tally.skipped}.",
        HOW,
        _table(("What would have been", "Runs", "Times", "Meaning"), rows),
        _failed(tally.failures),
    ]
    return "\n\n".join(parts) + "\n"


def _failed(failures: Sequence[tuple[str, str, str]]) -> str:
    if not failures:
        return "No case failed."
    rows = [(f"`{case}`", promise, reason[:120].replace("|", "/")) for case, promise, reason in failures]
    return "Cases that failed, whatever the reason:\n\n" + _table(("Case", "Counted as", "Reason"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> int:
    """Run rounds and write the page; return 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="no round is begun that would end later")
    parser.add_argument("--workers", type=int, default=3, help="how many files of tests at a time")
    words = parser.parse_args()
    tally, started, longest = Tally(), time.monotonic(), 0.0
    with TemporaryDirectory() as folder:
        while not tally.rounds or time.monotonic() - started + longest < 60 * words.minutes:
            report, begun = Path(folder) / f"{tally.rounds}.xml", time.monotonic()
            play(report, words.workers)
            tally.add(report)
            longest = max(longest, time.monotonic() - begun)
    PAGE.write_text(page(tally, (time.monotonic() - started) / 60), encoding="utf-8")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())

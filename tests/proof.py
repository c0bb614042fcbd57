"""`make proof`: run the suites that try to break the promises, several rounds, and write docs/proof.md.

Each suite stands for one promise; a failed case is a time the promise was broken. Nothing is left out of the count.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "proof.md"
SUITES = {
    "double effects": ("promises/test_crashes.py", "promises/test_races.py", "promises/test_decisions.py"),
    "lost": ("promises/test_clocks.py", "promises/test_clock_races.py", "promises/test_failover.py"),
    "repeated messages": ("slack/test_raising.py", "slack/test_outbox.py"),
    "unstated outcomes": ("promises/test_faults.py", "promises/test_roles.py"),
    "got in": ("promises/test_nobody_gets_in.py", "promises/test_audit.py"),
}


def run(files: tuple[str, ...], report: Path) -> tuple[int, int]:
    """Run the cases of some files; return how many ran and how many failed, skipped ones apart."""
    words = ["-m", "pytest", "-q", "-n", "3", "--dist", "loadfile", f"--junitxml={report}"]
    found = [str(ROOT / "tests" / name) for name in files]
    subprocess.run([sys.executable, *words, *found], cwd=ROOT, check=False)
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    counts = Counter[str]()
    for suite in suites:
        counts.update({name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")})
    return counts["tests"] - counts["skipped"], counts["failures"] + counts["errors"]


def page(rounds: int, results: dict[str, tuple[int, int]]) -> str:
    """Return docs/proof.md."""
    rows = "".join(f"| {name} | {runs} | {broken} |\n" for name, (runs, broken) in results.items())
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    how = f"{when}, Python {sys.version.split()[0]}, {rounds} rounds of real processes on a real server, which are"
    what = (
        "killed at every fail point, stopped past their leases, raced, replayed, forged, cut off from Slack and Redis."
    )
    head = "<!-- Written by `make proof`; do not edit. -->\n\n# Proof\n"
    return f"{head}\n{how}\n{what}\n\n| promise broken | runs | times |\n|---|---|---|\n{rows}"


def main() -> int:
    """Run all suites and write the page; return 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    results = dict.fromkeys(SUITES, (0, 0))
    with TemporaryDirectory() as folder:
        for number in range(rounds):
            for name, files in SUITES.items():
                runs, broken = run(files, Path(folder) / f"{number}.xml")
                results[name] = (results[name][0] + runs, results[name][1] + broken)
    PAGE.write_text(page(rounds, results), encoding="utf-8")
    return 1 if any(broken for _, broken in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

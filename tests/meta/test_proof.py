"""`make proof` counts every file that tries to break a promise, and leaves no failure out."""

from __future__ import annotations

from pathlib import Path

from tests.meta.tree import ROOT
from tests.proof import PROMISES, Tally, page, paths

REPORT = """<testsuites><testsuite>
<testcase classname="tests.promises.test_crashes" name="killed[acted]"/>
<testcase classname="tests.promises.test_crashes" name="killed[saved]">
<failure message="two | buckets&#10;more"/></testcase>
<testcase classname="tests.slack.test_outbox" name="sent_once"><skipped/></testcase>
<testcase classname="tests.promises.test_loss" name="kept"><error message="no start"/></testcase>
</testsuite></testsuites>"""


def test_every_file_of_promises_is_run() -> None:
    named = {name for names in PROMISES.values() for name in names}
    there = {path.stem.removeprefix("test_") for path in ROOT.glob("tests/promises/test_*.py")}
    assert there <= named
    assert len(paths()) == len(named)


def test_a_failure_and_an_error_count_and_are_named_with_their_reason(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, "utf-8")
    tally = Tally()
    tally.add(report)
    said = page(tally, 4.4)
    assert "1 round(s) in 4 minutes, runs: 3, lost: 1, double effects: 1, repeated messages: 0" in said
    assert "| double effects | 2 | 1 |" in said
    assert "| `killed[saved]` | double effects | two / buckets |" in said
    assert "skipped for want of a program: 1" in said

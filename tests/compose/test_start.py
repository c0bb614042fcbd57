"""What a process starts without."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.meta.tree import ROOT

HEAVY = ("apscheduler", "jinja2", "markdown_it", "obs", "huaweicloudsdkcore", "pydantic", "requests", "sandbox")
"""What a process that only answers Slack starts without: a third of its start, and 30 MB (docs/decisions/0007)."""


def test_the_web_role_starts_without_what_only_others_need() -> None:
    looks = (
        "import sys, bot.console, bot.compose.policy, bot.describe\n"
        "sys.argv[1:] = ['run', '--role', 'web']\n"
        "try:\n    bot.console.main()\n"
        "except SystemExit as end:\n    bot.describe.registry()\n"
        f"    print(end.code, *[name for name in {HEAVY} if name in sys.modules])"
    )
    nothing_set = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    done = subprocess.run(
        [sys.executable, "-c", looks],
        cwd=ROOT,
        env=nothing_set,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["2"], "started as far as the settings, which are missing"

"""Bolt for JavaScript from npm, kept for later runs; where Node or npm's registry is missing, tests say so and skip."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

WANTED = "@slack/bolt@>=4 <6"
NEEDED = "the tests with Bolt for JavaScript need Node.js 20 or newer with npm: apt-get install nodejs npm"
OFFLINE = "npm could not install @slack/bolt; its registry may be out of reach:"
INSTALL_S = 120
FLAGS = ("--no-package-lock", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")


def _kept() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "modelarts-bot-tests" / "bolt-js"


@cache
def modules() -> Path:
    """Return the folder of installed modules. Skips the test where there can be none."""
    npm = shutil.which("npm")
    if not (shutil.which("node") and npm):
        pytest.skip(NEEDED)
    folder = _kept()
    found = folder / "node_modules"
    if not (found / "@slack" / "bolt" / "package.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--prefix", str(folder), *FLAGS, WANTED]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_S, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip(f"{OFFLINE} no answer within {INSTALL_S} s")
        if done.returncode:
            pytest.skip(
                f"{OFFLINE} {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no reason given'}"
            )
    return found

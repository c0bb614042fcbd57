"""The import contracts of pyproject.toml hold, and each is broken by what it forbids."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

from tests.meta.tree import ROOT, code, parsed, shown

PLANTED = {
    "bot/helpers.py": "",
    "bot/rules/planted.py": "import slack_sdk, huaweicloudsdkcore, redis, apscheduler\nimport bot.flows",
    "bot/flows/planted.py": "import bot.settings, sandbox, bot.slack",
    "handlers/bucket/planted.py": "import handlers.bucket.create",
    "sandbox/planted.py": "import bot.rules.figures",
}


def lint(folder: Path) -> str:
    """Return what import-linter says about the tree in `folder`."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return f"{done.stdout}{done.stderr}\nexit {done.returncode}"


def test_contracts_are_kept() -> None:
    said = lint(ROOT)
    assert said.endswith("exit 0"), said


def test_each_contract_can_be_broken(tmp_path: Path) -> None:
    for path in code("bot", "handlers", "scheduler", "sandbox"):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, source in PLANTED.items():
        (tmp_path / name).write_text(source, encoding="utf-8")
    said = lint(tmp_path)
    assert " KEPT" not in said, said
    assert "bot.helpers" in said
    assert said.endswith("exit 1")


def test_every_journey_runs_in_every_shape() -> None:
    """`make demo REPLICAS=2` passes every journey: none starts the product in a way of its own."""
    for path in (path for path in code("tests") if path.parent.name == "journeys" and path.name.startswith("test_")):
        taken = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom)]
        names = {alias.name for node in taken for alias in node.names}
        assert "stack" not in names, f"{shown(path)}: take the house of tests/journeys/shapes.py"

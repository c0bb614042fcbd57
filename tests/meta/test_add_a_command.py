"""`docs/add-a-command.md`, carried out word for word in a copy of the repository."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.tree import ROOT, files

PAGE = ROOT / "docs" / "add-a-command.md"
BLOCK = re.compile(r"^(New file|At the end of) `([^`]+)`:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```(python|toml)$", re.MULTILINE)
TYPED = re.compile(r"^make (\w+)(?: ARGS=(.+))?$", re.MULTILINE)
COPIED = ("bot", "handlers", "scheduler", "sandbox", "tests", "docs", "benchmarks", "pyproject.toml", ".gitignore")
NEW = "handlers/bucket/count.py"
# Of tests/meta, what can be wrong with a new command; the others look at the repository, not at the code.
META = ["test_texts.py", "test_rules.py", "test_purity.py", "test_names.py", "test_sizes.py", "test_imports.py"]


def carried_out(page: str, tree: Path) -> list[str]:
    """Write every block of the page to its file; return the files."""
    done = []
    for where, name, text in BLOCK.findall(page):
        path = tree / name
        assert path.exists() is (where == "At the end of"), f"{where} {name}"
        before = path.read_text("utf-8") + "\n" if path.exists() else ""
        path.write_text(before + text, encoding="utf-8")
        done.append(name)
    return done


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the repository, with the page carried out."""
    copy = tmp_path_factory.mktemp("copy")
    for path in files():
        name = path.relative_to(ROOT)
        if name.parts[0] in COPIED:
            (copy / name.parent).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy / name)
    run(copy, "git", "init", "--quiet")
    carried_out(PAGE.read_text("utf-8"), copy)
    run(copy, sys.executable, "docs/pages.py")
    return copy


def run(tree: Path, *words: str) -> str:
    """Run a program in the copy, whose code comes first; return its output, or fail with it."""
    done = subprocess.run(
        words,
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{shlex.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_every_block_of_code_has_a_file() -> None:
    page = PAGE.read_text("utf-8")
    assert len(CODE.findall(page)) == len(BLOCK.findall(page)) == 3


def test_the_command_is_found_and_documented(tree: Path) -> None:
    rows = {row["name"]: row for row in json.loads(run(tree, sys.executable, "-m", "bot", "commands", "--json"))}
    assert not (ROOT / NEW).exists()
    assert rows["bucket count"]["arguments"] == [{"name": "name", "required": False, "kind": "text"}]
    assert "/modelarts bucket count" in (tree / "docs" / "commands.md").read_text("utf-8")
    run(tree, sys.executable, "docs/pages.py", "--check")


def test_its_tests_pass_and_those_of_the_house(tree: Path) -> None:
    typed = dict(TYPED.findall(PAGE.read_text("utf-8")))
    assert shlex.split(typed["test"]) == ["tests/handlers/bucket tests/meta"]
    meta = [f"tests/meta/{name}" for name in META]
    said = run(tree, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/handlers/bucket", *meta)
    assert "failed" not in said
    assert "passed" in said


def test_it_is_formatted_linted_and_typed(tree: Path) -> None:
    new = [name for name in carried_names() if name.endswith(".py")]
    run(tree, sys.executable, "-m", "ruff", "format", "--check", *new)
    run(tree, sys.executable, "-m", "ruff", "check", *new)
    run(tree, sys.executable, "-m", "mypy", *new)


def carried_names() -> list[str]:
    return [name for _, name, _ in BLOCK.findall(PAGE.read_text("utf-8"))]

"""The Dockerfile passes hadolint, and copies only what .dockerignore lets through."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.meta.tree import ROOT

DOCKERFILE = ROOT / "Dockerfile"


def hadolint(path: Path) -> str:
    """Return what hadolint finds in a Dockerfile, nothing when it is content."""
    done = subprocess.run(
        [Path(sys.executable).parent / "hadolint", "--config", ROOT / ".hadolint.yaml", path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def test_hadolint_finds_nothing() -> None:
    assert hadolint(DOCKERFILE) == ""


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    planted = tmp_path / "Dockerfile"
    planted.write_text("FROM python:latest\nRUN cd /tmp && pip install x\n", encoding="utf-8")
    assert "DL3007" in hadolint(planted)


def test_what_is_copied_is_in_the_build_context() -> None:
    sources = {
        source
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
        for source in line.split()[:-1]
    }
    let_through = {
        line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")
    }
    unseen = {s for s in sources if s not in let_through and not any(Path(s).match(p) for p in let_through)}
    assert unseen == set()
    assert all((ROOT / source).exists() for source in sources)

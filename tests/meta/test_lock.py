"""The locked packages are the declared ones, each with hashes, and no line says where to get them."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.meta.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
DECLARED = {
    "runtime": PROJECT["project"]["dependencies"],
    "dev": PROJECT["project"]["dependencies"] + GROUPS["dev"],
    "build": GROUPS["build"],
}
ADDRESS = re.compile(
    r"://|\bindex\b|find-links|trusted-host|\bregistry\b|^\s*-(?!-hash=sha256:[0-9a-f]{64}\b)", re.IGNORECASE
)


def locked(group: str) -> dict[str, tuple[str, str]]:
    """Return each package of a lock with its version and its other lines."""
    text = (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
    return packages(text)


def packages(text: str) -> dict[str, tuple[str, str]]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)(.*(?:\n[ \t].*)*)", text, re.MULTILINE)
    return {canonicalize_name(name): (version, rest) for name, version, rest in found}


def addresses(text: str) -> list[str]:
    return [line for line in text.splitlines() if ADDRESS.search(line)]


@pytest.mark.parametrize("group", DECLARED)
def test_no_line_names_an_address(group: str) -> None:
    offenders = addresses((ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8"))
    assert not offenders, "\n".join(offenders)


@pytest.mark.parametrize("group", DECLARED)
def test_every_package_has_hashes(group: str) -> None:
    found = locked(group)
    bare = [name for name, (_, rest) in found.items() if "--hash=sha256:" not in rest]
    assert found
    assert bare == []


@pytest.mark.parametrize("group", DECLARED)
def test_what_is_declared_is_locked(group: str) -> None:
    found = locked(group)
    wanted = [Requirement(line) for line in DECLARED[group]]
    unmet = [
        str(want)
        for want in wanted
        if (name := canonicalize_name(want.name)) not in found or found[name][0] not in want.specifier
    ]
    assert unmet == [], "run `make lock`"


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    runtime, dev = locked("runtime"), locked("dev")
    assert {name: dev[name][0] for name in runtime} == {name: version for name, (version, _) in runtime.items()}


def test_offenders_are_seen() -> None:
    text = "--index-url https://example.com/simple\na==1 \\\n    --hash=sha256:" + "0" * 64 + "\nb==2\n-i x\n"
    assert addresses(text) == ["--index-url https://example.com/simple", "-i x"]
    assert {name for name, (_, rest) in packages(text).items() if "--hash" not in rest} == {"b"}

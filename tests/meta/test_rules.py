"""A domain rule that code claims is proved by a marked test, and a marked test has code that names the rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from tests.meta.tree import PRODUCT, code, parsed, shown, strings

RULE = re.compile(r"\bR\d\.\d\d\b")
SPAN = re.compile(r"\b(R\d\.)(\d\d)\s*[–-]\s*(?:R\d\.)?(\d\d)\b")


def named(text: str) -> set[str]:
    """Return the rule ids in a text; "R4.04-R4.06" names three."""
    spans = (
        f"{section}{number:02}"
        for section, first, last in SPAN.findall(text)
        for number in range(int(first), int(last) + 1)
    )
    return {*RULE.findall(text), *spans}


def claims(paths: Iterable[Path]) -> dict[str, str]:
    """Return each rule id that code names in a string or docstring, with the first file that does."""
    found: dict[str, str] = {}
    for path in paths:
        for text in strings(path):
            for rule in named(text):
                found.setdefault(rule, shown(path))
    return found


def proofs(paths: Iterable[Path]) -> dict[str, str]:
    """Return each rule id that a `rule` mark names, with the first test file that does."""
    found: dict[str, str] = {}
    for path in paths:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rule":
                for argument in node.args:
                    found.setdefault(str(ast.literal_eval(argument)), shown(path))
    return found


def listed(rules: dict[str, str]) -> str:
    return "\n".join(f"{rule} {path}" for rule, path in sorted(rules.items()))


def test_every_claimed_rule_has_a_proof() -> None:
    proved = proofs(code("tests"))
    unproved = {rule: path for rule, path in claims(code(*PRODUCT)).items() if rule not in proved}
    assert not unproved, listed(unproved)


def test_every_proof_belongs_to_code_that_names_its_rule() -> None:
    claimed = claims(code(*PRODUCT))
    homeless = {rule: path for rule, path in proofs(code("tests")).items() if rule not in claimed}
    assert not homeless, listed(homeless)


def test_claims_and_proofs_are_seen(tmp_path: Path) -> None:
    source, proof = tmp_path / "source.py", tmp_path / "proof.py"
    source.write_text('"""Do it (R4.04-R4.06)."""\nrules = ("R1.01",)\n', encoding="utf-8")
    proof.write_text('@pytest.mark.rule("R4.05")\ndef test() -> None: ...\n', encoding="utf-8")
    assert set(claims([source])) == {"R1.01", "R4.04", "R4.05", "R4.06"}
    assert proofs([proof]) == {"R4.05": "proof.py"}

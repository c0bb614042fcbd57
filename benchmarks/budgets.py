"""What was promised, and whether a run kept it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

Bound = Literal["least", "most"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One budget as a run found it: the ratio, and the lowest and the highest one among the rounds.

    `figures` are the medians that it rests on, in words, for the table.
    """

    name: str
    ratio: float
    bound: Bound
    limit: float
    lowest: float
    highest: float
    figures: str

    @property
    def met(self) -> bool:
        """Return whether the budget was kept."""
        return self.ratio >= self.limit if self.bound == "least" else self.ratio <= self.limit

    def row(self) -> dict[str, Any]:
        """Return the finding as a row of results.json."""
        return {
            "name": self.name,
            "ratio": round(self.ratio, 3),
            "limit": self.limit,
            "met": self.met,
            "bound": self.bound,
            "rounds": [round(self.lowest, 3), round(self.highest, 3)],
            "figures": self.figures,
        }


def compared(
    name: str, ours: Sequence[float], theirs: Sequence[float], bound: Bound, limit: float, unit: str
) -> Finding:
    """Return the finding for two series taken in turns: the ratio of their medians, and that of each round."""
    rounds = [one / other for one, other in zip(ours, theirs, strict=True)]
    our, their = median(ours), median(theirs)
    return Finding(name, our / their, bound, limit, min(rounds), max(rounds), f"{our:,.4g} : {their:,.4g} {unit}")


def table(findings: Sequence[Finding]) -> str:
    """Return what a person reads."""
    width = max(len(finding.name) for finding in findings)
    lines = [f"{'budget':<{width}}  {'ratio':>7}  {'limit':>7}  {'':6}  {'rounds':>13}  ours : theirs"]
    for f in findings:
        sign = "≥" if f.bound == "least" else "≤"
        verdict = "met" if f.met else "MISSED"
        spread = f"{f.lowest:.2f} … {f.highest:.2f}"
        lines.append(
            f"{f.name:<{width}}  {f.ratio:>7.2f}  {sign} {f.limit:>5.2f}  {verdict:<6}  {spread:>13}  {f.figures}"
        )
    return "\n".join(lines)

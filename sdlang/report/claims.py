"""The table of claims: what is said, where, whether the model bears it out, and how near it came to failing.

A claim holds where all that is expected of it holds in all runs that were made. One of which nothing could be judged,
because the scenarios that it speaks of were not run, is left open.
"""

from __future__ import annotations

from typing import Any

from sdlang.model.model import Claim
from sdlang.report.charts import run_label
from sdlang.report.numbers import difference
from sdlang.results.expectations import Verdict
from sdlang.results.outcome import Outcome

Plain = dict[str, Any]


def claims(outcome: Outcome) -> Plain | None:
    """A row a claim, with what is expected of it."""
    rows = [_row(claim, outcome) for claim in outcome.model.claims]
    if not rows:
        return None
    return {"rows": rows, "held": sum(row["verdict"] == "holds" for row in rows), "count": len(rows)}


def _row(claim: Claim, outcome: Outcome) -> Plain:
    verdicts = [verdict for verdict in outcome.verdicts if verdict.claim == claim.text]
    if not verdicts:
        return {"text": claim.text, "origin": claim.origin, "verdict": "open", "expected": [], "documentation": ""}
    return {
        "text": claim.text,
        "origin": claim.origin,
        "documentation": claim.documentation,
        "verdict": "holds" if all(verdict.holds for verdict in verdicts) else "fails",
        "expected": [_expected(text, verdicts, outcome) for text in dict.fromkeys(each.text for each in verdicts)],
    }


def _expected(text: str, verdicts: list[Verdict], outcome: Outcome) -> Plain:
    """One expectation, in the run where it is nearest to failing."""
    worst = min((verdict for verdict in verdicts if verdict.text == text), key=lambda each: (each.holds, each.margin))
    return {
        "text": text,
        "holds": worst.holds,
        "margin": difference(worst.margin, worst.unit) if worst.unit else "",
        "scenario": run_label(outcome.model, worst.scenario or "base"),
        "detail": worst.detail,
    }

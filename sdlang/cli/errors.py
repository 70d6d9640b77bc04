"""The words for what goes wrong in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdlang.diagnostics import Diagnostic, Note
from sdlang.units.dates import spoken_value

if TYPE_CHECKING:
    from sdlang.engines.base import NumericFailure


def numeric_failure(failure: NumericFailure, time_unit: str) -> Diagnostic:
    """A run that cannot go on: where, when, why, and the values that went in."""
    notes = [Note(f"`{name}` was {spoken_value(value, unit)}") for name, value, unit in failure.operands]
    if failure.equation:
        notes.insert(0, Note(f"it is computed from `{failure.equation}`"))
    # What an event cannot do has no equation.
    hint = "follow these values back in time, or try a shorter step: `--step`"
    if not failure.equation:
        hint = "let its moves lead away from what it waits for, or change its times"
    return Diagnostic(
        "numeric-failure",
        f"`{failure.variable}` at {failure.when or f'{failure.time:.10g} {time_unit}'}: {failure.cause}",
        failure.span,
        notes=tuple(notes),
        hint=hint,
    )

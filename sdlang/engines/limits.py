"""How large a run may be, so that a typing error does not take all the memory there is."""

from __future__ import annotations

from sdlang.diagnostics import Diagnostic
from sdlang.equations.system import System

MOST_STEPS = 50_000_000
MOST_VALUES = 50_000_000


def check_size(system: System) -> Diagnostic | None:
    """What is wrong with the size of a run, if it is too large."""
    clock = system.clock
    if clock.steps > MOST_STEPS:
        return Diagnostic(
            "too-many-steps",
            f"the run takes {clock.steps:,} steps; the limit is {MOST_STEPS:,}",
            clock.span,
            hint="use a larger step",
        )
    values = (clock.steps // clock.save + 1) * len(system.columns)
    if values > MOST_VALUES:
        return Diagnostic(
            "too-many-steps",
            f"the run would keep {values:,} values; the limit is {MOST_VALUES:,}",
            clock.span,
            hint="keep fewer points, for example `save every 1 month`",
        )
    return None

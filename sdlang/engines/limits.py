"""How large a run may be, so that a typing error does not take all the memory there is."""

from __future__ import annotations

from sdlang.diagnostics import Diagnostic
from sdlang.equations.system import System
from sdlang.limits import limit


def check_size(system: System) -> Diagnostic | None:
    """What is wrong with the size of a run, if it is too large."""
    clock = system.clock
    most = limit("steps")
    if clock.steps > most:
        return Diagnostic(
            "too-many-steps",
            f"the run takes {clock.steps:,} steps; the limit is {most:,}",
            clock.span,
            hint="use a larger step",
        )
    kept, most = clock.steps // clock.save + 1, limit("values")
    values = kept * sum(column.size for column in system.columns.values())
    if values > most:
        return Diagnostic(
            "too-many-steps",
            f"the run would keep {values:,} values; the limit is {most:,}",
            clock.span,
            hint="keep fewer points, for example `save every 1 month`",
        )
    return None

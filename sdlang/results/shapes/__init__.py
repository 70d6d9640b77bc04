"""The judges of shapes: for each row of `model/predicates.py` a function of the same name, of plain numbers.

A judge is told the times and values of a course, then its other arguments in the order of the row, and how times are
told. It gives a Finding and never raises, whatever the course looks like: constant, of two points, with points at
uneven times. Times go up, and values are finite: the run made sure. `docs/reference/shapes.md` has the definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sdlang.results.shapes.curves import j_curve, peaks, s_shaped
from sdlang.results.shapes.cycles import oscillates
from sdlang.results.shapes.directions import falls, monotone, rises
from sdlang.results.shapes.finding import Finding, Say, plain
from sdlang.results.shapes.measures import conserved, fits
from sdlang.results.shapes.pairs import before, crosses, diverges
from sdlang.results.shapes.targets import converges, overshoots, undershoots

__all__ = ["SHAPES", "Finding", "Say", "plain"]

SHAPES: Mapping[str, Callable[..., Finding]] = MappingProxyType(
    {
        judge.__name__: judge
        for judge in (
            rises,
            falls,
            monotone,
            s_shaped,
            j_curve,
            peaks,
            oscillates,
            overshoots,
            undershoots,
            converges,
            diverges,
            crosses,
            before,
            fits,
            conserved,
        )
    }
)

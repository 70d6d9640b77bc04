"""How far the step is from small enough: a run is compared with the same run at half the step.

A method of order p leaves an error that falls by 2^p when the step is halved, so the difference of the two runs tells
the error of the first: difference * 2^p / (2^p - 1) (Richardson's extrapolation; Hairer, Norsett & Wanner, Solving
Ordinary Differential Equations I, section II.4). At a jump the estimate is of the order of the jump, and says so.
What has a memory holds its value for a step, so a run with one is of order 1, whatever the method; and so is one in
which events happen at other times with the smaller step, since their times are known to a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from sdlang.results.run import Run, StepError

TOLERANCE = 1e-3
ORDERS: Mapping[str, int] = MappingProxyType({"euler": 1, "rk4": 4})


def estimate(run: Run, finer: Run, tolerance: float = TOLERANCE, *, is_held: bool = False) -> tuple[StepError, ...]:
    """The estimated error of every variable that is computed, worst first. `finer` has half the step (or tighter
    tolerances). `is_held`: something in the run holds its value for a step.

    `relative` is measured against the largest absolute value of the variable in the run, of all its elements together.
    """
    order = 1 if is_held else ORDERS.get(run.provenance.method)
    if order is not None and [firing.time for firing in run.firings] != [firing.time for firing in finer.firings]:
        order = 1
    factor = 1.0 if order is None else 2**order / (2**order - 1)
    errors = []
    for name in run.shown:
        if run.columns[name].kind in ("parameter", "series"):
            continue
        values, better = run[name], finer[name]
        absolute = float(np.max(np.abs(values - better))) * factor
        size = float(np.max(np.abs(better)))
        relative = absolute / size if size else 0.0
        step = None
        if relative > tolerance and order is not None:
            step = _good_step(run.provenance.step, tolerance / relative, order)
        errors.append(StepError(name, absolute, relative, step))
    return tuple(sorted(errors, key=lambda error: -error.relative))


def _good_step(step: float, improvement: float, order: int) -> float:
    """The largest of step/2, step/4, ... that makes the error small enough, if it falls as the order says."""
    wanted = step * improvement ** (1 / order)
    good = step / 2
    while good > wanted:
        good /= 2
    return good

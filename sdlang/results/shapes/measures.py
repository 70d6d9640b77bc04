"""Courses that are what they should be: `fits` data, `conserved` from the beginning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sdlang.results.fit import Fit, fit
from sdlang.results.run import Array
from sdlang.results.shapes.finding import Finding, Say, plain

# Measures that are told as they are; the others are shares, told in per cent.
PLAIN = ("r2",)


def fits(
    t: Array,
    x: Array,
    points: Sequence[tuple[float, float]],
    measure: str,
    comparison: str,
    bound: float,
    say: Say = plain,
) -> Finding:
    """A measure of fit is on the right side of a bound: `mape`, `<`, 0.05. Points are the data, time and value; those
    outside the course do not count."""
    known = [(time, value) for time, value in points if t[0] <= time <= t[-1]]
    if len(known) < 2:
        return Finding(False, 0.0, float(t[-1]), f"the data have {len(known)} points in this part of the run")
    at, measured = (np.array(each, dtype=np.float64) for each in zip(*known, strict=True))
    simulated: Array = np.interp(at, t, x)
    # Data next to 0 can make a relative error as large as no number is.
    with np.errstate(over="ignore"):
        value = measured_by(measure, fit(simulated, measured), float(measured.mean()))
    worst = int(np.argmax(np.abs(simulated - measured)))
    time = float(at[worst])
    if value is None or not np.isfinite(value):
        return Finding(False, 0.0, time, f"`{measure}` is not defined: the data are 0 somewhere, or all the same")
    margin = value - bound if comparison.startswith(">") else bound - value
    holds = margin >= 0 if comparison.endswith("=") else margin > 0
    told = f"{value:.4g}" if measure in PLAIN else f"{100 * value:.4g} %"
    far = f"farthest apart at {say(time)}: {simulated[worst]:.6g}, measured {measured[worst]:.6g}"
    return Finding(holds, margin, time, f"{measure} is {told} over {len(known)} points; {far}")


def measured_by(measure: str, found: Fit, mean: float) -> float | None:
    """The value of a row of `MEASURES`; `None` where it has none."""
    match measure:
        case "mape":
            return found.mape
        case "rmse":
            return found.rmse / abs(mean) if mean else None
        case "r2":
            return found.r2
        case "bias":
            return found.bias
        case "variation":
            return found.variation
        case "covariation":
            return found.covariation
        case _:
            raise ValueError(f"no measure of fit is called {measure}")


def conserved(t: Array, x: Array, within: float, say: Say = plain) -> Finding:
    """It stays what it was at the beginning, to a share of its largest size."""
    drift = np.abs(x - x[0])
    worst = int(np.argmax(drift))
    allowed = within * float(np.abs(x).max())
    margin, time = allowed - float(drift[worst]), float(t[worst])
    where = f", at {say(time)}" if drift[worst] else ""
    return Finding(margin >= 0, margin, time, f"largest drift {drift[worst]:.3g}{where}")

"""How what is said of a whole course comes out: arguments of a predicate as numbers, and the function that judges it.

`conserved` and `fits` stand here, since they know more than a course: the flows of the model, the points of the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from sdlang.model.conservation import changes_of
from sdlang.model.expressions import Expr, Lookup, Predicate, Told
from sdlang.model.model import Model
from sdlang.model.predicates import PREDICATES, Argument, Kind, Unit
from sdlang.results import shapes
from sdlang.results.fit import fit
from sdlang.results.run import Array
from sdlang.results.shapes import Finding

CONSERVED_WITHIN = 1e-9

SHAPES: Mapping[str, Callable[..., Finding]] = MappingProxyType(
    {
        "rises": shapes.rises,
        "falls": shapes.falls,
        "monotone": shapes.monotone,
        "s_shaped": shapes.s_shaped,
        "j_curve": shapes.j_curve,
        "oscillates": shapes.oscillates,
        "peaks": shapes.peaks,
        "overshoots": shapes.overshoots,
        "undershoots": shapes.undershoots,
        "converges": shapes.converges,
        "diverges": shapes.diverges,
        "crosses": shapes.crosses,
        "before": shapes.before,
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with its margin as people read it, in `unit`, of which one is worth `scale` in own units."""

    finding: Finding
    unit: str
    scale: float


def found_of(
    predicate: Predicate,
    times: Sequence[float],
    of_course: tuple[str, float],
    course: Callable[[Expr], list[float]],
    truths: Callable[[Expr], list[bool]],
    points: Callable[[Lookup], Sequence[tuple[float, float]]],
    say: shapes.Say,
    model: Model,
) -> Found:
    """How a predicate comes out. `course` gives the values of an expression at the times, `truths` whether a condition
    holds there, `points` the data of a series; `of_course` is the unit of the course and its scale,
    `say` tells a time."""
    row = PREDICATES[predicate.function]
    scale = of_course[1]
    t: Array = np.array(times)
    given: dict[str, object] = {}
    for argument, told in zip(row.arguments, predicate.arguments, strict=True):
        if told.values:
            given[argument.name] = _value(argument, told, scale, course, truths)
    match predicate.function:
        case "conserved":
            finding = _conserved(predicate, t, given, model)
        case "fits":
            _, data, measure = predicate.arguments
            lookup = data.values[0]
            assert isinstance(lookup, Lookup), "it was checked: data are a series"
            measured = [(time, value / scale) for time, value in points(lookup) if t[0] <= time <= t[-1]]
            finding = _fits(t, given, measured, measure.words, lookup.table, say)
        case name:
            finding = SHAPES[name](t, **given, say=say)
    unit, worth = {Unit.COURSE: of_course, Unit.TIME: (model.clock.unit.text, 1.0), Unit.PLAIN: ("", 1.0)}[row.margin]
    return Found(finding, unit, worth)


def _value(
    argument: Argument,
    told: Told,
    scale: float,
    course: Callable[[Expr], list[float]],
    truths: Callable[[Expr], list[bool]],
) -> object:
    """An argument as the function of a shape takes it, in the unit that people read the course in."""
    size = scale if argument.unit is Unit.COURSE else 1.0
    match argument.kind:
        case Kind.COURSE:
            values: Array = np.array(course(told.values[0]), dtype=np.float64) / size
            return values
        case Kind.CONDITION:
            return truths(told.values[0])
        case Kind.RANGE:
            return tuple(course(value)[0] / size for value in told.values)
        case Kind.VALUE | Kind.MEASURE:
            return course(told.values[0])[0] / size


def _conserved(predicate: Predicate, t: Array, given: Mapping[str, object], model: Model) -> Finding:
    """The total stays what it was at first, to a share of its largest size; a proof from the flows is told."""
    x, within = given["x"], given.get("within", CONSERVED_WITHIN)
    assert isinstance(x, np.ndarray)
    assert isinstance(within, float)
    drift = np.abs(x - x[0])
    worst = int(np.argmax(drift))
    allowed = within * float(np.max(np.abs(x)))
    changing = changes_of(predicate.arguments[0].values[0], model)
    if changing == ():
        proof = f"proved: no flow {'and no move ' * bool(model.events)}changes this total"
    elif changing is None:
        proof = "measured: it is no plain sum of stocks"
    else:
        proof = f"changed by {', '.join(f'`{name}`' for name in changing)}"
    return Finding(
        bool(drift[worst] <= allowed),
        allowed - float(drift[worst]),
        float(t[worst]),
        f"{proof}; largest drift {float(drift[worst]):.3g}",
    )


def _fits(
    t: Array,
    given: Mapping[str, object],
    points: Sequence[tuple[float, float]],
    words: str,
    series: str,
    say: shapes.Say,
) -> Finding:
    """A measure of fit at the points of the data that lie within the course, on its straight lines."""
    measure, comparison = words.split()
    bound, x = given["measure"], given["x"]
    assert isinstance(bound, float)
    assert isinstance(x, np.ndarray)
    if len(points) < 2:
        return Finding(False, 0.0, float(t[-1]), f"`{series}` has {len(points)} points in this part of the run")
    at: Array = np.array([time for time, _ in points])
    measured: Array = np.array([value for _, value in points])
    simulated: Array = np.interp(at, t, x)
    found = fit(simulated, measured)
    mean = abs(float(measured.mean()))
    value = {"mape": found.mape, "r2": found.r2, "rmse": found.rmse / mean if mean else None}[measure]
    worst = float(at[int(np.argmax(np.abs(simulated - measured)))])
    if value is None:
        return Finding(False, 0.0, worst, f"`{measure}` is not defined: values of `{series}` are 0, or all the same")
    margin = value - bound if comparison.startswith(">") else bound - value
    holds = margin >= 0 if comparison.endswith("=") else margin > 0
    shown = f"{value:.4g}" if measure == "r2" else f"{100 * value:.4g} %"
    told = f"{measure} is {shown} over {len(points)} points; farthest apart at {say(worst)}"
    return Finding(holds, margin, worst, told)

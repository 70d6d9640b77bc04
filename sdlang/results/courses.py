"""How what is said of a whole course comes out: its arguments as numbers, for the judge of that shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sdlang.model.conservation import changes_of
from sdlang.model.expressions import Expr, Lookup, Predicate, Told
from sdlang.model.model import Model
from sdlang.model.predicates import PREDICATES, Argument, Kind, Unit
from sdlang.results.run import Array
from sdlang.results.shapes import SHAPES, Finding, Say


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
    say: Say,
    model: Model,
) -> Found:
    """How a predicate comes out. `course` gives the values of an expression at the times, `truths` whether a condition
    holds there, `points` the data of a series; `of_course` is the unit of the course and its scale,
    `say` tells a time."""
    row = PREDICATES[predicate.function]
    t: Array = np.array(times)
    told: list[object] = []
    for argument, given in zip(row.arguments, predicate.arguments, strict=True):
        told += _values(argument, given, of_course[1], course, truths, points) if given.values else (argument.default,)
    finding = SHAPES[row.name](t, *told, say=say)
    if row.name == "conserved":
        finding = replace(finding, detail=f"{_proof(predicate, model)}; {finding.detail}")
    unit, worth = {Unit.COURSE: of_course, Unit.TIME: (model.clock.unit.text, 1.0), Unit.PLAIN: ("", 1.0)}[row.margin]
    return Found(finding, unit, worth)


def _values(
    argument: Argument,
    given: Told,
    scale: float,
    course: Callable[[Expr], list[float]],
    truths: Callable[[Expr], list[bool]],
    points: Callable[[Lookup], Sequence[tuple[float, float]]],
) -> tuple[object, ...]:
    """An argument as the judge takes it, in the unit that people read the course in; a measure is three."""
    size = scale if argument.unit is Unit.COURSE else 1.0
    first = given.values[0]
    match argument.kind:
        case Kind.COURSE:
            return (np.array(course(first), dtype=np.float64) / size,)
        case Kind.CONDITION:
            return (truths(first),)
        case Kind.RANGE:
            return (tuple(course(value)[0] / size for value in given.values),)
        case Kind.VALUE:
            return (course(first)[0] / size,)
        case Kind.DATA:
            assert isinstance(first, Lookup), "it was checked: data are a series"
            return ([(time, value / size) for time, value in points(first)],)
        case Kind.MEASURE:
            measure, comparison = given.words.split()
            return measure, comparison, course(first)[0]


def _proof(predicate: Predicate, model: Model) -> str:
    """Whether the flows of the model alone tell that a total is conserved."""
    changing = changes_of(predicate.arguments[0].values[0], model)
    if changing == ():
        return f"proved: no flow {'and no move ' * bool(model.events)}changes this total"
    if changing is None:
        return "measured: it is no plain sum of stocks"
    return f"changed by {', '.join(f'`{name}`' for name in changing)}"

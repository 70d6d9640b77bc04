"""The tables of what may be said of a whole course: predicates, values over the run, measures of fit.

`s_shaped(robots)` and `oscillates(graduates, period = 6 years .. 14 years)` are predicates: a row says what one is
told, in which units, and in which unit its margin is. How it is judged stands in `results/shapes/`, a function of the
same name; each definition in `docs/reference/shapes.md`. `peak(unemployed)` is a value over the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType


class Kind(StrEnum):
    """What an argument of a predicate is."""

    COURSE = "a value that changes over time"
    VALUE = "a value that is known before the run, or holds at the start"
    RANGE = "two values, low .. high"
    CONDITION = "something that holds or not at each moment"
    DATA = "a series of measured values"
    MEASURE = "a measure of fit and a bound: mape < 5%"


class Unit(StrEnum):
    """In which unit an argument, or a margin, is."""

    COURSE = "that of the first argument"
    TIME = "a time"
    PLAIN = "none"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; an `is_optional` one may be left out, and is `default` then: a plain number, or `None` where
    nothing is asked."""

    name: str
    kind: Kind = Kind.COURSE
    unit: Unit = Unit.COURSE
    is_optional: bool = False
    default: float | None = None


@dataclass(frozen=True, slots=True)
class PredicateRow:
    """One row: its arguments, the unit of its margin, and what it says."""

    name: str
    arguments: tuple[Argument, ...]
    margin: Unit
    meaning: str


X, Y, TARGET = Argument("x"), Argument("y"), Argument("target")
BETWEEN = Argument("between", Kind.RANGE, Unit.TIME, is_optional=True)
PAST = Argument("by", Kind.VALUE, Unit.PLAIN, is_optional=True, default=0.0)
_ROWS = (
    PredicateRow("rises", (X,), Unit.COURSE, "it goes up and never down"),
    PredicateRow("falls", (X,), Unit.COURSE, "it goes down and never up"),
    PredicateRow("monotone", (X,), Unit.COURSE, "it goes up only, or down only"),
    PredicateRow("s_shaped", (X,), Unit.PLAIN, "it speeds up, and then slows down, in one direction"),
    PredicateRow("j_curve", (X,), Unit.COURSE, "it goes below where it began, and then above"),
    PredicateRow("peaks", (X, BETWEEN), Unit.TIME, "it has its largest value in a span of time"),
    PredicateRow(
        "oscillates",
        (
            X,
            Argument("period", Kind.RANGE, Unit.TIME, is_optional=True),
            Argument("decay", Kind.RANGE, Unit.PLAIN, is_optional=True),
        ),
        Unit.PLAIN,
        "it goes up and down, for at least two cycles",
    ),
    PredicateRow(
        "overshoots", (X, TARGET, PAST), Unit.COURSE, "it rises above a target that it was below, and comes back"
    ),
    PredicateRow(
        "undershoots", (X, TARGET, PAST), Unit.COURSE, "it falls below a target that it was above, and comes back"
    ),
    PredicateRow(
        "converges",
        (
            X,
            Argument("to"),
            Argument("within", Kind.VALUE, Unit.PLAIN, is_optional=True, default=0.01),
            Argument("by", Kind.VALUE, Unit.TIME, is_optional=True),
        ),
        Unit.COURSE,
        "it comes near a value and stays there",
    ),
    PredicateRow("diverges", (X, Y), Unit.COURSE, "two values move apart, more and more"),
    PredicateRow("crosses", (X, Y, BETWEEN), Unit.TIME, "the two change places"),
    PredicateRow(
        "before",
        (Argument("first", Kind.CONDITION, Unit.PLAIN), Argument("second", Kind.CONDITION, Unit.PLAIN)),
        Unit.TIME,
        "one thing becomes true before another",
    ),
    PredicateRow(
        "fits",
        (X, Argument("data", Kind.DATA), Argument("measure", Kind.MEASURE, Unit.PLAIN)),
        Unit.PLAIN,
        "it is near data",
    ),
    PredicateRow(
        "conserved",
        (X, Argument("within", Kind.VALUE, Unit.PLAIN, is_optional=True, default=1e-9)),
        Unit.COURSE,
        "it stays what it was at the beginning",
    ),
)

PREDICATES: Mapping[str, PredicateRow] = MappingProxyType({row.name: row for row in _ROWS})


# Measures of fit ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeasureOfFit:
    """One row: a number that says how far a course is from data, or of what kind the distance is."""

    name: str
    meaning: str
    larger_is_better: bool = False


MEASURES: Mapping[str, MeasureOfFit] = MappingProxyType(
    {
        row.name: row
        for row in (
            MeasureOfFit("mape", "mean absolute error, as a share of the data"),
            MeasureOfFit("rmse", "root of the mean square error, as a share of the mean of the data"),
            MeasureOfFit("r2", "share of the variance of the data that is explained", larger_is_better=True),
            MeasureOfFit("bias", "share of the square error that comes from unequal means"),
            MeasureOfFit("variation", "share of the square error that comes from unequal spreads"),
            MeasureOfFit("covariation", "share of the square error that is neither", larger_is_better=True),
        )
    }
)


# Values over the run --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ValueOverRun:
    """One row: `value` makes one number of the times and values of a course; `at_time`: it is the value at a time."""

    name: str
    value: Callable[[Sequence[float], Sequence[float]], float]
    meaning: str
    at_time: bool = False


def _mean_over_time(times: Sequence[float], values: Sequence[float]) -> float:
    """The area under the straight lines between the points, by the length of time."""
    if len(times) < 2:
        return values[0]
    points = zip(times, values, strict=True)
    area = sum((end - begin) * (one + other) / 2 for (begin, one), (end, other) in pairwise(points))
    return area / (times[-1] - times[0])


VALUES: Mapping[str, ValueOverRun] = MappingProxyType(
    {
        row.name: row
        for row in (
            ValueOverRun("initial", lambda times, values: values[0], "the value at the beginning"),
            ValueOverRun("final", lambda times, values: values[-1], "the value at the end"),
            ValueOverRun("peak", lambda times, values: max(values), "the largest value"),
            ValueOverRun("trough", lambda times, values: min(values), "the smallest value"),
            ValueOverRun("mean_over_time", _mean_over_time, "the mean over time"),
            ValueOverRun("value_at", lambda times, values: values[0], "the value at a time", at_time=True),
        )
    }
)

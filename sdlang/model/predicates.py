"""The table of what may be expected of a whole course: `s_shaped(robots)`, `oscillates(graduates, period = 6 .. 14)`.

A row says what a predicate is told, in which units, and in which unit its margin is. How it is judged stands in
`results/shapes.py`, a function of the same name; each definition in `docs/reference/shapes.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What an argument of a predicate is."""

    COURSE = "a value that changes over time"
    VALUE = "a value that is known before the run, or holds at the start"
    RANGE = "two values, low .. high"
    CONDITION = "something that holds or not at each moment"
    MEASURE = "a measure of fit and a bound: mape < 5%"


class Unit(StrEnum):
    """In which unit an argument, or a margin, is."""

    COURSE = "that of the first argument"
    TIME = "a time"
    PLAIN = "none"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; an `is_optional` one may be left out."""

    name: str
    kind: Kind = Kind.COURSE
    unit: Unit = Unit.COURSE
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class PredicateRow:
    """One row: its arguments, the unit of its margin, and what it says."""

    name: str
    arguments: tuple[Argument, ...]
    margin: Unit
    meaning: str


X = Argument("x")
BETWEEN = Argument("between", Kind.RANGE, Unit.TIME)
_ROWS = (
    PredicateRow("rises", (X,), Unit.COURSE, "it goes up and never down"),
    PredicateRow("falls", (X,), Unit.COURSE, "it goes down and never up"),
    PredicateRow("monotone", (X,), Unit.COURSE, "it goes up only, or down only"),
    PredicateRow("s_shaped", (X,), Unit.PLAIN, "it speeds up, and then slows down to a halt, in one direction"),
    PredicateRow(
        "oscillates",
        (
            X,
            Argument("period", Kind.RANGE, Unit.TIME, is_optional=True),
            Argument("decay", Kind.RANGE, Unit.PLAIN, is_optional=True),
        ),
        Unit.PLAIN,
        "it goes up and down, at least twice",
    ),
    PredicateRow(
        "overshoots",
        (X, Argument("target"), Argument("by", Kind.VALUE, Unit.PLAIN, is_optional=True)),
        Unit.COURSE,
        "it rises above a target that it was below, and comes back",
    ),
    PredicateRow(
        "undershoots",
        (X, Argument("target"), Argument("by", Kind.VALUE, Unit.PLAIN, is_optional=True)),
        Unit.COURSE,
        "it falls below a target that it was above, and comes back",
    ),
    PredicateRow(
        "converges",
        (
            X,
            Argument("to"),
            Argument("within", Kind.VALUE, Unit.PLAIN, is_optional=True),
            Argument("by", Kind.VALUE, Unit.TIME, is_optional=True),
        ),
        Unit.COURSE,
        "it comes near a value and stays there",
    ),
    PredicateRow("diverges", (X, Argument("y")), Unit.COURSE, "two values move apart, more and more"),
    PredicateRow("peaks", (X, BETWEEN), Unit.TIME, "it has its largest value in a span of time"),
    PredicateRow("j_curve", (X,), Unit.COURSE, "it goes below where it began, and then above"),
    PredicateRow(
        "crosses",
        (X, Argument("y"), Argument("between", Kind.RANGE, Unit.TIME, is_optional=True)),
        Unit.TIME,
        "the two change places",
    ),
    PredicateRow(
        "before",
        (Argument("first", Kind.CONDITION, Unit.PLAIN), Argument("second", Kind.CONDITION, Unit.PLAIN)),
        Unit.TIME,
        "one thing becomes true before another",
    ),
    PredicateRow(
        "fits", (X, Argument("data"), Argument("measure", Kind.MEASURE, Unit.PLAIN)), Unit.PLAIN, "it is near data"
    ),
    PredicateRow(
        "conserved",
        (X, Argument("within", Kind.VALUE, Unit.PLAIN, is_optional=True)),
        Unit.COURSE,
        "it stays what it was at the beginning",
    ),
)

PREDICATES: Mapping[str, PredicateRow] = MappingProxyType({row.name: row for row in _ROWS})

# What `fits` can be told about: how far a course is from data.
MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "mape": "mean absolute error, as a share of the data",
        "rmse": "root of the mean square error, as a share of the mean of the data",
        "r2": "share of the variance of the data that is explained",
    }
)
LARGER_IS_BETTER = ("r2",)

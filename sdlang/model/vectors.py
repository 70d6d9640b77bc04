"""The tables of what runs over whole dimensions: reductions, which make one value of a list, and vector functions,
which make a list of lists.

A reduction is part of an expression (`sum(jobs over region)`); its list holds the values in the order of the elements,
those left out for which `where` does not hold. A vector function (`rank(wage over region)`) is given each of its vector
arguments as the list of all elements along its dimensions (row-major, the last running fastest), each other argument as
one number, and gives as long a list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sdlang.model.allocation import allocate_available, allocate_by_priority, clearing_price
from sdlang.model.functions import UnitRule
from sdlang.model.no_value import NoValue


class Measure(StrEnum):
    """What unit an argument or a result has."""

    FIRST = "one unit, which all arguments share that have it, and the result"
    PLAIN = "no unit"
    INVERSE = "one over that unit"
    TIME = "a time"
    PER_TIME = "one over a time"
    STOCK = "that unit times time"
    FREE = "any unit"
    TRUTH = "none: it holds or does not hold"


class Reading(StrEnum):
    """What a memory is shown of an argument when a step begins."""

    NOW = "its value now"
    BEFORE = "its value when the step before began"
    AT_START = "its value at the start of the run"
    IN_ALL = "how much of it has come in all"


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument: with a `default` it can be left out; it then has this value, or that of the argument before it that
    has this name. `is_vector`: it is read for every element. `reading`: what a memory is shown of it.
    `is_step_or_more`: a time that may not be shorter than a step of the run."""

    name: str
    measure: Measure = Measure.FIRST
    is_vector: bool = True
    default: float | str | None = None
    reading: Reading = Reading.NOW
    is_step_or_more: bool = False


@dataclass(frozen=True, slots=True)
class Reduction:
    """One row of reductions. `unit_rule` is SAME (the result has the unit of what is reduced) or PLAIN."""

    name: str
    unit_rule: UnitRule
    value: Callable[[list[float]], float]
    meaning: str


@dataclass(frozen=True, slots=True)
class VectorFunction:
    """One row of vector functions: over how many dimensions it runs, its arguments, the unit of its result."""

    name: str
    axes: int
    parameters: tuple[Parameter, ...]
    result: Measure
    value: Callable[..., list[float]]
    meaning: str


# Reductions ----------------------------------------------------------------------------------------------------------


def _sum(values: list[float]) -> float:
    """From left to right, as the sum would be written out."""
    if not values:
        return 0.0
    result = values[0]
    for value in values[1:]:
        result += value
    return result


def _product(values: list[float]) -> float:
    result = 1.0
    for value in values:
        result *= value
    return result


def _some(name: str, value: Callable[[list[float]], float]) -> Callable[[list[float]], float]:
    def of(values: list[float]) -> float:
        if not values:
            raise NoValue(f"`{name}` has nothing to work on: its `where` holds for no element")
        return value(values)

    return of


REDUCTIONS: Mapping[str, Reduction] = MappingProxyType(
    {
        row.name: row
        for row in (
            Reduction("sum", UnitRule.SAME, _sum, "all added, from the first element to the last"),
            Reduction("mean", UnitRule.SAME, _some("mean", lambda v: _sum(v) / len(v)), "their arithmetic mean"),
            Reduction("min", UnitRule.SAME, _some("min", min), "the smallest"),
            Reduction("max", UnitRule.SAME, _some("max", max), "the largest"),
            Reduction("product", UnitRule.PLAIN, _product, "all multiplied"),
        )
    }
)

# Vector functions ----------------------------------------------------------------------------------------------------


def _rank(values: Sequence[float]) -> list[float]:
    """1 for the largest; among equal ones the first in the order of the dimension comes first."""
    order = sorted(range(len(values)), key=lambda place: -values[place])
    ranks = [0.0] * len(values)
    for number, place in enumerate(order, 1):
        ranks[place] = float(number)
    return ranks


def _sort(values: Sequence[float]) -> list[float]:
    return sorted(values)


def _cumulate(values: Sequence[float]) -> list[float]:
    result: list[float] = []
    total = 0.0
    for place, value in enumerate(values):
        total = value if place == 0 else total + value
        result.append(total)
    return result


def _inverse(values: Sequence[float]) -> list[float]:
    """The inverse of a square matrix, by elimination with the largest pivot of each column."""
    size = round(len(values) ** 0.5)
    if size * size != len(values):
        raise NoValue(f"a matrix is inverted that is not square: it has {len(values)} elements")
    left = [list(values[row * size : (row + 1) * size]) for row in range(size)]
    right = [[float(row == column) for column in range(size)] for row in range(size)]
    largest = max((abs(value) for value in values), default=0.0)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(left[row][column]))
        if abs(left[pivot][column]) <= 1e-14 * largest:
            raise NoValue("the matrix has no inverse: its rows depend on one another")
        left[column], left[pivot] = left[pivot], left[column]
        right[column], right[pivot] = right[pivot], right[column]
        divisor = left[column][column]
        left[column] = [value / divisor for value in left[column]]
        right[column] = [value / divisor for value in right[column]]
        for row in range(size):
            factor = left[row][column]
            if row != column and factor:
                left[row] = [a - factor * b for a, b in zip(left[row], left[column], strict=True)]
                right[row] = [a - factor * b for a, b in zip(right[row], right[column], strict=True)]
    return [value for row in right for value in row]


_VECTOR = Parameter("values")
_SUPPLY = Parameter("supply", is_vector=False)

VECTORS: Mapping[str, VectorFunction] = MappingProxyType(
    {
        row.name: row
        for row in (
            VectorFunction("rank", 1, (_VECTOR,), Measure.PLAIN, _rank, "1 for the largest, 2 for the next, ..."),
            VectorFunction("sort", 1, (_VECTOR,), Measure.FIRST, _sort, "the values from the smallest to the largest"),
            VectorFunction("cumulate", 1, (_VECTOR,), Measure.FIRST, _cumulate, "the sum of all up to this one"),
            VectorFunction("inverse", 2, (_VECTOR,), Measure.INVERSE, _inverse, "the inverse of a square matrix"),
            VectorFunction(
                "allocate_by_priority",
                1,
                (
                    Parameter("request"),
                    Parameter("priority", Measure.FREE),
                    Parameter("width", Measure.FREE, is_vector=False),
                    _SUPPLY,
                ),
                Measure.FIRST,
                allocate_by_priority,
                "a supply shared by priority (Vensim's ALLOCATE BY PRIORITY)",
            ),
            VectorFunction(
                "allocate_available",
                1,
                (
                    Parameter("request"),
                    Parameter("kind", Measure.PLAIN),
                    Parameter("priority", Measure.FREE),
                    Parameter("width", Measure.FREE),
                    Parameter("extra", Measure.FREE),
                    _SUPPLY,
                ),
                Measure.FIRST,
                allocate_available,
                "a supply shared by profiles of priority (Vensim's ALLOCATE AVAILABLE)",
            ),
            VectorFunction(
                "clearing_price",
                1,
                (
                    Parameter("priority"),
                    Parameter("width"),
                    Parameter("request", Measure.FREE),
                    Parameter("kind", Measure.PLAIN),
                    Parameter("extra", Measure.FREE),
                    Parameter("supply", Measure.FREE, is_vector=False),
                ),
                Measure.FIRST,
                clearing_price,
                "the price at which a supply is shared (Vensim's FIND MARKET PRICE)",
            ),
        )
    }
)

"""Expressions as they were meant: names resolved, numbers in the model's own units, operators and functions alike.

A few kinds of node are all there is. What `Apply` may apply stands in one table, `functions.py`; what runs over
whole dimensions (`Reduce`, `Vector`) in another, `vectors.py`. An expression of a variable with axes is written once
and holds for every element: it reads the loops of the variable's axes and those of the reductions that it stands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sdlang.source import Span
from sdlang.units.unit import Dimension


@dataclass(frozen=True, slots=True)
class Constant:
    """`18 months`: the exact value in the model's own units (1.5 in a model in years) and its dimension.

    `dimension` is `None` for a number written without a unit: `5`, `0`, `2030`. `is_date`: it was written as a date.
    """

    span: Span = field(compare=False)
    value: Fraction
    dimension: Dimension | None
    is_date: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Axis:
    """One of the dimensions that something is split by. `loop` is the name by which expressions know the position
    (counted from 0) along it: no two axes that are in reach of one expression share it."""

    loop: str
    dimension: str
    size: int


@dataclass(frozen=True, slots=True)
class Index:
    """Where an element stands along one axis of a variable: `shift` places behind the position of a loop, or at the
    place `shift` itself where `loop` is empty. `through` gives, for each position of the loop, its position on the axis
    (a subset within its whole, an element and the bloc it belongs to); the shift comes after."""

    loop: str
    shift: int = 0
    through: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """`staff`   `employed[region, retail]`: the flat name of a variable, or `time`; an index for each of its axes."""

    span: Span = field(compare=False)
    name: str
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Apply:
    """`a + b`, `max(a, b)`, `if c then a else b`: the name of a function of the table, and its arguments."""

    span: Span = field(compare=False)
    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """`wage_pull(gap)`: a table read at a value; a series is a table read at `time`."""

    span: Span = field(compare=False)
    table: str
    argument: Expr
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """`age` as a number: `first` plus the place that `index` gives. It has no unit."""

    span: Span = field(compare=False)
    index: Index
    first: int


@dataclass(frozen=True, slots=True)
class Cases:
    """`{ manufacturing: a, retail: b }`: the branch of the position of a loop, `branches[choice[position]]`."""

    span: Span = field(compare=False)
    loop: str
    choice: tuple[int, ...]
    branches: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """Numbers from a file, in own units: `values` in row-major order over `shape`; an index for each axis of it."""

    span: Span = field(compare=False)
    values: tuple[float, ...]
    shape: tuple[int, ...]
    indices: tuple[Index, ...]
    dimension: Dimension | None


@dataclass(frozen=True, slots=True)
class Reduce:
    """`sum(jobs over region where jobs > 5)`: `function` (a row of `vectors.REDUCTIONS`) over all positions of `axes`,
    the last running fastest, for which `where` holds."""

    span: Span = field(compare=False)
    function: str
    axes: tuple[Axis, ...]
    body: Expr
    where: Expr | None


@dataclass(frozen=True, slots=True)
class Vector:
    """`rank(wage over region)`: a row of `vectors.VECTORS`, which makes of whole lists along `axes` a whole list. It is
    never a part of an expression, but all of the equation of a variable whose last axes these are."""

    span: Span = field(compare=False)
    function: str
    axes: tuple[Axis, ...]
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """`conveyor_out(entering, 4 years)`: a row of `memories.MEMORIES`, which sees its arguments at every step and gives
    out one value for the step that begins. It is never a part of an expression, but all of a variable's equation."""

    span: Span = field(compare=False)
    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """`normal(100 people, 5 people)`: a row of `distributions.DISTRIBUTIONS`, drawn anew at every step of the grid of
    draws. Like a memory it is all of a variable's equation.

    Where it stands in an `if` on positions, `where` gives for a loop the positions at which it is drawn at all."""

    span: Span = field(compare=False)
    function: str
    arguments: tuple[Expr, ...]
    where: Where = ()


@dataclass(frozen=True, slots=True)
class OverRun:
    """`peak(unemployed)`   `value_at(unemployed, 2035)`: one value of a whole course, a row of `courses.VALUES`. It
    stands in what is expected only, as do the two below."""

    span: Span = field(compare=False)
    function: str
    body: Expr
    time: Expr | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """`unemployed under fund`: the value in the run of another scenario."""

    span: Span = field(compare=False)
    scenario: str
    body: Expr


@dataclass(frozen=True, slots=True)
class Told:
    """An argument of a predicate, by its name: the values that are given (two for a range, none for one left out), and
    the words that stand with them (`mape <`)."""

    name: str
    values: tuple[Expr, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Predicate:
    """`oscillates(ai_graduates, period = 6 years .. 14 years)`: what is said of a whole course, a row of
    `predicates.PREDICATES`. It is a truth."""

    span: Span = field(compare=False)
    function: str
    arguments: tuple[Told, ...]


# For some loops the positions, ascending, that are meant; of all other loops they all are.
Where = tuple[tuple[str, tuple[int, ...]], ...]
Expr = (
    Constant
    | Reference
    | Apply
    | Lookup
    | Position
    | Cases
    | Array
    | Reduce
    | Vector
    | Memory
    | Draw
    | OverRun
    | Elsewhere
    | Predicate
)


def is_meant(where: Where, at: Mapping[str, int]) -> bool:
    """Whether the loops stand at positions that are meant."""
    return all(at[loop] in places for loop, places in where)


def inside(expression: Expr) -> tuple[Expr, ...]:
    """The expressions that stand directly in an expression."""
    match expression:
        case OverRun(body=body, time=None) | Elsewhere(body=body):
            return (body,)
        case OverRun(body=body, time=time) if time is not None:
            return (body, time)
        case Predicate(arguments=told):
            return tuple(value for argument in told for value in argument.values)
        case (
            Apply(arguments=arguments)
            | Vector(arguments=arguments)
            | Memory(arguments=arguments)
            | Draw(arguments=arguments)
        ):
            return arguments
        case Lookup(argument=argument):
            return (argument,)
        case Cases(branches=branches):
            return branches
        case Reduce(body=body, where=where):
            return (body,) if where is None else (body, where)
        case _:
            return ()


def parts(expression: Expr) -> Iterator[Expr]:
    """The expression and all expressions inside it, outermost first."""
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(inside(part)))


def references(expression: Expr) -> list[str]:
    """Names that the expression reads, tables and series among them; a name may come more than once."""
    names: list[str] = []
    for part in parts(expression):
        if isinstance(part, Reference):
            names.append(part.name)
        elif isinstance(part, Lookup):
            names.append(part.table)
    return names


def free_loops(expression: Expr) -> set[str]:
    """The loops that an expression reads and that are not its own."""
    loops: set[str] = set()
    match expression:
        case Reference(indices=indices) | Lookup(indices=indices) | Array(indices=indices):
            loops.update(index.loop for index in indices if index.loop)
        case Position(index=index) if index.loop:
            loops.add(index.loop)
        case Cases(loop=loop):
            loops.add(loop)
        case _:
            pass
    for part in inside(expression):
        loops |= free_loops(part)
    if isinstance(expression, Reduce | Vector):
        loops -= {axis.loop for axis in expression.axes}
    return loops

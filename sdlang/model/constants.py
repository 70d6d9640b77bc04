"""The value of an expression where the values of its names are known, on plain floats.

It serves what must be known before any engine runs: ranges, table points, the times of steps, divisions by a constant
zero. It reads the same table of functions as the engines do. An element of a variable is asked for by its name and its
positions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from types import MappingProxyType

from sdlang.model.cycles import Block, blocks
from sdlang.model.expressions import (
    Apply,
    Array,
    Axis,
    Cases,
    Constant,
    Draw,
    Elsewhere,
    Expr,
    Lookup,
    Memory,
    OverRun,
    Position,
    Predicate,
    Reduce,
    Reference,
    Vector,
    free_loops,
)
from sdlang.model.functions import FUNCTIONS
from sdlang.model.model import Auxiliary, Parameter, Variable
from sdlang.model.no_value import NoValue
from sdlang.model.positions import placer
from sdlang.model.vectors import REDUCTIONS

# The values of a variable: one for all its elements, or one for each, in row-major order.
Values = float | tuple[float, ...]
NOWHERE: Mapping[str, int] = MappingProxyType({})
# The value of an expression where the loops stand at some positions.
Function = Callable[[Mapping[str, int]], float]


class NotConstant(Exception):
    """The expression reads something whose value is not known before a run."""


def _unread(table: str, *_: float) -> float:
    raise NotConstant(table)


def evaluate(
    expression: Expr,
    value_of: Callable[..., float],
    read: Callable[..., float] = _unread,
    at: Mapping[str, int] = NOWHERE,
) -> float:
    """The value in own units, where the loops stand at the positions `at`.

    `value_of(name, *positions)` raises NotConstant for what has no value; `read(table, x, *positions)` reads a table.
    Raises ArithmeticError or ValueError where the mathematics fails (`1 / 0`, `ln(0)`).
    """
    return function_of(expression, value_of, read)(at)


def _no_course(part: OverRun | Elsewhere | Predicate) -> Function:
    raise NotConstant(type(part).__name__)


def function_of(
    expression: Expr,
    value_of: Callable[..., float],
    read: Callable[..., float] = _unread,
    of_course: Callable[[OverRun | Elsewhere | Predicate], Function] = _no_course,
) -> Function:
    """An expression as a function of the positions of the loops, for one that is wanted at many of them. `of_course`
    makes one of what speaks of whole courses."""

    def inner(part: Expr) -> Function:
        return function_of(part, value_of, read, of_course)

    match expression:
        case Constant(value=value):
            number = float(value)
            return lambda at: number
        case Reference(name=name, indices=indices):
            places = [placer(index) for index in indices]
            return lambda at: value_of(name, *[place(at) for place in places])
        case Lookup(table=table, argument=argument, indices=indices):
            x, places = inner(argument), [placer(index) for index in indices]
            return lambda at: read(table, x(at), *[place(at) for place in places])
        case Apply(function=function, arguments=arguments):
            return _applied(function, [inner(argument) for argument in arguments])
        case Position(index=index, first=first):
            place = placer(index)
            return lambda at: float(place(at) + first)
        case Cases(loop=loop, choice=choice, branches=branches):
            made = [inner(branch) for branch in branches]
            return lambda at: made[choice[at[loop]]](at)
        case Array(values=values, shape=shape, indices=indices):
            places = [placer(index) for index in indices]
            return lambda at: values[flat_place([place(at) for place in places], shape)]
        case Reduce(function=function, axes=axes, body=body, where=where):
            reduced, whole = inner(body), REDUCTIONS[function].value
            if where is None:
                return lambda at: whole([reduced(here) for here in everywhere(axes, at)])
            kept = inner(where)
            return lambda at: whole([reduced(here) for here in everywhere(axes, at) if kept(here)])
        case Vector(function=function) | Memory(function=function) | Draw(function=function):
            return lambda at: _unread(function)
        case OverRun() | Elsewhere() | Predicate():
            return of_course(expression)


def _applied(function: str, given: list[Function]) -> Function:
    value = FUNCTIONS[function].value
    match function, given:
        case "if", [test, yes, no]:
            return lambda at: yes(at) if test(at) else no(at)
        case "and", [left, right]:
            return lambda at: bool(left(at) and right(at))
        case "or", [left, right]:
            return lambda at: bool(left(at) or right(at))
        case _, [left, right]:
            return lambda at: value(left(at), right(at))
        case _:
            return lambda at: value(*[each(at) for each in given])


def flat_place(places: Sequence[int], shape: Sequence[int]) -> int:
    """Where an element stands among all of them in row-major order."""
    result = 0
    for place, size in zip(places, shape, strict=True):
        result = result * size + place
    return result


def everywhere(axes: tuple[Axis, ...], at: Mapping[str, int] = NOWHERE) -> Iterator[Mapping[str, int]]:
    """The positions of all elements along some axes, the last running fastest, beside those that are given."""
    loops = [axis.loop for axis in axes]
    for places in product(*(range(axis.size) for axis in axes)):
        yield {**at, **dict(zip(loops, places, strict=True))}


def constant_values(variables: Mapping[str, Variable]) -> dict[str, Values]:
    """Values in own units of the parameters, and of the auxiliaries that read only such; what has none is left out."""
    values: dict[str, Values] = {}
    for block in blocks(variables, _constant_equation):
        if block.unknowns:
            continue
        expressions = {name: _constant_equation(variables[name]) for name in block.names}
        only = expressions[block.names[0]]
        if len(expressions) == 1 and only is not None and not free_loops(only):
            value = constant_value(only, values, variables)
            if value is not None:
                values[block.names[0]] = value
        else:
            values |= _all_values(block, expressions, values, variables)
    return values


def _constant_equation(variable: Variable) -> Expr | None:
    return variable.value if isinstance(variable, Parameter | Auxiliary) else None


def _all_values(
    block: Block,
    expressions: Mapping[str, Expr | None],
    values: Mapping[str, Values],
    variables: Mapping[str, Variable],
) -> Mapping[str, Values]:
    """The values of all elements of a block, each after those that it reads; nothing where one has none."""
    axes = {name: variables[name].axes for name in block.names}
    shapes = {name: tuple(axis.size for axis in each) for name, each in axes.items()}
    found: dict[str, list[float]] = {name: [0.0] * prod(shape) for name, shape in shapes.items()}
    known = _known(values, variables)

    def value_of(name: str, *places: int) -> float:
        return found[name][flat_place(places, shapes[name])] if name in found else known(name, *places)

    functions = {name: function_of(each, value_of) for name, each in expressions.items() if each is not None}
    try:
        for name, places in block.elements or _in_natural_order(block.names[0], shapes):
            at = {axis.loop: place for axis, place in zip(axes[name], places, strict=True)}
            found[name][flat_place(places, shapes[name])] = float(functions[name](at))
    except (NotConstant, ArithmeticError, ValueError, KeyError):
        return {}
    return {name: tuple(each) if shapes[name] else each[0] for name, each in found.items()}


def _in_natural_order(name: str, shapes: Mapping[str, tuple[int, ...]]) -> Iterator[tuple[str, tuple[int, ...]]]:
    return ((name, places) for places in product(*map(range, shapes[name])))


def _known(values: Mapping[str, Values], variables: Mapping[str, Variable]) -> Callable[..., float]:
    """What gives the value of an element, as far as values are known, and raises NotConstant else."""

    def value_of(name: str, *places: int) -> float:
        known = values.get(name)
        if known is None:
            raise NotConstant(name)
        if isinstance(known, float):
            return known
        return known[flat_place(places, tuple(axis.size for axis in variables[name].axes))]

    return value_of


def constant_value(
    expression: Expr,
    values: Mapping[str, Values],
    variables: Mapping[str, Variable] = MappingProxyType({}),
    at: Mapping[str, int] = NOWHERE,
) -> float | None:
    """The value of an expression over known values, or `None` if it has none."""
    try:
        return float(evaluate(expression, _known(values, variables), at=at))
    except (NotConstant, ArithmeticError, ValueError, KeyError):
        return None


def said(cause: Exception) -> str:
    """Why an equation has no value, in words."""
    match cause:
        case ZeroDivisionError():
            return "it divides by 0"
        case OverflowError():
            return "it grew beyond all bounds"
        case NoValue():
            return str(cause)
        case ValueError():
            return "the mathematics has no answer here (a logarithm or a root of a negative number?)"
        case _:
            return str(cause)

"""Expressions as they were meant: names resolved, numbers in the model's own units, operators and functions alike.

Four kinds of node are all there is. What `Apply` may apply stands in one table, `functions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from sdlang.source import Span
from sdlang.units.unit import Dimension


@dataclass(frozen=True, slots=True)
class Constant:
    """`18 months`: the exact value in the model's own units (1.5 in a model in years) and its dimension.

    `dimension` is `None` for a number written without a unit: `5`, `0`, `2030`.
    """

    span: Span = field(compare=False)
    value: Fraction
    dimension: Dimension | None


@dataclass(frozen=True, slots=True)
class Reference:
    """`staff`: the flat name of a variable, or `time`."""

    span: Span = field(compare=False)
    name: str


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


Expr = Constant | Reference | Apply | Lookup


def parts(expression: Expr) -> Iterator[Expr]:
    """The expression and all expressions inside it, outermost first."""
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        yield part
        match part:
            case Apply(arguments=arguments):
                waiting.extend(reversed(arguments))
            case Lookup(argument=argument):
                waiting.append(argument)
            case _:
                pass


def references(expression: Expr) -> list[str]:
    """Names that the expression reads, tables and series among them; a name may come more than once."""
    names: list[str] = []
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Apply):
            waiting.extend(reversed(part.arguments))
        elif isinstance(part, Reference):
            names.append(part.name)
        elif isinstance(part, Lookup):
            names.append(part.table)
            waiting.append(part.argument)
    return names

"""The value of an expression where the values of its names are known, on plain floats.

It serves what must be known before any engine runs: ranges, table points, the times of steps, divisions by a constant
zero. It reads the same table of functions as the engines do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sdlang.model.cycles import in_order
from sdlang.model.expressions import Apply, Constant, Expr, Lookup, Reference
from sdlang.model.functions import FUNCTIONS
from sdlang.model.model import Auxiliary, Parameter, Variable


class NotConstant(Exception):
    """The expression reads something whose value is not known before a run."""


def _unread(table: str, _: float) -> float:
    raise NotConstant(table)


def evaluate(
    expression: Expr, value_of: Callable[[str], float], read: Callable[[str, float], float] = _unread
) -> float:
    """The value in own units. `value_of` raises NotConstant for a name without a value; `read` reads a table.

    Raises ArithmeticError or ValueError where the mathematics fails (`1 / 0`, `ln(0)`).
    """
    match expression:
        case Constant(value=value):
            return float(value)
        case Reference(name=name):
            return value_of(name)
        case Lookup(table=table, argument=argument):
            return read(table, evaluate(argument, value_of, read))
        case Apply(function="if", arguments=(test, yes, no)):
            return evaluate(yes if evaluate(test, value_of, read) else no, value_of, read)
        case Apply(function=function, arguments=arguments):
            return FUNCTIONS[function].value(*[evaluate(argument, value_of, read) for argument in arguments])


def constant_values(variables: Mapping[str, Variable]) -> dict[str, float]:
    """Values in own units of the parameters, and of the auxiliaries that read only such; what has none is left out."""
    values: dict[str, float] = {}
    for name in in_order(variables, _constant_equation):
        expression = _constant_equation(variables[name])
        value = None if expression is None else constant_value(expression, values)
        if value is not None:
            values[name] = value
    return values


def _constant_equation(variable: Variable) -> Expr | None:
    return variable.value if isinstance(variable, Parameter | Auxiliary) else None


def constant_value(expression: Expr, values: Mapping[str, float]) -> float | None:
    """The value of an expression over known values, or `None` if it has none."""

    def value_of(name: str) -> float:
        if name not in values:
            raise NotConstant(name)
        return values[name]

    try:
        return evaluate(expression, value_of)
    except (NotConstant, ArithmeticError, ValueError):
        return None


def said(cause: Exception) -> str:
    """Why an equation has no value, in words."""
    match cause:
        case ZeroDivisionError():
            return "it divides by 0"
        case OverflowError():
            return "it grew beyond all bounds"
        case ValueError():
            return "the mathematics has no answer here (a logarithm or a root of a negative number?)"
        case _:
            return str(cause)

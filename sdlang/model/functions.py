"""The one table of what an expression may apply: operators and functions, with all that they mean.

Each row gives the number of arguments, how units pass through, the exact value on floats (which every engine must
reproduce), and the form in SymPy and in code. `if`, `and` and `or` are lazy: an engine evaluates only what it needs;
their row gives the value of evaluated arguments. The functions of time receive the time as their first argument, which
the modeller does not write.

A function with memory (a delay, a smooth) is no row here: it is a component of the standard library, written in `.sd`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class UnitRule(StrEnum):
    """How the unit of the result follows from the units of the arguments."""

    PRODUCT = "units multiply"
    QUOTIENT = "units divide"
    POWER = "the exponent has no unit; the unit is raised to it"
    ROOT = "the unit is raised to 1/2"
    SAME = "all arguments have the unit of the result"
    PLAIN = "no argument has a unit, nor has the result"
    SIGN = "any unit goes in, none comes out"
    COMPARISON = "both sides have one unit; the result is a truth"
    LOGIC = "truths go in, a truth comes out"
    CHOICE = "a truth, then two arguments of the unit of the result"
    STEP = "height, then a time: the result has the unit of the height"
    PULSE = "height, then a time and a duration: the result has the unit of the height"
    RAMP = "slope, then one or two times: the result has the unit of slope times time"


@dataclass(frozen=True, slots=True)
class Function:
    """One row. `sympy` names a SymPy class, or is empty where the equation keeps a node of our own; `code` is the
    spelling in generated code. `most` is `None` where any number of arguments is welcome."""

    name: str
    least: int
    most: int | None
    unit_rule: UnitRule
    value: Callable[..., float]
    sympy: str
    code: str
    meaning: str
    needs_time: bool = False
    is_operator: bool = False


def _power(base: float, exponent: float) -> float:
    return math.pow(base, exponent)


def _clip(value: float, low: float, high: float) -> float:
    return low if value < low else high if value > high else value


def _round(value: float) -> float:
    if abs(value) >= 2.0**52 or value != value:
        return value
    whole = math.floor(abs(value))
    return math.copysign(whole + (abs(value) - whole >= 0.5), value)


def _sign(value: float) -> float:
    return float(value > 0) - float(value < 0)


def _total(*values: float) -> float:
    result = values[0]
    for value in values[1:]:
        result += value
    return result


def _choose(test: float, yes: float, no: float) -> float:
    return yes if test else no


def _step(time: float, height: float, start: float) -> float:
    return height if time >= start else 0.0


def _ramp(time: float, slope: float, start: float, end: float = math.inf) -> float:
    return slope * (min(time, end) - start) if time > start else 0.0


# `start + duration` is rounded, the times of a run are not: without this margin a pulse can last one step too long.
PULSE_END_TOLERANCE = 1e-12


def _pulse(time: float, height: float, start: float, duration: float) -> float:
    end = start + duration
    return height if start <= time < end - PULSE_END_TOLERANCE * abs(end) else 0.0


def _floor(value: float) -> float:
    return float(math.floor(value))


def _ceil(value: float) -> float:
    return float(math.ceil(value))


U = UnitRule
_ROWS = (
    # operators: name, least, most, unit rule, value, SymPy, code, meaning
    Function("+", 2, 2, U.SAME, operator.add, "Add", "add", "sum of two values", is_operator=True),
    Function("-", 2, 2, U.SAME, operator.sub, "Add", "subtract", "difference of two values", is_operator=True),
    Function(
        "negative", 1, 1, U.SAME, operator.neg, "Mul", "negate", "the value with its sign turned", is_operator=True
    ),
    Function("*", 2, 2, U.PRODUCT, operator.mul, "Mul", "multiply", "product of two values", is_operator=True),
    Function("/", 2, 2, U.QUOTIENT, operator.truediv, "Mul", "divide", "quotient of two values", is_operator=True),
    Function("^", 2, 2, U.POWER, _power, "Pow", "power", "base raised to an exponent", is_operator=True),
    Function("<", 2, 2, U.COMPARISON, operator.lt, "StrictLessThan", "less", "left is smaller", is_operator=True),
    Function("<=", 2, 2, U.COMPARISON, operator.le, "LessThan", "at_most", "left is not larger", is_operator=True),
    Function(">", 2, 2, U.COMPARISON, operator.gt, "StrictGreaterThan", "greater", "left is larger", is_operator=True),
    Function(">=", 2, 2, U.COMPARISON, operator.ge, "GreaterThan", "at_least", "left is not smaller", is_operator=True),
    Function("==", 2, 2, U.COMPARISON, operator.eq, "Equality", "equal", "both are the same", is_operator=True),
    Function("!=", 2, 2, U.COMPARISON, operator.ne, "Unequality", "unequal", "the two differ", is_operator=True),
    Function("and", 2, 2, U.LOGIC, lambda a, b: bool(a and b), "And", "both", "both hold", is_operator=True),
    Function("or", 2, 2, U.LOGIC, lambda a, b: bool(a or b), "Or", "either", "at least one holds", is_operator=True),
    Function("not", 1, 1, U.LOGIC, operator.not_, "Not", "not_", "it does not hold", is_operator=True),
    Function("if", 3, 3, U.CHOICE, _choose, "Piecewise", "choose", "one value or the other", is_operator=True),
    # functions
    Function("min", 2, None, U.SAME, min, "Min", "minimum", "the smallest argument"),
    Function("max", 2, None, U.SAME, max, "Max", "maximum", "the largest argument"),
    Function("clip", 3, 3, U.SAME, _clip, "", "clip", "the value, held between a low and a high bound"),
    Function("sum", 2, None, U.SAME, _total, "Add", "sum", "all arguments added, from left to right"),
    Function("abs", 1, 1, U.SAME, abs, "Abs", "absolute", "the value without its sign"),
    Function("sign", 1, 1, U.SIGN, _sign, "sign", "sign", "-1, 0 or 1"),
    Function("exp", 1, 1, U.PLAIN, math.exp, "exp", "exp", "e raised to the argument"),
    Function("ln", 1, 1, U.PLAIN, math.log, "log", "log", "natural logarithm"),
    Function("log10", 1, 1, U.PLAIN, math.log10, "", "log10", "logarithm to the base 10"),
    Function("sqrt", 1, 1, U.ROOT, math.sqrt, "sqrt", "sqrt", "square root"),
    Function("sin", 1, 1, U.PLAIN, math.sin, "sin", "sin", "sine of an angle in radians"),
    Function("cos", 1, 1, U.PLAIN, math.cos, "cos", "cos", "cosine of an angle in radians"),
    Function("tan", 1, 1, U.PLAIN, math.tan, "tan", "tan", "tangent of an angle in radians"),
    Function("arcsin", 1, 1, U.PLAIN, math.asin, "asin", "asin", "angle in radians whose sine this is"),
    Function("arccos", 1, 1, U.PLAIN, math.acos, "acos", "acos", "angle in radians whose cosine this is"),
    Function("arctan", 1, 1, U.PLAIN, math.atan, "atan", "atan", "angle in radians whose tangent this is"),
    Function("tanh", 1, 1, U.PLAIN, math.tanh, "tanh", "tanh", "hyperbolic tangent"),
    Function("floor", 1, 1, U.SAME, _floor, "floor", "floor", "the largest whole number that is not larger"),
    Function("ceil", 1, 1, U.SAME, _ceil, "ceiling", "ceil", "the smallest whole number that is not smaller"),
    Function("round", 1, 1, U.SAME, _round, "", "round", "the nearest whole number, halves away from zero"),
    Function("mod", 2, 2, U.SAME, operator.mod, "Mod", "modulo", "what division leaves, with the divisor's sign"),
    Function("step", 2, 2, U.STEP, _step, "", "step", "0, then the height from a time on", needs_time=True),
    Function(
        "ramp", 2, 3, U.RAMP, _ramp, "", "ramp", "0, then rising by the slope from a time (to a time)", needs_time=True
    ),
    Function(
        "pulse", 3, 3, U.PULSE, _pulse, "", "pulse", "the height for a duration from a time on, else 0", needs_time=True
    ),
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({row.name: row for row in _ROWS})

# Names that a modeller can call; operators are written otherwise.
CALLABLE: tuple[str, ...] = tuple(row.name for row in _ROWS if not row.is_operator)

"""The step that would mend a unit: what to divide or multiply by, so that the two sides agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from sdlang.model.expressions import Apply, Expr, Lookup, Reference
from sdlang.units.unit import DIMENSIONLESS, TIME, Dimension


def hint_for(expression: Expr, ratio: Dimension, units: Mapping[str, Dimension]) -> str:
    """What to do to an expression whose unit is `ratio` times what it should be, given the units of the variables."""
    for name, is_divisor in _factors(expression, False):
        unit = units.get(name, DIMENSIONLESS)
        if unit == DIMENSIONLESS:
            continue
        if not is_divisor and unit ** Fraction(2) == ratio:
            return f"divide by `{name}` instead of multiplying?"
        if is_divisor and unit ** Fraction(-2) == ratio:
            return f"multiply by `{name}` instead of dividing?"
        if not is_divisor and unit == ratio:
            return f"is `{name}` one factor too many?"
        if is_divisor and unit == DIMENSIONLESS / ratio:
            return f"is `{name}` one divisor too many?"
    if ratio == TIME ** Fraction(-1):
        return _with_example("multiply by a time", TIME, units)
    if ratio == TIME:
        return _with_example("divide by a time", TIME, units)
    for name, unit in units.items():
        if unit == ratio:
            return f"divide by `{name}`?"
        if unit == DIMENSIONLESS / ratio:
            return f"multiply by `{name}`?"
    return "bring both sides to the same unit"


def _with_example(step: str, wanted: Dimension, units: Mapping[str, Dimension]) -> str:
    example = next((name for name, unit in units.items() if unit == wanted), None)
    return f"{step} such as `{example}`" if example else f"{step}, for example `1 month`"


def _factors(expression: Expr, is_divisor: bool) -> Iterator[tuple[str, bool]]:
    """Variables that an expression is a product or a quotient of, and whether it divides by them."""
    match expression:
        case Reference(name=name) | Lookup(table=name):
            yield name, is_divisor
        case Apply(function="*", arguments=(left, right)):
            yield from _factors(left, is_divisor)
            yield from _factors(right, is_divisor)
        case Apply(function="/", arguments=(left, right)):
            yield from _factors(left, is_divisor)
            yield from _factors(right, not is_divisor)
        case _:
            return

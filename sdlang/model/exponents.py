"""What an exponent is made of: units are raised to numbers and to parameters, `seekers^a * vacancies^(1 - a)`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from sdlang.model.expressions import Apply, Constant, Expr, Reference
from sdlang.model.model import Parameter, Variable


def linear(expression: Expr, variables: Mapping[str, Variable]) -> dict[str, Fraction] | None:
    """An exponent as `{"": 1, "elasticity": -1}`: a number and multiples of parameters; `None` if it is neither."""
    match expression:
        case Constant(value=value):
            return {"": value} if value else {}
        case Reference(name=name) if isinstance(variables.get(name), Parameter):
            return {name: Fraction(1)}
        case Apply(function="negative", arguments=(inner,)):
            of_inner = linear(inner, variables)
            return None if of_inner is None else {name: -factor for name, factor in of_inner.items()}
        case Apply(function="+" | "-" as function, arguments=(left, right)):
            a, b = linear(left, variables), linear(right, variables)
            if a is None or b is None:
                return None
            sign = 1 if function == "+" else -1
            total = {name: a.get(name, Fraction(0)) + sign * b.get(name, Fraction(0)) for name in {**a, **b}}
            return {name: factor for name, factor in total.items() if factor}
        case Apply(function="*" | "/" as function, arguments=(left, right)):
            a, b = linear(left, variables), linear(right, variables)
            if a is None or b is None:
                return None
            if set(b) <= {""}:
                number = b.get("", Fraction(0))
                if function == "/" and not number:
                    return None
                factor = number if function == "*" else 1 / number
                return {name: value * factor for name, value in a.items() if factor}
            return None if function == "/" or not set(a) <= {""} else {n: v * a[""] for n, v in b.items() if a}
        case _:
            return None

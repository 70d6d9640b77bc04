"""From a SymPy expression to a Python function of a list of values, without generating any text.

Each node becomes a small function that calls those of its arguments. The shapes in which `build` writes differences and
quotients (`a + -1*b`, `a * b^-1`) are recognised and computed as such, so every engine rounds as the reference does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy

from sdlang.equations.lookups import reader
from sdlang.equations.nodes import Builtin
from sdlang.equations.system import LookupTable
from sdlang.model.functions import FUNCTIONS

Values = list[float]
Function = Callable[[Values], float]


class Compiler:
    """`slots` says where in the list of values a symbol stands."""

    def __init__(self, slots: Mapping[str, int], tables: Mapping[str, LookupTable]) -> None:
        self.slots = slots
        self.readers = {name: reader(table) for name, table in tables.items()}

    def function(self, expression: sympy.Basic) -> Function:
        """The function that computes an expression."""
        if isinstance(expression, sympy.Symbol):
            slot = self.slots[expression.name]
            return lambda v: v[slot]
        if isinstance(expression, sympy.Number):
            number = float(expression)
            return lambda v: number
        if isinstance(expression, Builtin):
            return self._builtin(expression)
        if isinstance(expression, sympy.Add):
            return self._sum(expression.args)
        if isinstance(expression, sympy.Mul):
            return self._product(expression.args)
        if isinstance(expression, sympy.Pow):
            base, exponent = (self.function(argument) for argument in expression.args)
            power = FUNCTIONS["^"].value
            return lambda v: power(base(v), exponent(v))
        raise AssertionError(f"a system holds no {type(expression).__name__}")

    def _sum(self, terms: tuple[sympy.Basic, ...]) -> Function:
        result = self.function(terms[0])
        for term in terms[1:]:
            result = (
                _subtract(result, self.function(term.args[1]))
                if is_negated(term)
                else _add(result, self.function(term))
            )
        return result

    def _product(self, factors: tuple[sympy.Basic, ...]) -> Function:
        if len(factors) == 2 and factors[0] == -1:
            negated = self.function(factors[1])
            return lambda v: -negated(v)
        result = self.function(factors[0])
        for factor in factors[1:]:
            if is_divisor(factor):
                result = _divide(result, self.function(factor.args[0]))
            else:
                result = _multiply(result, self.function(factor))
        return result

    def _builtin(self, expression: Builtin) -> Function:
        name = expression.name
        if name == "lookup":
            table, argument = expression.arguments
            read, at = self.readers[table.name], self.function(argument)
            return lambda v: read(at(v))
        arguments = [self.function(argument) for argument in expression.arguments]
        match name, arguments:
            case "if", [test, yes, no]:
                return lambda v: yes(v) if test(v) else no(v)
            case "and", [left, right]:
                return lambda v: bool(left(v) and right(v))
            case "or", [left, right]:
                return lambda v: bool(left(v) or right(v))
        value = FUNCTIONS[name].value
        match arguments:
            case [only]:
                return lambda v: value(only(v))
            case [first, second]:
                return lambda v: value(first(v), second(v))
            case [first, second, third]:
                return lambda v: value(first(v), second(v), third(v))
            case _:
                return lambda v: value(*[argument(v) for argument in arguments])


def is_negated(term: sympy.Basic) -> bool:
    """`-1 * b`, as a difference writes its right side."""
    return isinstance(term, sympy.Mul) and len(term.args) == 2 and term.args[0] == -1


def is_divisor(factor: sympy.Basic) -> bool:
    """`b^-1`, as a quotient writes its divisor."""
    return isinstance(factor, sympy.Pow) and factor.args[1] == -1


def _add(left: Function, right: Function) -> Function:
    return lambda v: left(v) + right(v)


def _subtract(left: Function, right: Function) -> Function:
    return lambda v: left(v) - right(v)


def _multiply(left: Function, right: Function) -> Function:
    return lambda v: left(v) * right(v)


def _divide(left: Function, right: Function) -> Function:
    return lambda v: left(v) / right(v)

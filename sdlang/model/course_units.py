"""The units of what speaks of whole courses: values over the run, and the arguments of predicates."""

from __future__ import annotations

from typing import Protocol

from sdlang.diagnostics import Diagnostic
from sdlang.model import expectation_errors
from sdlang.model.expressions import Constant, Expr, OverRun, Predicate
from sdlang.model.predicates import PREDICATES, Kind, Unit
from sdlang.units.infer import Unifier
from sdlang.units.unit import DIMENSIONLESS, TIME, Dimension


class Checker(Protocol):
    """What checks the units of all other expressions."""

    unifier: Unifier

    def number(self, expression: Expr) -> Dimension: ...

    def truth(self, expression: Expr, what: str) -> None: ...

    def said(self, unit: Dimension) -> str: ...

    def report(self, diagnostic: Diagnostic) -> None: ...


def over_run(expression: OverRun, checker: Checker) -> Dimension:
    """The unit of `peak(x)` is that of x; the time of `value_at` is one."""
    if expression.time is not None:
        _argument("value_at", "time", expression.time, TIME, checker)
    return checker.number(expression.body)


def predicate(expression: Predicate, checker: Checker) -> None:
    """Each argument is in the unit that the row says."""
    row = PREDICATES[expression.function]
    first: Dimension | None = None
    for wanted, told in zip(row.arguments, expression.arguments, strict=True):
        for value in told.values:
            if wanted.kind is Kind.CONDITION:
                checker.truth(value, f"`{wanted.name}` of `{row.name}`")
            elif first is None:
                first = checker.number(value)
            else:
                unit = {Unit.COURSE: first, Unit.TIME: TIME, Unit.PLAIN: DIMENSIONLESS}[wanted.unit]
                _argument(row.name, wanted.name, value, unit, checker)


def _argument(function: str, name: str, value: Expr, wanted: Dimension, checker: Checker) -> None:
    if wanted == TIME and isinstance(value, Constant) and value.dimension is None:
        return  # a bare number is a time of the model
    unit = checker.number(value)
    if not checker.unifier.unify(wanted, unit):
        told = expectation_errors.argument_unit(function, name, checker.said(wanted), checker.said(unit), value.span)
        checker.report(told)

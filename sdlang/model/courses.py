"""What can be said of a whole course, and of another scenario's: `peak(unemployed) under fund`, `s_shaped(robots)`.

These stand in what is expected only; anywhere else an equation knows its own moment and its own run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sdlang.model import errors, expectation_errors
from sdlang.model.builder import Builder, Read, mistake
from sdlang.model.expressions import Elsewhere, Expr, OverRun
from sdlang.model.names import Scope
from sdlang.syntax import tree


@dataclass(frozen=True, slots=True)
class ValueOverRun:
    """One row: `value` makes one of the values at the moments that are looked at; `at_time`: it is that at a time."""

    name: str
    value: Callable[[Sequence[float]], float]
    meaning: str
    at_time: bool = False


VALUES: Mapping[str, ValueOverRun] = MappingProxyType(
    {
        row.name: row
        for row in (
            ValueOverRun("initial", lambda values: values[0], "the value at the beginning"),
            ValueOverRun("final", lambda values: values[-1], "the value at the end"),
            ValueOverRun("peak", max, "the largest value"),
            ValueOverRun("trough", min, "the smallest value"),
            ValueOverRun("value_at", lambda values: values[0], "the value at a time", at_time=True),
        )
    }
)


def over_run(expression: tree.Call, scope: Scope, builder: Builder, read: Read) -> Expr:
    """`peak(x)`, `value_at(x, 2035)`"""
    row, span = VALUES[expression.function.text], expression.span
    wanted = 2 if row.at_time else 1
    given = expression.arguments
    if len(given) != wanted or any(argument.name or argument.high for argument in given):
        form = "2 arguments" if row.at_time else "1 argument"
        hint = f"write `{row.name}(staff, 2030)`" if row.at_time else f"write `{row.name}(staff)`"
        builder.found.append(errors.wrong_number_of_arguments(row.name, form, len(given), span, hint))
        return mistake(span)
    body = read(given[0].value, scope)
    time = read(given[1].value, scope) if row.at_time else None
    return OverRun(span, row.name, body, time)


def under(expression: tree.Under, scope: Scope, builder: Builder, read: Read) -> Expr:
    """`unemployed under fund`"""
    scenario = expression.scenario
    if not scope.scenarios:
        builder.found.append(errors.under_outside_expect(expression.value.span.text, expression.span))
        return mistake(expression.span)
    if scenario.text not in scope.scenarios:
        builder.found.append(errors.unknown_scenario(scenario.text, scope.scenarios, scenario.span))
        return mistake(expression.span)
    return Elsewhere(expression.span, scenario.text, read(expression.value, scope))


def is_of_a_course(name: str) -> bool:
    return name in VALUES


def of_a_course(expression: tree.Call, scope: Scope, builder: Builder, read: Read) -> Expr:
    """What a call of one of the functions here means."""
    if not scope.scenarios:
        builder.found.append(expectation_errors.outside_expect(expression.function.text, expression.span))
        return mistake(expression.span)
    return over_run(expression, scope, builder, read)

"""What can be said of a whole course, and of another scenario's: `peak(unemployed) under fund`, `s_shaped(robots)`.

These stand in what is expected only; anywhere else an equation knows its own moment and its own run.
"""

from __future__ import annotations

from sdlang.model import errors, expectation_errors
from sdlang.model.builder import Builder, Read, mistake
from sdlang.model.expressions import Elsewhere, Expr, Lookup, OverRun, Predicate, Told, references
from sdlang.model.memories import MEMORIES
from sdlang.model.model import Parameter, Series
from sdlang.model.names import Scope
from sdlang.model.predicates import MEASURES, PREDICATES, VALUES, Argument, Kind, PredicateRow
from sdlang.syntax import tree

EXTREME = "extreme"


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


def is_of_a_course(name: str, scope: Scope) -> bool:
    """Whether a call speaks of a whole course; `initial` does so in what is expected only."""
    return name in PREDICATES or name == EXTREME or (name in VALUES and (bool(scope.scenarios) or name not in MEMORIES))


def of_a_course(expression: tree.Call, scope: Scope, builder: Builder, read: Read) -> Expr:
    """What a call of one of the functions here means."""
    name, span = expression.function.text, expression.span
    if not scope.scenarios:
        builder.found.append(expectation_errors.outside_expect(name, span))
        return mistake(span)
    if name == EXTREME:
        builder.found.append(expectation_errors.extreme_alone(span))
        return mistake(span)
    return (
        predicate(expression, scope, builder, read)
        if name in PREDICATES
        else over_run(expression, scope, builder, read)
    )


def predicate(expression: tree.Call, scope: Scope, builder: Builder, read: Read) -> Expr:
    """`oscillates(graduates, period = 6 years .. 14 years)`"""
    row, span = PREDICATES[expression.function.text], expression.span
    given: dict[str, tree.Argument] = {}
    names = [argument.name for argument in row.arguments]
    for place, argument in enumerate(expression.arguments):
        name = argument.name or (names[place] if place < len(names) else "")
        if not name or name in given or name not in names:
            builder.found.append(expectation_errors.argument_unfit(row, argument.name, argument.span))
            return mistake(span)
        given[name] = argument
    missing = [each.name for each in row.arguments if each.name not in given and not each.is_optional]
    if missing:
        builder.found.append(expectation_errors.argument_missing(row, missing[0], span))
        return mistake(span)
    told = []
    for each in row.arguments:
        one = _told(row, each, given.get(each.name), scope, builder, read)
        if one is None:
            return mistake(span)
        told.append(one)
    return Predicate(span, row.name, tuple(told))


def _told(
    row: PredicateRow, wanted: Argument, given: tree.Argument | None, scope: Scope, builder: Builder, read: Read
) -> Told | None:
    """What an argument is told; `None`, with a message, where it is not of its kind."""
    if given is None:
        return Told(wanted.name, ())
    if (given.high is not None) != (wanted.kind is Kind.RANGE):
        builder.found.append(expectation_errors.range_expected(row, wanted, given.span))
        return None
    if wanted.kind is Kind.MEASURE:
        return _measure(row, given, scope, builder, read)
    values = tuple(read(each, scope) for each in (given.value, given.high) if each is not None)
    if wanted.kind in (Kind.RANGE, Kind.VALUE) and any(references(value) for value in values):
        moving = [name for value in values for name in references(value) if _moves(name, builder)]
        if moving:
            builder.found.append(errors.not_constant(f"`{wanted.name}` of `{row.name}`", given.span))
            return None
    if wanted.kind is Kind.DATA and not _is_data(values[0], builder):
        builder.found.append(expectation_errors.no_data(given.value.span))
        return None
    return Told(wanted.name, values)


def _moves(name: str, builder: Builder) -> bool:
    return name == "time" or not isinstance(builder.variables.get(name), Parameter)


def _is_data(value: Expr, builder: Builder) -> bool:
    return isinstance(value, Lookup) and isinstance(builder.variables.get(value.table), Series)


def _measure(row: PredicateRow, given: tree.Argument, scope: Scope, builder: Builder, read: Read) -> Told | None:
    """`mape < 5%`"""
    match given.value:
        case tree.Binary(operator="<" | "<=" | ">" | ">=" as operator, left=tree.Name(text=text), right=bound) if (
            text in MEASURES
        ):
            if (operator in (">", ">=")) != MEASURES[text].larger_is_better:
                builder.found.append(expectation_errors.measure_turned(text, operator, given.span))
                return None
            return Told("measure", (read(bound, scope),), f"{text} {operator}")
        case _:
            builder.found.append(expectation_errors.measure_unknown(row, tuple(MEASURES), given.span))
            return None

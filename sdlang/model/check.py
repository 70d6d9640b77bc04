"""What can be known to be wrong or careless before anything runs: values outside their range, divisions by a constant
zero, parameters that nobody reads, steps too large for the shortest time constant.

Units have their own file, and so have loops.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from sdlang.diagnostics import Diagnostic, Note, Severity
from sdlang.model import dimension_errors, errors
from sdlang.model.builder import SharesToCheck
from sdlang.model.constants import (
    NotConstant,
    Values,
    constant_value,
    constant_values,
    evaluate,
    everywhere,
    flat_place,
    said,
)
from sdlang.model.cycles import start_of
from sdlang.model.expressions import Apply, Cases, Expr, Memory, Reduce, Reference, inside, parts, references
from sdlang.model.memories import MEMORIES
from sdlang.model.model import Flow, Model, Parameter, Stock, Variable
from sdlang.source import Span
from sdlang.units.dates import DATE, spoken_moment
from sdlang.units.durations import spoken

FIXED_STEP_METHODS = ("euler", "rk4")
ROUNDING = 1e-9


def check_values(model: Model, uses: Mapping[str, Span], found: list[Diagnostic]) -> None:
    """Report what the constants of the model give away."""
    values = constant_values(model.variables)
    divided = _check_divisions(model, values, uses, found)
    _check_parameters(model, values, divided, found)
    _check_unused(model, found)
    _check_looking_back(model, values, uses, found)
    if model.clock.method in FIXED_STEP_METHODS:
        _check_step(model, values, uses, found)


def check_shares(model: Model, shares: Sequence[SharesToCheck], found: list[Diagnostic]) -> None:
    """The shares by which a flow splits add up to 1, or leave a rest."""
    values = constant_values(model.variables) if shares else {}
    for each in shares:
        known = [constant_value(share, values, model.variables) for share in each.shares]
        if all(value is not None for value in known):
            total = sum(value for value in known if value is not None)
            if total > 1 + ROUNDING or (total < 1 - ROUNDING and not each.has_rest):
                found.append(dimension_errors.shares_do_not_sum(each.flow, total, each.span))
        elif not each.has_rest:
            found.append(dimension_errors.shares_unknown(each.flow, each.span))


def _equations(model: Model) -> Iterator[tuple[Variable, Expr]]:
    for variable in model.variables.values():
        expression = start_of(variable)
        if expression is not None:
            yield variable, expression
    for move in model.moves():
        yield move, move.amount


def _check_parameters(
    model: Model, values: Mapping[str, Values], told: frozenset[str], found: list[Diagnostic]
) -> None:
    """A parameter has a value, and one within its range; `told` names those of which it is known why they have none."""
    for parameter in model.parameters():
        if parameter.name in told:
            continue
        if parameter.name not in values:
            found.append(
                errors.constant_failure(
                    f"`{parameter.name}`", _cause(parameter, values, model.variables), parameter.span
                )
            )
            continue
        low, high = parameter.low, parameter.high
        if low is None or high is None:
            continue
        if low > high:
            least, most = (_without_unit(end, parameter) for end in (low, high))
            found.append(errors.range_reversed(parameter.name, least, most, parameter.span))
            continue
        for value, name in each_value(parameter, values[parameter.name], model):
            if not check_range(replace(parameter, name=name), value, parameter.span, found):
                break


def each_value(parameter: Parameter, values: Values, model: Model) -> Iterator[tuple[float, str]]:
    """Each value of a parameter, and what its element is called; of equal values the first."""
    if isinstance(values, float):
        yield values, parameter.name
        return
    elements = product(*(model.dimensions[axis.dimension].elements for axis in parameter.axes))
    seen: set[float] = set()
    for value, names in zip(values, elements, strict=True):
        if value not in seen:
            seen.add(value)
            yield value, f"{parameter.name}[{', '.join(names)}]"


def check_range(parameter: Parameter, value: float, span: Span, found: list[Diagnostic]) -> bool:
    """Whether a value, in own units, lies within the range of a parameter; one that does not is reported."""
    low, high = parameter.low, parameter.high
    if low is None or high is None or low <= value <= high:
        return True
    shown, least, most = (_without_unit(number, parameter) for number in (value, low, high))
    unit = "1" if parameter.unit.text == DATE else parameter.unit.text
    found.append(errors.value_outside_range(parameter.name, shown, least, most, unit, span))
    return False


def _without_unit(value: float, parameter: Parameter) -> str:
    """A value in own units as a number of the parameter's unit, or as a date."""
    shown = value / parameter.scale
    return spoken_moment(shown) if parameter.unit.text == DATE else f"{shown:g}"


def _cause(parameter: Parameter, values: Mapping[str, Values], variables: Mapping[str, Variable]) -> str:
    def value_of(name: str, *places: int) -> float:
        known = values.get(name)
        if known is None:
            raise NotConstant(name)
        if isinstance(known, float):
            return known
        return known[flat_place(list(places), tuple(axis.size for axis in variables[name].axes))]

    try:
        for at in everywhere(parameter.axes):
            evaluate(parameter.value, value_of, at=at)
    except NotConstant as reads:
        return f"it reads `{reads}`, which has none"
    except (ArithmeticError, ValueError) as failure:
        return said(failure)
    raise AssertionError(f"{parameter.name} has a value after all")


def _check_divisions(
    model: Model, values: Mapping[str, Values], uses: Mapping[str, Span], found: list[Diagnostic]
) -> frozenset[str]:
    """A divisor that is 0 whatever happens, unless an `if` stands in front of it. Gives the names of the variables."""
    names = set()
    for variable, expression in _equations(model):
        for part in _certain(expression):
            if isinstance(part, Apply) and part.function == "/":
                divisor = part.arguments[1]
                if constant_value(divisor, values, model.variables) == 0:
                    span = uses.get(variable.component, divisor.span)
                    component = variable.component.rpartition(".")[2]
                    found.append(errors.division_by_zero(divisor.span.text, span, component))
                    names.add(variable.name)
    return frozenset(names)


def _certain(expression: Expr) -> Iterator[Expr]:
    """The parts of an expression that are computed every time: no branches of an `if`."""
    match expression:
        case Apply(function="if", arguments=(test, _, _)):
            yield from _certain(test)
        case Cases() | Reduce():
            yield expression
        case _:
            yield expression
            for part in inside(expression):
                yield from _certain(part)


def _check_unused(model: Model, found: list[Diagnostic]) -> None:
    read: set[str] = set()
    for _, expression in _equations(model):
        read.update(references(expression))
    for written in (table.written for table in model.lookup_tables()):
        read.update(name for point in written for value in point for name in references(value))
    for scenario in model.scenarios:
        for override in scenario.overrides:
            read.update(references(override.value))
        for curve in scenario.curves:
            read.update(name for point in curve.written for value in point for name in references(value))
    for expectation in model.expectations:
        read.update(references(expectation.subject))
    for event in model.events:
        for expression in event.expressions:
            read.update(references(expression))
    for plot in model.plots:
        read.update(name.partition("[")[0] for name in plot.names)
    for table in model.tables:
        read.update(name.partition("[")[0] for name in table.names)
    for parameter in model.parameters():
        if parameter.name not in read and not parameter.component and "." not in parameter.name:
            found.append(errors.unused_parameter(parameter.name, parameter.span))


def _check_step(model: Model, values: Mapping[str, Values], uses: Mapping[str, Span], found: list[Diagnostic]) -> None:
    """A stock that a flow would close within less than two steps (`held / stage_time`): the numbers would be wrong,
    and below one step the stock swings. Every stage of a delay or a smooth is such a stock."""
    step = float(model.clock.step)
    reported: set[Span] = set()
    for flow in model.flows():
        for time in _closing_times(flow, model.variables):
            value = constant_value(time, values, model.variables)
            place = uses.get(flow.component, time.span)
            if value is None or not 0 < value < 2 * step or place in reported:
                continue
            reported.add(place)
            found.append(_step_too_large(flow, value, step, place, model))


def _check_looking_back(
    model: Model, values: Mapping[str, Values], uses: Mapping[str, Span], found: list[Diagnostic]
) -> None:
    """What a memory looks back at lies a step back at least; a time that is constant is known to be too short."""
    step, unit = float(model.clock.step), model.clock.unit.text
    for variable, memory in _equations(model):
        if not isinstance(memory, Memory):
            continue
        for parameter, argument in zip(MEMORIES[memory.function].parameters, memory.arguments, strict=True):
            if not parameter.is_step_or_more:
                continue
            known = (constant_value(argument, values, model.variables, at) for at in everywhere(variable.axes))
            short = [value for value in known if value is not None and value < step * (1 - ROUNDING)]
            if short:
                place, least = uses.get(variable.component, argument.span), min(short)
                told = f"`{parameter.name}` of `{memory.function}`"
                found.append(
                    errors.shorter_than_step(told, spoken(least, unit), spoken(step, unit), place)
                    if least > 0
                    else errors.no_time_back(told, f"{least:g} {unit}", spoken(step, unit), place)
                )


def _step_too_large(flow: Flow, value: float, step: float, place: Span, model: Model) -> Diagnostic:
    unit = model.clock.unit.text
    stock = flow.source or flow.target or flow.name
    name = flow.component or stock
    note = Note(f"the flow `{flow.name}` empties or fills `{stock}` within this time", flow.span)
    severity = Severity.ERROR if value < step else Severity.WARNING
    return errors.step_too_large(
        name, spoken(value, unit), spoken(value / 2, unit), spoken(step, unit), severity, place, note
    )


def _closing_times(flow: Flow, variables: Mapping[str, Variable]) -> Iterator[Expr]:
    """Divisors of times in `stock / time` and `(goal - stock) / time`, where the stock is at an end of the flow."""
    ends = {end for end in (flow.source, flow.target) if end is not None}
    for part in parts(flow.rate):
        if isinstance(part, Apply) and part.function == "/":
            above, below = part.arguments
            if ends & set(_terms(above, variables)):
                yield below


def _terms(expression: Expr, variables: Mapping[str, Variable]) -> Iterator[str]:
    """Stocks that are whole terms of a sum: in `goal - stock`, but not in `stock * share`."""
    match expression:
        case Reference(name=name):
            if isinstance(variables.get(name), Stock):
                yield name
        case Apply(function="+" | "-", arguments=arguments):
            for argument in arguments:
                yield from _terms(argument, variables)
        case _:
            return

"""What a user asks of a run beside the model file: values of parameters, another step or span, scenarios.

Values come as numbers or as text in the words of the language (`10% / year`), and are checked like the model itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import isfinite

from sdlang.diagnostics import Diagnostic, did_you_mean
from sdlang.model import clock_errors, errors
from sdlang.model.check import check_range
from sdlang.model.clock import Times
from sdlang.model.dimension_errors import listed
from sdlang.model.extending import AND, combined
from sdlang.model.indexing import shown
from sdlang.model.model import Model, Parameter, Scenario
from sdlang.model.scenario import BASE
from sdlang.model.scenario_check import check_scenarios
from sdlang.source import Source, Span
from sdlang.syntax import tree
from sdlang.syntax.errors import date_form
from sdlang.syntax.parser import parse_expression
from sdlang.syntax.printer import print_expression
from sdlang.units.catalogue import YEAR, describe, quantity
from sdlang.units.dates import meant_date, time_of
from sdlang.units.unit import DIMENSIONLESS, TIME, Dimension, Unit

ALL = "all"


def value_of(name: str, given: float | str, model: Model, found: list[Diagnostic]) -> float | None:
    """The value that a parameter is given, in own units. A number has the parameter's unit."""
    parameter = model.variables.get(name.partition("[")[0].strip())
    if isinstance(parameter, Parameter) and not _is_element(name, parameter, model, found):
        return None
    if not isinstance(parameter, Parameter):
        parameters = [variable.name for variable in model.parameters()]
        what = "is no parameter" if name.partition("[")[0] in model.variables else "does not exist"
        found.append(
            Diagnostic(
                "not-a-parameter",
                f"`{name}` {what}{did_you_mean(name, parameters)}",
                hint="the parameters are " + ", ".join(f"`{known}`" for known in parameters),
            )
        )
        return None
    value = _in_own_units(given, parameter, model, found)
    if value is not None:
        check_range(parameter, value, parameter.span, found)
    return value


def _is_element(name: str, parameter: Parameter, model: Model, found: list[Diagnostic]) -> bool:
    """Whether a name is that of a parameter, or of one of its elements: `quit_rate[retail]`."""
    _, bracket, inside = name.partition("[")
    if not bracket:
        return True
    picked = _picked(inside)
    if len(picked) != len(parameter.axes) or not inside.rstrip().endswith("]"):
        dimensions = [shown(axis) for axis in parameter.axes]
        hint = f"write `{parameter.name}[{', '.join(dimensions)}]` with an element for each" if dimensions else ""
        found.append(Diagnostic("not-a-parameter", f"`{name}` names no element of `{parameter.name}`", hint=hint))
        return False
    for axis, element in zip(parameter.axes, picked, strict=True):
        elements = model.dimensions[axis.dimension].elements
        if element not in elements:
            told = f"`{element}` is no element of `{shown(axis)}`{did_you_mean(element, elements)}"
            found.append(Diagnostic("unknown-element", told, hint=f"its elements are {listed(elements)}"))
            return False
    return True


def standard_name(name: str) -> str:
    """The name of an element as runs have it: `jobs[north,retail]` is `jobs[north, retail]`."""
    whole, bracket, inside = name.partition("[")
    return f"{whole.strip()}[{', '.join(_picked(inside))}]" if bracket else whole


def _picked(inside: str) -> list[str]:
    return [each.strip() for each in inside.strip().removesuffix("]").split(",")]


def _in_own_units(given: float | str, parameter: Parameter, model: Model, found: list[Diagnostic]) -> float | None:
    if not isinstance(given, str):
        if not isfinite(given):
            raise ValueError(f"the value of {parameter.name} must be a finite number, not {given}")
        return float(given) * parameter.scale
    name = parameter.name
    source = Source(f"--set {name}", given)
    expression = parse_expression(source, found)
    if expression is None:
        return None
    meant = _quantity(expression, model, found)
    if meant is None:
        return None
    value, dimension = meant
    if dimension is None:
        return float(value) * parameter.scale
    if dimension != parameter.unit.dimension:
        found.append(
            Diagnostic(
                "unit-mismatch",
                f"`{name}` is {parameter.unit.text}; `{given}` is {describe(dimension, model.clock.unit, model.units)}",
                Span(source, 0, len(given)),
                hint=f"give a value in {parameter.unit.text}",
            )
        )
        return None
    return Unit("", dimension, value).scale(model.clock.unit.factor)


def _quantity(expression: tree.Expr, model: Model, found: list[Diagnostic]) -> tuple[Fraction, Dimension | None] | None:
    """The value of numbers and units, with time in seconds."""
    if (
        model.clock.is_calendar
        and (meant := meant_date(expression.span.text))
        and not isinstance(expression, tree.Date)
    ):
        found.append(date_form(expression.span.text, meant, expression.span))
        return None
    match expression:
        case tree.Date(year=year, month=month, day=day):
            if model.clock.is_calendar:
                return time_of(year, month, day or 1) * YEAR, TIME
            found.append(clock_errors.date_without_calendar(print_expression(expression), expression.span))
            return None
        case tree.Number():
            before = len(found)
            value = quantity(expression, model.units, found)
            return value if len(found) == before else None
        case tree.Group(inner=inner):
            return _quantity(inner, model, found)
        case tree.Name(text=text) if text in model.units:
            return model.units[text].factor, model.units[text].dimension
        case tree.Unary(operator="-" | "+" as operator, operand=operand):
            inside = _quantity(operand, model, found)
            return None if inside is None else (-inside[0] if operator == "-" else inside[0], inside[1])
        case tree.Binary(operator="*" | "/" | "per" as operator, left=left, right=right):
            a, b = _quantity(left, model, found), _quantity(right, model, found)
            if a is None or b is None:
                return None
            if operator != "*" and not b[0]:
                found.append(errors.division_by_zero(right.span.text, right.span))
                return None
            one, other = a[1] or DIMENSIONLESS, b[1] or DIMENSIONLESS
            bare = a[1] is None and b[1] is None
            if operator == "*":
                return a[0] * b[0], None if bare else one * other
            return a[0] / b[0], None if bare else one / other
        case _:
            found.append(errors.not_constant("the value", expression.span))
            return None


def moment_of(option: str, given: float | str, model: Model, found: list[Diagnostic]) -> Fraction | None:
    """A time, in the model's unit of time."""
    if not isinstance(given, str):
        return Fraction(str(given)) if isinstance(given, float) else Fraction(given)
    expression = parse_expression(Source(option, given), found)
    if expression is None:
        return None
    times = Times(model.clock.unit, model.clock.is_calendar, model.units, found)
    match option:
        case "--step":
            return times.duration(expression, option)
        case "--to":
            return times.end(expression, option)
        case _:
            return times.moment(expression, option)


def asked_scenarios(model: Model, asked: Sequence[str], found: list[Diagnostic]) -> tuple[Model, tuple[str, ...]]:
    """The scenarios to run, in order and once each, the base run if none is asked for; and the model, which has one
    more for each combination (`fund+remote`)."""
    known = [scenario.name for scenario in model.scenarios]
    names: dict[str, None] = {}
    made: list[Scenario] = []
    for text in asked or (BASE,):
        name = "".join(text.split())
        if name == ALL:
            names |= dict.fromkeys((BASE, *known))
        elif name in (BASE, *known, *names):
            names[name] = None
        elif AND in name:
            names[name] = None
            scenario = combined(model, name, found)
            made += [] if scenario is None else [scenario]
        else:
            found.append(errors.unknown_scenario(name, (BASE, *known, ALL), None))
    model = replace(model, scenarios=(*model.scenarios, *made))
    check_scenarios(model, made, found)
    return model, tuple(names)

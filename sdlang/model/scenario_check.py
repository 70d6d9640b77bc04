"""What can be known to be wrong in a model as a scenario has it: parameters that come to depend on each other in a
circle, values outside their range, tables whose points fall out of order.

The model itself has been checked. What is said here is about what the scenario makes of it, and is told at the change,
or at the scenario where that changes something else on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from sdlang.diagnostics import Diagnostic
from sdlang.model import errors, scenario_errors
from sdlang.model.check import check_range, each_value
from sdlang.model.constants import Values, constant_value, constant_values
from sdlang.model.cycles import equation_of, find_cycles
from sdlang.model.expressions import references
from sdlang.model.model import Model, Parameter, Scenario, Variable
from sdlang.model.scenario import positions, under_scenario
from sdlang.source import Span


def check_scenarios(model: Model, scenarios: Iterable[Scenario], found: list[Diagnostic]) -> None:
    """Report what is wrong with a model under some of its scenarios."""
    known: Mapping[str, Values] | None = None
    for scenario in scenarios:
        known = constant_values(model.variables) if known is None else known
        _check_scenario(model, scenario, known, found)


def _check_scenario(model: Model, scenario: Scenario, known: Mapping[str, Values], found: list[Diagnostic]) -> None:
    before = len(found)
    changed = under_scenario(model, scenario.name)
    _check_circles(model, scenario, changed.variables, found)
    if len(found) > before:
        return
    values = constant_values(changed.variables)
    _check_given(model, scenario, changed.variables, values, found)
    _check_computed(scenario, changed, values, known, found)
    check_points(changed, values, scenario, found)


def check_points(
    model: Model, values: Mapping[str, Values], scenario: Scenario | None, found: list[Diagnostic]
) -> None:
    """The points of tables that are made of parameters are known before the run, and ascend."""
    for table in model.lookup_tables():
        read = {name for point in table.written for value in point for name in references(value)}
        if not read:
            continue
        span = _span_of(table.name, scenario) or table.span
        if scenario is not None and not read <= values.keys():
            found.append(scenario_errors.points_change(table.name, scenario.name, span))
            continue
        for (before, _), (x, _) in pairwise(table.points):
            if x <= before:
                first, second = (f"{each / table.input_scale:g}" for each in (before, x))
                found.append(errors.table_unsorted(table.name, first, second, span))
                break


def _check_circles(
    model: Model, scenario: Scenario, variables: Mapping[str, Variable], found: list[Diagnostic]
) -> None:
    changed = {override.name: override.span for override in scenario.overrides}
    for loop in find_cycles(variables, equation_of):
        names = [name for name, _ in loop]
        first = next(place for place, name in enumerate(names) if name in changed)
        path = names[first:] + names[:first]
        spans = [changed.get(name) or model.variables[name].span for name in path]
        found.append(errors.algebraic_loop(path, spans, of_parameters=True))


def _check_given(
    model: Model,
    scenario: Scenario,
    variables: Mapping[str, Variable],
    values: Mapping[str, Values],
    found: list[Diagnostic],
) -> None:
    """What a scenario gives a parameter lies within its range."""
    for override in scenario.overrides:
        parameter = model.variables[override.name]
        if not isinstance(parameter, Parameter) or parameter.low is None:
            continue
        for at in positions(override, parameter):
            given = constant_value(override.value, values, variables, at)
            if given is not None and not check_range(parameter, given, override.span, found):
                break


def _check_computed(
    scenario: Scenario,
    changed: Model,
    values: Mapping[str, Values],
    known: Mapping[str, Values],
    found: list[Diagnostic],
) -> None:
    """A parameter that is computed from others has a value still, and one within its range. `known` are the values
    without the scenario, of which all has been said."""
    given = {override.name for override in scenario.overrides}
    for parameter in changed.parameters():
        name = parameter.name
        if name in given or name not in known or values.get(name) == known[name]:
            continue
        span = _span_of("", scenario) or parameter.span
        if name not in values:
            found.append(scenario_errors.no_value(name, scenario.name, span))
            continue
        for value, element in each_value(parameter, values[name], changed):
            if not check_range(replace(parameter, name=element), value, span, found):
                break


def _span_of(name: str, scenario: Scenario | None) -> Span | None:
    """Where a scenario changes something; where it stands itself if it does not."""
    if scenario is None:
        return None
    return next((change.span for change in scenario.changes if change.name == name), scenario.span)

"""A model as a scenario has it: parameters with other values, for the whole run or from a time on, stocks that start
elsewhere, tables and series with other points.

A parameter that changes during the run becomes an auxiliary that picks its value by the time; what it was before is
kept as the parameter `NAME.before`, which a caller's own value for NAME then sets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from sdlang.model.cycles import equation_of, in_order
from sdlang.model.expressions import Apply, Constant, Expr, Index, Position, Reference, references
from sdlang.model.model import Auxiliary, Model, Override, Parameter, Redrawn, Series, Stock, Table, Variable
from sdlang.source import Span

BASE = "base"  # what the run without a scenario is called
BEFORE = ".before"


def under_scenario(model: Model, name: str) -> Model:
    """The model with the overrides of the scenario `name`. Raises KeyError if there is none."""
    scenario = next((scenario for scenario in model.scenarios if scenario.name == name), None)
    if scenario is None:
        raise KeyError(name)
    variables: dict[str, Variable] = {}
    for variable in model.variables.values():
        overrides = [override for override in scenario.overrides if override.name == variable.name]
        redrawn = [
            change for change in scenario.changes if isinstance(change, Redrawn) and change.name == variable.name
        ]
        if isinstance(variable, Parameter) and overrides:
            variables |= _overridden(variable, overrides)
        elif isinstance(variable, Stock) and overrides:
            variables[variable.name] = _started(variable, overrides)
        elif isinstance(variable, Table) and redrawn:
            variables[variable.name] = _drawn(variable, redrawn[-1])
        else:
            variables[variable.name] = variable
    return replace(model, variables=MappingProxyType(_all_that_change(variables)))


def _all_that_change(variables: Mapping[str, Variable]) -> dict[str, Variable]:
    """Parameters that read something that now changes over time change with it: they become auxiliaries, too."""
    changed = dict(variables)
    for name in in_order(variables, equation_of):
        variable = changed[name]
        if isinstance(variable, Parameter) and any(
            isinstance(changed.get(read), Auxiliary) for read in references(variable.value)
        ):
            changed[name] = _as_auxiliary(variable, variable.value)
    return changed


def _overridden(parameter: Parameter, overrides: list[Override]) -> Mapping[str, Variable]:
    """The parameter with its values; an auxiliary and the parameter before it where a value begins later."""
    for override in overrides:
        if override.since is None:
            parameter = replace(
                parameter, value=_for_its_elements(override, override.value, parameter.value, parameter)
            )
    later = sorted((o for o in overrides if o.since is not None), key=lambda o: o.since or Fraction(0))
    if not later:
        return {parameter.name: parameter}
    before = replace(parameter, name=parameter.name + BEFORE)
    value: Expr = Reference(parameter.span, before.name, tuple(Index(axis.loop) for axis in parameter.axes))
    for override in later:
        value = _for_its_elements(override, _from(override, value), value, parameter)
    return {before.name: before, parameter.name: _as_auxiliary(parameter, value)}


def _started(stock: Stock, overrides: list[Override]) -> Stock:
    """The stock with another value to start from."""
    for override in overrides:
        stock = replace(stock, initial=_for_its_elements(override, override.value, stock.initial, stock))
    return stock


def _drawn(table: Table, redrawn: Redrawn) -> Table:
    """The table or series with other points."""
    changed = replace(
        table,
        points=redrawn.points,
        elements=redrawn.elements,
        method=redrawn.method,
        outside=redrawn.outside,
    )
    return replace(changed, path=redrawn.path) if isinstance(changed, Series) else changed


def _as_auxiliary(parameter: Parameter, value: Expr) -> Auxiliary:
    return Auxiliary(
        name=parameter.name,
        span=parameter.span,
        label=parameter.label,
        documentation=parameter.documentation,
        unit=parameter.unit,
        scale=parameter.scale,
        unit_is_inferred=parameter.unit_is_inferred,
        component=parameter.component,
        is_hidden=parameter.is_hidden,
        axes=parameter.axes,
        value=value,
    )


def _for_its_elements(override: Override, value: Expr, other: Expr, variable: Parameter | Stock) -> Expr:
    """The value at the elements that an override speaks of, and what stands beside it at all others."""
    result = value
    for axis, place in zip(variable.axes, override.places, strict=False):
        if place is not None:
            here = Constant(override.span, Fraction(place), None)
            there = Position(override.span, Index(axis.loop), 0)
            result = Apply(override.span, "if", (Apply(override.span, "==", (there, here)), result, other))
    return result


def _from(override: Override, before: Expr) -> Expr:
    """The value over time: what it was, then the new one; with a ramp, on the straight line between in the meantime."""
    span, since = override.span, override.since
    assert since is not None
    time = Reference(span, "time")
    if override.ramp is None:
        return Apply(span, "if", (_begun(span, since), override.value, before))
    passed = Apply(span, "-", (time, Constant(span, since, None)))
    share = Apply(span, "/", (passed, Constant(span, override.ramp, None)))
    change = Apply(span, "*", (Apply(span, "-", (override.value, before)), share))
    between = Apply(span, "if", (_begun(span, since), Apply(span, "+", (before, change)), before))
    return Apply(span, "if", (_begun(span, since + override.ramp), override.value, between))


def _begun(span: Span, since: Fraction) -> Expr:
    return Apply(span, ">=", (Reference(span, "time"), Constant(span, since, None)))

"""A model as a scenario has it: parameters with other values, for the whole run or from a time on, stocks that start
elsewhere, tables and series with other points.

A parameter that changes during the run becomes an auxiliary that picks its value by the time; what it was before is
kept as the parameter `NAME.before`, which a caller's own value for NAME then sets. A ramp is the straight line from the
value that it finds, at its beginning, to the new one. The points of tables may be made of parameters: they are computed
anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from sdlang.model.constants import constant_value, constant_values, everywhere
from sdlang.model.cycles import equation_of, in_order
from sdlang.model.expressions import Apply, Constant, Expr, Index, Position, Reference, references
from sdlang.model.model import Auxiliary, Model, Override, Parameter, Redrawn, Series, Stock, Table, Variable
from sdlang.source import Span

BASE = "base"  # what the run without a scenario is called
BEFORE = ".before"

# Positions along the axes of a variable, `None` for all: what an override speaks of.
Places = tuple[int | None, ...]


def under_scenario(model: Model, name: str) -> Model:
    """The model with the changes of the scenario `name`. Raises KeyError if there is none."""
    scenario = next((scenario for scenario in model.scenarios if scenario.name == name), None)
    if scenario is None:
        raise KeyError(name)
    overrides: dict[str, list[Override]] = {}
    curves: dict[str, Redrawn] = {}
    for change in scenario.changes:
        match change:
            case Override():
                overrides.setdefault(change.name, []).append(change)
            case Redrawn():
                curves[change.name] = change
    variables: dict[str, Variable] = {}
    for variable in model.variables.values():
        match variable:
            case Parameter() if variable.name in overrides:
                variables |= _overridden(variable, overrides[variable.name])
            case Stock() if variable.name in overrides:
                variables[variable.name] = _started(variable, overrides[variable.name])
            case Table() if variable.name in curves:
                variables[variable.name] = _drawn(variable, curves[variable.name])
            case _:
                variables[variable.name] = variable
    changed = _all_that_change(variables)
    return replace(model, variables=MappingProxyType({**changed, **_computed_anew(changed)}))


def has_computed_points(model: Model) -> bool:
    """Whether the points of a table are made of parameters."""
    return any(_is_computed(table) for table in model.lookup_tables())


def with_values(model: Model, given: Mapping[str, float]) -> Model:
    """The model with the points of its tables as a caller's values of parameters make them, in own units. The
    parameters themselves stay: a run is told of their values."""
    if not has_computed_points(model):
        return model
    variables = dict(model.variables)
    for name, value in given.items():
        whole, _, inside = name.partition("[")
        parameter = variables[whole]
        if not isinstance(parameter, Parameter):
            parameter = variables[whole + BEFORE]
        assert isinstance(parameter, Parameter), "only parameters are given values"
        picked = inside.removesuffix("]").split(", ") if inside else ()
        places = tuple(
            model.dimensions[axis.dimension].elements.index(element)
            for axis, element in zip(parameter.axes, picked, strict=False)
        )
        number = Constant(parameter.span, Fraction(value), None)
        variables |= _overridden(parameter, [Override(parameter.name, number, None, parameter.span, places)])
    return replace(model, variables=MappingProxyType({**model.variables, **_computed_anew(variables)}))


def common_places(one: Places, other: Places) -> Places | None:
    """What two overrides both speak of; `None` where they have no element in common."""
    if any(None not in (a, b) and a != b for a, b in zip(one, other, strict=True)):
        return None
    return tuple(b if a is None else a for a, b in zip(one, other, strict=True))


def positions(override: Override, variable: Variable) -> Iterator[Mapping[str, int]]:
    """The positions, by loop, of the elements that an override speaks of."""
    for at in everywhere(variable.axes):
        along = zip(variable.axes, override.places, strict=False)
        if all(place is None or at[axis.loop] == place for axis, place in along):
            yield at


# Tables --------------------------------------------------------------------------------------------------------------


def _is_computed(table: Table) -> bool:
    return any(references(value) for point in table.written for value in point)


def _computed_anew(variables: Mapping[str, Variable]) -> dict[str, Variable]:
    """The tables whose points are made of parameters, with their points. One that reads what is not constant stays as
    it is, and is reported by `scenario_check.py`."""
    tables = [each for each in variables.values() if isinstance(each, Table) and _is_computed(each)]
    values = constant_values(variables) if tables else {}
    made: dict[str, Variable] = {}
    for table in tables:
        points = [[constant_value(each, values, variables) for each in point] for point in table.written]
        known = tuple((x, y) for x, y in points if x is not None and y is not None)
        made[table.name] = replace(table, points=known) if len(known) == len(points) else table
    return made


def _drawn(table: Table, redrawn: Redrawn) -> Table:
    """The table or series with other points."""
    changed = replace(
        table,
        points=redrawn.points,
        elements=redrawn.elements,
        written=redrawn.written,
        method=redrawn.method,
        outside=redrawn.outside,
    )
    return replace(changed, path=redrawn.path) if isinstance(changed, Series) else changed


# Parameters and stocks -----------------------------------------------------------------------------------------------


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


def _overridden(parameter: Parameter, overrides: Sequence[Override]) -> Mapping[str, Variable]:
    """The parameter with its values; an auxiliary and the parameter before it where a value begins later."""
    for override in (each for each in overrides if each.since is None):
        value = _for_its_elements(override, override.value, parameter.value, parameter)
        parameter = replace(parameter, value=value)
    later = sorted((each for each in overrides if each.since is not None), key=lambda each: each.since or Fraction(0))
    if not later:
        return {parameter.name: parameter}
    before = replace(parameter, name=parameter.name + BEFORE)
    start = Reference(parameter.span, before.name, tuple(Index(axis.loop) for axis in parameter.axes))
    over_time: Expr = start
    for override in later:
        over_time = _from(override, _found(override, later, start, parameter), over_time, parameter)
    return {before.name: before, parameter.name: _as_auxiliary(parameter, over_time)}


def _from(override: Override, found: Expr, before: Expr, parameter: Parameter) -> Expr:
    """The value over time: what it was, then the new one, perhaps on the line from what it was found at."""
    span, since = override.span, override.since
    assert since is not None
    value = override.value
    if override.ramp is not None:
        passed = Apply(span, "-", (Reference(span, "time"), _number(since, span)))
        share = Apply(span, "/", (passed, _number(override.ramp, span)))
        line = _between(found, value, share, span)
        value = Apply(span, "if", (_begun(span, since + override.ramp), value, line))
    condition = _begun(span, since)
    for here in _its_elements(override, parameter):
        condition = Apply(span, "and", (here, condition))
    return Apply(span, "if", (condition, value, before))


def _found(override: Override, all_later: Sequence[Override], start: Expr, parameter: Parameter) -> Expr:
    """The value at which an override finds its elements when it begins, by what was changed before."""
    since = override.since
    assert since is not None
    earlier = [each for each in all_later if each.since is not None and each.since < since]
    return _reached(earlier, override.places, since, start, parameter)


def _reached(earlier: Sequence[Override], places: Places, time: Fraction, start: Expr, parameter: Parameter) -> Expr:
    for number in reversed(range(len(earlier))):
        last = earlier[number]
        shared = common_places(last.places, places)
        if shared is None:
            continue
        assert last.since is not None
        value = last.value
        if last.ramp is not None and time < last.since + last.ramp:
            found = _reached(earlier[:number], shared, last.since, start, parameter)
            share = _number((time - last.since) / last.ramp, last.span)
            value = _between(found, value, share, last.span)
        if shared == places:
            return value
        others = _reached(earlier[:number], places, time, start, parameter)
        return _for_its_elements(last, value, others, parameter)
    return start


def _between(one: Expr, other: Expr, share: Expr, span: Span) -> Expr:
    """`one * (1 - share) + other * share`"""
    rest = Apply(span, "-", (_number(Fraction(1), span), share))
    return Apply(span, "+", (Apply(span, "*", (one, rest)), Apply(span, "*", (other, share))))


def _begun(span: Span, since: Fraction) -> Expr:
    return Apply(span, ">=", (Reference(span, "time"), _number(since, span)))


def _number(value: Fraction, span: Span) -> Expr:
    return Constant(span, value, None)


def _started(stock: Stock, overrides: Sequence[Override]) -> Stock:
    """The stock with another value to start from."""
    for override in overrides:
        stock = replace(stock, initial=_for_its_elements(override, override.value, stock.initial, stock))
    return stock


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


def _its_elements(override: Override, variable: Parameter | Stock) -> Sequence[Expr]:
    """The conditions for an element to be one that an override speaks of; none where it speaks of all."""
    span = override.span
    return [
        Apply(span, "==", (Position(span, Index(axis.loop), 0), _number(Fraction(place), span)))
        for axis, place in zip(variable.axes, override.places, strict=False)
        if place is not None
    ]


def _for_its_elements(override: Override, value: Expr, other: Expr, variable: Parameter | Stock) -> Expr:
    """The value at the elements that an override speaks of, and what stands beside it at all others."""
    conditions = _its_elements(override, variable)
    if not conditions:
        return value
    condition = conditions[0]
    for further in conditions[1:]:
        condition = Apply(override.span, "and", (condition, further))
    return Apply(override.span, "if", (condition, value, other))

"""What a use of a component becomes: plain variables of the model, named after the variable that uses it.

`aux perceived = smooth(vacancies, 6 months)` makes the instance `perceived.smooth` with its own stocks and flows, and
reads what it returns. A row of variables (`stock level[stage]`) is written out element by element. A component may use
others, but not itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from sdlang.diagnostics import Diagnostic, Note
from sdlang.model import component_errors, errors
from sdlang.model.declarations import Written, declare, in_unit
from sdlang.model.expressions import Constant, Expr, Reference
from sdlang.model.meaning import Builder, meaning, mistake, whole_number
from sdlang.model.model import Auxiliary
from sdlang.model.names import KINDS, Elements, Given, Meaning, Scope, Variables
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.units.catalogue import unit_of
from sdlang.units.unit import DIMENSIONLESS

MOST_ELEMENTS = 1_000
MOST_VARIABLES = 100_000


def check_component(component: tree.Component, found: list[Diagnostic]) -> None:
    """What is wrong with the declaration itself: names that stand twice, rows over nothing, nothing to return."""
    first: dict[str, Span] = {}
    for declared in (*component.ports, *component.body):
        name = declared.name
        if name.text in first:
            found.append(errors.duplicate_name(name.text, name.span, first[name.text]))
        first.setdefault(name.text, name.span)
    dimensions = [declared.name.text for declared in component.body if isinstance(declared, tree.Dimension)]
    single: dict[str, bool] = {}
    for declared in component.body:
        if isinstance(declared, tree.Dimension):
            continue
        indices = () if isinstance(declared, tree.Parameter) else declared.indices
        single[declared.name.text] = not indices
        for index in indices:
            if index.text not in dimensions:
                found.append(errors.unknown_name(index.text, index.span, dimensions))
    returns = component.returns
    if not single.get(returns.text, False):
        is_row = returns.text in single
        found.append(component_errors.nothing_to_return(component.name.text, returns.text, is_row, returns.span))


def instantiate(component: tree.Component, call: tree.Call, scope: Scope, builder: Builder) -> Expr:
    """Make an instance of a component; the result refers to what it returns."""
    name = component.name.text
    users = [user for user, _ in scope.path]
    if name in users:
        builder.found.append(component_errors.component_cycle([*users[users.index(name) :], name], call.span))
        return mistake(call.span)
    if len(builder.variables) > MOST_VARIABLES:
        if not any(diagnostic.code == "model-too-large" for diagnostic in builder.found):
            builder.found.append(component_errors.too_large_model(len(builder.variables), MOST_VARIABLES, call.span))
        return mistake(call.span)
    instance = _instance_name(f"{scope.owner}.{name}", builder)
    builder.uses[instance] = builder.uses.get(scope.instance, call.span)
    inner = replace(scope, names=MappingProxyType({}), instance=instance, whole=MappingProxyType({}))
    inner = replace(inner, path=(*scope.path, (name, call.span)))
    inner = _give(component, call, scope, inner, builder)
    rows = _dimensions(component, inner, call.span, builder)
    if rows is None:
        return mistake(call.span)
    inner = _with_names(component, inner, rows)
    for declaration in component.body:
        if not isinstance(declaration, tree.Dimension):
            _declare_elements(declaration, inner, rows, builder)
    return Reference(call.span, f"{instance}.{component.returns.text}")


def _instance_name(name: str, builder: Builder) -> str:
    if name not in builder.uses:
        return name
    number = 2
    while f"{name}_{number}" in builder.uses:
        number += 1
    return f"{name}_{number}"


def _give(component: tree.Component, call: tree.Call, scope: Scope, inner: Scope, builder: Builder) -> Scope:
    """The inner scope with every port given: from the call, read in the caller's scope, or from its default."""
    arguments = _arguments(component, call, builder)
    for port in component.ports:
        argument = arguments.get(port.name.text, port.default)
        if argument is None:
            builder.found.append(component_errors.missing_argument(component.name.text, port.name.text, call.span))
            names: Mapping[str, Meaning] = {**inner.names, port.name.text: Given(mistake(call.span))}
            inner = replace(inner, names=MappingProxyType(names))
            continue
        outer = scope if port.name.text in arguments else inner
        inner = _give_port(port, argument, outer, inner, builder)
    return inner


def _arguments(component: tree.Component, call: tree.Call, builder: Builder) -> dict[str, tree.Expr]:
    """The arguments of a call by the names of the ports, positions first."""
    name = component.name.text
    ports = [port.name.text for port in component.ports]
    given: dict[str, tree.Expr] = {}
    positional = [argument for argument in call.arguments if not argument.name]
    if len(positional) > len(ports):
        builder.found.append(
            errors.wrong_number_of_arguments(
                name, f"at most {len(ports)} arguments", len(positional), call.span, f"they are {', '.join(ports)}"
            )
        )
    for port, argument in zip(ports, positional, strict=False):
        given[port] = argument.value
    for argument in call.arguments:
        if not argument.name:
            continue
        if argument.name not in ports:
            builder.found.append(component_errors.unknown_argument(name, argument.name, ports, argument.span))
        elif argument.name in given:
            builder.found.append(component_errors.argument_twice(name, argument.name, argument.span))
        else:
            given[argument.name] = argument.value
    return given


def _give_port(port: tree.Port, argument: tree.Expr, outer: Scope, inner: Scope, builder: Builder) -> Scope:
    """A plain name or number is handed in as it is; anything else, and what has a unit, becomes a variable."""
    name = port.name.text
    whole = whole_number(argument, outer)
    value = meaning(argument, outer, builder)
    unit = None if port.unit is None else unit_of(port.unit, inner.units, builder.found)
    if unit is None and isinstance(value, Reference | Constant):
        names: Mapping[str, Meaning] = {**inner.names, name: Given(value)}
    else:
        flat = f"{inner.instance}.{name}"
        if unit is not None and isinstance(value, Constant) and value.dimension is None:
            if value.value and unit.dimension != DIMENSIONLESS:
                told = component_errors.argument_needs_unit(inner.path[-1][0], name, argument.span)
                builder.unit_mistakes.append(told)
            value = in_unit(value, unit, builder)
        builder.add(Auxiliary(name=flat, span=argument.span, component=inner.instance, value=value), unit)
        names = {**inner.names, name: Variables(flat, "auxiliary")}
    inner = replace(inner, names=MappingProxyType(names))
    if whole is not None:
        inner = replace(inner, whole=MappingProxyType({**inner.whole, name: whole}))
    return inner


def _dimensions(component: tree.Component, inner: Scope, use: Span, builder: Builder) -> dict[str, range] | None:
    """The whole numbers that each `dim` of the component runs over."""
    rows: dict[str, range] = {}
    for declaration in component.body:
        if not isinstance(declaration, tree.Dimension):
            continue
        low = whole_number(declaration.range.low, inner)
        high = whole_number(declaration.range.high, inner)
        note = Note(f"`{component.name.text}` counts its `{declaration.name.text}` here", declaration.span)
        if low is None or high is None or low.denominator != 1 or high.denominator != 1 or high < low:
            what = f"the number of stages of `{component.name.text}`"
            builder.found.append(component_errors.not_static(what, use, note))
            return None
        if high - low >= MOST_ELEMENTS:
            builder.found.append(component_errors.too_many_elements(int(high - low + 1), MOST_ELEMENTS, use))
            return None
        rows[declaration.name.text] = range(int(low), int(high) + 1)
    return rows


def _with_names(component: tree.Component, inner: Scope, rows: Mapping[str, range]) -> Scope:
    names: dict[str, Meaning] = dict(inner.names)
    for declaration in component.body:
        if isinstance(declaration, tree.Dimension):
            continue
        name = declaration.name.text
        flat, kind = f"{inner.instance}.{name}", KINDS[type(declaration).__name__]
        row = _row(declaration, rows)
        names[name] = Variables(flat, kind) if row is None else Elements(flat, kind, row.start, row.stop - 1)
    return replace(inner, names=MappingProxyType(names))


def _row(declaration: Written, rows: Mapping[str, range]) -> range | None:
    if isinstance(declaration, tree.Parameter) or not declaration.indices:
        return None
    return rows.get(declaration.indices[0].text)


def _declare_elements(declaration: Written, inner: Scope, rows: Mapping[str, range], builder: Builder) -> None:
    flat = f"{inner.instance}.{declaration.name.text}"
    row = _row(declaration, rows)
    if row is None or isinstance(declaration, tree.Parameter):
        declare(declaration, flat, replace(inner, owner=flat), builder)
        return
    index = declaration.indices[0].text
    for number in row:
        whole = MappingProxyType({**inner.whole, index: Fraction(number)})
        element = f"{flat}[{number}]"
        declare(declaration, element, replace(inner, owner=element, whole=whole), builder)

"""From what was written to what was meant: a File becomes a Model.

Three passes. The first knows which names are declared, so that order does not matter to a modeller; the second reads
every declaration in that scope, components unfolding as they are called; the third, which runs only if every name was
found, settles units and looks for loops and for values that cannot be right. Mistakes are appended to `found`; the
result is `None` where they leave no model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import TypeVar

from sdlang.diagnostics import Diagnostic, has_errors
from sdlang.model import clock_errors, component_errors, errors
from sdlang.model.check import check_values
from sdlang.model.clock import clock as clock_of
from sdlang.model.clock import shown
from sdlang.model.components import check_component, instantiate
from sdlang.model.cycles import check_cycles, equation_of, find_cycles
from sdlang.model.data import Reader, check_cover, columns_of, points_of
from sdlang.model.declarations import declare, declare_table, documentation, exact, in_unit
from sdlang.model.expressions import Constant, Expr, references
from sdlang.model.functions import FUNCTIONS
from sdlang.model.meaning import Builder, meaning
from sdlang.model.model import (
    Clock,
    Expectation,
    Flow,
    Model,
    Override,
    Parameter,
    Plot,
    ReportItem,
    Scenario,
    Section,
    Series,
    Stock,
    TableRequest,
    Variable,
)
from sdlang.model.names import KINDS, Meaning, Scope, Variables
from sdlang.model.prose import prose
from sdlang.model.scenario import under_scenario
from sdlang.model.unit_check import settle_units
from sdlang.source import Span
from sdlang.stdlib import component_names
from sdlang.syntax import tree
from sdlang.syntax.printer import print_expression
from sdlang.units.catalogue import BUILT_IN, COUNTED_NAMES, Catalogue, declare_unit, describe, unit_of

SECTIONS = (
    "documentation",
    "figures",
    "plots",
    "fit",
    "scenarios",
    "diagram",
    "expectations",
    "tables",
    "conservation",
    "equations",
    "steps",
    "provenance",
)

BASE = "base"

Declared = tree.Parameter | tree.Stock | tree.Flow | tree.Auxiliary | tree.Table | tree.Series


def resolve(file: tree.File, read: Reader, found: list[Diagnostic]) -> Model | None:
    """The Model that a syntax tree means. `read` gives the text of a data file in the model's folder."""
    units = _units(file, found)
    whole_text = Span(file.source, 0, 0)
    simulate = _only(file, tree.Simulate, "simulate", found)
    title = _only(file, tree.Title, "model", found)
    if simulate is None:
        found.append(clock_errors.missing_simulate(whole_text if title is None else title.span))
        return None
    clock = clock_of(simulate, units, found)
    scope = _scope(file, units, found)
    if clock is None:
        return None
    components = {c.name.text: c for c in file.declarations if isinstance(c, tree.Component)}
    before = len(found)
    for component in components.values():
        check_component(component, found)
    if len(found) > before:
        return None
    builder = Builder(found, clock.unit.factor, components, instantiate)
    _declare_variables(file, clock, read, scope, builder)
    model = _model(file, title, clock, scope, builder)
    if has_errors(found):
        return None
    _check_roles(builder.variables, found)
    check_cycles(builder.variables, builder.uses, found)
    if has_errors(found):
        return None
    found += builder.unit_mistakes
    variables = settle_units(model, builder, units, found)
    model = replace(model, variables=MappingProxyType(dict(variables)))
    if has_errors(found):
        return None
    check_values(model, builder.uses, found)
    _check_scenarios(model, found)
    return model


def _check_scenarios(model: Model, found: list[Diagnostic]) -> None:
    """Values that a scenario gives may not depend on each other in a circle."""
    for scenario in model.scenarios:
        changed = {override.name: override.span for override in scenario.overrides}
        for loop in find_cycles(under_scenario(model, scenario.name).variables, equation_of):
            first = next(place for place, name in enumerate(loop) if name in changed)
            path = loop[first:] + loop[:first]
            found.append(errors.algebraic_loop(path, [changed.get(n) or model.variables[n].span for n in path], True))


Once = TypeVar("Once", tree.Title, tree.Simulate)


def _only(file: tree.File, kind: type[Once], word: str, found: list[Diagnostic]) -> Once | None:
    """The declaration that may stand in a file once; a second one is reported."""
    declared = [declaration for declaration in file.declarations if isinstance(declaration, kind)]
    for second in declared[1:]:
        found.append(errors.duplicate_declaration(word, second.span, declared[0].span))
    return declared[0] if declared else None


def _units(file: tree.File, found: list[Diagnostic]) -> Catalogue:
    """The units of a file. A variable may take the name of a thing that is counted (`stock vacancies`): then the
    built-in unit of that name is not known in this file."""
    taken = {declaration.name.text for declaration in file.declarations if isinstance(declaration, Declared)}
    units = BUILT_IN.without(taken & COUNTED_NAMES)
    for declaration in file.declarations:
        if isinstance(declaration, tree.UnitDeclaration):
            units = declare_unit(declaration, units, found)
    return units


def _scope(file: tree.File, units: Catalogue, found: list[Diagnostic]) -> Scope:
    """The names that the file declares; a name that already means something is reported."""
    first: dict[str, Span] = {}
    names: dict[str, Meaning] = {}
    for declaration in file.declarations:
        if not isinstance(declaration, Declared | tree.Component | tree.Scenario | tree.Dimension):
            continue
        name, span = declaration.name.text, declaration.name.span
        if isinstance(declaration, tree.Dimension):
            found.append(component_errors.outside_component("a dimension", span))
            continue
        if isinstance(declaration, tree.Stock | tree.Flow | tree.Auxiliary) and declaration.indices:
            found.append(component_errors.outside_component("an index", span))
            continue
        space = f"scenario {name}" if isinstance(declaration, tree.Scenario) else name
        if space in first:
            found.append(errors.duplicate_name(name, span, first[space]))
            continue
        first[space] = span
        if isinstance(declaration, tree.Scenario):
            if name == BASE:
                found.append(errors.shadowed_name(name, "the run without a scenario", span))
            continue
        clash = _what_it_means(name, declaration, units)
        if clash:
            found.append(errors.shadowed_name(name, clash, span))
        elif "." in name:
            found.append(errors.not_a_plain_name(name, span))
        elif isinstance(declaration, Declared):
            names[name] = Variables(name, KINDS[type(declaration).__name__])
    return Scope(MappingProxyType(names), units)


def _what_it_means(name: str, declaration: Declared | tree.Component, units: Catalogue) -> str:
    """What a name means already, in words; empty if it is free."""
    if name == "time":
        return "the time of the run"
    if name in units:
        return "a unit"
    if isinstance(declaration, tree.Table | tree.Component):
        if name in FUNCTIONS:
            return "a function"
        if name in component_names():
            return "a component of the standard library"
    return ""


def _declare_variables(file: tree.File, clock: Clock, read: Reader, scope: Scope, builder: Builder) -> None:
    """Parameters first, since ranges and the points of tables are made of them."""
    wanted = [declaration for declaration in file.declarations if isinstance(declaration, Declared)]
    wanted = [d for d in wanted if d.name.text in scope.names]
    for declaration in sorted(wanted, key=lambda d: not isinstance(d, tree.Parameter)):
        name = declaration.name.text
        if name in builder.variables:
            continue
        match declaration:
            case tree.Table():
                declare_table(declaration, scope, builder)
            case tree.Series():
                _declare_series(declaration, clock, read, scope, builder)
            case _:
                declare(declaration, name, replace(scope, owner=name), builder)
    in_file = {d.name.text: place for place, d in enumerate(wanted)}

    def place(name: str) -> int:
        owner = name.split(".", 1)[0]
        return in_file.get(owner, len(in_file))

    builder.variables = {name: builder.variables[name] for name in sorted(builder.variables, key=place)}


def _declare_series(declaration: tree.Series, clock: Clock, read: Reader, scope: Scope, builder: Builder) -> None:
    found, name = builder.found, declaration.name.text
    unit = None if declaration.unit is None else unit_of(declaration.unit, scope.units, found)
    columns = columns_of(declaration.reader, found)
    if columns is None:
        return
    points = points_of(name, columns, read, clock, found)
    if not points:
        return
    outside = declaration.outside or "error"
    check_cover(name, points, outside, clock, columns.path, found)
    scale = 1.0 if unit is None else unit.scale(clock.unit.factor)
    builder.add(
        Series(
            name=name,
            span=declaration.name.span,
            label=declaration.label,
            documentation=documentation(declaration),
            points=tuple((time, value * scale) for time, value in points),
            method=declaration.method or "linear",
            outside=outside,
            path=columns.path.value,
        ),
        unit,
    )


def _check_roles(variables: Mapping[str, Variable], found: list[Diagnostic]) -> None:
    """A parameter reads parameters only; the start of a stock reads no flow and not the stock itself."""
    for name, variable in variables.items():
        if isinstance(variable, Parameter):
            for read in references(variable.value):
                kind = "time" if read == "time" else KINDS.get(type(variables[read]).__name__, "")
                if kind not in ("parameter", "table"):
                    found.append(errors.parameter_not_constant(name, read, kind, variable.span))
                    break
        if isinstance(variable, Stock) and not variable.component:
            for read in references(variable.initial):
                if read == name:
                    found.append(errors.stock_reads_itself(name, variable.span))
                    break
                if isinstance(variables.get(read), Flow):
                    found.append(errors.stock_as_equation(name, read, variable.span))
                    break


def _model(file: tree.File, title: tree.Title | None, clock: Clock, scope: Scope, builder: Builder) -> Model:
    """The model with all that is not a variable; units are still those that were written."""
    scenarios: list[Scenario] = []
    expectations: list[Expectation] = []
    plots: list[Plot] = []
    tables: list[TableRequest] = []
    report: list[ReportItem] = []
    scenario_names = {d.name.text for d in file.declarations if isinstance(d, tree.Scenario)} | {BASE}
    first_report: Span | None = None
    for declaration in file.declarations:
        match declaration:
            case tree.Scenario():
                scenarios.append(_scenario(declaration, clock, scope, builder))
                expectations.extend(
                    _expectation(item, declaration.name.text, clock, scope, builder)
                    for item in declaration.items
                    if isinstance(item, tree.Expect)
                )
            case tree.Expect():
                expectations.append(_expectation(declaration, "", clock, scope, builder))
            case tree.Plot():
                plots.append(_plot(declaration, scope, builder))
            case tree.TableRequest():
                tables.append(_table_request(declaration, clock, scope, builder))
            case tree.Report():
                if first_report is not None:
                    builder.found.append(errors.duplicate_declaration("report", declaration.span, first_report))
                first_report = declaration.span
                report.extend(
                    item
                    for written in declaration.items
                    if (item := _report_item(written, clock, scenario_names, scope, builder)) is not None
                )
            case _:
                pass
    return Model(
        title=file.source.name if title is None else title.text,
        documentation="" if title is None else documentation(title),
        source=file.source,
        clock=clock,
        variables=builder.variables,
        units=scope.units,
        scenarios=tuple(scenarios),
        expectations=tuple(expectations),
        plots=tuple(plots),
        tables=tuple(tables),
        report=tuple(report),
    )


def _scenario(declaration: tree.Scenario, clock: Clock, scope: Scope, builder: Builder) -> Scenario:
    overrides: list[Override] = []
    set_at: dict[tuple[str, Fraction | None], Span] = {}
    name = declaration.name.text
    for item in declaration.items:
        if not isinstance(item, tree.Override):
            continue
        override = _override(item, name, clock, scope, builder)
        if override is None:
            continue
        key = (override.name, override.since)
        if key in set_at:
            builder.found.append(errors.override_twice(name, override.name, item.span, set_at[key]))
        set_at[key] = item.span
        overrides.append(override)
    return Scenario(name, declaration.label, documentation(declaration), tuple(overrides), declaration.span)


def _override(item: tree.Override, scenario: str, clock: Clock, scope: Scope, builder: Builder) -> Override | None:
    target, found = item.name.text, builder.found
    variable = builder.variables.get(target)
    if variable is None:
        if target not in scope.names:
            parameters = [name for name, known in builder.variables.items() if isinstance(known, Parameter)]
            found.append(errors.unknown_name(target, item.name.span, parameters))
        return None
    if not isinstance(variable, Parameter):
        kind = KINDS.get(type(variable).__name__, "variable")
        found.append(errors.not_a_parameter(scenario, target, kind, item.name.span))
        return None
    value = in_unit(meaning(item.value, replace(scope, owner=target), builder), builder.written.get(target), builder)
    for read in references(value):
        if read == target or not isinstance(builder.variables.get(read), Parameter):
            hint = "write the new value in full" if read == target else "use numbers and parameters only"
            found.append(
                errors.not_constant(f"the value of `{target}` in scenario `{scenario}`", item.value.span, hint)
            )
            return None
    since = None
    if item.since is not None:
        since = _time(item.since, f"`{target}` in scenario `{scenario}`", clock, scope, builder)
    return Override(target, value, since, item.span)


def _time(expression: tree.Expr, what: str, clock: Clock, scope: Scope, builder: Builder) -> Fraction | None:
    """A time within the run, known before it."""
    value = meaning(expression, scope, builder)
    if isinstance(value, Constant) and value.dimension is not None and value.dimension != clock.unit.dimension:
        text = print_expression(expression)
        unit = describe(value.dimension, clock.unit, scope.units)
        builder.found.append(clock_errors.not_a_time(f"the time of {what}", text, unit, expression.span))
        return None
    time = exact(value, builder)
    if time is None:
        builder.found.append(errors.not_constant(f"the time of {what}", expression.span))
        return None
    if not clock.start <= time <= clock.stop:
        limits = (shown(clock.start), shown(clock.stop))
        builder.found.append(errors.time_outside_run(what, shown(time), *limits, expression.span))
        return None
    return time


def _expectation(declaration: tree.Expect, scenario: str, clock: Clock, scope: Scope, builder: Builder) -> Expectation:
    condition = declaration.condition
    kind, owner = "condition", f"expect_{len(builder.uses) + 1}"
    subject: Expr
    if isinstance(condition, tree.Call) and condition.function.text == "conserved":
        kind = "conserved"
        if len(condition.arguments) != 1 or condition.arguments[0].name:
            count = len(condition.arguments)
            builder.found.append(errors.wrong_number_of_arguments("conserved", "1 argument", count, condition.span))
        subject = meaning(
            condition.arguments[0].value if condition.arguments else condition.function,
            replace(scope, owner=owner),
            builder,
        )
    else:
        subject = meaning(condition, replace(scope, owner=owner), builder)
    time = None
    text = print_expression(condition)
    if declaration.time is not None:
        time = _time(declaration.time, "this expectation", clock, scope, builder)
        text = f"{text} {declaration.when} {print_expression(declaration.time)}"
    elif declaration.when:
        text = f"{text} {declaration.when}"
    return Expectation(kind, subject, declaration.when or "always", time, text, declaration.span, scenario)


def _known(items: Sequence[tree.Name], scope: Scope, builder: Builder) -> tuple[str, ...]:
    """The names of variables that a plot or a table shows; unknown ones are reported."""
    shown_names: list[str] = []
    for item in items:
        known = scope.names.get(item.text)
        if isinstance(known, Variables) and known.kind != "table":
            shown_names.append(item.text)
        elif known is not None:
            builder.found.append(errors.table_in_plot(item.text, item.span))
        else:
            builder.found.append(errors.unknown_name(item.text, item.span, scope.names))
    return tuple(shown_names)


def _plot(declaration: tree.Plot, scope: Scope, builder: Builder) -> Plot:
    return Plot(declaration.title, _known(declaration.items, scope, builder), declaration.span)


def _table_request(declaration: tree.TableRequest, clock: Clock, scope: Scope, builder: Builder) -> TableRequest:
    names = _known(declaration.items, scope, builder)
    times = [_time(time, "this table", clock, scope, builder) for time in declaration.times]
    return TableRequest(
        declaration.title, names, tuple(float(time) for time in times if time is not None), declaration.span
    )


def _report_item(
    item: tree.Prose | tree.Plot | tree.TableRequest | tree.Section,
    clock: Clock,
    scenarios: set[str],
    scope: Scope,
    builder: Builder,
) -> ReportItem | None:
    match item:
        case tree.Prose():
            return prose(item, clock, scenarios, scope, builder)
        case tree.Plot():
            return _plot(item, scope, builder)
        case tree.TableRequest():
            return _table_request(item, clock, scope, builder)
        case tree.Section(name=name):
            if name not in SECTIONS:
                builder.found.append(errors.unknown_section(name, SECTIONS, item.span))
                return None
            return Section(name)

"""What stands around the variables of a model: scenarios, expectations, plots, tables and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from sdlang.model import clock_errors, errors
from sdlang.model.builder import Builder
from sdlang.model.clock import shown
from sdlang.model.declarations import documentation, exact, in_unit
from sdlang.model.expressions import Axis, Constant, Expr, free_loops, references
from sdlang.model.indexing import loops_over, partly
from sdlang.model.meaning import meaning
from sdlang.model.model import (
    Clock,
    Expectation,
    Model,
    Override,
    Parameter,
    Plot,
    ReportItem,
    Scenario,
    Section,
    TableRequest,
)
from sdlang.model.names import KINDS, Loop, Scope, Variables, whole_variable
from sdlang.model.prose import prose, shown_elements
from sdlang.model.scenario import BASE
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.syntax.printer import print_expression
from sdlang.syntax.walk import children
from sdlang.units.catalogue import describe

SECTIONS = (
    "documentation",
    "figures",
    "plots",
    "fit",
    "scenarios",
    "diagram",
    "expectations",
    "tables",
    "events",
    "conservation",
    "equations",
    "steps",
    "provenance",
)


def model_of(file: tree.File, title: tree.Title | None, clock: Clock, scope: Scope, builder: Builder) -> Model:
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
        dimensions=MappingProxyType(builder.dimensions),
        scenarios=tuple(scenarios),
        expectations=tuple(expectations),
        plots=tuple(plots),
        tables=tuple(tables),
        report=tuple(report),
    )


def _scenario(declaration: tree.Scenario, clock: Clock, scope: Scope, builder: Builder) -> Scenario:
    overrides: list[Override] = []
    set_at: dict[tuple[str, Fraction | None, tuple[int | None, ...]], Span] = {}
    name = declaration.name.text
    for item in declaration.items:
        if not isinstance(item, tree.Override):
            continue
        override = _override(item, name, clock, scope, builder)
        if override is None:
            continue
        key = (override.name, override.since, override.places)
        if key in set_at:
            builder.found.append(errors.override_twice(name, override.name, item.span, set_at[key]))
        set_at[key] = item.span
        overrides.append(override)
    return Scenario(name, declaration.label, documentation(declaration), tuple(overrides), declaration.span)


def _override(item: tree.Override, scenario: str, clock: Clock, scope: Scope, builder: Builder) -> Override | None:
    name, subscripts = (item.name.name, item.name.indices) if isinstance(item.name, tree.Subscript) else (item.name, ())
    target, found = name.text, builder.found
    variable = builder.variables.get(target)
    if variable is None:
        if target not in scope.names:
            parameters = [name for name, known in builder.variables.items() if isinstance(known, Parameter)]
            found.append(errors.unknown_name(target, name.span, parameters))
        return None
    if not isinstance(variable, Parameter):
        kind = KINDS.get(type(variable).__name__, "variable")
        found.append(errors.not_a_parameter(scenario, target, kind, name.span))
        return None
    here = replace(scope, owner=target, loops=loops_over(variable.axes, builder.dimensions))
    known = whole_variable(target, "parameter", (), variable.axes)
    picked = partly(target, known, subscripts, name.span, replace(here, loops=()), builder.reader())
    if picked is None:
        return None
    value = in_unit(meaning(item.value, here, builder), builder.written.get(target), builder)
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
    places = tuple(None if index is None else index.shift for index in picked.fixed)
    return Override(target, value, since, item.span, places)


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
    scope = replace(scope, loops=_loops_of_all(condition, scope, builder))
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
    elif declaration.how:
        text = f"{text} {declaration.how}"
    read = free_loops(subject)
    axes = tuple(loop.axis for loop in scope.loops if loop.axis.loop in read)
    return Expectation(kind, subject, declaration.when or "always", time, text, declaration.span, scenario, axes)


def _loops_of_all(condition: tree.Expr, scope: Scope, builder: Builder) -> tuple[Loop, ...]:
    """A loop for each dimension that the variables in a condition are split by: it is expected of every element."""
    axes: dict[str, Axis] = {}
    waiting: list[tree.Node] = [condition]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Name):
            known = scope.names.get(node.text)
            for axis in known.axes if isinstance(known, Variables) else ():
                axes.setdefault(axis.dimension, replace(axis, loop=axis.dimension))
        elif not isinstance(node, tree.Call) or not node.over:
            waiting.extend(children(node))
    return loops_over(tuple(axes.values()), builder.dimensions)


def _known(items: Sequence[tree.Name | tree.Subscript], scope: Scope, builder: Builder) -> tuple[str, ...]:
    """The names of variables and of elements that a plot or a table shows; unknown ones are reported."""
    shown_names: list[str] = []
    for item in items:
        name, subscripts = (item.name, item.indices) if isinstance(item, tree.Subscript) else (item, ())
        known = scope.names.get(name.text)
        if isinstance(known, Variables) and known.kind != "table":
            shown_names.extend(shown_elements(name, known, subscripts, scope, builder))
        elif known is not None:
            builder.found.append(errors.table_in_plot(name.text, name.span))
        else:
            builder.found.append(errors.unknown_name(name.text, name.span, scope.names))
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

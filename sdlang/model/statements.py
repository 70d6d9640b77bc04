"""What stands around the variables of a model: scenarios, expectations, plots, tables and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from sdlang.model import errors
from sdlang.model.builder import Builder
from sdlang.model.declarations import documentation, in_unit
from sdlang.model.expectations import claim_of, expectation
from sdlang.model.expressions import references
from sdlang.model.indexing import loops_over, partly
from sdlang.model.meaning import meaning
from sdlang.model.model import (
    Claim,
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
from sdlang.model.moments import time_of
from sdlang.model.names import KINDS, Scope, Variables, whole_variable
from sdlang.model.prose import prose, shown_elements
from sdlang.model.scenario import BASE
from sdlang.source import Span
from sdlang.syntax import tree

SECTIONS = (
    "documentation",
    "figures",
    "plots",
    "fit",
    "scenarios",
    "diagram",
    "claims",
    "expectations",
    "tables",
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
    claims: list[Claim] = []
    # In the order of the text, `base` first.
    declared = [d.name.text for d in file.declarations if isinstance(d, tree.Scenario)]
    expecting = replace(scope, scenarios=(BASE, *declared))
    first_report: Span | None = None
    for declaration in file.declarations:
        match declaration:
            case tree.Scenario():
                scenarios.append(_scenario(declaration, clock, scope, builder))
                expectations.extend(
                    expectation(item, declaration.name.text, "", clock, expecting, builder)
                    for item in declaration.items
                    if isinstance(item, tree.Expect)
                )
            case tree.Expect():
                expectations.append(expectation(declaration, "", "", clock, expecting, builder))
            case tree.Claim(text=text, items=items):
                claims.append(claim_of(declaration, claims, builder))
                expectations.extend(expectation(item, "", text, clock, expecting, builder) for item in items)
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
                    if (item := _report_item(written, clock, {BASE, *declared}, scope, builder)) is not None
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
        claims=tuple(claims),
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
    here = replace(scope, owner=target, loops=loops_over(variable.axes, builder.dimensions), no_draws="a scenario")
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
        since = time_of(item.since, f"`{target}` in scenario `{scenario}`", clock, scope, builder)
    places = tuple(None if index is None else index.shift for index in picked.fixed)
    return Override(target, value, since, item.span, places)


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
    times = [time_of(time, "this table", clock, scope, builder) for time in declaration.times]
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

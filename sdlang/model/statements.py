"""What stands around the variables of a model: scenarios, expectations, plots, tables and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from sdlang.model import errors
from sdlang.model.builder import Builder
from sdlang.model.declarations import documentation
from sdlang.model.expectations import claim_of, expectation
from sdlang.model.model import (
    Claim,
    Clock,
    Expectation,
    Model,
    Plot,
    ReportItem,
    Section,
    TableRequest,
)
from sdlang.model.moments import time_of
from sdlang.model.names import Scope, Variables
from sdlang.model.prose import prose, shown_elements
from sdlang.model.scenario import BASE
from sdlang.model.scenarios import scenarios_of
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
    "assumptions",
    "events",
    "conservation",
    "equations",
    "steps",
    "provenance",
)


def model_of(file: tree.File, title: tree.Title | None, clock: Clock, scope: Scope, builder: Builder) -> Model:
    """The model with all that is not a variable; units are still those that were written."""
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
        scenarios=scenarios_of(file, clock, scope, builder),
        expectations=tuple(expectations),
        claims=tuple(claims),
        plots=tuple(plots),
        tables=tuple(tables),
        report=tuple(report),
    )


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

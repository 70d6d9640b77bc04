"""From `scenario fund extends remote { ... }` to what a scenario changes.

A scenario gives parameters other values (for the whole run, from a time on, or little by little), stocks another value
to start from, tables other points and series other data. What it extends comes first, in order, and its own changes
win. Where two that it extends disagree, it has to say itself what holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sdlang.diagnostics import Diagnostic
from sdlang.model import errors, scenario_errors
from sdlang.model.builder import Builder
from sdlang.model.data import READERS
from sdlang.model.declarations import declare_table, documentation, in_unit, read_definition
from sdlang.model.expressions import Expr, references
from sdlang.model.extending import said, taken_over
from sdlang.model.indexing import loops_over, partly
from sdlang.model.meaning import meaning
from sdlang.model.model import Change, Clock, Override, Parameter, Redrawn, Scenario, Series, Stock, Table
from sdlang.model.moments import duration_of, time_of
from sdlang.model.names import KINDS, Scope, whole_variable
from sdlang.model.scenario import BASE
from sdlang.model.series import declare_series
from sdlang.source import Span
from sdlang.syntax import tree


def scenarios_of(file: tree.File, clock: Clock, scope: Scope, builder: Builder) -> tuple[Scenario, ...]:
    """All scenarios of a file, each with what it takes over from those that it extends."""
    declared = [declaration for declaration in file.declarations if isinstance(declaration, tree.Scenario)]
    curves = {d.name.text: d for d in file.declarations if isinstance(d, tree.Table | tree.Series)}
    own = {each.name.text: _own(each, curves, clock, scope, builder) for each in declared}
    _check_extended(declared, builder)
    finished: dict[str, Scenario] = {}
    waiting = list(declared)
    while waiting:
        ready = [each for each in waiting if all(name.text in finished for name in _extended(each, own))]
        if not ready:
            builder.found.append(_cycle(waiting))
            return ()
        for each in ready:
            parents = [finished[name.text] for name in dict.fromkeys(_extended(each, own))]
            name, changes = each.name.text, own[each.name.text].changes
            taken, disagreements = taken_over(parents, changes, builder.variables)
            for found in disagreements:
                what, (one, other) = said(found.changes[0], clock), (found.one, found.other)
                told = scenario_errors.disagree(name, one, other, what, found.changes, each.name.span)
                builder.found.append(told)
            extended = tuple(parent.name for parent in parents)
            finished[name] = replace(own[name], changes=taken, extends=extended)
        waiting = [each for each in waiting if each.name.text not in finished]
    return tuple(finished[each.name.text] for each in declared if each.name.text in finished)


def _extended(declaration: tree.Scenario, known: Mapping[str, Scenario]) -> list[tree.Name]:
    """What a scenario extends, as far as it exists."""
    return [name for name in declaration.extends if name.text in known]


def _check_extended(declared: Sequence[tree.Scenario], builder: Builder) -> None:
    names = [declaration.name.text for declaration in declared]
    for declaration in declared:
        seen: dict[str, Span] = {}
        for name in declaration.extends:
            if name.text == BASE:
                builder.found.append(scenario_errors.extends_base(declaration.name.text, name.span))
            elif name.text not in names:
                builder.found.append(errors.unknown_scenario(name.text, names, name.span))
            elif name.text in seen:
                builder.found.append(scenario_errors.extends_twice(declaration.name.text, name.text, name.span))
            seen[name.text] = name.span


def _cycle(waiting: Sequence[tree.Scenario]) -> Diagnostic:
    """What is said of scenarios that extend one another, from the first that is met again."""
    extended = {each.name.text: [*each.extends] for each in waiting}
    path = [waiting[0].name.text]
    steps: list[tree.Name] = []
    while True:
        step = next(name for name in extended[path[-1]] if name.text in extended)
        steps.append(step)
        if step.text in path:
            first = path.index(step.text)
            return scenario_errors.extends_cycle([*path[first:], step.text], steps[first].span)
        path.append(step.text)


# One scenario --------------------------------------------------------------------------------------------------------


def _own(
    declaration: tree.Scenario,
    curves: Mapping[str, tree.Table | tree.Series],
    clock: Clock,
    scope: Scope,
    builder: Builder,
) -> Scenario:
    """A scenario with its own changes."""
    name = declaration.name.text
    changes: list[Change] = []
    set_at: dict[object, Span] = {}
    for item in declaration.items:
        change: Change | None
        match item:
            case tree.Override():
                change = _override(item, name, curves, clock, scope, builder)
            case tree.TableOverride():
                change = _table(item, name, curves, scope, builder)
            case tree.Expect():
                continue
        if change is None:
            continue
        key = (change.name, change.since, change.places) if isinstance(change, Override) else (change.name,)
        if key in set_at:
            builder.found.append(errors.override_twice(name, change.name, item.span, set_at[key]))
        set_at[key] = item.span
        changes.append(change)
    return Scenario(name, declaration.label, documentation(declaration), tuple(changes), declaration.span)


def _override(
    item: tree.Override,
    scenario: str,
    curves: Mapping[str, tree.Table | tree.Series],
    clock: Clock,
    scope: Scope,
    builder: Builder,
) -> Change | None:
    name, subscripts = (item.name.name, item.name.indices) if isinstance(item.name, tree.Subscript) else (item.name, ())
    target, found = name.text, builder.found
    variable = builder.variables.get(target)
    if variable is None:
        if target not in scope.names:
            known = [name for name, each in builder.variables.items() if isinstance(each, Parameter | Stock | Table)]
            found.append(errors.unknown_name(target, name.span, known))
        return None
    if isinstance(variable, Table):
        return _series(item, variable, subscripts, scenario, curves, clock, scope, builder)
    if not isinstance(variable, Parameter | Stock):
        kind = KINDS.get(type(variable).__name__, "variable")
        found.append(scenario_errors.cannot_change(scenario, target, kind, name.span))
        return None
    if isinstance(variable, Stock) and item.since is not None:
        found.append(scenario_errors.stock_from_a_time(target, item.since.span))
        return None
    here = replace(scope, owner=target, loops=loops_over(variable.axes, builder.dimensions), no_draws="a scenario")
    known_as = whole_variable(target, KINDS[type(variable).__name__], (), variable.axes)
    picked = partly(target, known_as, subscripts, name.span, replace(here, loops=()), builder.reader())
    if picked is None:
        return None
    unit = builder.written.get(target)
    if subscripts:
        read: Expr | None = meaning(item.value, here, builder)
    else:
        read = read_definition(item.value, target, here.loops, unit, here, builder)
    if read is None:
        return None
    value = in_unit(read, unit, builder)
    for name_read in references(value):
        if name_read == target or not isinstance(builder.variables.get(name_read), Parameter):
            hint = "write the new value in full" if name_read == target else "use numbers and parameters only"
            what = f"the value of `{target}` in scenario `{scenario}`"
            found.append(errors.not_constant(what, item.value.span, hint))
            return None
    since = ramp = None
    if item.since is not None:
        since = time_of(item.since, f"`{target}` in scenario `{scenario}`", clock, scope, builder)
    if item.ramp is not None:
        ramp = duration_of(item.ramp, f"the time over which `{target}` changes", clock, scope, builder)
    places = tuple(None if index is None else index.shift for index in picked.fixed)
    return Override(target, value, since, item.span, places, ramp)


# Tables and series ---------------------------------------------------------------------------------------------------


def _table(
    item: tree.TableOverride,
    scenario: str,
    curves: Mapping[str, tree.Table | tree.Series],
    scope: Scope,
    builder: Builder,
) -> Redrawn | None:
    """Other points of a table, read as if they stood in its declaration."""
    name = item.name.name if isinstance(item.name, tree.Subscript) else item.name
    variable, declaration = builder.variables.get(name.text), curves.get(name.text)
    if variable is None:
        if name.text not in scope.names:
            tables = [known for known, each in builder.variables.items() if isinstance(each, Table)]
            builder.found.append(errors.unknown_name(name.text, name.span, tables))
        return None
    if not isinstance(declaration, tree.Table) or isinstance(item.name, tree.Subscript):
        kind = KINDS.get(type(variable).__name__, "variable")
        builder.found.append(scenario_errors.points_of_no_table(scenario, name.text, kind, item.span))
        return None
    written = replace(
        declaration,
        name=name,
        points=item.points,
        method=item.method or declaration.method,
        outside=item.outside or declaration.outside,
    )
    return _read_again(written, item.span, builder, lambda scratch: declare_table(written, scope, scratch))


def _series(
    item: tree.Override,
    variable: Table,
    subscripts: Sequence[tree.Expr],
    scenario: str,
    curves: Mapping[str, tree.Table | tree.Series],
    clock: Clock,
    scope: Scope,
    builder: Builder,
) -> Redrawn | None:
    """Other data of a series, read as if they stood in its declaration."""
    declaration = curves.get(variable.name)
    is_reader = isinstance(item.value, tree.Call) and item.value.function.text in READERS
    if not isinstance(declaration, tree.Series):
        builder.found.append(scenario_errors.table_without_points(scenario, variable.name, item.span))
        return None
    if not is_reader or subscripts or item.since is not None:
        builder.found.append(scenario_errors.series_without_data(scenario, variable.name, item.span))
        return None
    assert isinstance(item.value, tree.Call)
    written = replace(declaration, reader=item.value)
    return _read_again(
        written, item.span, builder, lambda scratch: declare_series(written, clock, builder.read, scope, scratch)
    )


def _read_again(
    written: tree.Table | tree.Series, span: Span, builder: Builder, declare: Callable[[Builder], None]
) -> Redrawn | None:
    """A curve as a changed declaration makes it. Its points are checked for their units with those of the first."""
    name = written.name.text
    others = {known: variable for known, variable in builder.variables.items() if known != name}
    scratch = replace(builder, variables=others, points={}, written={}, input_units={})
    declare(scratch)
    made = scratch.variables.get(name)
    if not isinstance(made, Table):
        return None
    builder.points[name] = (*builder.points.get(name, ()), *scratch.points.get(name, ()))
    path = made.path if isinstance(made, Series) else ""
    return Redrawn(name, made.points, made.elements, made.method, made.outside, path, span, made.written)

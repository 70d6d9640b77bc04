"""From what was written to what was meant: a File becomes a Model.

Three passes. The first knows which names are declared, so that order does not matter to a modeller; the second reads
every declaration in that scope, components unfolding as they are called; the third, which runs only if every name was
found, settles units and looks for loops and for values that cannot be right. Mistakes are appended to `found`; the
result is `None` where they leave no model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from types import MappingProxyType
from typing import TypeVar

from sdlang.diagnostics import Diagnostic, has_errors
from sdlang.model import clock_errors, component_errors, errors
from sdlang.model.assumptions import settle_assumptions
from sdlang.model.builder import Builder
from sdlang.model.check import check_shares, check_values
from sdlang.model.clock import clock as clock_of
from sdlang.model.components import Shape, check_component, fill, instantiate, shape_of
from sdlang.model.contests import settle_contests
from sdlang.model.cycles import check_cycles
from sdlang.model.data import Reader
from sdlang.model.declarations import declare, declare_table
from sdlang.model.dimensions import dimensions_of
from sdlang.model.distributions import DISTRIBUTIONS
from sdlang.model.draws import check_draws
from sdlang.model.equilibrium import rest_of, settle_unknowns
from sdlang.model.events import check_events, events_of, written_in
from sdlang.model.expressions import Draw, Memory, Vector, references
from sdlang.model.flows import is_shared, words_of
from sdlang.model.functions import FUNCTIONS
from sdlang.model.indexing import loops_of
from sdlang.model.inflows import settle_inflows
from sdlang.model.model import (
    Auxiliary,
    Clock,
    Flow,
    Model,
    Parameter,
    Stock,
    Variable,
)
from sdlang.model.names import KINDS, Meaning, Scope, Variables, beginnings, owner_among, whole_variable
from sdlang.model.scenario import BASE
from sdlang.model.scenario_check import check_scenarios
from sdlang.model.series import declare_series
from sdlang.model.statements import model_of
from sdlang.model.unit_check import settle_units
from sdlang.model.uses import components_of
from sdlang.source import Span
from sdlang.stdlib import component_names
from sdlang.syntax import tree
from sdlang.units.catalogue import BUILT_IN, COUNTED_NAMES, Catalogue, declare_unit

Used = tree.Block | tree.Instance
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
    before = len(found)
    components = components_of(file, read, found)
    if len(found) == before:
        for component in components.values():
            check_component(component, found)
    dimensions = dimensions_of([d for d in file.declarations if isinstance(d, tree.Dimension)], found)
    if len(found) > before:
        return None
    builder = Builder(found, clock.unit.factor, components, instantiate, read, clock.is_calendar, dimensions)
    builder.dimensions.update(dimensions)
    builder.moves = frozenset(move.name.text for event in written_in(file) for move in event.items)
    builder.taken = frozenset(beginning for name in scope.names for beginning in beginnings(name))
    scope = replace(scope, dimensions=dimensions)
    scope, shapes = _with_names(file, scope, builder)
    _declare_variables(file, clock, read, scope, shapes, builder)
    if has_errors(found):
        return None
    settle_assumptions(file, scope, builder)
    settle_unknowns(file, scope, builder)
    events = events_of(file, scope, builder)
    contests = [(declaration, scope) for declaration in file.declarations if isinstance(declaration, tree.Contest)]
    builder.contests.extend(contests)
    settle_contests(builder)
    settle_inflows(builder)
    made = model_of(file, title, clock, scope, builder)
    model = replace(made, results=_results(shapes, scope), rest=rest_of(file, builder), events=events)
    if has_errors(found):
        return None
    _check_roles(builder.variables, found)
    check_cycles(builder.variables, builder.uses, builder.dimensions, found)
    if has_errors(found):
        return None
    found += builder.unit_mistakes
    model = settle_units(model, builder, units, found)
    if has_errors(found):
        return None
    check_values(model, builder.uses, found)
    check_draws(model, builder.uses, found)
    check_shares(model, builder.shares, found)
    check_events(model, found)
    check_scenarios(model, model.scenarios, found)
    return model


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
    named = Declared | tree.Dimension | Used
    taken = {declaration.name.text for declaration in file.declarations if isinstance(declaration, named)}
    units = BUILT_IN.without(taken & COUNTED_NAMES)
    for declaration in file.declarations:
        if isinstance(declaration, tree.UnitDeclaration):
            units = declare_unit(declaration, units, found)
    return units


def _scope(file: tree.File, units: Catalogue, found: list[Diagnostic]) -> Scope:
    """The names that the file declares; a name that already means something is reported."""
    first: dict[str, Span] = {}
    names: dict[str, Meaning] = {}
    moves = (move for event in written_in(file) for move in event.items)
    for declaration in (*file.declarations, *moves):
        if not isinstance(declaration, Declared | tree.Move | tree.Component | tree.Scenario | tree.Dimension | Used):
            continue
        name, span = declaration.name.text, declaration.name.span
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
        elif isinstance(declaration, Declared):
            names[name] = Variables(name, KINDS[type(declaration).__name__])
    return Scope(MappingProxyType(names), units)


def _with_names(file: tree.File, scope: Scope, builder: Builder) -> tuple[Scope, list[Shape]]:
    """The scope in which it is known what variables are split by, and what instances of components consist of."""
    names: dict[str, Meaning] = dict(scope.names)
    for declaration in file.declarations:
        if isinstance(declaration, Declared) and not isinstance(declaration, tree.Table):
            known = names.get(declaration.name.text)
            if isinstance(known, Variables):
                unread: list[Diagnostic] = []  # the declaration itself tells what is wrong with its indices
                loops = loops_of(declaration.indices, known.flat, scope, unread, 0)
                kind = known.kind
                if isinstance(declaration, tree.Flow) and is_shared(declaration):
                    kind = "auxiliary"
                    for word in words_of(declaration):
                        flat = f"{known.flat}.{word}"
                        names[flat] = whole_variable(flat, "flow", (), [loop.axis for loop in loops])
                names[known.flat] = whole_variable(known.flat, kind, (), [loop.axis for loop in loops])
    scope = replace(scope, names=MappingProxyType(names))
    shapes: list[Shape] = []
    used: set[str] = set()
    for declaration in file.declarations:
        if isinstance(declaration, Used) and declaration.name.text not in used:
            used.add(declaration.name.text)
            shape = None
            with _followed(declaration.name.span, builder):
                shape = shape_of(declaration, scope, builder)
            if shape is not None:
                shapes.append(shape)
                for name, meant in shape.names(scope).items():
                    if name in scope.names and name != declaration.name.text:
                        builder.found.append(errors.shadowed_name(name, "a variable", declaration.name.span))
                    names[name] = meant
    dimensions = dict(scope.dimensions)
    for shape in shapes:
        dimensions |= shape.dimensions(scope)
    scope = replace(scope, names=MappingProxyType(names), dimensions=MappingProxyType(dimensions))
    for shape in shapes:
        shape.outer = replace(shape.outer, names=scope.names, dimensions=scope.dimensions)
    return scope, shapes


def _results(shapes: Sequence[Shape], scope: Scope) -> Mapping[str, str]:
    """The variables that uses with a name stand for: `hk` is `hk.hires`."""
    known = {shape.name: scope.names.get(shape.name) for shape in shapes}
    return MappingProxyType({name: meant.flat for name, meant in known.items() if isinstance(meant, Variables)})


def _what_it_means(
    name: str, declaration: Declared | tree.Move | tree.Component | tree.Dimension | Used, units: Catalogue
) -> str:
    """What a name means already, in words; empty if it is free."""
    if name == "time":
        return "the time of the run"
    if name in units:
        return "a unit"
    if isinstance(declaration, tree.Table | tree.Component):
        if name in FUNCTIONS or name in DISTRIBUTIONS:
            return "a function"
        if name in component_names():
            return "a component of the standard library"
    return ""


def _declare_variables(
    file: tree.File, clock: Clock, read: Reader, scope: Scope, shapes: list[Shape], builder: Builder
) -> None:
    """Parameters first, since ranges and the points of tables are made of them."""
    wanted = [declaration for declaration in file.declarations if isinstance(declaration, Declared)]
    wanted = [d for d in wanted if d.name.text in scope.names]
    done: set[str] = set()
    for declaration in sorted(wanted, key=lambda d: not isinstance(d, tree.Parameter)):
        name = declaration.name.text
        if name in done:
            continue
        done.add(name)
        match declaration:
            case tree.Table():
                declare_table(declaration, scope, builder)
            case tree.Series():
                declare_series(declaration, clock, read, scope, builder)
            case _:
                with _followed(declaration.name.span, builder):
                    declare(declaration, name, replace(scope, owner=name), builder)
    for shape in shapes:
        with _followed(shape.span, builder):
            fill(shape, builder)
    _settle_parameters(builder)
    declared = [d for d in file.declarations if isinstance(d, Declared | Used)]
    in_file = {d.name.text: place for place, d in enumerate(declared)}

    def place(name: str) -> int:
        return in_file.get(owner_among(name, in_file), len(in_file))

    builder.variables = {name: builder.variables[name] for name in sorted(builder.variables, key=place)}


@contextmanager
def _followed(span: Span, builder: Builder) -> Iterator[None]:
    """What is nested deeper than Python can follow, component in expression in component, is told at the use."""
    try:
        yield
    except RecursionError:
        builder.found.append(component_errors.too_deep_to_follow(span))


def _settle_parameters(builder: Builder) -> None:
    """What uses of components were given is a parameter where it reads parameters only."""
    waiting = dict.fromkeys(builder.perhaps_parameters)
    changed = True
    while changed:
        changed = False
        for name in list(waiting):
            variable = builder.variables.get(name)
            if not isinstance(variable, Auxiliary) or isinstance(variable.value, Vector | Memory | Draw):
                del waiting[name]
            elif all(isinstance(builder.variables.get(read), Parameter) for read in references(variable.value)):
                common = {each.name: getattr(variable, each.name) for each in fields(variable) if each.name != "guess"}
                builder.variables[name] = Parameter(**common)
                del waiting[name]
                changed = True


def _check_roles(variables: Mapping[str, Variable], found: list[Diagnostic]) -> None:
    """A parameter reads parameters only; the start of a stock reads no flow and not the stock itself."""
    for name, variable in variables.items():
        if isinstance(variable, Parameter):
            for read in references(variable.value):
                kind = "time" if read == "time" else KINDS.get(type(variables[read]).__name__, "")
                if kind == "auxiliary" and variables[read].is_hidden:
                    function = variables[read].component.rpartition(".")[2].rstrip("_0123456789")
                    found.append(errors.parameter_computed(name, function, variable.span))
                    break
                if kind not in ("parameter", "table"):
                    found.append(errors.parameter_not_constant(name, read, kind, variable.span))
                    break
        # What a component is given may be a flow: `delay(hiring, ...)` starts with it, hidden or written out flat.
        if isinstance(variable, Stock) and not variable.is_hidden and (variable.component or "." not in name):
            for read in references(variable.initial):
                if read == name and not variable.axes:  # of elements that read one another, loops are looked for
                    found.append(errors.stock_reads_itself(name, variable.span))
                    break
                if isinstance(variables.get(read), Flow):
                    found.append(errors.stock_as_equation(name, read, variable.span))
                    break

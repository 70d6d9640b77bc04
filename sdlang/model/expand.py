"""The flat model: a File without components, in which every variable that a model has is declared.

What uses of components became is written out, and so are flows that split, contests and the hidden instances of
`smooth` and its like; the file is in the order in which the model has its variables, so that sums round the same. What
was written flat already stays as it was written, with its comments and its documentation; a unit that was inferred is
written down. One written equation stays one. What is expanded again stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeVar

from sdlang.model.courses import EXTREME, VALUES
from sdlang.model.cycles import is_call, start_of
from sdlang.model.data import READERS
from sdlang.model.distributions import DISTRIBUTIONS
from sdlang.model.events import Written, owner_of_event
from sdlang.model.functions import FUNCTIONS
from sdlang.model.memories import MEMORIES
from sdlang.model.model import Auxiliary, Dimension, Flow, Model, Move, Parameter, Stock, Table, Variable, When
from sdlang.model.names import owner_among
from sdlang.model.predicates import PREDICATES
from sdlang.model.vectors import REDUCTIONS, VECTORS
from sdlang.model.writer import Place, Writer
from sdlang.model.written import NOWHERE, name, whole
from sdlang.syntax import tree
from sdlang.syntax.walk import children
from sdlang.units.catalogue import BUILT_IN, COUNTED_NAMES, Catalogue

IN_BRACES = re.compile(r"(\{\{\s*)([\w.]+)")
Used = tree.Block | tree.Instance
Declared = tree.Parameter | tree.Stock | tree.Flow | tree.Auxiliary | tree.Table | tree.Series
Equated = tree.Parameter | tree.Stock | tree.Flow | tree.Auxiliary


def expand(file: tree.File, model: Model) -> tree.File:
    """The flat model of a file, whose Model is given."""
    return _Expansion(file, model).file()


class _Expansion:
    def __init__(self, file: tree.File, model: Model) -> None:
        self.written = file
        self.model = model
        self.writer = Writer(replace(model, units=_units_when_flat(file, model.units)))
        self.declared = {d.name.text: d for d in file.declarations if isinstance(d, Declared | Used)}
        self.in_file = {d.name.text for d in file.declarations if isinstance(d, tree.Dimension)}
        self.groups: dict[str, list[str]] = {}
        for variable in model.variables:
            self.groups.setdefault(owner_among(variable, self.declared), []).append(variable)

    def file(self) -> tree.File:
        made = [self._made(declaration) for declaration in self.written.declarations]
        made.append(list(self._group("")))
        self._add_asked(made)
        if made[-1]:
            first = made[-1][0]
            made[-1][0] = replace(first, layout=replace(first.layout, before=("",)))
        return replace(self.written, declarations=tuple(each for group in made for each in group))

    def _add_asked(self, made: list[list[tree.Declaration]]) -> None:
        """Declare the hidden variables that could not be written as calls, before those of their owner."""
        done: set[str] = set()
        while waiting := [each for each in self.model.variables if each in self.writer.asked and each not in done]:
            for variable in waiting:
                done.add(variable)
                owner = owner_among(variable, self.declared)
                order = {each: place for place, each in enumerate(self.groups[owner])}
                group = next(
                    (
                        group
                        for group, declaration in zip(made, self.written.declarations, strict=False)
                        if owner and _name_of(declaration) == owner
                    ),
                    made[-1],
                )
                at = next(
                    (
                        place
                        for place, each in enumerate(group)
                        if not isinstance(each, tree.Dimension) and order.get(_name_of(each), 0) > order[variable]
                    ),
                    len(group),
                )
                group.insert(at, self._generated(self.model.variables[variable]))

    def _made(self, declaration: tree.Declaration) -> list[tree.Declaration]:
        """What a declaration of the file becomes."""
        match declaration:
            case tree.Use() | tree.Component() | tree.Contest() | tree.Stratify():
                return []
            case tree.Block() | tree.Instance():
                group = list(self._group(declaration.name.text))
                if group:
                    layout = declaration.layout
                    said = tuple(f"# {line}".rstrip() for line in layout.documentation)
                    group[0] = replace(group[0], layout=replace(group[0].layout, before=(*layout.before, *said)))
                return group
            case tree.Table() | tree.Series() | tree.Parameter() | tree.Stock() | tree.Flow() | tree.Auxiliary():
                group = list(self._group(declaration.name.text))
                first = group[0]
                if _name_of(first) != declaration.name.text and declaration.layout.before[:1] == ("",):
                    group[0] = replace(first, layout=replace(first.layout, before=("",)))
                return group
            case tree.Expect():
                return [self._expectation(declaration)]
            case tree.Claim(items=items):
                return [replace(declaration, items=tuple(self._expectation(item) for item in items))]
            case tree.When() | tree.At() | tree.Every():
                return [self._event(declaration)]
            case tree.Scenario(items=items):
                kept = tuple(self._expectation(item) if isinstance(item, tree.Expect) else item for item in items)
                return [replace(declaration, items=kept)]
            case _:
                return [_renamed(declaration, self.model.results)]

    def _group(self, owner: str) -> Iterator[tree.Declaration]:
        """The declarations of all that a declaration of the file became; of what none owns, if `owner` is empty."""
        for dimension in self.model.dimensions.values():
            if dimension.name not in self.in_file and owner_among(dimension.name, self.declared) == owner:
                yield _dimension(dimension, self.model.dimensions)
        for each in self.groups.get(owner, ()):
            variable = self.model.variables[each]
            declaration = self.declared.get(each)
            if declaration is not None and not isinstance(declaration, Used):
                yield self._kept(declaration, variable)
            elif not is_call(variable):
                yield self._generated(variable)

    # A declaration of the file ---------------------------------------------------------------------------------------

    def _kept(self, declaration: Declared, variable: Variable) -> tree.Declaration:
        """A declaration of the file as it stands, with its unit; its equation is written anew where it has to be."""
        unit = declaration.unit
        if unit is None and variable.unit_is_inferred:
            unit = self.writer.quantities.unit(variable.unit)
        if isinstance(declaration, tree.Table):
            assert isinstance(variable, Table)
            of_input = declaration.input_unit or self.writer.quantities.unit(variable.input_unit)
            return _renamed(replace(declaration, unit=unit, input_unit=of_input), self.model.results)
        if isinstance(declaration, tree.Series):
            return replace(declaration, unit=unit)
        if isinstance(declaration, tree.Flow) and isinstance(variable, Auxiliary):
            auxiliary = tree.Auxiliary(
                NOWHERE,
                declaration.layout,
                declaration.name,
                declaration.indices,
                declaration.label,
                declaration.unit,
                declaration.rate,
            )
            return self._kept(auxiliary, variable)
        is_contested = isinstance(variable, Flow) and f"{variable.name}.wanted" in self.model.variables
        if self._is_flat(_value(declaration)) and not is_contested:
            return _renamed(replace(declaration, unit=unit), self.model.results)
        place = self.writer.place(variable)
        expression = start_of(variable)
        assert expression is not None
        value = self.writer.definition(expression, variable, place)
        unit = declaration.unit or self.writer.quantities.unit(variable.unit)
        anew = replace(declaration, unit=unit, indices=self.writer.indices(place))
        match anew:
            case tree.Flow():
                assert isinstance(variable, Flow)
                source, target = self._ends(variable, place)
                return replace(anew, source=source, target=target, rate=value)
            case tree.Stock():
                return replace(anew, initial=value)
            case _:
                return replace(anew, value=value)

    def _is_flat(self, node: tree.Node) -> bool:
        """Whether an expression calls no component."""
        if isinstance(node, tree.Call) and not self._is_plain(node.function.text):
            return False
        return all(self._is_flat(child) for child in children(node))

    def _is_plain(self, function: str) -> bool:
        tables = (FUNCTIONS, REDUCTIONS, VECTORS, MEMORIES, DISTRIBUTIONS, READERS, self.model.variables)
        return any(function in table for table in (*tables, PREDICATES, VALUES)) or function == EXTREME

    def _expectation(self, declaration: tree.Expect) -> tree.Expect:
        if self._is_flat(declaration):
            return _renamed(declaration, self.model.results)
        known = next(each for each in self.model.expectations if each.span == declaration.span)
        loops = self.writer.loops_of_expectation(known.axes)
        condition = self.writer.expression(known.subject, Place("", loops))
        if known.forced:
            held = tuple(
                tree.Argument(NOWHERE, each.name, self.writer.expression(each.value, Place("")))
                for each in known.forced
            )
            condition = tree.Call(NOWHERE, name(EXTREME), (*held, tree.Argument(NOWHERE, "", condition)))
        event = known.moment.event if known.moment is not None else None
        written = None if event is None else self.writer.expression(event, Place("", loops))
        if written is None:
            return replace(declaration, condition=condition)
        is_trigger = declaration.trigger is not None
        return replace(
            declaration,
            condition=condition,
            time=declaration.time if is_trigger else written,
            trigger=written if is_trigger else None,
        )

    def _event(self, declaration: Written) -> Written:
        """An event, its moves with their units; what calls a component is written anew."""
        number, known = next(
            (number, each) for number, each in enumerate(self.model.events, 1) if each.span == declaration.span
        )
        moves = zip(declaration.items, known.moves, strict=True)
        declaration = replace(declaration, items=tuple(self._move(written, move) for written, move in moves))
        match declaration, known.trigger:
            case tree.When(condition=written), When(condition=condition) if not self._is_flat(written):
                anew = self.writer.expression(condition, Place(owner_of_event(number)))
                declaration = replace(declaration, condition=anew)
        return _renamed(declaration, self.model.results)

    def _move(self, written: tree.Move, move: Move) -> tree.Move:
        unit = written.unit
        if unit is None and move.unit_is_inferred:
            unit = self.writer.quantities.unit(move.unit)
        if self._is_flat(written.amount):
            return replace(written, unit=unit)
        place = self.writer.place(move)
        source, target = (
            self.writer.end(stock, indices, place)
            for stock, indices in ((move.source, move.source_indices), (move.target, move.target_indices))
        )
        return replace(
            written,
            unit=written.unit or self.writer.quantities.unit(move.unit),
            indices=self.writer.indices(place),
            source=source,
            target=target,
            amount=self.writer.definition(move.amount, move, place),
        )

    # A variable that no declaration of the file says -----------------------------------------------------------------

    def _generated(self, variable: Variable) -> tree.Declaration:
        """The declaration of a variable."""
        place = self.writer.place(variable)
        expression = start_of(variable)
        assert expression is not None
        value = self.writer.definition(expression, variable, place)
        layout = tree.Layout(documentation=self._documentation(variable))
        called, indices, label = name(variable.name), self.writer.indices(place), variable.label
        unit = self.writer.quantities.unit(variable.unit)
        match variable:
            case Parameter():
                return tree.Parameter(NOWHERE, layout, called, indices, label, unit, value, self._range(variable))
            case Stock():
                return tree.Stock(NOWHERE, layout, called, indices, label, unit, value)
            case Flow():
                source, target = self._ends(variable, place)
                return tree.Flow(NOWHERE, layout, called, indices, label, unit, source, target, value)
            case _:
                return tree.Auxiliary(NOWHERE, layout, called, indices, label, unit, value)

    def _ends(self, flow: Flow, place: Place) -> tuple[tree.End, tree.End]:
        return (
            self.writer.end(flow.source, flow.source_indices, place),
            self.writer.end(flow.target, flow.target_indices, place),
        )

    def _range(self, parameter: Parameter) -> tree.Range | None:
        if parameter.low is None or parameter.high is None:
            return None
        low, high = (
            self.writer.quantities.quantity(Fraction(end), parameter.unit.dimension)
            for end in (parameter.low, parameter.high)
        )
        return tree.Range(NOWHERE, low, high)

    def _documentation(self, variable: Variable) -> tuple[str, ...]:
        """What a component says of its variable; a part of a flow that splits does not say again what the flow says."""
        whole_flow = self.model.variables.get(variable.name.rpartition(".")[0])
        if not variable.documentation or (whole_flow and whole_flow.documentation == variable.documentation):
            return ()
        return tuple(variable.documentation.split("\n"))


def _units_when_flat(file: tree.File, units: Catalogue) -> Catalogue:
    """The units of the flat file: the name of a use of a component (`adoption robots { ... }`) is no variable there, so
    it may be a unit again."""
    used = {each.name.text for each in file.declarations if isinstance(each, Used)}
    again = {unit: BUILT_IN[unit] for unit in used & COUNTED_NAMES if unit not in units}
    return replace(units, units=MappingProxyType({**units.units, **again}))


def _name_of(declaration: tree.Declaration) -> str:
    return declaration.name.text if isinstance(declaration, Declared | Used | tree.Dimension) else ""


def _value(declaration: Equated) -> tree.Expr:
    match declaration:
        case tree.Parameter(value=value) | tree.Auxiliary(value=value):
            return value
        case tree.Stock(initial=initial):
            return initial
        case tree.Flow(rate=rate):
            return rate


def _dimension(dimension: Dimension, known: Mapping[str, Dimension]) -> tree.Dimension:
    """A dimension that a component declares."""
    called, elements = name(dimension.name), tuple(map(name, dimension.elements))
    if dimension.first is not None:
        runs = tree.Range(NOWHERE, whole(dimension.first), whole(dimension.first + len(elements) - 1))
        return tree.Dimension(NOWHERE, tree.Layout(), called, range=runs)
    for maps, places in dimension.maps.items():
        members = known[maps].elements
        blocs = tuple(
            tree.Bloc(NOWHERE, element, tuple(name(m) for m, at in zip(members, places, strict=True) if at == number))
            for number, element in enumerate(elements)
        )
        return tree.Dimension(NOWHERE, tree.Layout(), called, maps=name(maps), blocs=blocs)
    return tree.Dimension(NOWHERE, tree.Layout(), called, elements, dimension.is_ordered)


Named = TypeVar("Named", bound=tree.Node)


def _renamed(node: Named, names: Mapping[str, str]) -> Named:
    """The node with other names for variables."""
    if not names:
        return node
    changed: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if field.name == "function" or (field.name == "name" and isinstance(node, Declared)):
            continue
        if isinstance(value, tree.Node):
            changed[field.name] = _renamed(value, names)
        elif isinstance(value, tuple) and value and isinstance(value[0], tree.Node):
            changed[field.name] = tuple(
                _renamed(each, names) if isinstance(each, tree.Node) else each for each in value
            )
    if isinstance(node, tree.Prose):
        text = IN_BRACES.sub(lambda match: match[1] + names.get(match[2], match[2]), node.text)
        return replace(node, text=text)
    if isinstance(node, tree.Name) and node.text in names:
        return replace(node, text=names[node.text])
    return replace(node, **changed) if changed else node

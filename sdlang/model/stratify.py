"""`stratify model by region { staff = { north: 70%, south: 30% }  keep target }`: a flat model, split by dimensions.

Every stock is split but for those that are kept; so is every flow at a split stock, and every variable whose equation
reads a split one. All others stay one for all strata. Which variables hold amounts is seen from their units in the flat
model: the unit of a split stock, or that per time (people, people/year). An amount must not be counted once for each
stratum, so

- the initial value of a split stock is shared out by shares that add up to 1, unless it is 0 or reads what is split;
- an amount that stays one and is read by what is split is shared out, too, or it is kept: then each stratum reads all;
- a number in a split equation that is an amount is asked for by name;
- what is kept and reads a split amount reads its sum.

Rates, times and shares stay the same for all; a parameter that is no amount may be given a value for each stratum. If
the equations are linear in the amounts, the sums over the strata run as the flat model does.

The outcome is a tree like any other: the model is read from it as if it had been written so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from itertools import chain
from typing import Any, TypeVar

from sdlang.diagnostics import Diagnostic, Severity, has_errors
from sdlang.model import dimension_errors, errors, stratify_errors as words
from sdlang.model.constants import constant_values
from sdlang.model.cycles import start_of
from sdlang.model.data import Reader
from sdlang.model.event_strata import as_flow, as_move, flows_of_moves, with_moves
from sdlang.model.events import Written as Event, head, written_in
from sdlang.model.expressions import Constant, Expr, parts
from sdlang.model.model import Model, Variable
from sdlang.model.names import owner_among
from sdlang.model.resolve import resolve
from sdlang.model.written import Quantities
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.syntax.walk import children
from sdlang.units.unit import DIMENSIONLESS, TIME, Dimension

SHARES = ".shares"
PART = ".part"
ROUNDING = 1e-9

Variables = tree.Parameter | tree.Stock | tree.Flow | tree.Auxiliary | tree.Table | tree.Series
SayingMore = tree.Stratify | tree.Expect | tree.Plot | tree.TableRequest | tree.Report | tree.Scenario


def stratify(file: tree.File, read: Reader, found: list[Diagnostic]) -> tree.File:
    """The file with its model split as it says; a file that says nothing of the kind stays as it is."""
    declared = [each for each in file.declarations if isinstance(each, tree.Stratify)]
    if not declared:
        return file
    for second in declared[1:]:
        found.append(errors.duplicate_declaration("stratify", second.span, declared[0].span))
    flat = tuple(each for each in file.declarations if not isinstance(each, SayingMore))
    told: list[Diagnostic] = []
    model = resolve(replace(file, declarations=flat), read, told)
    found += [diagnostic for diagnostic in told if diagnostic.severity is Severity.ERROR]
    if has_errors(found) or model is None:
        return file
    return _Strata(file, declared[0], model, found).file()


def check_strata(file: tree.File, model: Model, found: list[Diagnostic]) -> None:
    """The shares by which amounts are shared out add up to 1. `file` is the one that says so."""
    for declared in file.declarations:
        if isinstance(declared, tree.Stratify):
            values = constant_values(model.variables)
            for item in declared.items:
                if isinstance(item, tree.Override) and isinstance(item.name, tree.Name):
                    variable = model.variables.get(item.name.text + SHARES)
                    known = None if variable is None else values.get(variable.name)
                    if variable is not None and known is not None:
                        shares = known if isinstance(known, tuple) else (known,) * _size(variable)
                        if min(shares) < 0 or abs(sum(shares) - 1) > ROUNDING:
                            dimensions = [name.text for name in declared.dimensions]
                            found.append(words.shares(item.name.text, shares, dimensions, item.span))


def _size(variable: Variable) -> int:
    size = 1
    for axis in variable.axes:
        size *= axis.size
    return size


class _Strata:
    """One stratification: what is kept, shared and split, and the tree that comes of it."""

    def __init__(self, file: tree.File, written: tree.Stratify, flat: Model, found: list[Diagnostic]) -> None:
        self.written_file = file
        self.written = written
        self.flat = with_moves(flat)
        self.quantities = Quantities(flat)
        self.found = found
        self.dimensions = [name.text for name in written.dimensions]
        self.declared: dict[str, Variables] = {
            each.name.text: each for each in file.declarations if isinstance(each, Variables)
        }
        self.declared |= flows_of_moves(file)
        self.kept = {name.text for item in written.items if isinstance(item, tree.Keep) for name in item.names}
        self.given = {
            item.name.text: item
            for item in written.items
            if isinstance(item, tree.Override) and isinstance(item.name, tree.Name)
        }
        stocks = [each for each in self.declared.values() if isinstance(each, tree.Stock)]
        self.stocks = {stock.name.text for stock in stocks} - self.kept
        of_stocks = {flat.variables[name].unit.dimension for name in self.stocks} - {DIMENSIONLESS}
        self.amounts = of_stocks | {dimension / TIME for dimension in of_stocks}
        # What is one for all and shared out among those who read it; what has a value for each stratum.
        self.shared = {name for name in self.given if name in self.declared and self._is_shared(self.declared[name])}
        self.valued = self.given.keys() - self.shared - self.stocks
        self.split = self._split()

    def _is_shared(self, declaration: Variables) -> bool:
        name = declaration.name.text
        return name not in self.stocks and self._is_amount(name)

    def _is_amount(self, name: str) -> bool:
        return self._counts(self.flat.variables[name].unit.dimension)

    def _counts(self, dimension: Dimension | None) -> bool:
        return dimension in self.amounts

    def _split(self) -> set[str]:
        """The variables that are split: stocks, flows at them, and whatever reads what is split or shared out."""
        split = self.stocks | {name for name in self.valued if isinstance(self.declared.get(name), tree.Parameter)}
        waiting = {
            name: set(chain(*(_names(part) for part in _read_by(each))))
            for name, each in self.declared.items()
            if name not in self.kept and name not in split and name not in self.shared
        }
        while True:
            new = [name for name, read in waiting.items() if read & (split | self.shared)]
            if not new:
                return split
            split.update(new)
            for name in new:
                del waiting[name]

    # What is wrong ---------------------------------------------------------------------------------------------------

    def file(self) -> tree.File:
        before = len(self.found)
        self._check_dimensions()
        self._check_items()
        if len(self.found) == before:
            for name in self.declared:
                self._check(name)
            self._check_scenarios()
            for event in written_in(self.written_file):
                self._check_event(event)
        if len(self.found) > before:
            return self.written_file
        made = tuple(each for declaration in self.written_file.declarations for each in self._made(declaration))
        return replace(self.written_file, declarations=made)

    def _check_dimensions(self) -> None:
        for number, dimension in enumerate(self.written.dimensions):
            if dimension.text not in self.flat.dimensions:
                told = dimension_errors.unknown_dimension(dimension.text, self.flat.dimensions, dimension.span)
                self.found.append(told)
            elif dimension.text in self.dimensions[:number]:
                self.found.append(words.split_twice(dimension.text, dimension.span))
        for declaration in self.written_file.declarations:
            if isinstance(declaration, tree.Block | tree.Instance):
                self.found.append(words.component(declaration.name.text, declaration.name.span))

    def _check_items(self) -> None:
        """Names that there are, each said once, and as something that can be done with them."""
        seen: set[str] = set()
        for item in self.written.items:
            for name in item.names if isinstance(item, tree.Keep) else (item.name,):
                if isinstance(name, tree.Subscript):
                    self.found.append(words.element(name.name.text, self._example(name.name.text), item.span))
                elif name.text not in self.declared:
                    self.found.append(errors.unknown_name(name.text, name.span, self.declared))
                elif name.text in seen:
                    self.found.append(words.said_twice(name.text, name.span))
                else:
                    seen.add(name.text)
                    if isinstance(item, tree.Override) and name.text not in self.kept:
                        self._check_given(name.text, item)

    def _check_given(self, name: str, item: tree.Override) -> None:
        declaration = self.declared[name]
        kind = type(declaration).__name__.lower()
        if item.since is not None:
            self.found.append(words.with_a_time(name, item.since.span))
        elif isinstance(declaration, tree.Flow | tree.Table):
            self.found.append(words.not_to_share(name, f"a {kind}", item.span))
        elif name in self.valued and not isinstance(declaration, tree.Parameter):
            self.found.append(words.no_amount(name, self.flat.variables[name].unit.text, item.span))
        elif (read := self._split_in(declaration)) and not isinstance(declaration, tree.Parameter):
            self.found.append(words.split_already(name, read, item.span))

    def _split_in(self, declaration: Variables) -> str:
        """A split variable that the equation of another reads; empty if there is none."""
        names = chain(*(_names(part) for part in _read_by(declaration, with_ends=False)))
        return next((name for name in names if name in self.split | self.shared), "")

    def _check(self, name: str) -> None:
        declaration, span = self.declared[name], self.written.span
        is_unshared = name in self.stocks and name not in self.given and self._needs_shares(name)
        if name in self.split:
            for dimension in getattr(declaration, "indices", ()):
                if (dimension.dimension or dimension.name).text in self.dimensions:
                    self.found.append(words.already_by(name, dimension.name.text, declaration.name.span))
            if not is_unshared and (name not in self.given or name not in self.stocks):
                self._check_numbers(name)
        if is_unshared:
            self.found.append(words.no_shares(name, self._example(name), span, declaration.name.span))
        if name in self.kept:
            self._check_kept(declaration)
        elif name not in self.split and name not in self.shared and self._is_amount(name):
            reader = next((each for each in self.declared if each in self.split and self._reads(each, name)), None)
            if reader is not None:
                unit = self.flat.variables[name].unit.text
                self.found.append(words.unclear(name, unit, reader, self._example(name), span, declaration.name.span))

    def _needs_shares(self, name: str) -> bool:
        initial = start_of(self.flat.variables[name])
        is_nothing = isinstance(initial, Constant) and initial.value == 0
        return not is_nothing and not self._split_in(self.declared[name])

    def _reads(self, reader: str, name: str) -> bool:
        return any(name in _names(part) for part in _read_by(self.declared[reader], with_ends=False))

    def _check_numbers(self, name: str) -> None:
        """Numbers that are amounts, in the equation of a split variable or in what that is made of."""
        if name in self.valued:
            return
        for variable in self.flat.variables.values():
            if owner_among(variable.name, self.declared) == name:
                for number in _numbers(start_of(variable)):
                    if self._counts(number.dimension) and number.span.source is self.written_file.source:
                        self.found.append(words.number(name, number.span.text, number.span))

    def _check_kept(self, declaration: Variables) -> None:
        name = declaration.name.text
        if isinstance(declaration, tree.Flow):
            ends = chain(*(_names(end) for end in (declaration.source, declaration.target) if end is not None))
            stock = next((each for each in ends if each in self.stocks), None)
            if stock is not None:
                self.found.append(words.flow_kept(name, stock, self._keep_span(name)))
        for read in chain(*(_names(part) for part in _read_by(declaration, with_ends=False))):
            if read in self.split and self.amounts and not self._is_amount(read):
                unit = self.flat.variables[read].unit.text
                self.found.append(words.sum_of_no_amount(name, read, unit, self._keep_span(name)))

    def _check_scenarios(self) -> None:
        """A scenario cannot give a stock, of which nobody says how it is shared out, an amount to start from."""
        for scenario in (each for each in self.written_file.declarations if isinstance(each, tree.Scenario)):
            for item in scenario.items:
                if isinstance(item, tree.Override) and isinstance(item.name, tree.Name):
                    name = item.name.text
                    if name in self.stocks and name not in self.given:
                        told = words.no_shares_in_scenario(scenario.name.text, name, self._example(name), item.span)
                        self.found.append(told)

    def _check_event(self, event: Event) -> None:
        """When something happens is one for all: its condition reads sums of amounts."""
        for read in _names(replace(event, items=())):
            if read in self.split and self.amounts and not self._is_amount(read):
                unit = self.flat.variables[read].unit.text
                self.found.append(words.event_reads(head(event), read, unit, event.span))

    def _keep_span(self, name: str) -> Span:
        names = (each for item in self.written.items if isinstance(item, tree.Keep) for each in item.names)
        return next(each.span for each in names if each.text == name)

    def _example(self, name: str) -> str:
        """Shares to begin with: the same for all."""
        tables = []
        for dimension in self.dimensions:
            known = self.flat.dimensions.get(dimension)
            elements = () if known is None else known.elements
            rows = [f"{element}: {100 / len(elements):.4g}%" for element in elements[:4]]
            tables.append(f"{{ {', '.join([*rows, *(['...'] * (len(elements) > 4))])} }}")
        return f"{name} = {' * '.join(tables)}"

    # What comes of it ------------------------------------------------------------------------------------------------

    def _made(self, declaration: tree.Declaration) -> Iterator[tree.Declaration]:
        match declaration:
            case tree.Stratify():
                pass
            case tree.Expect():
                yield self._expectation(declaration)
            case tree.Claim(items=items):
                yield replace(declaration, items=tuple(self._expectation(item) for item in items))
            case tree.Scenario(items=items):
                yield replace(declaration, items=tuple(map(self._in_scenario, items)))
            case tree.Parameter() | tree.Stock() | tree.Flow() | tree.Auxiliary() | tree.Series():
                yield from self._variable(declaration)
            case tree.When() | tree.At() | tree.Every():
                yield self._event(declaration)
            case _:
                yield declaration

    def _in_scenario(
        self, item: tree.Override | tree.TableOverride | tree.Expect
    ) -> tree.Override | tree.TableOverride | tree.Expect:
        """A line of a scenario; what a stock starts from is shared out like that of its declaration."""
        match item:
            case tree.Expect():
                return self._expectation(item)
            case tree.Override(name=tree.Name(text=name), value=value) if name in self.stocks and name in self.given:
                return replace(item, value=self._shared_out(name, value))
            case _:
                return item

    def _event(self, event: Event) -> tree.Declaration:
        moves = [made for move in event.items for made in self._variable(as_flow(move)) if isinstance(made, tree.Flow)]
        sums = {each: self._sum_of(each) for each in self.split - self.kept}
        return replace(_with_names(replace(event, items=()), sums), items=tuple(map(as_move, moves)))

    def _variable(
        self, declaration: tree.Parameter | tree.Stock | tree.Flow | tree.Auxiliary | tree.Series
    ) -> Iterator[tree.Declaration]:
        name = declaration.name.text
        if name in self.shared:
            yield declaration
        elif name in self.split:
            yield self._split_by_all(declaration)
        else:
            yield _with_names(declaration, {each: self._sum_of(each) for each in self.split - self.kept})
        if name in self.shared or (name in self.stocks and name in self.given):
            item = self.given[name]
            yield self._declared(tree.Parameter, name + SHARES, item.value, item)
            if name in self.shared:
                product = self._shared_out(name, tree.Name(item.span, name))
                kind = tree.Parameter if isinstance(declaration, tree.Parameter) else tree.Auxiliary
                yield self._declared(kind, name + PART, product, item)

    def _split_by_all(
        self, declaration: tree.Parameter | tree.Stock | tree.Flow | tree.Auxiliary | tree.Series
    ) -> tree.Declaration:
        """A declaration with the dimensions, which reads the parts of what is shared out."""
        name = declaration.name.text
        changed = _with_names(declaration, {each: self._part_of(each) for each in self.shared})
        if name in self.valued and isinstance(changed, tree.Parameter):
            changed = replace(changed, value=self.given[name].value)
        elif isinstance(changed, tree.Stock) and name in self.given:
            unit = changed.unit or self._unit_written(name)
            changed = replace(changed, unit=unit, initial=self._shared_out(name, changed.initial))
        return replace(changed, indices=(*declaration.indices, *self._indices(declaration.name.span)))

    def _shared_out(self, name: str, amount: tree.Expr) -> tree.Expr:
        span = self.given[name].span
        return tree.Binary(span, "*", tree.Name(span, name + SHARES), amount)

    def _unit_written(self, name: str) -> tree.Expr | None:
        """The unit in which a variable is written, to be shown still; `None` where nobody wrote one."""
        variable = self.flat.variables[name]
        return None if variable.unit_is_inferred else self.quantities.unit(variable.unit)

    def _declared(
        self, kind: type[tree.Parameter] | type[tree.Auxiliary], name: str, value: tree.Expr, item: tree.Override
    ) -> tree.Declaration:
        """A variable that is split and that nobody wrote."""
        span = item.span
        named, indices = tree.Name(item.name.span, name), self._indices(span)
        unit = tree.Number(span, "1") if name.endswith(SHARES) else self._unit_written(name.removesuffix(PART))
        if kind is tree.Parameter:
            return tree.Parameter(span, tree.Layout(), named, indices, "", unit, value, None)
        return tree.Auxiliary(span, tree.Layout(), named, indices, "", unit, value)

    def _indices(self, span: Span) -> tuple[tree.Index, ...]:
        return tuple(tree.Index(span, tree.Name(span, dimension)) for dimension in self.dimensions)

    def _part_of(self, name: str) -> tree.Expr:
        return tree.Name(self.written.span, name + PART)

    def _sum_of(self, name: str) -> tree.Expr:
        """The sum of a split variable over all strata."""
        span = self.written.span
        over = tuple(tree.Over(span, tree.Name(span, dimension)) for dimension in self.dimensions)
        return tree.Call(span, tree.Name(span, "sum"), (tree.Argument(span, "", tree.Name(span, name)),), over)

    def _expectation(self, declaration: tree.Expect) -> tree.Expect:
        """`conserved(staff)` speaks of all strata together; any other expectation is held for each of them."""
        match declaration.condition:
            case tree.Call(function=tree.Name(text="conserved"), arguments=arguments):
                sums = {each: self._sum_of(each) for each in self.split}
                whole = tuple(_with_names(each, sums) for each in arguments)
                return replace(declaration, condition=replace(declaration.condition, arguments=whole))
            case _:
                return declaration


def _read_by(declaration: Variables, *, with_ends: bool = True) -> tuple[tree.Node, ...]:
    """The parts of a declaration that read variables."""
    match declaration:
        case tree.Parameter(value=value) | tree.Auxiliary(value=value):
            return (value,)
        case tree.Stock(initial=initial):
            return (initial,)
        case tree.Flow(source=source, target=target, rate=rate):
            return (rate, *(end for end in (source, target) if end is not None and with_ends))
        case tree.Table(points=points):
            return points
        case tree.Series():
            return ()


def _names(node: tree.Node) -> Iterator[str]:
    """The names in an expression that are not those of functions."""
    if isinstance(node, tree.Name):
        yield node.text
    for child in children(node):
        if not (isinstance(node, tree.Call) and child is node.function):
            yield from _names(child)


def _numbers(expression: Expr | None) -> Iterator[Constant]:
    """The numbers in an expression that are not 0."""
    if expression is not None:
        yield from (part for part in parts(expression) if isinstance(part, Constant) and part.value)


Written = TypeVar("Written", bound=tree.Node)


def _with_names(node: Written, changed: Mapping[str, tree.Expr]) -> Written:
    """The node with other expressions for some names; what it declares, and the ends of a flow, keep theirs."""
    new: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if field.name in ("function", "over", "source", "target", "indices"):
            continue
        if field.name == "name" and not isinstance(node, tree.Subscript):
            continue
        if isinstance(value, tree.Node):
            new[field.name] = _replaced(value, changed)
        elif isinstance(value, tuple) and value and isinstance(value[0], tree.Node):
            new[field.name] = tuple(_replaced(each, changed) for each in value)
    return replace(node, **new)


def _replaced(node: tree.Node, changed: Mapping[str, tree.Expr]) -> tree.Node:
    match node:
        case tree.Name(text=text) if text in changed:
            return changed[text]
        case tree.Subscript(name=tree.Name(text=text)) if text in changed:
            match changed[text]:
                case tree.Name() as name:
                    return replace(node, name=name)
                case tree.Call(arguments=(argument,)) as call:
                    return replace(call, arguments=(replace(argument, value=node),))
                case _:
                    return node
        case tree.Subscript() | tree.Name():
            return node
        case _:
            return _with_names(node, changed)

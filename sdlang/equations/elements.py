"""A system element by element: every variable that is split becomes one variable for each of its elements.

Runs keep arrays as arrays. Analysis in closed form needs plain names: here an equation over elements is written out
for each of them, sums with all their terms, and what the position of an element decides is decided. It costs as much
as there are elements, so it is done on demand and only for a system that is small enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from math import prod

import sympy

from sdlang.equations.nodes import Builtin, builtin
from sdlang.equations.system import Equation, State, System
from sdlang.model.constants import everywhere, flat_place
from sdlang.model.cycles import Block
from sdlang.model.expressions import Axis, Index
from sdlang.model.positions import place_of

MOST_ELEMENTS = 2_000

Places = Mapping[str, int]


class NotByElement(ValueError):
    """A system that cannot be written out element by element; the text says why."""


def by_element(system: System) -> System:
    """The same system with a plain variable for each element, called `staff[north]`. Raises NotByElement for one that
    is too large, has a memory, random draws, or a function of whole lists."""
    solved = [block.unknowns[0] for block in system.auxiliary_order if block.unknowns]
    if solved:
        raise NotByElement(f"`{solved[0]}` is solved together with others at every step")
    split = {each.name: each.axes for each in (*system.parameters, *system.auxiliaries)}
    split |= {state.name: state.axes for state in system.states}
    if not any(split.values()) and not system.tallies:
        return system
    count = sum(prod(axis.size for axis in axes) for axes in split.values())
    if count > MOST_ELEMENTS:
        raise NotByElement(f"this model has {count:,} elements; it can be looked into up to {MOST_ELEMENTS:,}")
    writer = _Writer(system)
    equations = {each.name: each for each in (*system.parameters, *system.auxiliaries)}
    tables = dict(system.tables)
    for table in system.tables.values():
        tables |= {part.name: part for part in table.parts}
    auxiliaries = tuple(
        writer.equation(equations[name], places) for name, places in _ordered(system.auxiliary_order, split)
    )
    return replace(
        system,
        parameters=tuple(
            _named(each, writer.name(each.name, places), each.expression)
            for each in system.parameters
            for places in _all_places(each.axes)
        ),
        auxiliaries=auxiliaries,
        states=tuple(writer.state(state, places) for state in system.states for places in _all_places(state.axes)),
        initial_order=tuple(
            Block((writer.name(name, places),)) for name, places in _ordered(system.initial_order, split)
        ),
        tables=tables,
    )


def _all_places(axes: tuple[Axis, ...]) -> Iterator[tuple[int, ...]]:
    for at in everywhere(axes):
        yield tuple(at[axis.loop] for axis in axes)


def _ordered(blocks: Sequence[Block], split: Mapping[str, tuple[Axis, ...]]) -> Iterator[tuple[str, tuple[int, ...]]]:
    for block in blocks:
        if block.elements:
            yield from block.elements
        else:
            for name in block.names:
                yield from ((name, places) for places in _all_places(split[name]))


def _named(equation: Equation, name: str, expression: sympy.Expr) -> Equation:
    return replace(equation, name=name, symbol=sympy.Symbol(name, real=True), expression=expression, axes=())


class _Writer:
    """Writes expressions out for one element."""

    def __init__(self, system: System) -> None:
        self.columns = system.columns
        self.names = {name: column.elements for name, column in system.columns.items() if column.axes}
        self.tables = system.tables

    def name(self, name: str, places: Sequence[int]) -> str:
        """What one element of a variable is called."""
        if name not in self.names:
            return name
        return self.names[name][flat_place(places, [len(known) for _, known in self.columns[name].axes])]

    def equation(self, equation: Equation, places: Sequence[int]) -> Equation:
        at = {axis.loop: place for axis, place in zip(equation.axes, places, strict=True)}
        return _named(equation, self.name(equation.name, places), self.written(equation.expression, at))

    def state(self, state: State, places: Sequence[int]) -> State:
        at = {axis.loop: place for axis, place in zip(state.axes, places, strict=True)}
        name = self.name(state.name, places)
        return replace(
            state,
            name=name,
            symbol=sympy.Symbol(name, real=True),
            initial=self.written(state.initial, at),
            rate=self.written(state.rate, at),
            axes=(),
        )

    def written(self, expression: sympy.Basic, at: Places) -> sympy.Expr:
        """The expression at some positions of its loops."""
        if isinstance(expression, Builtin):
            return self._builtin(expression, at)
        if not expression.args:
            return expression
        inner = [self.written(argument, at) for argument in expression.args]
        return expression.func(*inner, evaluate=False)

    def _builtin(self, expression: Builtin, at: Places) -> sympy.Expr:
        match (expression.name, *expression.held):
            case ("element", name, indices):
                return sympy.Symbol(self.name(name, self._places(indices, at)), real=True)
            case ("position", index, first):
                return sympy.Integer(place_of(index, at) + first)
            case ("cases", loop, choice):
                return self.written(expression.arguments[choice[at[loop]]], at)
            case ("array", values, shape, indices):
                return sympy.Float(values[flat_place(self._places(indices, at), shape)], 17)
            case ("lookup", table, indices):
                read = self.tables[table]
                if indices:
                    read = read.parts[flat_place(self._places(indices, at), read.shape)]
                return builtin("lookup", (read.name, ()), self.written(expression.arguments[0], at))
            case ("reduce", function, axes):
                return self._reduced(function, axes, expression.arguments, at)
            case (_, *held) if held:
                raise NotByElement(
                    "a model with a memory, random draws, or a function of whole lists has no closed form here"
                )
            case ("if",):
                return self._decided(expression.arguments, at)
            case _:
                return Builtin(expression.name, *(self.written(argument, at) for argument in expression.arguments))

    def _places(self, indices: Sequence[Index], at: Places) -> list[int]:
        return [place_of(index, at) for index in indices]

    def _decided(self, arguments: Sequence[sympy.Expr], at: Places) -> sympy.Expr:
        """A choice; where the position decides it, only the branch that is taken, since the other may not exist."""
        test, yes, no = arguments
        written = self.written(test, at)
        known = truth(written)
        if known is not None:
            return self.written(yes if known else no, at)
        return Builtin("if", written, self.written(yes, at), self.written(no, at))

    def _reduced(
        self, function: str, axes: tuple[Axis, ...], arguments: Sequence[sympy.Expr], at: Places
    ) -> sympy.Expr:
        body, *where = arguments
        terms: list[sympy.Expr] = []
        for inner in everywhere(axes, at):
            test = self.written(where[0], inner) if where else None
            known = True if test is None else truth(test)
            if known is False:
                continue
            term = self.written(body, inner)
            if known is None:
                if function not in ("sum", "product"):
                    raise NotByElement(f"`{function}` over elements that change during the run has no closed form here")
                term = Builtin("if", test, term, sympy.Integer(0 if function == "sum" else 1))
            terms.append(term)
        match function:
            case "sum":
                return sympy.Add(*terms, evaluate=False) if terms else sympy.Integer(0)
            case "mean":
                return sympy.Mul(sympy.Add(*terms, evaluate=False), sympy.Rational(1, len(terms)), evaluate=False)
            case "product":
                return sympy.Mul(*terms, evaluate=False) if terms else sympy.Integer(1)
            case _:
                return reduce(lambda one, other: Builtin(function, one, other), terms)


def truth(test: sympy.Basic) -> bool | None:
    """Whether a condition without names holds; `None` where it reads a variable."""
    if not isinstance(test, Builtin) or test.held:
        return None
    sides = test.arguments
    match test.name:
        case "and" | "or" as name:
            known = [truth(side) for side in sides]
            decisive = name == "or"
            if decisive in known:
                return decisive
            return None if None in known else not decisive
        case "not":
            inner = truth(sides[0])
            return None if inner is None else not inner
        case "<" | "<=" | ">" | ">=" | "==" | "!=" if all(isinstance(side, sympy.Number) for side in sides):
            left, right = float(sides[0]), float(sides[1])
            return {
                "<": left < right,
                "<=": left <= right,
                ">": left > right,
                ">=": left >= right,
                "==": left == right,
                "!=": left != right,
            }[test.name]
        case _:
            return None

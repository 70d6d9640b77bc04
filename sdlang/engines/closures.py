"""From a SymPy expression to a Python function of a list of values, without generating any text.

Each node becomes a small function that calls those of its arguments. The shapes in which `build` writes differences and
quotients (`a + -1*b`, `a * b^-1`) are recognised and computed as such, so every engine rounds as the reference does.

The elements of a variable that is split stand one after another in the list, in row-major order. The positions of the
loops stand in the list, too: an equation that holds for all elements is one function, called with the loops at one
position after another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import sympy

from sdlang.engines.arithmetic import Function, Operand, Values, applied, value_of
from sdlang.equations.lookups import reader
from sdlang.equations.nodes import Builtin
from sdlang.equations.system import LookupTable
from sdlang.model.expressions import Axis, Index
from sdlang.model.functions import FUNCTIONS
from sdlang.model.vectors import REDUCTIONS, VECTORS

Place = Callable[[Values], int]
Action = Callable[[Values], None]


class Compiler:
    """`slots` says where in the list of values a variable begins, `shapes` how many elements it has along its axes,
    `loops` where the position of a loop stands."""

    def __init__(
        self,
        slots: Mapping[str, int],
        shapes: Mapping[str, tuple[int, ...]],
        loops: Mapping[str, int],
        tables: Mapping[str, LookupTable],
    ) -> None:
        self.slots = slots
        self.shapes = shapes
        self.loops = loops
        self.readers = {name: [reader(part) for part in table.parts or (table,)] for name, table in tables.items()}
        self.tables = tables

    def function(self, expression: sympy.Basic) -> Function:
        """The function that computes an expression."""
        if isinstance(expression, sympy.Symbol):
            slot = self.slots[expression.name]
            return lambda v: v[slot]
        if isinstance(expression, sympy.Number):
            number = float(expression)
            return lambda v: number
        if isinstance(expression, Builtin):
            return self._builtin(expression)
        if isinstance(expression, sympy.Add):
            return self._sum(expression.args)
        if isinstance(expression, sympy.Mul):
            return self._product(expression.args)
        if isinstance(expression, sympy.Pow):
            base, exponent = (self.function(argument) for argument in expression.args)
            power = FUNCTIONS["^"].value
            return lambda v: power(base(v), exponent(v))
        raise AssertionError(f"a system holds no {type(expression).__name__}")

    def action(self, name: str, expression: sympy.Basic, axes: Sequence[Axis]) -> Action:
        """What computes all elements of a variable and puts them in their places."""
        slot = self.slots[name]
        if isinstance(expression, Builtin) and expression.name == "vector":
            return self._vector(slot, expression, axes)
        function = self.function(expression)
        if not axes:

            def put_one(v: Values) -> None:
                v[slot] = function(v)

            return put_one
        *outer, inner = axes
        loops, everywhere = self._everywhere(outer)
        along, positions, width = self.loops[inner.loop], range(inner.size), inner.size

        def put(v: Values) -> None:
            begin = slot
            for places in everywhere:
                for loop, place in zip(loops, places, strict=True):
                    v[loop] = place
                for place in positions:
                    v[along] = place
                    v[begin + place] = function(v)
                begin += width

        return put

    def elements(self, name: str, function: Function, axes: Sequence[Axis], some: Sequence[tuple[int, ...]]) -> Action:
        """What computes some elements of a variable, one after another; `function` is that of `one_element`."""
        loops, sizes = [self.loops[axis.loop] for axis in axes], [axis.size for axis in axes]
        wanted = [(self.slots[name] + _flat(places, sizes), tuple(zip(loops, places, strict=True))) for places in some]

        def put(v: Values) -> None:
            for slot, at in wanted:
                for loop, place in at:
                    v[loop] = place
                v[slot] = function(v)

        return put

    def one_element(self, expression: sympy.Basic, axes: Sequence[Axis]) -> Function:
        """The function that computes the element of a variable at which its loops stand."""
        if not isinstance(expression, Builtin) or expression.name != "vector":
            return self.function(expression)
        whole, _ = self._whole_vector(expression)
        own = axes[len(axes) - len(expression.held[1]) :]
        loops, sizes = [self.loops[axis.loop] for axis in own], [axis.size for axis in own]

        def of_list(v: Values) -> float:
            place = _flat([v[loop] for loop in loops], sizes)
            return whole(v)[place]

        return of_list

    def _everywhere(self, axes: Sequence[Axis]) -> tuple[list[int], list[tuple[int, ...]]]:
        """Where the positions of loops stand, and all positions, the last running fastest."""
        return [self.loops[axis.loop] for axis in axes], list(product(*(range(axis.size) for axis in axes)))

    # Arithmetic ------------------------------------------------------------------------------------------------------

    def _operand(self, expression: sympy.Basic) -> Operand:
        """Where the value of an expression stands in the list, or the function that computes it."""
        return self.slots[expression.name] if isinstance(expression, sympy.Symbol) else self.function(expression)

    def _sum(self, terms: tuple[sympy.Basic, ...]) -> Function:
        result = self._operand(terms[0])
        for term in terms[1:]:
            sign, size = ("-", term.args[1]) if is_negated(term) else ("+", term)
            result = applied(sign, result, self._operand(size))
        return value_of(result)

    def _product(self, factors: tuple[sympy.Basic, ...]) -> Function:
        if len(factors) == 2 and factors[0] == -1:
            negated = self.function(factors[1])
            return lambda v: -negated(v)
        result = self._operand(factors[0])
        for factor in factors[1:]:
            sign, size = ("/", factor.args[0]) if is_divisor(factor) else ("*", factor)
            result = applied(sign, result, self._operand(size))
        return value_of(result)

    # Nodes of our own ------------------------------------------------------------------------------------------------

    def _builtin(self, expression: Builtin) -> Function:
        name, held = expression.name, expression.held
        match name:
            case "element":
                return self._element(*held)
            case "lookup":
                return self._lookup(held[0], held[1], self.function(expression.arguments[0]))
            case "position":
                at, first = self._place(held[0]), held[1]
                return lambda v: float(at(v) + first)
            case "cases":
                loop, choice = self.loops[held[0]], held[1]
                branches = [self.function(branch) for branch in expression.arguments]
                return lambda v: branches[choice[v[loop]]](v)
            case "array":
                values, shape, indices = held
                flat = self._flat_place(indices, shape)
                return lambda v: values[flat(v)]
            case "reduce":
                return self._reduce(expression)
        arguments = [self.function(argument) for argument in expression.arguments]
        match name, arguments:
            case "if", [test, yes, no]:
                return lambda v: yes(v) if test(v) else no(v)
            case "and", [left, right]:
                return lambda v: bool(left(v) and right(v))
            case "or", [left, right]:
                return lambda v: bool(left(v) or right(v))
        value = FUNCTIONS[name].value
        match arguments:
            case [only]:
                return lambda v: value(only(v))
            case [first, second]:
                return lambda v: value(first(v), second(v))
            case [first, second, third]:
                return lambda v: value(first(v), second(v), third(v))
            case _:
                return lambda v: value(*[argument(v) for argument in arguments])

    def _place(self, index: Index) -> Place:
        """The position that an index means."""
        shift = index.shift
        if not index.loop:
            return lambda v: shift
        loop, through = self.loops[index.loop], index.through
        if through is None:
            return (lambda v: v[loop] + shift) if shift else (lambda v: v[loop])
        return lambda v: through[v[loop]] + shift

    def _flat_place(self, indices: Sequence[Index], shape: Sequence[int]) -> Place:
        """Where an element stands among all of them."""
        strides = [1] * len(shape)
        for axis in range(len(shape) - 2, -1, -1):
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        fixed = sum(index.shift * stride for index, stride in zip(indices, strides, strict=True))
        moving = [(self.loops[i.loop], i.through, stride) for i, stride in zip(indices, strides, strict=True) if i.loop]
        match moving:
            case []:
                return lambda v: fixed
            case [(loop, None, stride)]:
                return lambda v: fixed + v[loop] * stride
            case [(first, None, far), (second, None, near)]:
                return lambda v: fixed + v[first] * far + v[second] * near
        return lambda v: (
            fixed + sum((v[loop] if through is None else through[v[loop]]) * stride for loop, through, stride in moving)
        )

    def _element(self, name: str, indices: tuple[Index, ...]) -> Function:
        slot, shape = self.slots[name], self.shapes[name]
        if all(not index.loop for index in indices):
            only = slot + _flat([index.shift for index in indices], shape)
            return lambda v: v[only]
        match indices:
            case [Index(loop=loop, shift=shift, through=None)]:
                position, base = self.loops[loop], slot + shift
                return lambda v: v[base + v[position]]
            case [Index(loop=one, shift=0, through=None), Index(loop=other, shift=0, through=None)] if one and other:
                first, second, width = self.loops[one], self.loops[other], shape[1]
                return lambda v: v[slot + v[first] * width + v[second]]
        flat = self._flat_place(indices, shape)
        return lambda v: v[slot + flat(v)]

    def _lookup(self, table: str, indices: tuple[Index, ...], at: Function) -> Function:
        readers = self.readers[table]
        if not indices:
            read = readers[0]
            return lambda v: read(at(v))
        flat = self._flat_place(indices, self.tables[table].shape)
        return lambda v: readers[flat(v)](at(v))

    def _reduce(self, expression: Builtin) -> Function:
        function, axes = expression.held
        body = self.function(expression.arguments[0])
        where = self.function(expression.arguments[1]) if len(expression.arguments) > 1 else None
        value = REDUCTIONS[function].value
        if len(axes) == 1 and where is None:
            only, positions = self.loops[axes[0].loop], range(axes[0].size)

            def along(v: Values) -> float:
                values = []
                for place in positions:
                    v[only] = place
                    values.append(body(v))
                return value(values)

            return along
        loops, everywhere = self._everywhere(axes)

        def over(v: Values) -> float:
            values = []
            for places in everywhere:
                for loop, place in zip(loops, places, strict=True):
                    v[loop] = place
                if where is None or where(v):
                    values.append(body(v))
            return value(values)

        return over

    def _whole_vector(self, expression: Builtin) -> tuple[Callable[[Values], list[float]], int]:
        """What makes a whole list, and how long it is."""
        function, axes = expression.held
        row = VECTORS[function]
        loops, everywhere = self._everywhere(axes)
        arguments = [self.function(argument) for argument in expression.arguments]
        given = [(argument, parameter.is_vector) for argument, parameter in zip(arguments, row.parameters, strict=True)]

        def list_of(argument: Function, v: Values) -> list[float]:
            values = []
            for places in everywhere:
                for loop, place in zip(loops, places, strict=True):
                    v[loop] = place
                values.append(argument(v))
            return values

        def whole(v: Values) -> list[float]:
            return row.value(*[list_of(each, v) if is_vector else each(v) for each, is_vector in given])

        return whole, len(everywhere)

    def _vector(self, slot: int, expression: Builtin, axes: Sequence[Axis]) -> Action:
        whole, size = self._whole_vector(expression)
        loops, everywhere = self._everywhere(axes[: len(axes) - len(expression.held[1])])

        def put(v: Values) -> None:
            for at, places in enumerate(everywhere):
                for loop, place in zip(loops, places, strict=True):
                    v[loop] = place
                begin = slot + at * size
                v[begin : begin + size] = whole(v)

        return put


def _flat(places: Sequence[int], shape: Sequence[int]) -> int:
    result = 0
    for place, size in zip(places, shape, strict=True):
        result = result * size + place
    return result


def loops_in(expression: sympy.Basic) -> set[str]:
    """The loops that are run through inside an expression, by sums and lists."""
    found: set[str] = set()
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Builtin) and node.name in ("reduce", "vector"):
            found.update(axis.loop for axis in node.held[1])
        waiting.extend(node.args)
    return found


def is_negated(term: sympy.Basic) -> bool:
    """`-1 * b`, as a difference writes its right side."""
    return isinstance(term, sympy.Mul) and len(term.args) == 2 and term.args[0] == -1


def is_divisor(factor: sympy.Basic) -> bool:
    """`b^-1`, as a quotient writes its divisor."""
    return isinstance(factor, sympy.Pow) and factor.args[1] == -1

"""Expressions of a Model as a modeller writes them: the way back from meaning to text.

Names are flat, numbers read back exactly, and subscripts stand only where the dimensions alone would not say the same.
What is written is read again as the very expression that it came from; where the language has no words for a node (a
position turned round by a flow), it is a table of the values that it has. A draw, and a function of a memory or over
whole lists, which have hidden variables of their own, are written as the calls that they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never, cast

from sdlang.model.cycles import is_call, start_of
from sdlang.model.dimensions import through
from sdlang.model.distributions import DISTRIBUTIONS
from sdlang.model.events import owner_of_event
from sdlang.model.expressions import (
    Apply,
    Array,
    Axis,
    Cases,
    Constant,
    Draw,
    Elsewhere,
    Expr,
    Index,
    Lookup,
    Memory,
    OverRun,
    Position,
    Predicate,
    Reduce,
    Reference,
    Told,
    Vector,
    Where,
    free_loops,
    references,
)
from sdlang.model.functions import FUNCTIONS
from sdlang.model.indexing import Reader, indices_of, loops_over
from sdlang.model.memories import MEMORIES
from sdlang.model.model import Dimension, Event, Model, Series, Variable
from sdlang.model.names import Loop, Scope, Variables
from sdlang.model.vectors import VECTORS, Parameter
from sdlang.model.written import NOWHERE, Quantities, name, whole
from sdlang.syntax import tree
from sdlang.syntax.words import COMPARISONS, PRECEDENCE, RESERVED
from sdlang.units.unit import DIMENSIONLESS

TURNED: Mapping[str, str] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written: in the equation of `owner`, inside these loops, the innermost last. The name of a
    loop is the one that is written; its axis is the one that expressions of the Model know it by."""

    owner: str
    loops: tuple[Loop, ...] = ()

    def loop(self, axis: str) -> Loop:
        return next(loop for loop in self.loops if loop.axis.loop == axis)

    def level(self) -> int:
        return max((loop.level for loop in self.loops), default=-1) + 1


class Writer:
    """Writes the expressions of one model. `asked` gathers the hidden variables that are not written as calls."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.quantities = Quantities(model)
        self.asked: set[str] = set()
        self.readers: dict[str, set[str]] = {}
        for variable in model.variables.values():
            for read in references_of(variable):
                self.readers.setdefault(read, set()).add(variable.name)
        for number, event in enumerate(model.events, 1):
            for expression, owner in zip(event.expressions, event_owners(event, number), strict=True):
                for read in references(expression):
                    self.readers.setdefault(read, set()).add(owner)
        self.taken = {
            *model.variables,
            *model.results,
            *model.units,
            *RESERVED,
            *(element for dimension in model.dimensions.values() for element in dimension.elements),
            "time",
        }

    # Loops -----------------------------------------------------------------------------------------------------------

    def place(self, variable: Variable) -> Place:
        """The place of a variable's equation."""
        candidates = [(*_plainer(axis), _last(axis.loop), axis.dimension) for axis in variable.axes]
        return Place(variable.name, self._loops(variable.axes, candidates, (), 0))

    def loops_of_expectation(self, axes: tuple[Axis, ...]) -> tuple[Loop, ...]:
        """The loops of an expectation, which is held for every element of what it reads."""
        return loops_over(axes, self.model.dimensions)

    def indices(self, place: Place) -> tuple[tree.Index, ...]:
        """What a declaration in a place is split by."""
        return tuple(
            tree.Index(NOWHERE, name(loop.name), None if loop.is_plain else name(loop.axis.dimension))
            for loop in place.loops
        )

    def _loops(
        self, axes: Sequence[Axis], candidates: Sequence[tuple[str, ...]], outer: Iterable[str], level: int
    ) -> tuple[Loop, ...]:
        loops: list[Loop] = []
        used = set(outer)
        for axis, wanted in zip(axes, candidates, strict=True):
            called = self._called(axis, wanted, used)
            used.add(called)
            dimension = self.model.dimensions[axis.dimension]
            loops.append(Loop(called, axis, dimension, level, called == axis.dimension, range(axis.size)))
        return tuple(loops)

    def _called(self, axis: Axis, wanted: Sequence[str], used: set[str]) -> str:
        numbered = (f"{_last(axis.loop)}_{number}" for number in range(2, len(used) + len(self.taken) + 3))
        for candidate in (*wanted, *numbered):
            is_other = candidate in self.model.dimensions and candidate != axis.dimension
            if candidate not in used and candidate not in self.taken and not is_other:
                return candidate
        raise AssertionError("there are more names than are taken")

    def _inside(self, expression: Reduce | Vector, read_inside: Sequence[Expr], place: Place) -> Place:
        """The place inside a reduction. A name of a loop around it is used again where nothing inside reads that."""
        own = {axis.loop for axis in expression.axes}
        around = [loop for loop in place.loops if loop.axis.loop not in own]
        read: set[str] = set().union(*map(free_loops, read_inside))
        outer = {loop.name for loop in around if loop.axis.loop in read}
        candidates = [(_last(axis.dimension), _last(axis.loop), axis.dimension) for axis in expression.axes]
        loops = self._loops(expression.axes, candidates, outer, place.level())
        return Place(place.owner, (*around, *loops))

    def _scope(self, place: Place) -> Scope:
        return Scope({}, self.model.units, place.owner, dimensions=self.model.dimensions, loops=place.loops)

    # Definitions -----------------------------------------------------------------------------------------------------

    def definition(self, expression: Expr, variable: Variable, place: Place) -> tree.Expr:
        """What a variable is defined as; a bare number in it takes the variable's unit when it is read."""
        match expression:
            case Constant(dimension=None) if variable.scale != 1:
                return self.quantities.quantity(expression.value, variable.unit.dimension)
            case Constant(dimension=known) if (
                known == DIMENSIONLESS and variable.scale == 1 and not _in_percent(expression)
            ):
                return self.expression(replace(expression, dimension=None), place)
            case Cases(loop=loop, choice=choice, branches=branches):
                written = [self.definition(branch, variable, place) for branch in branches]
                return self._cases(loop, choice, written, place)
            case Draw(where=where):
                return self._where(where, self.expression(expression, place), place)
            case _:
                return self.expression(expression, place)

    def _where(self, where: Where, call: tree.Expr, place: Place) -> tree.Expr:
        """A draw that is made at some positions only, where it stands by itself: elsewhere it is 0."""
        for axis, meant in where:
            loop = place.loop(axis)
            left_out = [at for at in range(loop.axis.size) if at not in meant]
            tests: list[tree.Expr] = []
            for at in left_out:
                sides = (Position(NOWHERE, Index(axis), 0), Constant(NOWHERE, Fraction(at), None))
                tests.append(self.expression(Apply(NOWHERE, "==", sides), place))
            test = tests[0]
            for other in tests[1:]:
                test = tree.Binary(NOWHERE, "or", test, other)
            call = tree.Conditional(NOWHERE, test, whole(0), call)
        return call

    def end(self, stock: str | None, indices: tuple[Index, ...], place: Place) -> tree.End:
        """An end of a flow."""
        return None if stock is None else self._element(stock, indices, place, is_end=True)

    # Expressions -----------------------------------------------------------------------------------------------------

    def expression(self, expression: Expr, place: Place) -> tree.Expr:
        match expression:
            case Constant():
                return self.quantities.constant(expression)
            case Reference(name=read, indices=indices):
                return self._call_behind(expression, place) or self._element(read, indices, place)
            case Apply():
                return self._applied(expression, place)
            case Lookup(table=table, argument=argument, indices=indices):
                if isinstance(self.model.variables[table], Series) and argument == Reference(NOWHERE, "time"):
                    return self._element(table, indices, place)
                return _call(table, [self.expression(argument, place)])
            case Position():
                return self._position(expression, place)
            case Cases(loop=loop, choice=choice, branches=branches):
                written = [self.expression(branch, place) for branch in branches]
                return _grouped(self._cases(loop, choice, written, place))
            case Array():
                return self._array(expression, place)
            case Reduce(function=function, body=body, where=where):
                inner = self._inside(expression, (body,) if where is None else (body, where), place)
                over = self._over(inner.loops[-len(expression.axes) :])
                condition = None if where is None else self.expression(where, inner)
                return _call(function, [self.expression(body, inner)], over, condition)
            case Vector(function=function, arguments=arguments):
                row = VECTORS[function]
                inner = self._inside(expression, arguments, place)
                written = [
                    self.expression(argument, inner if parameter.is_vector else place)
                    for parameter, argument in _said(row.parameters, arguments)
                ]
                return _call(function, written, self._over(inner.loops[-len(expression.axes) :]))
            case Memory(function=function, arguments=arguments):
                said = _said(MEMORIES[function].parameters, arguments)
                return _call(function, [self.expression(argument, place) for _, argument in said])
            case Draw(function=function, arguments=arguments):
                said = _said(DISTRIBUTIONS[function].parameters, arguments)
                return _call(function, [self.expression(argument, place) for _, argument in said])
            case OverRun(function=function, body=body, time=time):
                return _call(function, [self.expression(each, place) for each in (body, time) if each is not None])
            case Elsewhere(scenario=scenario, body=body):
                value = cast("tree.Name | tree.Subscript | tree.Call", self.expression(body, place))
                return tree.Under(NOWHERE, value, name(scenario))
            case Predicate(function=function, arguments=told):
                said_of = tuple(self._told(each, place) for each in told if each.values)
                return tree.Call(NOWHERE, name(function), said_of)
        assert_never(expression)

    def _told(self, told: Told, place: Place) -> tree.Argument:
        """An argument of a predicate: by its name, but for conditions and measures."""
        values = [self.expression(value, place) for value in told.values]
        if told.words:
            measure, operator = told.words.split()
            return tree.Argument(NOWHERE, "", tree.Binary(NOWHERE, operator, name(measure), values[0]))
        return tree.Argument(NOWHERE, told.name, values[0], values[1] if len(values) > 1 else None)

    def _over(self, loops: Sequence[Loop]) -> tuple[tree.Over, ...]:
        return tuple(
            tree.Over(NOWHERE, name(loop.name), None if loop.is_plain else name(loop.axis.dimension)) for loop in loops
        )

    def _applied(self, expression: Apply, place: Place) -> tree.Expr:
        function, arguments = expression.function, expression.arguments
        if function in COMPARISONS and any(isinstance(side, Position) for side in arguments):
            left, right = arguments
            compared = self._compared(function, left, right, place)
            if compared is not None:
                return compared
        if FUNCTIONS[function].needs_time:
            arguments = arguments[1:]
        written = [self.expression(argument, place) for argument in arguments]
        match function:
            case "if":
                return tree.Conditional(NOWHERE, *written)
            case "negative":
                return tree.Unary(NOWHERE, "-", *written)
            case "not":
                return tree.Unary(NOWHERE, "not", *written)
            case _ if function in PRECEDENCE:
                return tree.Binary(NOWHERE, function, *written)
            case _:
                return _call(function, written)

    # Variables and their elements ------------------------------------------------------------------------------------

    def _element(
        self, read: str, indices: tuple[Index, ...], place: Place, *, is_end: bool = False
    ) -> tree.Name | tree.Subscript:
        """A variable, with subscripts where its dimensions alone would say another element, or none."""
        if not indices:
            return name(read)
        axes = self.model.variables[read].axes
        if self._by_name(read, axes, (None,) * len(axes), place, is_end=is_end) == indices:
            return name(read)
        written = [self._subscript(index, axis, place) for index, axis in zip(indices, axes, strict=True)]
        return tree.Subscript(NOWHERE, name(read), tuple(written))

    def _by_name(
        self, read: str, axes: tuple[Axis, ...], fixed: tuple[Index | None, ...], place: Place, *, is_end: bool = False
    ) -> tuple[Index, ...] | None:
        """The element that a bare name means in a place."""
        known = Variables(read, "auxiliary", axes, fixed)
        reader = Reader(self.model.dimensions, [])
        return indices_of(read, known, (), NOWHERE, self._scope(place), reader, is_end=is_end)

    def _subscript(self, index: Index, axis: Axis, place: Place) -> tree.Expr:
        dimension = self.model.dimensions[axis.dimension]
        if index.loop:
            loop = place.loop(index.loop)
            assert through(loop.dimension, dimension) == (True, index.through), "an index that the language can say"
            return _shifted(name(loop.name), index.shift)
        if dimension.first is not None:
            return whole(dimension.first + index.shift)
        near = min(max(index.shift, 0), axis.size - 1)
        return _shifted(name(dimension.elements[near]), index.shift - near)

    def _call_behind(self, reference: Reference, place: Place) -> tree.Expr | None:
        """The call of a memory, a draw or a vector function that has a hidden variable for itself, read by this place
        alone; `None` for any other variable, and where the call would be read as another element."""
        variable = self.model.variables.get(reference.name)
        if variable is None or not is_call(variable):
            return None
        call = start_of(variable)
        assert call is not None
        own = len(call.axes) if isinstance(call, Vector) else 0
        if self.readers.get(variable.name) == {place.owner} and _last_but_one(variable.component) == place.owner:
            settled = variable.axes[: len(variable.axes) - own]
            fixed = (*(Index(axis.loop) for axis in settled), *(None,) * own)
            if self._by_name(variable.name, variable.axes, fixed, place) == reference.indices:
                return self.expression(call, place)
        self.asked.add(variable.name)
        return None

    # Positions -------------------------------------------------------------------------------------------------------

    def _position(self, position: Position, place: Place) -> tree.Expr:
        """A position as a number: the index itself where its dimension is one of numbers."""
        index = position.index
        if not index.loop:
            return whole(index.shift + position.first)
        loop = place.loop(index.loop)
        if loop.dimension.first is not None and index.through is None:
            return _shifted(name(loop.name), index.shift + position.first - loop.dimension.first)
        there = index.through or tuple(range(loop.axis.size))
        values = [whole(where + index.shift + position.first) for where in there]
        return _grouped(self._cases(index.loop, tuple(range(loop.axis.size)), values, place))

    def _compared(self, function: str, left: Expr, right: Expr, place: Place) -> tree.Expr | None:
        """A comparison of a position with a number, an element or another position; `None` where there is no other way
        than by numbers."""
        match left, right:
            case Position(), Constant(dimension=None, value=value):
                return self._with_number(function, left, value, place)
            case Constant(dimension=None, value=value), Position():
                return self._with_number(TURNED[function], right, value, place)
            case Position(), Position():
                one = self._of_loops(function, left, right, place)
                return one or self._of_loops(TURNED[function], right, left, place)
            case _:
                return None

    def _with_number(self, function: str, position: Position, value: Fraction, place: Place) -> tree.Expr | None:
        index = position.index
        if not index.loop or index.through is not None:
            return None
        loop = place.loop(index.loop)
        at = value - position.first - index.shift
        if loop.dimension.first is not None:
            bare = Constant(NOWHERE, at + loop.dimension.first, None)
            return tree.Binary(NOWHERE, function, name(loop.name), self.quantities.constant(bare))
        if at.denominator != 1 or not 0 <= at < loop.axis.size or not self._may_compare(function, loop.dimension):
            return None
        return tree.Binary(NOWHERE, function, name(loop.name), name(loop.dimension.elements[int(at)]))

    def _of_loops(self, function: str, left: Position, right: Position, place: Place) -> tree.Expr | None:
        """`here != there`: both sides counted along the dimension of the left one."""
        if not (left.index.loop and right.index.loop) or left.index.through is not None:
            return None
        one, other = place.loop(left.index.loop), place.loop(right.index.loop)
        offsets = [position.first + position.index.shift for position in (left, right)]
        if one.dimension.first is not None and other.dimension.first is not None and right.index.through is None:
            sides = [
                _shifted(name(loop.name), offset - (loop.dimension.first or 0))
                for loop, offset in zip((one, other), offsets, strict=True)
            ]
            return tree.Binary(NOWHERE, function, *sides)
        if offsets != [0, 0] or one.dimension.first is not None or other.dimension.first is not None:
            return None
        fits = through(other.dimension, one.dimension) == (True, right.index.through)
        if not fits or not self._may_compare(function, one.dimension):
            return None
        return tree.Binary(NOWHERE, function, name(one.name), name(other.name))

    def _may_compare(self, function: str, dimension: Dimension) -> bool:
        return dimension.is_ordered or function in ("==", "!=")

    # Tables of elements ----------------------------------------------------------------------------------------------

    def _cases(self, axis: str, choice: Sequence[int], branches: Sequence[tree.Expr], place: Place) -> tree.Expr:
        """A table with a row for each element, or for those that differ from most."""
        loop = place.loop(axis)
        dimension = loop.dimension
        if len(set(choice)) == 1:
            return branches[choice[0]]
        twins = [
            each for each in place.loops if each.level == loop.level and each.dimension.elements == dimension.elements
        ]
        if len(twins) > 1:
            lines = [(dimension.elements[at], branches[chosen]) for at, chosen in enumerate(choice)]
            return _table(lines, may_merge=False) if loop is twins[-1] else _two_ways(dimension, lines)
        innermost = next(
            each for each in reversed(place.loops) if set(dimension.elements) & set(each.dimension.elements)
        )
        if innermost is not loop or (dimension.first or 0) < 0:
            return self._tests(loop, choice, branches)
        counted = Counter(choice)
        most = max(counted, key=counted.__getitem__)
        others = [at for at, chosen in enumerate(choice) if chosen != most]
        if len(choice) - len(others) == 1:
            return _table([(dimension.elements[at], branches[chosen]) for at, chosen in enumerate(choice)])
        rows = _table([(dimension.elements[at], branches[choice[at]]) for at in others], may_merge=False)
        assert isinstance(rows, tree.ElementTable)
        default = branches[most]
        return tree.Excepted(NOWHERE, _grouped(default), rows)

    def _tests(self, loop: Loop, choice: Sequence[int], branches: Sequence[tree.Expr]) -> tree.Expr:
        """The same by `if`, where a table would belong to another loop."""
        *before, last = list(enumerate(choice))
        result = branches[last[1]]
        for at, chosen in reversed(before):
            there = whole(loop.dimension.first + at) if loop.dimension.first is not None else None
            test = tree.Binary(NOWHERE, "==", name(loop.name), there or name(loop.dimension.elements[at]))
            result = tree.Conditional(NOWHERE, test, _grouped(branches[chosen]), result)
        return result

    def _array(self, array: Array, place: Place) -> tree.Expr:
        """Numbers from a file, written out: a table within a table for each of its axes."""
        if not array.shape:
            return self.quantities.quantity(Fraction(array.values[0]), array.dimension)
        size = len(array.values) // array.shape[0]
        rows = [
            self._array(replace(array, values=values, shape=array.shape[1:], indices=array.indices[1:]), place)
            for start in range(0, len(array.values), size)
            for values in (array.values[start : start + size],)
        ]
        index = array.indices[0]
        return self._cases(index.loop, index.through or tuple(range(len(rows))), rows, place)


def _two_ways(dimension: Dimension, rows: Sequence[tuple[str, tree.Expr]]) -> tree.Expr:
    """A table with a line of elements above its rows, where rows and columns are of the same elements."""
    made = []
    for element, row in rows:
        is_table = isinstance(row, tree.ElementTable) and not row.header
        values = [each.values[0] for each in row.rows] if isinstance(row, tree.ElementTable) and is_table else []
        made.append(tree.Row(NOWHERE, name(element), tuple(values) or (row,) * len(dimension.elements)))
    return tree.ElementTable(NOWHERE, tuple(name(element) for element in dimension.elements), tuple(made))


def references_of(variable: Variable) -> list[str]:
    expression = start_of(variable)
    return [] if expression is None else references(expression)


def event_owners(event: Event, number: int) -> tuple[str, ...]:
    """Whose hidden variables each of an event's expressions has: those of the event itself, or of one of its moves."""
    own = len(event.expressions) - len(event.moves)
    return (*(owner_of_event(number) for _ in range(own)), *(move.name for move in event.moves))


def _in_percent(constant: Constant) -> bool:
    """Whether a number is one in percent; any other without a dimension took the unit `1` of what it defines."""
    return "%" in constant.span.text


def _last(flat: str) -> str:
    return flat.rpartition(".")[2]


def _plainer(axis: Axis) -> tuple[str, ...]:
    """`region` for the loop `region_2` of this dimension, which was called so where another had the name."""
    dimension = _last(axis.dimension)
    numbered = _last(axis.loop).removeprefix(f"{dimension}_")
    return (dimension,) if numbered.isdecimal() else ()


def _last_but_one(flat: str) -> str:
    return flat.rpartition(".")[0]


def _call(
    function: str, arguments: Sequence[tree.Expr], over: tuple[tree.Over, ...] = (), where: tree.Expr | None = None
) -> tree.Call:
    written = tuple(tree.Argument(NOWHERE, "", argument) for argument in arguments)
    return tree.Call(NOWHERE, name(function), written, over, where)


def _said(parameters: Sequence[Parameter], arguments: Sequence[Expr]) -> list[tuple[Parameter, Expr]]:
    """The arguments but for the last ones that are as if nobody wrote them."""
    said = list(zip(parameters, arguments, strict=True))
    while said and _is_default(*said[-1], dict(zip((each.name for each in parameters), arguments, strict=True))):
        said.pop()
    return said


def _is_default(parameter: Parameter, argument: Expr, given: Mapping[str, Expr]) -> bool:
    """Whether an argument is what it would be if nobody wrote it."""
    match parameter.default, argument:
        case None, _:
            return False
        case str(other), _:
            return argument == given[other]
        case default, Constant(dimension=None, value=value):
            return value == Fraction(default)
        case _:
            return False


def _shifted(expression: tree.Expr, by: int) -> tree.Expr:
    if by == 0:
        return expression
    return tree.Binary(NOWHERE, "+" if by > 0 else "-", expression, whole(abs(by)))


def _grouped(expression: tree.Expr) -> tree.Expr:
    """A default with its exceptions in parentheses: inside something else it needs them."""
    return tree.Group(NOWHERE, expression) if isinstance(expression, tree.Excepted) else expression


def _table(rows: Sequence[tuple[str, tree.Expr]], *, may_merge: bool = True) -> tree.Expr:
    """A table of elements; one whose rows are all tables of the same elements has these as its columns."""
    if may_merge and all(_is_row(value) for _, value in rows):
        tables = [value for _, value in rows if isinstance(value, tree.ElementTable)]
        columns = [row.label for row in tables[0].rows]
        if len(columns) > 1 and all([row.label for row in table.rows] == columns for table in tables):
            merged = (tuple(row.values[0] for row in table.rows) for table in tables)
            made = (tree.Row(NOWHERE, name(label), values) for (label, _), values in zip(rows, merged, strict=True))
            return tree.ElementTable(NOWHERE, tuple(columns), tuple(made))
    return tree.ElementTable(
        NOWHERE, (), tuple(tree.Row(NOWHERE, name(label), (_grouped(value),)) for label, value in rows)
    )


def _is_row(value: tree.Expr) -> bool:
    return isinstance(value, tree.ElementTable) and not value.header

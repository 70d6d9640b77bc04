"""Which element of a variable is meant: by the subscripts that are written, and by name where none are.

Dimensions broadcast by name. In an equation split by region and sector, `employed` without subscripts is that of the
same region and sector, and `wage`, which is split by region, that of the region. The loop that fits an axis is looked
for from the inside out: first among the dimensions of the innermost reduction, at last among those of the variable. A
loop fits if it runs over the dimension of the axis, over a subset or an alias of it, or over a dimension that it maps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sdlang.diagnostics import Diagnostic
from sdlang.model import dimension_errors as errors
from sdlang.model.dimensions import through
from sdlang.model.expressions import Axis, Index
from sdlang.model.model import Dimension
from sdlang.model.names import Loop, Scope, Variables
from sdlang.source import Source, Span
from sdlang.syntax import tree


@dataclass(frozen=True, slots=True)
class Reader:
    """What it takes to read subscripts: the dimensions by their flat names, and where mistakes go."""

    dimensions: Mapping[str, Dimension]
    found: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class _Following:
    """`age - 1`: a loop and how far behind it."""

    loop: Loop
    shift: int


@dataclass(frozen=True, slots=True)
class _Picked:
    """`first_tier`, `mid + 1`: an element by its name, and how far behind it."""

    element: str
    shift: int


@dataclass(frozen=True, slots=True)
class _Numbered:
    """`20`: an element by its number."""

    number: Fraction


@dataclass(frozen=True, slots=True)
class _AtEnd:
    """`first`, `last`: the element at one of the ends of a dimension, whatever it is called."""

    is_last: bool


Meant = _Following | _Picked | _Numbered | _AtEnd
ENDS = ("first", "last")

SPREAD = "erlang"


def indices_of(
    name: str,
    known: Variables,
    subscripts: Sequence[tree.Expr],
    span: Span,
    scope: Scope,
    reader: Reader,
    *,
    is_end: bool = False,
) -> tuple[Index, ...] | None:
    """An index for each axis of a variable; `None` where a mistake was reported.

    `is_end`: it is the end of a flow, which may lie past the end of an axis (the cloud).
    """
    result = _written(name, known, subscripts, scope, reader, is_end)
    if result is None:
        return None
    for axis, index in enumerate(result):
        if index is None:
            result[axis] = _by_name(name, known.axes[axis], span, scope, reader)
            if result[axis] is None:
                return None
    return tuple(index for index in result if index is not None)


def partly(
    name: str, known: Variables, subscripts: Sequence[tree.Expr], span: Span, scope: Scope, reader: Reader
) -> Variables | None:
    """A variable with those of its axes settled that subscripts and the loops of the place settle; others stay open."""
    result = _written(name, known, subscripts, scope, reader, is_end=True)
    if result is None:
        return None
    quiet = Reader(reader.dimensions, [])
    fixed = tuple(
        index if index is not None else _by_name(name, known.axes[axis], span, scope, quiet)
        for axis, index in enumerate(result)
    )
    return replace(known, fixed=fixed)


def open_dimensions(
    name: str, known: Variables, subscripts: Sequence[tree.Expr], scope: Scope, reader: Reader
) -> list[str]:
    """The dimensions of a variable for which a place says no element: neither a subscript nor a loop."""
    quiet = Reader(reader.dimensions, [])
    result = _written(name, known, subscripts, scope, quiet, is_end=True)
    span = Span(Source("", ""), 0, 0)
    return [
        shown(known.axes[axis])
        for axis, index in enumerate(result or ())
        if index is None and _by_name(name, known.axes[axis], span, scope, quiet) is None and not _is_ambiguous(quiet)
    ]


def _is_ambiguous(reader: Reader) -> bool:
    """Whether the last mistake was that several loops fit."""
    return bool(reader.found) and reader.found[-1].code == "ambiguous-index"


def _written(
    name: str, known: Variables, subscripts: Sequence[tree.Expr], scope: Scope, reader: Reader, is_end: bool
) -> list[Index | None] | None:
    """The indices that stand in subscripts; `None` for axes of which nothing is written."""
    result: list[Index | None] = list(known.fixed)
    waiting = known.open_axes()
    in_order = tuple(waiting) if len(subscripts) == len(waiting) else None
    for number, subscript in enumerate(subscripts):
        meant = _meant(name, known, subscript, scope, reader)
        if meant is None:
            return None
        candidates = list(waiting)
        if in_order is not None and in_order[number] in candidates:
            candidates.sort(key=lambda axis: axis != in_order[number])
        fitting = next(
            ((axis, index) for axis in candidates if (index := _fitting(meant, known.axes[axis], reader))), None
        )
        if fitting is None:
            split = [shown(known.axes[axis]) for axis in known.open_axes()]
            reader.found.append(errors.index_does_not_fit(name, subscript.span.text, split, subscript.span))
            return None
        axis, index = fitting
        if not _exists(name, meant, index, known.axes[axis], subscript, reader, is_end):
            return None
        result[axis] = index
        waiting.remove(axis)
    return result


def shown(axis: Axis) -> str:
    """An axis as people call it: its dimension."""
    return axis.dimension.rpartition(".")[2]


# What is written -----------------------------------------------------------------------------------------------------


def _meant(variable: str, known: Variables, subscript: tree.Expr, scope: Scope, reader: Reader) -> Meant | None:
    """What a subscript of a variable means; what it cannot mean is reported."""
    number = whole_number(subscript, scope)
    if number is not None:
        return _Numbered(number)
    name, shift = _name_and_shift(subscript, scope)
    if name is not None:
        loop = scope.loop(name.text)
        if loop is not None:
            return _Following(loop, shift)
        own = [reader.dimensions[known.axes[axis].dimension] for axis in known.open_axes()]
        if any(name.text in dimension.elements for dimension in (*own, *scope.dimensions.values())):
            return _Picked(name.text, shift)
        if name.text in ENDS and not shift and name.text not in scope.names:
            return _AtEnd(name.text == "last")
        if name.text in scope.dimensions:
            reader.found.append(errors.no_loop(name.text, scope.owner, name.span))
            return None
        if name.text in scope.names or name.text == "time":
            reader.found.append(errors.index_not_static(subscript.span.text, subscript.span))
            return None
        if not own:
            reader.found.append(errors.index_does_not_fit(variable, name.text, [], name.span))
            return None
        split = {each.name.rpartition(".")[2]: each.elements for each in own}
        reader.found.append(errors.no_index(name.text, split, [loop.name for loop in scope.loops], name.span))
        return None
    reader.found.append(errors.index_not_static(subscript.span.text, subscript.span))
    return None


def _name_and_shift(expression: tree.Expr, scope: Scope) -> tuple[tree.Name | None, int]:
    """The name in `age`, `age - 1` or `1 + age`, and the whole number beside it."""
    match expression:
        case tree.Group(inner=inner):
            return _name_and_shift(inner, scope)
        case tree.Name():
            return expression, 0
        case tree.Binary(operator="+" | "-" as operator, left=left, right=right):
            beside = whole_number(right, scope)
            if beside is not None and beside.denominator == 1:
                name, shift = _name_and_shift(left, scope)
                return name, shift + int(beside if operator == "+" else -beside)
            beside = whole_number(left, scope)
            if beside is not None and operator == "+" and beside.denominator == 1:
                name, shift = _name_and_shift(right, scope)
                return name, shift + int(beside)
    return None, 0


def whole_number(expression: tree.Expr, scope: Scope) -> Fraction | None:
    """The value of an expression over whole numbers of the text (`order - 1`), or `None` if it is no such thing.

    `erlang(3)` is the spread of a delay in 3 stages: the number of its stages."""
    match expression:
        case tree.Number(percent=False, scale="", unit=""):
            return Fraction(expression.text.replace("_", ""))
        case tree.Name(text=text):
            return scope.whole.get(text)
        case tree.Group(inner=inner):
            return whole_number(inner, scope)
        case tree.Call(function=function, arguments=(tree.Argument(name="", value=stages),)) if function.text == SPREAD:
            return whole_number(stages, scope)
        case tree.Unary(operator="-", operand=operand):
            value = whole_number(operand, scope)
            return None if value is None else -value
        case tree.Binary(operator="+" | "-" | "*", left=left, right=right):
            a, b = whole_number(left, scope), whole_number(right, scope)
            if a is None or b is None:
                return None
            return a + b if expression.operator == "+" else a - b if expression.operator == "-" else a * b
        case _:
            return None


def _fitting(meant: Meant, axis: Axis, reader: Reader) -> Index | None:
    """The index that a subscript says for an axis, or `None` if it is none of this axis."""
    dimension = reader.dimensions[axis.dimension]
    match meant:
        case _Numbered(number=number):
            if dimension.first is None or number.denominator != 1:
                return None
            return Index("", int(number) - dimension.first)
        case _Picked(element=element, shift=shift):
            return Index("", dimension.elements.index(element) + shift) if element in dimension.elements else None
        case _AtEnd(is_last=is_last):
            return Index("", axis.size - 1 if is_last else 0)
        case _Following(loop=loop, shift=shift):
            fits, table = through(loop.dimension, dimension)
            return Index(loop.axis.loop, shift, table) if fits else None


def _exists(
    name: str, meant: Meant, index: Index, axis: Axis, subscript: tree.Expr, reader: Reader, is_end: bool
) -> bool:
    """Whether the element exists wherever the place is read; reports where it does not."""
    dimension = reader.dimensions[axis.dimension]
    shifted = isinstance(meant, _Following | _Picked) and meant.shift != 0
    if shifted and not dimension.is_ordered:
        reader.found.append(errors.no_neighbour(shown(axis), subscript.span.text, subscript.span))
        return False
    if is_end:
        return True
    if not isinstance(meant, _Following):
        if 0 <= index.shift < axis.size:
            return True
        first, last = dimension.elements[0], dimension.elements[-1]
        reader.found.append(errors.no_such_element(name, subscript.span.text, first, last, subscript.span))
        return False
    if not shifted or not meant.loop.places:
        return True
    for place in (meant.loop.places[0], meant.loop.places[-1]):
        there = (place if index.through is None else index.through[place]) + index.shift
        if not 0 <= there < axis.size:
            element, loop = meant.loop.dimension.elements[place], meant.loop.name
            guard = f"if {loop} == {element} then ... else {name}[{subscript.span.text}]"
            reader.found.append(errors.past_the_end(name, subscript.span.text, element, loop, subscript.span, guard))
            return False
    return True


# What is not written -------------------------------------------------------------------------------------------------


def _by_name(name: str, axis: Axis, span: Span, scope: Scope, reader: Reader) -> Index | None:
    """The index of an axis for which no subscript stands; reports where there is none, or more than one."""
    dimension = reader.dimensions[axis.dimension]
    levels = sorted({loop.level for loop in scope.loops}, reverse=True)
    fitting: list[tuple[int, Loop, tuple[int, ...] | None]] = []
    for level in levels:
        ranked = [
            (rank, loop, table)
            for loop in scope.loops
            if loop.level == level and (rank := _rank(loop, dimension)) is not None
            for table in (through(loop.dimension, dimension)[1],)
        ]
        best = [each for each in ranked if each[0] == min(rank for rank, _, _ in ranked)]
        if not best:
            continue
        if fitting:
            if best[0][0] == 0 and fitting[0][0] == 1:
                names = [fitting[0][1].name, best[0][1].name]
                reader.found.append(errors.ambiguous_index(name, shown(axis), names, span))
                return None
            continue
        if len(best) > 1:
            names = [loop.name for _, loop, _ in best]
            reader.found.append(errors.ambiguous_index(name, shown(axis), names, span))
            return None
        fitting = best
    if not fitting:
        owner = scope.owner.partition(".")[0]
        where = owner if owner in scope.names and not scope.instance else ""
        reader.found.append(errors.missing_index(name, shown(axis), span, where))
        return None
    _, loop, table = fitting[0]
    return Index(loop.axis.loop, 0, table)


def _rank(loop: Loop, dimension: Dimension) -> int | None:
    """How well a loop fits a dimension: 0 it is that dimension, 1 it is under another name, 2 its elements are among
    those of the dimension, 3 the dimension maps it; `None` if it does not."""
    if loop.dimension.name == dimension.name:
        return 0 if loop.is_plain else 1
    fits, _ = through(loop.dimension, dimension)
    if not fits:
        return None
    return 3 if loop.dimension.name in dimension.maps else 2


def loops_of(
    indices: Sequence[tree.Index], owner: str, scope: Scope, found: list[Diagnostic], level: int
) -> tuple[Loop, ...]:
    """The loops that the indices of a declaration (or of a reduction) make; unknown dimensions are reported."""
    loops: list[Loop] = []
    taken = {axis.loop for axis in scope.axes_in_reach()}
    for index in indices:
        name = (index.dimension or index.name).text
        dimension = scope.dimensions.get(name)
        if dimension is None:
            found.append(errors.unknown_dimension(name, scope.dimensions, (index.dimension or index.name).span))
            continue
        if any(loop.name == index.name.text for loop in loops):
            found.append(errors.index_twice(index.name.text, owner, index.span))
            continue
        inside = f"{scope.instance}.{index.name.text}" if scope.instance else index.name.text
        loop, number = inside, 2
        while loop in taken:
            loop, number = f"{inside}_{number}", number + 1
        taken.add(loop)
        size = len(dimension.elements)
        axis = Axis(loop, dimension.name, size)
        is_plain = index.dimension is None or index.dimension.text == index.name.text
        loops.append(Loop(index.name.text, axis, dimension, level, is_plain, range(size)))
    return tuple(loops)


def loops_over(axes: Sequence[Axis], dimensions: Mapping[str, Dimension]) -> tuple[Loop, ...]:
    """Loops over axes that a variable has already, by the names of their dimensions."""
    loops = []
    for axis in axes:
        name = axis.loop.rpartition(".")[2]
        everywhere = range(axis.size)
        is_plain = name == shown(axis)
        loops.append(Loop(name, axis, dimensions[axis.dimension], 0, is_plain, everywhere))
    return tuple(loops)

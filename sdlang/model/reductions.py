"""What runs over whole dimensions: `sum(jobs over region where jobs > 5)`, `rank(wage over region)`, and memories.

A reduction is a part of an expression, with loops of its own. A vector function makes a whole list of whole lists, so
it gets a hidden variable of its own, which the equation then reads at its own element; so does a function with a
memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from sdlang.diagnostics import Diagnostic
from sdlang.limits import limit
from sdlang.model import component_errors, dimension_errors as words, errors
from sdlang.model.builder import Builder, Read, mistake
from sdlang.model.dimensions import through
from sdlang.model.expressions import (
    Apply,
    Axis,
    Constant,
    Expr,
    Index,
    Memory,
    Position,
    Reduce,
    Reference,
    Vector,
    free_loops,
)
from sdlang.model.functions import FUNCTIONS
from sdlang.model.indexing import Reader, indices_of, loops_of
from sdlang.model.memories import MEMORIES
from sdlang.model.names import Loop, Scope, Variables
from sdlang.model.positions import everywhere_again, narrowed
from sdlang.model.vectors import REDUCTIONS, VECTORS, Parameter
from sdlang.source import Span
from sdlang.syntax import tree

PARTS = "parts"


def is_over_dimensions(name: str) -> bool:
    """Whether a function works over dimensions only."""
    return name in VECTORS or (name in REDUCTIONS and name not in FUNCTIONS)


def run_over(call: tree.Call, scope: Scope, builder: Builder, read: Read) -> Expr:
    """What a function over dimensions means."""
    name, span = call.function.text, call.function.span
    if name not in REDUCTIONS and name not in VECTORS:
        builder.found.append(words.over_not_welcome(name, [*REDUCTIONS, *VECTORS], span))
        return mistake(call.span)
    if not call.over:
        builder.found.append(words.reduction_without_over(name, call.span))
        return mistake(call.span)
    if name in VECTORS:
        scope = everywhere_again(scope)
    if name in REDUCTIONS and [over.name.text for over in call.over] == [PARTS] and scope.parts:
        return _over_parts(call, scope, read)
    names = [over.name.text for over in call.over]
    for place, over in enumerate(call.over):
        if over.name.text in names[:place]:
            builder.found.append(words.runs_twice(name, over.name.text, over.span))
            return mistake(call.span)
    before = len(builder.found)
    indices = [tree.Index(over.span, over.name, over.dimension) for over in call.over]
    loops = loops_of(indices, name, scope, builder.found, scope.level())
    if len(builder.found) > before:
        return mistake(call.span)
    size = 1
    for loop in loops:
        size *= loop.axis.size
    if size > limit("elements"):
        told = words.too_many_elements(f"what `{name}` runs over", size, limit("elements"), call.span)
        builder.found.append(told)
        return mistake(call.span)
    inner = scope.with_loops(loops)
    if name in VECTORS:
        return _vector(call, loops, scope, inner, builder, read)
    if len(call.arguments) != 1 or call.arguments[0].name:
        given = len(call.arguments)
        hint = f"write one value before `over`: `{name}(a + b over region)`"
        builder.found.append(errors.wrong_number_of_arguments(name, "1 argument", given, call.span, hint))
        return mistake(call.span)
    where = _where(call, loops, scope, inner, builder, read)
    if where is not None:
        inner = narrowed(inner, where, holds=True)
    body = read(call.arguments[0].value, inner)
    return Reduce(call.span, name, tuple(loop.axis for loop in loops), body, where)


def _where(
    call: tree.Call, loops: tuple[Loop, ...], scope: Scope, inner: Scope, builder: Builder, read: Read
) -> Expr | None:
    """The condition behind `where`, and that of every `region in bloc`."""
    conditions: list[Expr] = []
    for over, loop in zip(call.over, loops, strict=True):
        if over.within is not None:
            condition = _within(over.within, loop, scope, builder)
            if condition is not None:
                conditions.append(condition)
    if call.where is not None:
        conditions.append(read(call.where, inner))
    if not conditions:
        return None
    result = conditions[0]
    for condition in conditions[1:]:
        result = Apply(call.span, "and", (result, condition))
    return result


def _within(within: tree.Name, loop: Loop, scope: Scope, builder: Builder) -> Expr | None:
    """`region in bloc`: the region belongs to the bloc of the place; `region in north`: to this one."""
    outer = scope.loop(within.text)
    if outer is not None:
        blocs = builder.dimensions[outer.dimension.name]
        fits, table = through(loop.dimension, blocs)
        if fits:
            one = Position(within.span, Index(loop.axis.loop, 0, table), 0)
            return Apply(within.span, "==", (one, Position(within.span, Index(outer.axis.loop), 0)))
    for dimension in scope.dimensions.values():
        table = dimension.maps.get(loop.dimension.name)
        if table is not None and within.text in dimension.elements:
            one = Position(within.span, Index(loop.axis.loop, 0, table), 0)
            return Apply(within.span, "==", (one, _number(dimension.elements.index(within.text), within.span)))
    builder.found.append(words.not_within(loop.name, within.text, within.span))
    return None


def _number(value: int, span: Span) -> Constant:
    return Constant(span, Fraction(value), None)


def _over_parts(call: tree.Call, scope: Scope, read: Read) -> Expr:
    """`sum(part.people over parts)`, inside a component that is a chain: each part in its place."""
    values = []
    for part in scope.parts:
        names = {
            f"part.{name.removeprefix(f'{part}.')}": known
            for name, known in scope.names.items()
            if name.startswith(f"{part}.")
        }
        values.append(read(call.arguments[0].value, replace(scope, names={**scope.names, **names})))
    function = {"sum": "+", "product": "*"}.get(call.function.text, call.function.text)
    if function not in FUNCTIONS:
        return Apply(call.span, "/", (_folded("+", values, call.span), _number(len(values), call.span)))
    return _folded(function, values, call.span)


def _folded(function: str, values: list[Expr], span: Span) -> Expr:
    result = values[0]
    for value in values[1:]:
        result = Apply(span, function, (result, value))
    return result


# What gets a variable of its own ------------------------------------------------------------------------------------


def _vector(call: tree.Call, loops: tuple[Loop, ...], scope: Scope, inner: Scope, builder: Builder, read: Read) -> Expr:
    name = call.function.text
    row = VECTORS[name]
    if len(loops) != row.axes:
        builder.found.append(words.wrong_number_of_dimensions(name, row.axes, len(loops), call.span))
        return mistake(call.span)
    if name == "inverse" and loops[0].axis.size != loops[1].axis.size:
        shown = [(loop.name, loop.axis.size) for loop in loops]
        builder.found.append(words.not_square(shown, call.span))
        return mistake(call.span)
    if call.where is not None:
        builder.found.append(words.where_not_welcome(name, call.where.span))
    given = arguments_of(call, row.parameters, builder)
    if given is None:
        return mistake(call.span)
    arguments = _meant(given, call.span, lambda parameter: inner if parameter.is_vector else scope, read)
    own = tuple(loop.axis for loop in loops)
    vector = Vector(call.span, name, own, arguments)
    outer = _used(vector, scope)
    axes = (*outer, *own)
    flat = builder.lift(name, vector, axes, scope, call.span)
    fixed = (*(Index(axis.loop) for axis in outer), *(None for _ in own))
    told: list[Diagnostic] = []
    reader = Reader(builder.dimensions, told)
    indices = indices_of(name, Variables(flat, "auxiliary", axes, fixed), (), call.span, scope, reader)
    if indices is not None:
        return Reference(call.span, flat, indices)
    if told[-1].code == "missing-index":
        told[-1] = words.vector_needs_index(name, [loop.name for loop in loops], call.span)
    builder.found += told
    return mistake(call.span)


def remembered(call: tree.Call, scope: Scope, builder: Builder, read: Read) -> Expr:
    """What a function with a memory means: `conveyor_out(entered, transit)`."""
    name = call.function.text
    given = arguments_of(call, MEMORIES[name].parameters, builder)
    if given is None:
        return mistake(call.span)
    memory = Memory(call.span, name, _meant(given, call.span, lambda _: scope, read))
    axes = _used(memory, scope)
    flat = builder.lift(name, memory, axes, scope, call.span)
    return Reference(call.span, flat, tuple(Index(axis.loop) for axis in axes))


Given = list[tuple[Parameter, tree.Expr | None]]


def _meant(given: Given, span: Span, scope_of: Callable[[Parameter], Scope], read: Read) -> tuple[Expr, ...]:
    """What arguments mean, in the order of the parameters."""
    meant: dict[str, Expr] = {}
    for parameter, argument in given:
        if argument is not None:
            meant[parameter.name] = read(argument, scope_of(parameter))
        elif isinstance(parameter.default, str):
            meant[parameter.name] = meant[parameter.default]
        else:
            assert parameter.default is not None
            meant[parameter.name] = Constant(span, Fraction(parameter.default), None)
    return tuple(meant.values())


def arguments_of(call: tree.Call, parameters: tuple[Parameter, ...], builder: Builder) -> Given | None:
    """The arguments of a call in the order of the parameters; `None` where one is missing or too much."""
    name = call.function.text
    names = [parameter.name for parameter in parameters]
    given: dict[str, tree.Expr] = {}
    before = len(builder.found)
    positional = [argument for argument in call.arguments if not argument.name]
    if len(positional) > len(names):
        wanted = f"at most {len(names)} arguments" if len(names) > 1 else "1 argument"
        hint = f"they are {', '.join(names)}" if len(names) > 1 else f"it is the {names[0]}"
        builder.found.append(errors.wrong_number_of_arguments(name, wanted, len(positional), call.span, hint))
    for each, argument in zip(names, positional, strict=False):
        given[each] = argument.value
    for argument in call.arguments:
        if argument.name and argument.name not in names:
            builder.found.append(component_errors.unknown_argument(name, argument.name, names, argument.span))
        elif argument.name in given:
            builder.found.append(component_errors.argument_twice(name, argument.name, argument.span))
        elif argument.name:
            given[argument.name] = argument.value
    for parameter in parameters:
        if parameter.name not in given and parameter.default is None:
            builder.found.append(component_errors.missing_argument(name, parameter.name, call.span))
    if len(builder.found) > before:
        return None
    return [(parameter, given.get(parameter.name)) for parameter in parameters]


def _used(expression: Expr, scope: Scope) -> tuple[Axis, ...]:
    """The axes in reach of a place by which an expression differs, in their order."""
    loops = free_loops(expression)
    return tuple(axis for axis in scope.axes_in_reach() if axis.loop in loops)

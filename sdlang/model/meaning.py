"""From an expression as it was written to what it means: the one walk over the syntax tree's expressions.

Names become flat references with an index for each axis (`indexing.py`), numbers exact values in the model's own units,
operators and functions rows of the table, tables of elements the cases of a loop (`element_tables.py`), and a call of a
component becomes a reference to what the new instance returns. What runs over whole dimensions is in `reductions.py`.

A mistake is appended to `found`, and the part that has it becomes a bare 0, which fits any unit, so that one mistake
gives one message.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from sdlang.model import clock_errors, component_errors, data_errors, dimension_errors, errors, event_errors
from sdlang.model.builder import Builder, Read, mistake
from sdlang.model.courses import is_of_a_course, of_a_course, under
from sdlang.model.data import READERS
from sdlang.model.dimensions import through
from sdlang.model.distributions import DISTRIBUTIONS
from sdlang.model.draws import drawn
from sdlang.model.element_tables import excepted, table_of_elements
from sdlang.model.expressions import Apply, Constant, Expr, Index, Lookup, Position, Reference
from sdlang.model.functions import CALLABLE, FUNCTIONS, Function
from sdlang.model.indexing import ENDS, SPREAD, indices_of, whole_number
from sdlang.model.inflows import INFLOW, inflow
from sdlang.model.memories import MEMORIES
from sdlang.model.names import Given, GivenEnd, Loop, Scope, Variables
from sdlang.model.positions import everywhere_again, narrowed
from sdlang.model.reductions import is_over_dimensions, remembered, run_over
from sdlang.model.vectors import REDUCTIONS, VECTORS
from sdlang.source import Span
from sdlang.stdlib import component, component_names
from sdlang.syntax import tree
from sdlang.syntax.errors import date_form
from sdlang.syntax.printer import print_expression
from sdlang.syntax.words import COMPARISONS
from sdlang.units.catalogue import quantity
from sdlang.units.dates import meant_date, time_of
from sdlang.units.unit import TIME, Dimension

# What can be called with values, whatever a model declares.
FUNCTION_NAMES = (*CALLABLE, *MEMORIES, *DISTRIBUTIONS)


def meaning(expression: tree.Expr, scope: Scope, builder: Builder) -> Expr:
    """What an expression means in a scope. Mistakes go to `builder.found`."""
    match expression:
        case tree.Number():
            value, dimension = quantity(expression, scope.units, builder.found)
            return Constant(expression.span, builder.own_units(value, dimension), dimension)
        case tree.Date():
            return _date(expression, builder)
        case tree.Name():
            return _name(expression, scope, builder)
        case tree.Subscript():
            return _subscript(expression, scope, builder)
        case tree.Text():
            builder.found.append(errors.text_as_value(expression.span))
            return mistake(expression.span)
        case tree.Unary(operator=operator, operand=operand):
            inner = meaning(operand, scope, builder)
            if operator == "+":
                return inner
            if operator == "-" and isinstance(operand, tree.Number) and isinstance(inner, Constant):
                return replace(inner, span=expression.span, value=-inner.value)
            return Apply(expression.span, "negative" if operator == "-" else operator, (inner,))
        case tree.Binary():
            return _binary(expression, scope, builder)
        case tree.Conditional(test=test, yes=yes, no=no):
            return _conditional(expression.span, test, yes, no, scope, builder)
        case tree.Call():
            return _call(expression, scope, builder)
        case tree.Under():
            return under(expression, scope, builder, reading(builder))
        case tree.Hole():
            builder.found.append(errors.hole_without_range(scope.owner, expression.span))
            return mistake(expression.span)
        case tree.Group(inner=grouped):
            return meaning(grouped, scope, builder)
        case tree.ElementTable():
            return table_of_elements(expression, scope, builder, reading(builder))
        case tree.Excepted():
            return excepted(expression, scope, builder, reading(builder))
    assert_never(expression)


def reading(builder: Builder) -> Read:
    return lambda expression, scope: meaning(expression, scope, builder)


def _date(date: tree.Date, builder: Builder) -> Expr:
    if not builder.is_calendar:
        builder.found.append(clock_errors.date_without_calendar(print_expression(date), date.span))
        return mistake(date.span)
    return Constant(date.span, time_of(date.year, date.month, date.day or 1), TIME, is_date=True)


def _truth_in_text(expression: tree.Expr, scope: Scope) -> bool | None:
    """Whether a comparison of whole numbers holds (`stage == 1`), or the use gives a port a value or a
    stock (`given(capacity)`), where the text alone decides it."""
    match expression:
        case tree.Group(inner=inner):
            return _truth_in_text(inner, scope)
        case tree.Call(function=tree.Name(text="given"), arguments=(tree.Argument(value=tree.Name(text=port)),)):
            meant = scope.names.get(port)
            return isinstance(meant.end, Variables) if isinstance(meant, GivenEnd) else port in scope.given
        case tree.Binary(operator="and" | "or" as operator, left=left, right=right):
            one, other = _truth_in_text(left, scope), _truth_in_text(right, scope)
            return None if one is None or other is None else one and other if operator == "and" else one or other
        case tree.Unary(operator="not", operand=operand):
            decided = _truth_in_text(operand, scope)
            return None if decided is None else not decided
        case tree.Binary(operator="<" | "<=" | ">" | ">=" | "==" | "!=" as operator, left=left, right=right):
            a, b = whole_number(left, scope), whole_number(right, scope)
            return None if a is None or b is None else bool(FUNCTIONS[operator].value(a, b))
        case _:
            return None


def _conditional(span: Span, test: tree.Expr, yes: tree.Expr, no: tree.Expr, scope: Scope, builder: Builder) -> Expr:
    """Inside a component, a test over whole numbers of the text picks its branch here. A test of a position leaves each
    branch with the elements for which it is read: `if age == 20 then ... else x[age - 1]`."""
    decided = _truth_in_text(test, scope) if scope.instance else None
    if decided is not None:
        return meaning(yes if decided else no, scope, builder)
    condition = meaning(test, scope, builder)
    branches = (
        meaning(yes, narrowed(scope, condition, holds=True), builder),
        meaning(no, narrowed(scope, condition, holds=False), builder),
    )
    return Apply(span, "if", (condition, *branches))


def _name(expression: tree.Name, scope: Scope, builder: Builder) -> Expr:
    text, span = expression.text, expression.span
    match scope.names.get(text):
        case Variables(kind="table"):
            builder.found.append(errors.table_without_argument(text, span))
            return mistake(span)
        case Variables() as known:
            return _read(text, known, (), span, scope, builder)
        case Given(value=value):
            return value
        case GivenEnd(end=Variables() as known):
            return _read(text, known, (), span, scope, builder)
        case GivenEnd():
            builder.found.append(component_errors.no_stock_given(text, span))
            return mistake(span)
        case None:
            pass
    if text == "time":
        return Reference(span, "time")
    if text in scope.whole:
        return Constant(span, scope.whole[text], None)
    loop = scope.loop(text)
    if loop is not None:
        if loop.dimension.first is not None:
            return Position(span, Index(loop.axis.loop), loop.dimension.first)
        builder.found.append(dimension_errors.index_as_value(text, span))
        return mistake(span)
    if text in scope.units:
        unit = scope.units[text]
        return Constant(span, builder.own_units(unit.factor, unit.dimension), unit.dimension)
    if text in FUNCTION_NAMES or component(text) is not None or text in builder.components:
        builder.found.append(errors.function_without_call(text, span))
    elif text in builder.moves:
        builder.found.append(event_errors.move_as_value(text, span))
    elif text in scope.dimensions:
        builder.found.append(dimension_errors.no_loop(text, scope.owner, span))
    else:
        builder.found.append(errors.unknown_name(text, span, [*scope.names, *scope.units, "time"]))
    return mistake(span)


def _read(
    name: str, known: Variables, subscripts: tuple[tree.Expr, ...], span: Span, scope: Scope, builder: Builder
) -> Expr:
    """The element of a variable that subscripts, or the loops of the place, mean."""
    indices = indices_of(name, known, subscripts, span, scope, builder.reader())
    if indices is None:
        return mistake(span)
    if known.kind == "series":
        return Lookup(span, known.flat, Reference(span, "time"), indices)
    return Reference(span, known.flat, indices)


def _subscript(expression: tree.Subscript, scope: Scope, builder: Builder) -> Expr:
    name, span = expression.name.text, expression.span
    known = scope.names.get(name)
    if isinstance(known, GivenEnd) and isinstance(known.end, Variables):
        known = known.end
    if isinstance(known, Variables) and known.kind != "table":
        return _read(name, known, expression.indices, span, scope, builder)
    if known is None and (name in FUNCTION_NAMES or name in REDUCTIONS or name in VECTORS):
        builder.found.append(errors.function_without_call(name, span))
    elif known is None and name in builder.moves:
        builder.found.append(event_errors.move_as_value(name, expression.name.span))
    elif known is None:
        builder.found.append(errors.unknown_name(name, expression.name.span, scope.names))
    elif isinstance(known, Variables) and known.kind == "table":
        builder.found.append(errors.table_without_argument(name, span))
    else:
        builder.found.append(dimension_errors.index_does_not_fit(name, expression.indices[0].span.text, [], span))
    return mistake(span)


def _binary(expression: tree.Binary, scope: Scope, builder: Builder) -> Expr:
    if expression.operator in COMPARISONS:
        compared = _comparison_of_elements(expression, scope, builder)
        if compared is not None:
            return compared
    if builder.is_calendar and expression.operator == "-" and (meant := meant_date(expression.span.text)):
        builder.found.append(date_form(expression.span.text, meant, expression.span))  # `2026-4`
        return mistake(expression.span)
    left = meaning(expression.left, scope, builder)
    right = meaning(expression.right, scope, builder)
    operator = "/" if expression.operator == "per" else expression.operator
    if isinstance(left, Constant) and isinstance(right, Constant) and _is_quantity(expression, scope):
        return _quantity(expression.span, operator, left, right)
    return Apply(expression.span, operator, (left, right))


def _named_loop(expression: tree.Expr, scope: Scope, *, numbered: bool = False) -> Loop | None:
    """The loop over elements with names that an expression is; with `numbered`, also one over whole numbers."""
    match expression:
        case tree.Group(inner=inner):
            return _named_loop(inner, scope, numbered=numbered)
        case tree.Name(text=text) if text not in scope.names:
            loop = scope.loop(text)
            return loop if loop is not None and (numbered or loop.dimension.first is None) else None
        case _:
            return None


def _comparison_of_elements(expression: tree.Binary, scope: Scope, builder: Builder) -> Expr | None:
    """`region == first_tier`, `here != there`, `skill < high`; `None` where neither side is such a loop."""
    sides = (expression.left, expression.right)
    numbered = any(_is_end(side, scope) for side in sides)
    loops = (_named_loop(side, scope, numbered=numbered) for side in sides)
    loop = next((loop for loop in loops if loop is not None), None)
    if loop is None:
        return None
    if expression.operator not in ("==", "!=") and not loop.dimension.is_ordered:
        builder.found.append(dimension_errors.no_neighbour(loop.name, expression.span.text, expression.span))
        return mistake(expression.span)
    places = []
    for side in sides:
        place = _place(side, loop, scope)
        if place is None:
            told = dimension_errors.no_element(side.span.text, loop.name, loop.dimension.elements, side.span)
            builder.found.append(told)
            return mistake(expression.span)
        places.append(place)
    return Apply(expression.span, expression.operator, tuple(places))


def _place(side: tree.Expr, loop: Loop, scope: Scope) -> Expr | None:
    """The position in the dimension of a loop that a side of a comparison means."""
    other = _named_loop(side, scope, numbered=loop.dimension.first is not None)
    if other is not None:
        fits, table = through(other.dimension, loop.dimension)
        return Position(side.span, Index(other.axis.loop, 0, table), 0) if fits else None
    if isinstance(side, tree.Name) and side.text in loop.dimension.elements:
        return Constant(side.span, Fraction(loop.dimension.elements.index(side.text)), None)
    if isinstance(side, tree.Name) and _is_end(side, scope):
        return Constant(side.span, Fraction(loop.axis.size - 1 if side.text == "last" else 0), None)
    return None


def _is_end(side: tree.Expr, scope: Scope) -> bool:
    """Whether a side of a comparison is `first` or `last`: the element at an end of a dimension, whatever its name."""
    return isinstance(side, tree.Name) and side.text in ENDS and side.text not in scope.names


def _is_quantity(expression: tree.Expr, scope: Scope) -> bool:
    """`8% / year`, `35_000 HKD/person/year`: a number with units behind it is one number."""
    match expression:
        case tree.Number():
            return True
        case tree.Binary(operator="*" | "/" | "per", left=left, right=right):
            return _is_quantity(left, scope) and _is_unit(right, scope)
        case _:
            return False


def _is_unit(expression: tree.Expr, scope: Scope) -> bool:
    match expression:
        case tree.Name(text=text):
            return text in scope.units and text not in scope.names
        case tree.Binary(operator="^", left=left, right=tree.Number()):
            return _is_unit(left, scope)
        case _:
            return False


def _quantity(span: Span, operator: str, left: Constant, right: Constant) -> Constant:
    from_left = left.dimension or Dimension()
    from_right = right.dimension or Dimension()
    if operator == "*":
        return Constant(span, left.value * right.value, from_left * from_right)
    return Constant(span, left.value / right.value, from_left / from_right)


def _call(expression: tree.Call, scope: Scope, builder: Builder) -> Expr:
    name, span = expression.function.text, expression.span
    known = scope.names.get(name)
    if known is None and is_of_a_course(name, scope):
        return of_a_course(expression, scope, builder, reading(builder))
    if isinstance(known, Variables) and known.kind in ("table", "series"):
        return _lookup(known, expression, scope, builder)
    if known is not None:
        kind = known.kind if isinstance(known, Variables) else "value"
        hides = name in FUNCTION_NAMES or component(name) is not None or name in builder.components
        builder.found.append(errors.not_a_function(name, kind, expression.function.span, hides=hides))
        return mistake(span)
    if expression.over or is_over_dimensions(name):
        return run_over(expression, scope, builder, reading(builder))
    if name == INFLOW and name not in builder.components:
        return inflow(expression, scope, builder, reading(builder))
    if name == SPREAD and name not in builder.components and (stages := whole_number(expression, scope)) is not None:
        return Constant(span, stages, None)
    if name in DISTRIBUTIONS:
        return drawn(expression, scope, builder, reading(builder))
    if name in MEMORIES:
        return remembered(expression, everywhere_again(scope), builder, reading(builder))
    if name in FUNCTIONS and not FUNCTIONS[name].is_operator:
        return _function(FUNCTIONS[name], expression, scope, builder)
    declaration = builder.components.get(name) or component(name)
    if declaration is not None:
        return builder.instantiate(declaration, expression, everywhere_again(scope), builder)
    if name in READERS:
        builder.found.append(data_errors.reader_in_expression(name, span))
        return mistake(span)
    callable_names = [*FUNCTION_NAMES, INFLOW, *component_names(), *builder.components, *_tables(scope)]
    builder.found.append(errors.unknown_function(name, expression.function.span, callable_names))
    return mistake(span)


def _tables(scope: Scope) -> Iterator[str]:
    return (name for name, known in scope.names.items() if isinstance(known, Variables) and known.kind == "table")


def _values(expression: tree.Call, scope: Scope, builder: Builder) -> tuple[Expr, ...]:
    for argument in expression.arguments:
        if argument.name:
            builder.found.append(
                errors.named_argument_of_function(expression.function.text, argument.name, argument.span)
            )
    return tuple(meaning(argument.value, scope, builder) for argument in expression.arguments)


def _lookup(table: Variables, expression: tree.Call, scope: Scope, builder: Builder) -> Expr:
    values = _values(expression, scope, builder)
    name, span = expression.function.text, expression.span
    if len(values) != 1:
        builder.found.append(errors.wrong_number_of_arguments(name, "1 argument", len(values), span))
        return mistake(span)
    indices = indices_of(name, table, (), span, scope, builder.reader())
    return mistake(span) if indices is None else Lookup(span, table.flat, values[0], indices)


def _function(function: Function, expression: tree.Call, scope: Scope, builder: Builder) -> Expr:
    given = len(expression.arguments)
    if given < function.least or (function.most is not None and given > function.most):
        hint = function.meaning
        if function.name in REDUCTIONS:
            hint += f"; over a dimension, write `{function.name}(... over region)`"
        wanted = _wanted(function)
        builder.found.append(errors.wrong_number_of_arguments(function.name, wanted, given, expression.span, hint))
        return mistake(expression.span)
    values = _values(expression, scope, builder)
    if function.needs_time:
        values = (Reference(expression.span, "time"), *values)
    return Apply(expression.span, function.name, values)


def _wanted(function: Function) -> str:
    if function.most is None:
        return f"at least {function.least} arguments"
    if function.most == function.least:
        return "1 argument" if function.least == 1 else f"{function.least} arguments"
    return f"{function.least} to {function.most} arguments"

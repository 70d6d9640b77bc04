"""From an expression as it was written to what it means: the one walk over the syntax tree's expressions.

Names become flat references, numbers exact values in the model's own units, operators and functions rows of the table,
and a call of a component becomes a reference to what the new instance returns. A mistake is appended to `found`, and
the part that has it becomes a bare 0, which fits any unit, so that one mistake gives one message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import assert_never

from sdlang.diagnostics import Diagnostic
from sdlang.model import component_errors, errors
from sdlang.model.expressions import Apply, Constant, Expr, Lookup, Reference
from sdlang.model.functions import CALLABLE, FUNCTIONS, Function
from sdlang.model.model import Variable
from sdlang.model.names import Elements, Given, Scope, Variables
from sdlang.source import Span
from sdlang.stdlib import component, component_names
from sdlang.syntax import tree
from sdlang.units.catalogue import quantity
from sdlang.units.unit import Dimension, Unit


@dataclass(slots=True)
class Builder:
    """What the stage collects while it reads: variables in order, the units that were written for them, the places
    where components are used, the ends of ranges and the points of tables as expressions (their units are checked).

    `time_factor` is the model's unit of time in seconds. `components` are those the file declares itself;
    `instantiate` makes an instance of one where an expression calls it, and gives what it returns. `unit_mistakes` are
    found here and told with all others of their kind.
    """

    found: list[Diagnostic]
    time_factor: Fraction
    components: dict[str, tree.Component]
    instantiate: Callable[[tree.Component, tree.Call, Scope, Builder], Expr]
    variables: dict[str, Variable] = field(default_factory=dict)
    written: dict[str, Unit | None] = field(default_factory=dict)
    uses: dict[str, Span] = field(default_factory=dict)
    ranges: dict[str, tuple[Expr, Expr]] = field(default_factory=dict)
    points: dict[str, tuple[tuple[Expr, Expr], ...]] = field(default_factory=dict)
    input_units: dict[str, Unit | None] = field(default_factory=dict)
    unit_mistakes: list[Diagnostic] = field(default_factory=list)

    def add(self, variable: Variable, unit: Unit | None) -> None:
        self.variables[variable.name] = variable
        self.written[variable.name] = unit

    def own_units(self, value: Fraction, dimension: Dimension | None) -> Fraction:
        """A value with time in seconds, as a value with time in the model's unit."""
        exponent = Fraction(0) if dimension is None else dimension.exponent("time")
        if exponent.denominator == 1:
            return value / self.time_factor**exponent.numerator
        return value / Fraction(float(self.time_factor) ** float(exponent))


def mistake(span: Span) -> Constant:
    """What stands for a part that was reported: a bare 0."""
    return Constant(span, Fraction(0), None)


def meaning(expression: tree.Expr, scope: Scope, builder: Builder) -> Expr:
    """What an expression means in a scope. Mistakes go to `builder.found`."""
    match expression:
        case tree.Number():
            value, dimension = quantity(expression, scope.units, builder.found)
            return Constant(expression.span, builder.own_units(value, dimension), dimension)
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
        case tree.Group(inner=grouped):
            return meaning(grouped, scope, builder)
    assert_never(expression)


def whole_number(expression: tree.Expr, scope: Scope) -> Fraction | None:
    """The value of an expression over whole numbers of the text (`stage - 1`), or `None` if it is no such thing."""
    match expression:
        case tree.Number(percent=False, scale="", unit=""):
            return Fraction(expression.text.replace("_", ""))
        case tree.Name(text=text):
            return scope.whole.get(text)
        case tree.Group(inner=inner):
            return whole_number(inner, scope)
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


def _truth_in_text(expression: tree.Expr, scope: Scope) -> bool | None:
    """Whether a comparison of whole numbers holds (`stage == 1`), where the text alone decides it."""
    match expression:
        case tree.Group(inner=inner):
            return _truth_in_text(inner, scope)
        case tree.Binary(operator="<" | "<=" | ">" | ">=" | "==" | "!=" as operator, left=left, right=right):
            a, b = whole_number(left, scope), whole_number(right, scope)
            return None if a is None or b is None else bool(FUNCTIONS[operator].value(a, b))
        case _:
            return None


def _conditional(span: Span, test: tree.Expr, yes: tree.Expr, no: tree.Expr, scope: Scope, builder: Builder) -> Expr:
    """Inside a component, a test over whole numbers of the text picks its branch here: `level[0]` is never read."""
    decided = _truth_in_text(test, scope) if scope.instance else None
    if decided is not None:
        return meaning(yes if decided else no, scope, builder)
    return Apply(span, "if", tuple(meaning(part, scope, builder) for part in (test, yes, no)))


def _name(expression: tree.Name, scope: Scope, builder: Builder) -> Expr:
    text, span = expression.text, expression.span
    match scope.names.get(text):
        case Variables(flat=flat, kind="series"):
            return Lookup(span, flat, Reference(span, "time"))
        case Variables(kind="table"):
            builder.found.append(errors.table_without_argument(text, span))
            return mistake(span)
        case Variables(flat=flat):
            return Reference(span, flat)
        case Given(value=value):
            return value
        case Elements(low=low, high=high):
            builder.found.append(component_errors.subscript_outside(text, "", str(low), str(high), span))
            return mistake(span)
        case None:
            pass
    if text == "time":
        return Reference(span, "time")
    if text in scope.whole:
        return Constant(span, scope.whole[text], None)
    if text in scope.units:
        unit = scope.units[text]
        return Constant(span, builder.own_units(unit.factor, unit.dimension), unit.dimension)
    if text in CALLABLE or component(text) is not None or text in builder.components:
        builder.found.append(errors.function_without_call(text, span))
    else:
        builder.found.append(errors.unknown_name(text, span, [*scope.names, *scope.units, "time"]))
    return mistake(span)


def element_index(expression: tree.Subscript, scope: Scope, builder: Builder) -> int | None:
    """The whole number in `held[stage - 1]`; anything else is reported."""
    if len(expression.indices) == 1:
        value = whole_number(expression.indices[0], scope)
        if value is not None and value.denominator == 1:
            return int(value)
    builder.found.append(component_errors.not_static(f"the index of `{expression.name.text}`", expression.span))
    return None


def _subscript(expression: tree.Subscript, scope: Scope, builder: Builder) -> Expr:
    name, span = expression.name.text, expression.span
    if not scope.instance:
        builder.found.append(component_errors.outside_component("an index", span))
        return mistake(span)
    found = scope.names.get(name)
    if not isinstance(found, Elements):
        builder.found.append(errors.unknown_name(name, span, scope.names))
        return mistake(span)
    index = element_index(expression, scope, builder)
    if index is None:
        return mistake(span)
    if not found.low <= index <= found.high:
        builder.found.append(
            component_errors.subscript_outside(name, str(index), str(found.low), str(found.high), span)
        )
        return mistake(span)
    return Reference(span, f"{found.flat}[{index}]")


def _binary(expression: tree.Binary, scope: Scope, builder: Builder) -> Expr:
    left = meaning(expression.left, scope, builder)
    right = meaning(expression.right, scope, builder)
    operator = "/" if expression.operator == "per" else expression.operator
    if isinstance(left, Constant) and isinstance(right, Constant) and _is_quantity(expression, scope):
        return _quantity(expression.span, operator, left, right)
    return Apply(expression.span, operator, (left, right))


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
    if name == "conserved":
        builder.found.append(errors.conserved_outside_expect(span))
        return mistake(span)
    known = scope.names.get(name)
    if isinstance(known, Variables) and known.kind in ("table", "series"):
        return _lookup(known.flat, expression, scope, builder)
    if isinstance(known, Variables | Elements | Given):
        kind = "value" if isinstance(known, Given) else known.kind
        builder.found.append(errors.not_a_function(name, kind, expression.function.span))
        return mistake(span)
    if name in FUNCTIONS and not FUNCTIONS[name].is_operator:
        return _function(FUNCTIONS[name], expression, scope, builder)
    declaration = builder.components.get(name) or component(name)
    if declaration is not None:
        return builder.instantiate(declaration, expression, scope, builder)
    callable_names = [*CALLABLE, *component_names(), *builder.components, *_tables(scope)]
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


def _lookup(table: str, expression: tree.Call, scope: Scope, builder: Builder) -> Expr:
    values = _values(expression, scope, builder)
    if len(values) != 1:
        builder.found.append(errors.wrong_number_of_arguments(table, "1 argument", len(values), expression.span))
        return mistake(expression.span)
    return Lookup(expression.span, table, values[0])


def _function(function: Function, expression: tree.Call, scope: Scope, builder: Builder) -> Expr:
    values = _values(expression, scope, builder)
    if len(values) < function.least or (function.most is not None and len(values) > function.most):
        builder.found.append(
            errors.wrong_number_of_arguments(
                function.name, _wanted(function), len(values), expression.span, function.meaning
            )
        )
        return mistake(expression.span)
    if function.needs_time:
        values = (Reference(expression.span, "time"), *values)
    return Apply(expression.span, function.name, values)


def _wanted(function: Function) -> str:
    if function.most is None:
        return f"at least {function.least} arguments"
    if function.most == function.least:
        return "1 argument" if function.least == 1 else f"{function.least} arguments"
    return f"{function.least} to {function.most} arguments"

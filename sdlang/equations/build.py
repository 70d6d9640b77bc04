"""From the Model to the System: every equation becomes one SymPy expression, as it was written.

Nothing is evaluated, reordered or simplified, and no text is ever read as code: nodes are built one by one. A stock's
rate is the sum of the flows that enter it less those that leave it, in the order of their declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from hashlib import sha256
from types import MappingProxyType

import sympy

from sdlang.collector import collector_off
from sdlang.equations.nodes import Builtin, lookup
from sdlang.equations.system import Column, Equation, Guard, LookupTable, State, System
from sdlang.model.constants import constant_value, constant_values
from sdlang.model.cycles import equation_of, in_order, start_of
from sdlang.model.expressions import Apply, Constant, Expr, Lookup, Reference, parts, references
from sdlang.model.functions import FUNCTIONS, UnitRule
from sdlang.model.model import Auxiliary, Flow, Model, Parameter, Series, Stock, Variable
from sdlang.model.names import KINDS

TIME = sympy.Symbol("time", real=True)
MINUS_ONE = sympy.Integer(-1)


def build(model: Model) -> System:
    """The System of a model. The model has been checked: a loop here is an error of sdlang."""
    with collector_off():
        return _build(model)


def _build(model: Model) -> System:
    symbols = {name: sympy.Symbol(name, real=True) for name in model.variables}
    symbols["time"] = TIME
    expression = _Builder(symbols).expression
    order = in_order(model.variables, equation_of)
    parameters = [name for name in order if isinstance(model.variables[name], Parameter)]
    auxiliaries = [name for name in order if not isinstance(model.variables[name], Parameter)]
    starts = [name for name in in_order(model.variables, start_of) if not isinstance(model.variables[name], Parameter)]

    def equation(name: str) -> Equation:
        variable = model.variables[name]
        written = equation_of(variable)
        assert written is not None
        return Equation(name, symbols[name], expression(written), _text(written), variable.span)

    flows = list(model.flows())
    return System(
        title=model.title,
        digest=digest(model),
        clock=model.clock,
        time=TIME,
        parameters=tuple(equation(name) for name in parameters),
        states=tuple(_state(stock, flows, symbols, expression) for stock in model.stocks()),
        auxiliaries=tuple(equation(name) for name in auxiliaries),
        initial_order=tuple(starts),
        tables=MappingProxyType(
            {
                table.name: LookupTable(
                    table.name,
                    tuple(x for x, _ in table.points),
                    tuple(y for _, y in table.points),
                    table.method,
                    table.outside,
                    isinstance(table, Series),
                    table.span,
                )
                for table in model.lookup_tables()
            }
        ),
        breakpoints=tuple(expression(time) for time in _breakpoints(model)),
        guards=_guards(model),
        columns=MappingProxyType({name: _column(variable) for name, variable in model.variables.items()}),
    )


def digest(model: Model) -> str:
    """SHA-256 of the model's text and of the data that it reads."""
    sha = sha256(model.source.text.encode())
    for table in model.lookup_tables():
        if isinstance(table, Series):
            sha.update(repr((table.name, table.points)).encode())
    return sha.hexdigest()


def _text(expression: Expr) -> str:
    """An equation as it was written, on one line and without its comments."""
    lines = (line.partition("#")[0].strip() for line in expression.span.text.splitlines())
    return " ".join(line for line in lines if line)


def _column(variable: Variable) -> Column:
    return Column(
        variable.name,
        variable.label,
        variable.unit.text,
        variable.scale,
        KINDS[type(variable).__name__],
        bool(variable.component) or variable.name.endswith(".before"),
    )


def _state(
    stock: Stock, flows: list[Flow], symbols: Mapping[str, sympy.Symbol], expression: Callable[[Expr], sympy.Expr]
) -> State:
    terms = [symbols[flow.name] for flow in flows if flow.target == stock.name]
    terms += [sympy.Mul(MINUS_ONE, symbols[flow.name], evaluate=False) for flow in flows if flow.source == stock.name]
    rate = sympy.Integer(0) if not terms else terms[0] if len(terms) == 1 else sympy.Add(*terms, evaluate=False)
    initial = expression(stock.initial)
    return State(stock.name, symbols[stock.name], initial, rate, _text(stock.initial), stock.span)


class _Builder:
    """Turns expressions into SymPy, keeping numbers that it has made already."""

    def __init__(self, symbols: Mapping[str, sympy.Symbol]) -> None:
        self.symbols = symbols
        self.numbers: dict[Fraction, sympy.Expr] = {}

    def expression(self, expression: Expr) -> sympy.Expr:
        match expression:
            case Constant(value=value):
                return self._number(value)
            case Reference(name=name):
                return self.symbols[name]
            case Lookup(table=table, argument=argument):
                return lookup(table, self.expression(argument))
            case Apply(function=function, arguments=arguments):
                return self._applied(function, tuple(self.expression(argument) for argument in arguments))

    def _number(self, value: Fraction) -> sympy.Expr:
        number = self.numbers.get(value)
        if number is None:
            whole = value.denominator == 1 and abs(value.numerator) < 2**53
            number = sympy.Integer(value.numerator) if whole else sympy.Float(float(value), 17)
            self.numbers[value] = number
        return number

    def _applied(self, function: str, arguments: tuple[sympy.Expr, ...]) -> sympy.Expr:
        match function:
            case "+":
                return sympy.Add(*arguments, evaluate=False)
            case "-":
                left, right = arguments
                return sympy.Add(left, sympy.Mul(MINUS_ONE, right, evaluate=False), evaluate=False)
            case "negative":
                return sympy.Mul(MINUS_ONE, *arguments, evaluate=False)
            case "*":
                return sympy.Mul(*arguments, evaluate=False)
            case "/":
                left, right = arguments
                return sympy.Mul(left, sympy.Pow(right, MINUS_ONE, evaluate=False), evaluate=False)
            case "^" if arguments[1] != MINUS_ONE:
                return sympy.Pow(*arguments, evaluate=False)
            case _:
                return Builtin(function, *arguments)


def _breakpoints(model: Model) -> list[Expr]:
    """Expressions of parameters that give the times at which something jumps or kinks."""
    found: dict[Expr, None] = {}
    for variable in model.variables.values():
        written = equation_of(variable)
        if written is None or isinstance(variable, Parameter):
            continue
        for part in parts(written):
            if isinstance(part, Apply):
                for time in _times_in(part):
                    if all(isinstance(model.variables.get(name), Parameter) for name in references(time)):
                        found.setdefault(time)
    return list(found)


def _times_in(part: Apply) -> list[Expr]:
    row = FUNCTIONS[part.function]
    match row.unit_rule:
        case UnitRule.STEP | UnitRule.RAMP:
            return list(part.arguments[2:])
        case UnitRule.PULSE:
            start, duration = part.arguments[2:]
            return [start, Apply(part.span, "+", (start, duration))]
        case UnitRule.COMPARISON:
            left, right = part.arguments
            sides = [(left, right), (right, left)]
            return [other for side, other in sides if isinstance(side, Reference) and side.name == "time"]
        case _:
            return []


def _guards(model: Model) -> tuple[Guard, ...]:
    """Stocks that an expectation forbids to fall below a constant, at any time and in any scenario."""
    guards: list[Guard] = []
    if not model.expectations:
        return ()
    values = {
        name: value
        for name, value in constant_values(model.variables).items()
        if not isinstance(model.variables[name], Auxiliary)
    }
    for expectation in model.expectations:
        match expectation.subject:
            case Apply(function=">=" | ">", arguments=(Reference(name=name), least)):
                pass
            case Apply(function="<=" | "<", arguments=(least, Reference(name=name))):
                pass
            case _:
                continue
        if expectation.when != "always" or expectation.scenario or not isinstance(model.variables.get(name), Stock):
            continue
        value = constant_value(least, values)
        if value == 0:
            guards.append(Guard(name, value, expectation.text, expectation.span))
    return tuple(guards)

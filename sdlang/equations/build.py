"""From the Model to the System: every equation becomes one SymPy expression, as it was written.

Nothing is evaluated, reordered or simplified, and no text is ever read as code: nodes are built one by one. A stock's
rate is the sum of the flows that enter it less those that leave it, in the order of their declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from types import MappingProxyType

import sympy

from sdlang.collector import collector_off
from sdlang.equations.events import events_of
from sdlang.equations.nodes import Builtin, builtin
from sdlang.equations.system import Column, Equation, Guard, LookupTable, State, System, Tally, Transfer
from sdlang.model.constants import constant_value, constant_values
from sdlang.model.cycles import Block, blocks, equation_of, is_unknown, start_of
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
    Vector,
    parts,
    references,
)
from sdlang.model.functions import FUNCTIONS, UnitRule
from sdlang.model.indexing import shown
from sdlang.model.memories import MEMORIES
from sdlang.model.model import Auxiliary, Flow, Model, Parameter, Series, Stock, Table, Variable
from sdlang.model.moves import moved
from sdlang.model.names import KINDS
from sdlang.model.vectors import Reading
from sdlang.units.catalogue import DATE_UNIT

TIME = sympy.Symbol("time", real=True)
MINUS_ONE = sympy.Integer(-1)


def build(model: Model) -> System:
    """The System of a model. The model has been checked: a loop here is an error of sdlang."""
    with collector_off():
        return _build(model)


def _build(model: Model) -> System:
    symbols = {name: sympy.Symbol(name, real=True) for name in model.variables}
    symbols["time"] = TIME
    tallies: list[Tally] = []
    axes_of = {name: variable.axes for name, variable in model.variables.items()}
    builder = _Builder(symbols, axes_of, tallies)
    expression = builder.expression
    orders = {equation: blocks(model.variables, equation) for equation in (equation_of, start_of)}
    parameter_order, auxiliary_order = _divided(orders[equation_of], model)

    def equation(name: str) -> Equation:
        variable = model.variables[name]
        written = equation_of(variable)
        assert written is not None
        made = expression(written, name)
        return Equation(name, symbols[name], made, _text(written), variable.span, variable.axes)

    def guess(name: str) -> Equation:
        variable = model.variables[name]
        assert isinstance(variable, Auxiliary | Flow)
        assert variable.guess is not None
        made = expression(variable.guess, name)
        return Equation(name, symbols[name], made, _text(variable.guess), variable.guess.span, variable.axes)

    flows = list(model.flows())
    parameters = tuple(equation(name) for block in parameter_order for name in block.names)
    states = tuple(_state(stock, flows, symbols, expression) for stock in model.stocks())
    auxiliaries = tuple(equation(name) for block in auxiliary_order for name in block.names)
    return System(
        title=model.title,
        digest=digest(model),
        clock=model.clock,
        time=TIME,
        parameters=parameters,
        states=states,
        auxiliaries=auxiliaries,
        parameter_order=parameter_order,
        auxiliary_order=auxiliary_order,
        initial_order=_divided(orders[start_of], model)[1],
        tables=MappingProxyType({table.name: lookup_table(table, model) for table in model.lookup_tables()}),
        breakpoints=tuple(expression(time, "") for time in _breakpoints(model)),
        guards=_guards(model),
        columns=MappingProxyType({name: _column(variable, model) for name, variable in model.variables.items()}),
        tallies=tuple(tallies),
        guesses=tuple(guess(name) for name, variable in model.variables.items() if is_unknown(variable)),
        rest=model.rest,
        dates=MappingProxyType(builder.dates),
        events=events_of(model, expression, _text, _column),
    )


def _divided(order: tuple[Block, ...], model: Model) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The blocks of parameters, and the others; a block has members of one kind, since no parameter reads others."""
    of_parameters = [isinstance(model.variables[block.names[0]], Parameter) for block in order]
    return (
        tuple(block for block, is_first in zip(order, of_parameters, strict=True) if is_first),
        tuple(block for block, is_first in zip(order, of_parameters, strict=True) if not is_first),
    )


def lookup_table(table: Table, model: Model) -> LookupTable:
    """The points of a table or a series, as engines read them."""
    shape = tuple(axis.size for axis in table.axes)
    names = _column(table, model).elements
    made = [
        LookupTable(
            name,
            tuple(x for x, _ in points),
            tuple(y for _, y in points),
            table.method,
            table.outside,
            isinstance(table, Series),
            table.span,
            is_calendar=table.input_unit == DATE_UNIT or (isinstance(table, Series) and model.clock.is_calendar),
        )
        for name, points in zip(names, table.elements or (table.points,), strict=True)
    ]
    return replace(made[0], name=table.name, shape=shape, parts=tuple(made)) if table.axes else made[0]


def digest(model: Model) -> str:
    """SHA-256 of the model's text and of the data that it reads, those of scenarios among them."""
    sha = sha256(model.source.text.encode())
    for table in model.lookup_tables():
        if isinstance(table, Series):
            sha.update(repr((table.name, table.elements or table.points)).encode())
    for variable in model.variables.values():
        written = start_of(variable)
        if isinstance(written, Array):
            sha.update(repr((variable.name, written.values)).encode())
    for scenario in model.scenarios:
        for curve in scenario.curves:
            if curve.path:
                sha.update(repr((scenario.name, curve.name, curve.elements or curve.points)).encode())
        for override in scenario.overrides:
            if isinstance(override.value, Array):
                sha.update(repr((scenario.name, override.name, override.value.values)).encode())
    return sha.hexdigest()


def _text(expression: Expr) -> str:
    """An equation as it was written, on one line and without its comments."""
    lines = (line.partition("#")[0].strip() for line in expression.span.text.splitlines())
    return " ".join(line for line in lines if line)


def _column(variable: Variable, model: Model) -> Column:
    return Column(
        variable.name,
        variable.label,
        variable.unit.text,
        variable.scale,
        KINDS[type(variable).__name__],
        variable.is_hidden or variable.name.endswith(".before"),
        tuple((shown(axis), model.dimensions[axis.dimension].elements) for axis in variable.axes),
    )


Express = Callable[[Expr, str], sympy.Expr]


def _state(stock: Stock, flows: list[Flow], symbols: Mapping[str, sympy.Symbol], expression: Express) -> State:
    entering = [flow for flow in flows if flow.target == stock.name]
    leaving = [flow for flow in flows if flow.source == stock.name]
    terms = [expression(moved(flow, flow.name, flow.target_indices, stock.axes), "") for flow in entering]
    for flow in leaving:
        taken = expression(moved(flow, flow.name, flow.source_indices, stock.axes), "")
        terms.append(sympy.Mul(MINUS_ONE, taken, evaluate=False))
    return State(
        stock.name,
        symbols[stock.name],
        expression(stock.initial, stock.name),
        sympy.Integer(0) if not terms else terms[0] if len(terms) == 1 else sympy.Add(*terms, evaluate=False),
        _text(stock.initial),
        stock.span,
        stock.axes,
        tuple(Transfer(flow.name, flow.axes, flow.target_indices) for flow in entering),
        tuple(Transfer(flow.name, flow.axes, flow.source_indices) for flow in leaving),
    )


class _Builder:
    """Turns expressions into SymPy, keeping numbers that it has made already. `tallies` gathers what memories count,
    `dates` the numbers that were written as dates."""

    def __init__(
        self, symbols: dict[str, sympy.Symbol], axes_of: Mapping[str, tuple[Axis, ...]], tallies: list[Tally]
    ) -> None:
        self.symbols = symbols
        self.axes_of = axes_of
        self.tallies = tallies
        self.numbers: dict[Fraction, sympy.Expr] = {}
        self.dates: dict[float, str] = {}

    def expression(self, expression: Expr, owner: str) -> sympy.Expr:
        """The expression; `owner` is the variable whose equation it is."""
        match expression:
            case Memory():
                return self._memory(expression, owner)
            case Draw(function=function, where=where, arguments=arguments):
                return builtin("draw", (function, where), *(self._made(argument) for argument in arguments))
            case _:
                return self._made(expression)

    def _made(self, expression: Expr) -> sympy.Expr:
        match expression:
            case Constant(value=value, is_date=True):
                self.dates[float(value)] = expression.span.text
                return sympy.Float(float(value), 17)  # a whole number would be an `Integer`, which is no date
            case Constant(value=value):
                return self._number(value)
            case Reference(name=name, indices=()):
                return self.symbols[name]
            case Reference(name=name, indices=indices):
                return builtin("element", (name, indices))
            case Lookup(table=table, argument=argument, indices=indices):
                return builtin("lookup", (table, indices), self._made(argument))
            case Apply(function=function, arguments=arguments):
                return self._applied(function, tuple(self._made(argument) for argument in arguments))
            case Position(index=index, first=first):
                return builtin("position", (index, first))
            case Cases(loop=loop, choice=choice, branches=branches):
                return builtin("cases", (loop, choice), *(self._made(branch) for branch in branches))
            case Array(values=values, shape=shape, indices=indices):
                return builtin("array", (values, shape, indices))
            case Reduce(function=function, axes=axes, body=body, where=where):
                kept = () if where is None else (self._made(where),)
                return builtin("reduce", (function, axes), self._made(body), *kept)
            case Vector(function=function, axes=axes, arguments=arguments):
                return builtin("vector", (function, axes), *(self._made(argument) for argument in arguments))
            case Memory(function=function) | Draw(function=function):
                raise AssertionError(f"{function} is all of an equation")
            case OverRun() | Elsewhere() | Predicate():
                raise AssertionError("no equation speaks of a whole course")

    def _memory(self, memory: Memory, owner: str) -> sympy.Expr:
        """A memory, in which what accumulates is read from tallies of its own."""
        arguments = []
        for parameter, argument in zip(MEMORIES[memory.function].parameters, memory.arguments, strict=True):
            made = self._made(argument)
            if parameter.reading is Reading.IN_ALL:
                axes = self.axes_of[owner]
                name = f"{owner}.{parameter.name}"
                self.tallies.append(Tally(name, made, axes))
                self.symbols[name] = sympy.Symbol(name, real=True)
                indices = tuple(Index(axis.loop) for axis in axes)
                made = builtin("element", (name, indices)) if axes else self.symbols[name]
            arguments.append(made)
        return builtin("memory", (memory.function,), *arguments)

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
    equations = [equation_of(variable) for variable in model.variables.values() if not isinstance(variable, Parameter)]
    found: dict[Expr, None] = {}
    for written in (*equations, *(expression for event in model.events for expression in event.expressions)):
        for part in () if written is None else parts(written):
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
        if not expectation.is_of_all_times or not isinstance(model.variables.get(name), Stock):
            continue
        value = constant_value(least, values)
        if value == 0:
            guards.append(Guard(name, value, expectation.text, expectation.span))
    return tuple(guards)

"""What SymPy can say about a system that is small enough: simpler forms, linearisation, equilibria.

A system holds its equations unevaluated; here they become ordinary SymPy expressions, on demand. `linearise` goes
through the equations one by one with the chain rule, so it costs no more than the derivatives of the equations.
`equilibria` solves for the states in closed form and is bounded in size, since a solver's time cannot be foretold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sympy

from sdlang.equations.elements import NotByElement, by_element
from sdlang.equations.lookups import reader
from sdlang.equations.nodes import Builtin
from sdlang.equations.system import Equation, System
from sdlang.model.functions import FUNCTIONS

MOST_STATES = 4
MOST_OPERATIONS = 300
SLOPE_STEP = 1e-6

Values = Mapping[str, float]


class NoAnalysis(ValueError):
    """A system that is too large, or has a form that cannot be analysed; the text says which and why."""


# Ordinary SymPy ------------------------------------------------------------------------------------------------------


def as_sympy(expression: sympy.Basic) -> sympy.Expr:
    """The expression in SymPy's own functions, evaluated; a table stays an undefined function of its argument."""
    if isinstance(expression, Builtin):
        name = expression.name
        if name == "lookup" and not expression.held[1]:
            return sympy.Function(expression.held[0])(as_sympy(expression.arguments[0]))
        if expression.held:
            if name == "draw":
                raise NoAnalysis("a model that draws random numbers has no closed form here")
            raise NoAnalysis("a model that is split by dimensions, or has a memory, has no closed form here")
        return _applied(name, tuple(as_sympy(argument) for argument in expression.arguments))
    if isinstance(expression, sympy.Float):
        return sympy.Rational(repr(float(expression)))
    if not expression.args:
        return expression
    return expression.func(*(as_sympy(argument) for argument in expression.args))


def _applied(name: str, arguments: tuple[sympy.Expr, ...]) -> sympy.Expr:
    match name:
        case "if":
            test, yes, no = arguments
            return sympy.Piecewise((yes, test), (no, True))
        case "clip":
            value, low, high = arguments
            return sympy.Min(sympy.Max(value, low), high)
        case "log10":
            return sympy.log(arguments[0], 10)
        case "round":
            (value,) = arguments
            return sympy.sign(value) * sympy.floor(sympy.Abs(value) + sympy.Rational(1, 2))
        case "step":
            time, height, start = arguments
            return sympy.Piecewise((height, time >= start), (0, True))
        case "ramp":
            time, slope, start, *end = arguments
            last = sympy.Min(time, end[0]) if end else time
            return sympy.Piecewise((slope * (last - start), time > start), (0, True))
        case "pulse":
            time, height, start, duration = arguments
            return sympy.Piecewise((height, sympy.And(time >= start, time < start + duration)), (0, True))
        case _:
            return getattr(sympy, FUNCTIONS[name].sympy)(*arguments)


# Simpler forms -------------------------------------------------------------------------------------------------------


def hints(system: System) -> dict[str, str]:
    """For each equation that says more than it means, what it amounts to: names that cancel, or a constant. Equations
    over elements are left out."""
    found = {}
    for equation in system.auxiliaries:
        if _is_over_elements(equation.expression):
            continue
        names = {symbol.name for symbol in equation.expression.free_symbols}
        simple = as_sympy(equation.expression)
        lost = sorted(names - {symbol.name for symbol in simple.free_symbols})
        if not lost:
            continue
        cancelled = ", ".join(f"`{name}`" for name in lost)
        is_constant = simple.is_number
        found[equation.name] = (
            f"always {float(simple):g}, whatever {cancelled} may be" if is_constant else f"{cancelled} cancels out"
        )
    return found


def _is_over_elements(expression: sympy.Basic) -> bool:
    """Whether an equation holds something that `as_sympy` cannot give."""
    builtins = [part for part in sympy.preorder_traversal(expression) if isinstance(part, Builtin)]
    return any(part.held and (part.name != "lookup" or part.held[1]) for part in builtins)


# Linearisation -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Linearisation:
    """`matrix[i, j]` is how the net rate of `states[i]` changes with `states[j]`, in the model's own units; its
    eigenvalues (1 / the model's unit of time) tell growth, decay and cycles around the point."""

    states: tuple[str, ...]
    matrix: npt.NDArray[np.float64]
    eigenvalues: npt.NDArray[np.complex128]

    @property
    def is_stable(self) -> bool:
        """Small disturbances die out: eigenvalues have negative real parts, those aside that are 0 because a total of
        stocks never changes."""
        moving = self.eigenvalues[np.abs(self.eigenvalues) > 1e-12 * np.max(np.abs(self.eigenvalues))]
        return bool(np.all(moving.real < -1e-12 * np.abs(moving)))


def linearise(system: System, point: Values) -> Linearisation:
    """The system near a point: `point` gives `time`, every state and every parameter (of what is split, every element),
    in the model's own units.

    Raises NoAnalysis for an equation without a derivative, and KeyError for a state or parameter that is not given.
    """
    system = _by_element(system)
    names = tuple(state.name for state in system.states)
    values: dict[str, float] = {name: float(point[name]) for name in ("time", *names)}
    slopes: dict[str, npt.NDArray[np.float64]] = dict(zip(names, np.eye(len(names)), strict=True))
    none = np.zeros(len(names))
    for equation in system.parameters:
        values[equation.name] = float(point[equation.name])
    for equation in system.auxiliaries:
        expression = _local(equation.expression, system, values)
        slopes[equation.name] = _gradient(equation.name, expression, values, slopes, none)
        values[equation.name] = _number(equation.name, expression, values)
    rows = [_gradient(state.name, as_sympy(state.rate), values, slopes, none) for state in system.states]
    matrix = np.array(rows).reshape(len(names), len(names))
    return Linearisation(names, matrix, np.linalg.eigvals(matrix).astype(np.complex128))


def _by_element(system: System) -> System:
    try:
        return by_element(system)
    except NotByElement as reason:
        raise NoAnalysis(str(reason)) from None


def _gradient(
    name: str,
    expression: sympy.Expr,
    values: Values,
    slopes: Mapping[str, npt.NDArray[np.float64]],
    none: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    total = none.copy()
    for symbol in sorted(expression.free_symbols, key=str):
        slope = slopes.get(symbol.name)
        if slope is not None and slope.any():
            total += _number(name, sympy.diff(expression, symbol), values) * slope
    return total


def _number(name: str, expression: sympy.Expr, values: Values) -> float:
    found = expression.subs({symbol: values[symbol.name] for symbol in expression.free_symbols}).evalf()
    if not found.is_number or found.has(sympy.Derivative, sympy.Subs) or not found.is_real or not found.is_finite:
        raise NoAnalysis(f"`{name}` has no derivative at this point: {expression}")
    return float(found)


def _local(expression: sympy.Basic, system: System, values: Values) -> sympy.Expr:
    """The expression with each table replaced by the straight line that it is at this point."""
    lines: dict[sympy.Basic, sympy.Expr] = {}
    simple = as_sympy(expression)
    for applied in simple.atoms(sympy.core.function.AppliedUndef):
        table = system.tables[applied.func.__name__]
        argument = applied.args[0]
        x = _number(table.name, argument, values)
        read = reader(table)
        width = SLOPE_STEP * max(abs(table.x[-1] - table.x[0]), abs(x), 1e-12)
        low, high = x - width, x + width
        if table.outside == "error":
            low, high = max(low, table.x[0]), min(high, table.x[-1])
        slope = (read(high) - read(low)) / (high - low)
        lines[applied] = sympy.Float(read(x)) + sympy.Float(slope) * (argument - sympy.Float(x))
    return simple.xreplace(lines) if lines else simple


# Equilibria ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """A point at which no stock changes, in the model's own units, and the system near it."""

    states: Mapping[str, float]
    near: Linearisation


def equilibria(system: System, parameters: Values) -> tuple[Equilibrium, ...]:
    """All points at which nothing changes, for a model of at most four stocks in closed form, in ascending order.

    A set of stocks whose total never changes keeps the total of its initial values. Where whole lines of points are at
    rest none of them is given. Raises NoAnalysis for a model that is too large, reads tables or the time, or has no
    closed form.
    """
    system = _by_element(system)
    rates = _closed_rates(system, parameters)
    symbols = [state.symbol for state in system.states]
    equations = [sympy.numer(sympy.together(rate)) for rate in rates]
    if sympy.expand(sum(rates)) == 0:
        total = sum(_start(system, parameters).values())
        equations.append(sum(symbols) - sympy.Rational(repr(total)))
    try:
        solutions = sympy.solve(equations, symbols, dict=True)
    except NotImplementedError as reason:
        raise NoAnalysis(f"there is no closed form: {reason}") from None
    points = []
    for solution in solutions:
        values = [sympy.N(solution.get(symbol, symbol)) for symbol in symbols]
        if any(not value.is_number or abs(sympy.im(value)) > 1e-12 for value in values):
            continue
        states = {state.name: float(sympy.re(value)) for state, value in zip(system.states, values, strict=True)}
        at = {**parameters, **states, "time": float(system.clock.start)}
        try:
            points.append(Equilibrium(states, linearise(system, at)))
        except NoAnalysis:
            continue  # a solution at which an equation is not defined
    return tuple(sorted(points, key=lambda point: tuple(point.states.values())))


def _closed_rates(system: System, parameters: Values) -> list[sympy.Expr]:
    """Net rates as expressions of the states alone."""
    if not 1 <= len(system.states) <= MOST_STATES:
        raise NoAnalysis(f"equilibria are found for 1 to {MOST_STATES} stocks; this model has {len(system.states)}")
    known: dict[sympy.Basic, sympy.Expr] = {
        equation.symbol: sympy.Rational(repr(float(parameters[equation.name]))) for equation in system.parameters
    }
    for equation in system.auxiliaries:
        known[equation.symbol] = _checked(equation, as_sympy(equation.expression).xreplace(known), system)
    rates = [as_sympy(state.rate).xreplace(known) for state in system.states]
    if sum(rate.count_ops() for rate in rates) > MOST_OPERATIONS:
        raise NoAnalysis(f"equilibria are found for equations of at most {MOST_OPERATIONS} operations")
    return rates


def _checked(equation: Equation, expression: sympy.Expr, system: System) -> sympy.Expr:
    if system.time in expression.free_symbols:
        raise NoAnalysis(f"`{equation.name}` changes with the time, so nothing stays at rest")
    if expression.atoms(sympy.core.function.AppliedUndef):
        raise NoAnalysis(f"`{equation.name}` reads a table, which has no closed form")
    return expression


def _start(system: System, parameters: Values) -> dict[str, float]:
    """The initial values of the states."""
    values: dict[str, float] = {"time": float(system.clock.start), **parameters}
    by_name = {equation.name: equation.expression for equation in system.auxiliaries}
    by_name |= {state.name: state.initial for state in system.states}
    for name in (name for block in system.initial_order for name in block.names):
        values[name] = _number(name, _local(by_name[name], system, values), values)
    return {state.name: values[state.name] for state in system.states}

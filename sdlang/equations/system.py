"""The System: the mathematics of a model as SymPy expressions, one for each equation as it was written.

Expressions are unevaluated: SymPy holds what the modeller wrote, in the order in which it was written, and simplifies
only where somebody asks. Values are in the model's own units throughout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from sdlang.model.model import Clock
from sdlang.source import Span


@dataclass(frozen=True, slots=True)
class Equation:
    """`name = expression`. `text` is the right-hand side as people read it; `span` is where it stands."""

    name: str
    symbol: sympy.Symbol
    expression: sympy.Expr
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class State:
    """A stock: its initial value (an equation at the start) and its net rate, the sum of flows in less flows out."""

    name: str
    symbol: sympy.Symbol
    initial: sympy.Expr
    rate: sympy.Expr
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class LookupTable:
    """Points of a table or a series, ascending in x. `method`: linear, step, spline; `outside`: hold, extrapolate,
    error. `is_over_time`: a series, whose kinks the adaptive engine stops at."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    method: str
    outside: str
    is_over_time: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Guard:
    """`expect staff >= 0 people always` on a stock: a run stops where the stock falls below `least`."""

    name: str
    least: float
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Column:
    """How a variable is shown: value in own units / `scale` is what people read, in `unit`."""

    name: str
    label: str
    unit: str
    scale: float
    kind: str
    is_inner: bool


@dataclass(frozen=True, slots=True)
class System:
    """`parameters` in an order in which each can be computed from those before; `auxiliaries` (flows, auxiliaries) in
    the order of computation at any time, given parameters, states and time; `initial_order` names the stocks and
    auxiliaries in an order in which the start can be computed (an auxiliary by its own equation, a stock by `initial`).

    `breakpoints` are expressions over parameters that give times at which something jumps or kinks.
    """

    title: str
    digest: str
    clock: Clock
    time: sympy.Symbol
    parameters: tuple[Equation, ...]
    states: tuple[State, ...]
    auxiliaries: tuple[Equation, ...]
    initial_order: tuple[str, ...]
    tables: Mapping[str, LookupTable]
    breakpoints: tuple[sympy.Expr, ...]
    guards: tuple[Guard, ...]
    columns: Mapping[str, Column]

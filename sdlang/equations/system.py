"""The System: the mathematics of a model as SymPy expressions, one for each equation as it was written.

Expressions are unevaluated: SymPy holds what the modeller wrote, in the order in which it was written, and simplifies
only where somebody asks. Values are in the model's own units throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from math import prod
from types import MappingProxyType

import sympy

from sdlang.equations.nodes import Builtin
from sdlang.model.cycles import Block
from sdlang.model.expressions import Axis, Index
from sdlang.model.model import Clock, Rest
from sdlang.source import Span


@dataclass(frozen=True, slots=True)
class Equation:
    """`name = expression`. `text` is the right-hand side as people read it; `span` is where it stands.

    With `axes` it is one equation for all elements: the expression reads the loops of the axes."""

    name: str
    symbol: sympy.Symbol
    expression: sympy.Expr
    text: str
    span: Span
    axes: tuple[Axis, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a flow moves into or out of a stock: element `places` of the flow goes to the element of the stock that
    `indices` give, and nowhere where one of them lies past the end of its axis."""

    flow: str
    axes: tuple[Axis, ...]
    indices: tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A stock: its initial value (an equation at the start) and its net rate, the sum of flows in less flows out.

    `rate` is what people read and the oracle computes, one expression for all elements; `inflows` and `outflows` say
    the same from the side of the flows, which is how an engine adds them up."""

    name: str
    symbol: sympy.Symbol
    initial: sympy.Expr
    rate: sympy.Expr
    text: str
    span: Span
    axes: tuple[Axis, ...] = ()
    inflows: tuple[Transfer, ...] = ()
    outflows: tuple[Transfer, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How much of something has come in all since the start: a state that begins at 0 and changes by `rate`."""

    name: str
    rate: sympy.Expr
    axes: tuple[Axis, ...]


@dataclass(frozen=True, slots=True)
class LookupTable:
    """Points of a table or a series, ascending in x. `method`: linear, step, spline; `outside`: hold, extrapolate,
    error. `is_over_time`: a series, whose kinks the adaptive engine stops at; `is_calendar`: x is a date. One that is
    split has `parts`, a table for each element in row-major order over `shape`; its own points are those of the first.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    method: str
    outside: str
    is_over_time: bool
    span: Span
    shape: tuple[int, ...] = ()
    parts: tuple[LookupTable, ...] = ()
    is_calendar: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """`expect staff >= 0 people always` on a stock: a run stops where the stock falls below `least`."""

    name: str
    least: float
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Column:
    """How a variable is shown: value in own units / `scale` is what people read, in `unit`. `axes` are the dimensions
    that it is split by and their elements."""

    name: str
    label: str
    unit: str
    scale: float
    kind: str
    is_inner: bool
    axes: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def size(self) -> int:
        """How many elements it has."""
        return prod(len(names) for _, names in self.axes)

    @property
    def elements(self) -> tuple[str, ...]:
        """Its elements as people write them, `jobs[north, retail]`, in row-major order; itself if it is not split."""
        return _elements(self.name, self.axes)


@lru_cache(maxsize=1_000)
def _elements(name: str, axes: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    if not axes:
        return (name,)
    return tuple(f"{name}[{', '.join(chosen)}]" for chosen in product(*(names for _, names in axes)))


@dataclass(frozen=True, slots=True)
class Move:
    """What an event moves: `equation` gives the amounts, element by element, which leave `source` and reach `target`
    (`None` is the cloud) where the indices say."""

    equation: Equation
    column: Column
    source: str | None
    target: str | None
    source_indices: tuple[Index, ...] = ()
    target_indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What an event waits for. `margin` is above 0 where it holds and below 0 where it does not; at 0 only the
    condition itself knows."""

    holds: sympy.Expr
    margin: sympy.Expr


@dataclass(frozen=True, slots=True)
class Schedule:
    """Times of an event, by expressions of parameters: the first, then one each `period` up to `last`; without a
    `period` there is only the first."""

    first: sympy.Expr
    period: sympy.Expr | None = None
    last: sympy.Expr | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happens at once; `text` is what it is called by: `when backlog > 500 people`."""

    trigger: Condition | Schedule
    moves: tuple[Move, ...]
    text: str
    span: Span


def of_events(events: Iterable[Event]) -> Iterator[Equation]:
    """The equations of events: each condition, by the name of its event, and each amount."""
    for event in events:
        if isinstance(event.trigger, Condition):
            symbol = sympy.Symbol(event.text, real=True)
            yield Equation(event.text, symbol, event.trigger.holds, event.text.removeprefix("when "), event.span)
        yield from (move.equation for move in event.moves)


@dataclass(frozen=True, slots=True)
class System:
    """`parameter_order` says in which order parameters can be computed, `auxiliary_order` the same of `auxiliaries`
    (flows among them) at any time, given parameters, states and time; `initial_order` that of stocks and auxiliaries
    at the start (an auxiliary by its own equation, a stock by `initial`). `parameters` and `auxiliaries` themselves
    stand in such an order, too, as far as whole variables go.

    `breakpoints` are expressions over parameters that give times at which something jumps or kinks. `tallies` are the
    states that no modeller wrote: how much of an argument of a memory has come in all. `guesses` say where the search
    for what is solved begins; with `rest` the run starts in equilibrium. `dates` are the numbers that were written as
    dates, for people to read. `events` are in the order of their declarations.
    """

    title: str
    digest: str
    clock: Clock
    time: sympy.Symbol
    parameters: tuple[Equation, ...]
    states: tuple[State, ...]
    auxiliaries: tuple[Equation, ...]
    parameter_order: tuple[Block, ...]
    auxiliary_order: tuple[Block, ...]
    initial_order: tuple[Block, ...]
    tables: Mapping[str, LookupTable]
    breakpoints: tuple[sympy.Expr, ...]
    guards: tuple[Guard, ...]
    columns: Mapping[str, Column]
    tallies: tuple[Tally, ...] = ()
    guesses: tuple[Equation, ...] = ()
    rest: Rest | None = None
    events: tuple[Event, ...] = ()
    dates: Mapping[float, str] = field(default_factory=lambda: MappingProxyType({}))

    def memories(self) -> tuple[Equation, ...]:
        """The auxiliaries that have a memory."""
        return tuple(
            each
            for each in self.auxiliaries
            if isinstance(each.expression, Builtin) and each.expression.name == "memory"
        )

    def draws(self) -> tuple[Equation, ...]:
        """The auxiliaries that are drawn at random."""
        return tuple(
            each for each in self.auxiliaries if isinstance(each.expression, Builtin) and each.expression.name == "draw"
        )

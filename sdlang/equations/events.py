"""Events as mathematics: amounts and times as expressions, conditions also as margins.

A margin says how far a condition is from its turn: `a > b` has a - b, `and` has the smaller of two, `or` the larger,
and `not` the opposite. So an engine that looks for the moment at which a condition becomes true looks for a root.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy

from sdlang.equations.system import Column, Condition, Equation, Event, Move, Schedule
from sdlang.model.expressions import Apply, Constant, Expr
from sdlang.model.model import At, Every, Model, Move as Meant, Trigger, Variable, When

Express = Callable[[Expr, str], sympy.Expr]


def events_of(
    model: Model, express: Express, text: Callable[[Expr], str], column: Callable[[Variable, Model], Column]
) -> tuple[Event, ...]:
    """The events of a model. `express` makes SymPy of an expression, `text` says how it was written, `column` how a
    variable is shown."""

    def move(meant: Meant) -> Move:
        equation = Equation(
            meant.name,
            sympy.Symbol(meant.name, real=True),
            express(meant.amount, meant.name),
            text(meant.amount),
            meant.amount.span,
            meant.axes,
        )
        return Move(
            equation, column(meant, model), meant.source, meant.target, meant.source_indices, meant.target_indices
        )

    return tuple(
        Event(_trigger(event.trigger, model, express), tuple(map(move, event.moves)), event.text, event.span)
        for event in model.events
    )


def _trigger(trigger: Trigger, model: Model, express: Express) -> Condition | Schedule:
    match trigger:
        case When(condition=condition):
            return Condition(express(condition, ""), express(margin(condition), ""))
        case At(time=time):
            return Schedule(express(time, ""))
        case Every(period=period, first=first, last=last):
            start = Constant(period.span, model.clock.start, None)
            begins = Apply(period.span, "+", (start, period)) if first is None else first
            return Schedule(express(begins, ""), express(period, ""), None if last is None else express(last, ""))


def margin(condition: Expr) -> Expr:
    """How far a condition is from its turn: above 0 where it holds, below 0 where it does not."""
    assert isinstance(condition, Apply), "a condition compares, or joins conditions"
    span, function = condition.span, condition.function
    if function in JOINED:
        return Apply(span, JOINED[function], tuple(margin(part) for part in condition.arguments))
    left, right = condition.arguments
    match function:
        case ">" | ">=":
            return Apply(span, "-", (left, right))
        case "<" | "<=":
            return Apply(span, "-", (right, left))
        case "==" | "!=":
            apart = Apply(span, "abs", (Apply(span, "-", (left, right)),))
            return apart if function == "!=" else Apply(span, "negative", (apart,))
    raise AssertionError(f"{function} is no condition")


JOINED: Mapping[str, str] = {"and": "min", "or": "max", "not": "negative"}

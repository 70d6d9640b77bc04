"""How large a run may be, so that a typing error does not take all the memory and time there is."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import sympy

from sdlang.diagnostics import Diagnostic
from sdlang.equations.nodes import Builtin, Held
from sdlang.equations.system import Equation, System, of_events
from sdlang.limits import limit
from sdlang.model.expressions import Expr, Reduce, inside
from sdlang.model.memories import MEMORIES
from sdlang.model.model import Expectation

# Functions of whole lists that take longer than a pass over their values: by which power of their length.
POWERS = {"inverse": 1.5}
# How many operations take as long as one random draw.
DRAW = 100


def check_size(system: System, expectations: Sequence[Expectation] = ()) -> Diagnostic | None:
    """What is wrong with the size of a run and of judging it, if it is too large."""
    clock = system.clock
    most = limit("steps")
    if clock.steps > most:
        return Diagnostic(
            "too-many-steps",
            f"the run takes {clock.steps:,} steps; the limit is {most:,}",
            clock.span,
            hint="use a larger step",
        )
    kept, most = clock.points, limit("values")
    values = kept * sum(column.size for column in system.columns.values())
    if values > most:
        return Diagnostic(
            "too-many-steps",
            f"the run would keep {values:,} values; the limit is {most:,}",
            clock.span,
            hint="keep fewer points, for example `save every 1 month`",
        )
    return _too_much_to_remember(system) or _too_much_work(system) or _too_much_to_judge(expectations, kept)


def _too_much_to_remember(system: System) -> Diagnostic | None:
    """A memory that keeps a value of every step, where that is too many."""
    most = limit("values")
    for equation in system.memories():
        function = equation.expression.held[0]
        remembered = (system.clock.steps + 1) * prod(axis.size for axis in equation.axes)
        if MEMORIES[function].keeps_all and remembered > most:
            return Diagnostic(
                "too-many-steps",
                f"`{function}` would remember {remembered:,} values; the limit is {most:,}",
                equation.span,
                hint="use a larger step, or fewer elements",
            )
    return None


def _too_much_work(system: System) -> Diagnostic | None:
    """The equation by which one step of the run passes the limit, the most laborious first."""
    most = limit("work")
    equations = (*system.parameters, *system.auxiliaries, *of_events(system.events))
    work = {equation.name: _work(equation) for equation in equations}
    total = sum(work.values())
    if total <= most:
        return None
    name = max(work, key=work.__getitem__)
    equation = next(each for each in equations if each.name == name)
    return Diagnostic(
        "model-too-large",
        f"one step takes {total:,} operations, {work[name]:,} of them for `{_shown(name)}`; the limit is {most:,}",
        equation.span,
        hint="use fewer elements, or sum over one dimension after the other, each in a variable of its own",
    )


def _shown(name: str) -> str:
    """A part of an equation that is computed by itself goes by the name of its variable."""
    return name.rsplit(".", 2)[0] if name.endswith(".value") else name


def _work(equation: Equation) -> int:
    """How many operations all elements of an equation take."""
    total = 0
    waiting: list[tuple[sympy.Basic, int]] = [(equation.expression, prod(axis.size for axis in equation.axes))]
    while waiting:
        node, times = waiting.pop()
        if isinstance(node, Held):
            continue
        total += times * (DRAW if isinstance(node, Builtin) and node.name == "draw" else 1)
        if isinstance(node, Builtin) and node.name in ("reduce", "vector"):
            function, axes = node.held
            size = prod(axis.size for axis in axes)
            # A list is made once for all the elements that are its own.
            times = times * size if node.name == "reduce" else times
            total += int(times * size ** (POWERS.get(function, 1.0) - 1)) if node.name == "vector" else 0
        waiting.extend((argument, times) for argument in node.args)
    return total


def _too_much_to_judge(expectations: Sequence[Expectation], kept: int) -> Diagnostic | None:
    most = limit("work")
    work = [kept * prod(axis.size for axis in each.axes) * _parts(each.subject) for each in expectations]
    if sum(work) <= most:
        return None
    largest = work.index(max(work))
    return Diagnostic(
        "model-too-large",
        f"to judge what is expected takes {sum(work):,} operations, this {work[largest]:,}; the limit is {most:,}",
        expectations[largest].span,
        hint="expect it of a sum, or of the largest: `max(... over ...)`, or keep fewer points",
    )


def _parts(expression: Expr) -> int:
    """How many operations an expression takes."""
    total = 0
    waiting = [(expression, 1)]
    while waiting:
        part, times = waiting.pop()
        total += times
        if isinstance(part, Reduce):
            times *= prod(axis.size for axis in part.axes)
        waiting.extend((each, times) for each in inside(part))
    return total

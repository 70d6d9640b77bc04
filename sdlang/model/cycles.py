"""Loops with no stock in them: variables that would have to be known before themselves.

Two graphs are looked at: what is read at any time (auxiliaries and flows; a stock cuts every loop) and what is read at
the start (where the initial value of a stock may read other variables). Each loop is reported once, in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sdlang.diagnostics import Diagnostic
from sdlang.model import errors
from sdlang.model.expressions import Expr, references
from sdlang.model.model import Auxiliary, Flow, Parameter, Stock, Variable
from sdlang.source import Span


def equation_of(variable: Variable) -> Expr | None:
    """What a variable is computed from at any time; a stock and a table are not computed."""
    match variable:
        case Parameter(value=value) | Auxiliary(value=value):
            return value
        case Flow(rate=rate):
            return rate
        case _:
            return None


def start_of(variable: Variable) -> Expr | None:
    """What a variable is computed from at the start."""
    return variable.initial if isinstance(variable, Stock) else equation_of(variable)


def in_order(variables: Mapping[str, Variable], equation: Callable[[Variable], Expr | None]) -> tuple[str, ...]:
    """Names of the variables that have an equation, each after those that it reads. Loops are cut anywhere."""
    edges = _reads(variables, equation)
    ordered: list[str] = []
    state: dict[str, bool] = {}  # False: begun, True: done
    for start in edges:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            if name in state:
                waiting.pop()
                if not state[name]:
                    state[name] = True
                    ordered.append(name)
                continue
            state[name] = False
            waiting.extend(read for read in reversed(edges[name]) if read in edges and read not in state)
    return tuple(ordered)


def _reads(variables: Mapping[str, Variable], equation: Callable[[Variable], Expr | None]) -> dict[str, list[str]]:
    """For each variable with an equation, the variables it reads, in the order of reading."""
    return {
        name: [read for read in dict.fromkeys(references(expression)) if read in variables]
        for name, variable in variables.items()
        if (expression := equation(variable)) is not None
    }


def check_cycles(variables: Mapping[str, Variable], uses: Mapping[str, Span], found: list[Diagnostic]) -> None:
    """Report every loop. A loop inside an instance of a component is shown at its use."""

    def place(name: str) -> Span:
        variable = variables[name]
        return uses.get(variable.component, variable.span)

    loops = find_cycles(variables, equation_of)
    for loop in loops:
        of_parameters = all(isinstance(variables[name], Parameter) for name in loop)
        found.append(errors.algebraic_loop(loop, [place(name) for name in loop], of_parameters))
    if not loops:
        told = {diagnostic.span for diagnostic in found if diagnostic.code == "stock-as-equation"}
        for loop in find_cycles(variables, start_of):
            if told.isdisjoint(variables[name].span for name in loop):
                found.append(errors.initial_loop(loop, [place(name) for name in loop]))


def find_cycles(
    variables: Mapping[str, Variable], equation: Callable[[Variable], Expr | None]
) -> tuple[tuple[str, ...], ...]:
    """Loops in the order in which a value would go round, each beginning with its first declared variable."""
    edges = _reads(variables, equation)
    done: set[str] = set()
    loops: list[tuple[str, ...]] = []
    order = {name: place for place, name in enumerate(variables)}
    for start in edges:
        if start in done:
            continue
        path: list[str] = [start]
        on_path = {start: 0}
        waiting = [iter(edges[start])]
        while waiting:
            following = next(waiting[-1], None)
            if following is None:
                waiting.pop()
                finished = path.pop()
                del on_path[finished]
                done.add(finished)
            elif following in on_path:
                loops.append(tuple(path[on_path[following] :]))
            elif following in edges and following not in done:
                path.append(following)
                on_path[following] = len(path) - 1
                waiting.append(iter(edges[following]))
    return tuple(_turned(tuple(reversed(loop)), order) for loop in loops)


def _turned(loop: tuple[str, ...], order: Mapping[str, int]) -> tuple[str, ...]:
    """The loop, beginning with the variable that was declared first; each name is read by the next one."""
    first = min(range(len(loop)), key=lambda place: order[loop[place]])
    return loop[first:] + loop[:first]

"""The order in which a model is computed, and loops with no stock in them: variables that would have to be known before
themselves.

Two graphs are looked at: what is read at any time (auxiliaries and flows; a stock cuts every loop) and what is read at
the start (where the initial value of a stock may read other variables). Each loop is reported once, in its order.

Variables that read themselves or one another only at other elements (`x[age]` reads `x[age - 1]`) are in no loop. One
that reads itself further back only is computed from its first element to its last, as all others are. Where variables
go round in another way, their elements are looked at one by one: what an element reads is known from the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from sdlang.diagnostics import Diagnostic
from sdlang.model import errors
from sdlang.model.expressions import (
    Apply,
    Axis,
    Cases,
    Draw,
    Expr,
    Index,
    Memory,
    Reduce,
    Reference,
    Vector,
    inside,
    is_meant,
    parts,
    references,
)
from sdlang.model.memories import read_at_once, read_at_start
from sdlang.model.model import Auxiliary, Dimension, Flow, Parameter, Stock, Variable
from sdlang.model.positions import place_of, truth
from sdlang.source import Span


@dataclass(frozen=True, slots=True)
class Block:
    """What is computed next: all elements of the one variable, from the first to the last, or, where elements of
    variables read one another in a way that this order does not suit, these elements in this order.

    With `unknowns`, these are solved for: `inner` is what is computed from them, and from that their own equations."""

    names: tuple[str, ...]
    elements: tuple[tuple[str, tuple[int, ...]], ...] = ()
    unknowns: tuple[str, ...] = ()
    inner: tuple[Block, ...] = ()


def is_unknown(variable: Variable) -> bool:
    """Whether a variable is one that is solved for."""
    return isinstance(variable, Auxiliary | Flow) and variable.guess is not None


def together(variables: Mapping[str, Variable], equation: Equation) -> frozenset[str]:
    """The variables that read themselves, by whatever way."""
    edges = _reads(variables, equation)
    groups = [group for group in _groups(edges) if len(group) > 1 or group[0] in edges[group[0]]]
    return frozenset(name for group in groups for name in group)


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


def is_call(variable: Variable) -> bool:
    """Whether a variable is the hidden one of a call of a memory, a draw or a vector function."""
    return variable.is_hidden and isinstance(start_of(variable), Vector | Memory | Draw)


Equation = Callable[[Variable], "Expr | None"]


def _arguments_read(memory: Memory, equation: Equation) -> tuple[Expr, ...]:
    """What a memory reads: as a stock, it has values of its own for the start."""
    return read_at_start(memory) if equation is start_of else read_at_once(memory)


def in_order(variables: Mapping[str, Variable], equation: Equation) -> tuple[str, ...]:
    """Names of the variables that have an equation, each after those that it reads. Loops are cut anywhere."""
    return tuple(name for group in _groups(_reads(variables, equation)) for name in group)


def blocks(variables: Mapping[str, Variable], equation: Equation) -> tuple[Block, ...]:
    """What is computed one after another. The variables have been checked: there is no loop of elements."""
    edges = _reads(variables, equation)
    result: list[Block] = []
    for group in _groups(edges):
        unknowns = tuple(name for name in group if is_unknown(variables[name]))
        if unknowns and (len(group) > 1 or group[0] in edges[group[0]]):
            others = {name: variables[name] for name in group if name not in unknowns}
            result.append(Block(group, (), unknowns, blocks(others, equation)))
        elif len(group) == 1 and (group[0] not in edges[group[0]] or _reads_back(group[0], variables, equation) > 0):
            result.append(Block(group))
        else:
            ordered, _ = elements_in_order(group, variables, equation)
            result.append(Block(group, ordered))
    return tuple(result)


def _groups(edges: Mapping[str, list[str]]) -> list[tuple[str, ...]]:
    """Sets of variables that read one another in a round, each after the sets that it reads; most have one member.

    Tarjan's algorithm (SIAM J. Comput. 1, 1972), without recursion."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    groups: list[tuple[str, ...]] = []
    for start in edges:
        if start in number:
            continue
        waiting = [(start, iter(edges[start]))]
        number[start] = lowest[start] = len(number)
        stack.append(start)
        on_stack.add(start)
        while waiting:
            name, following = waiting[-1]
            read = next(following, None)
            if read is None:
                waiting.pop()
                if waiting:
                    above = waiting[-1][0]
                    lowest[above] = min(lowest[above], lowest[name])
                if lowest[name] == number[name]:
                    place = len(stack) - 1
                    while stack[place] != name:
                        place -= 1
                    group = tuple(stack[place:])
                    del stack[place:]
                    on_stack.difference_update(group)
                    groups.append(group)
            elif read not in edges:
                continue
            elif read not in number:
                number[read] = lowest[read] = len(number)
                stack.append(read)
                on_stack.add(read)
                waiting.append((read, iter(edges[read])))
            elif read in on_stack:
                lowest[name] = min(lowest[name], number[read])
    return groups


def _reads(variables: Mapping[str, Variable], equation: Equation) -> dict[str, list[str]]:
    """For each variable with an equation, the variables it reads, in the order of reading."""
    return {
        name: [read for read in dict.fromkeys(_read_by(expression, equation)) if read in variables]
        for name, variable in variables.items()
        if (expression := equation(variable)) is not None
    }


def _read_by(expression: Expr, equation: Equation) -> list[str]:
    if isinstance(expression, Memory):
        return [name for argument in _arguments_read(expression, equation) for name in references(argument)]
    return references(expression)


def check_cycles(
    variables: Mapping[str, Variable],
    uses: Mapping[str, Span],
    dimensions: Mapping[str, Dimension],
    found: list[Diagnostic],
) -> None:
    """Report every loop. A loop inside an instance of a component is shown at its use."""

    def element_name(name: str, places: tuple[int, ...]) -> str:
        axes = variables[name].axes
        named = [dimensions[axis.dimension].elements[place] for axis, place in zip(axes, places, strict=False)]
        return f"{name}[{', '.join(named)}]" if named else name

    def place(name: str) -> Span:
        variable = variables[name]
        return uses.get(variable.component, variable.span)

    def without_calls(loop: tuple[Element, ...]) -> tuple[Element, ...]:
        """What is computed in a call goes by the name of the variable that has the call in its equation."""
        return tuple(element for element in loop if not is_call(variables[element[0]])) or loop

    loops = find_cycles(variables, equation_of)
    for whole in loops:
        loop = without_calls(whole)
        of_parameters = all(isinstance(variables[name], Parameter) for name, _ in loop)
        shown = [element_name(name, places) for name, places in loop]
        spans = [place(name) for name, _ in loop]
        found.append(errors.algebraic_loop(shown, spans, _called(whole, variables), of_parameters))
    if not loops:
        told = {diagnostic.span for diagnostic in found if diagnostic.code == "stock-as-equation"}
        for whole in find_cycles(variables, start_of):
            loop = without_calls(whole)
            if told.isdisjoint(variables[name].span for name, _ in loop):
                shown = [element_name(name, places) for name, places in loop]
                spans = [place(name) for name, _ in loop]
                found.append(errors.initial_loop(shown, spans, _called(whole, variables)))


def _called(loop: tuple[Element, ...], variables: Mapping[str, Variable]) -> str:
    """The function with a memory that a loop goes through, the first if there are several."""
    equations = (start_of(variables[name]) for name, _ in loop)
    return next((equation.function for equation in equations if isinstance(equation, Memory)), "")


# An element: the name of a variable and its positions; no positions where the whole variable is meant.
Element = tuple[str, tuple[int, ...]]


def find_cycles(variables: Mapping[str, Variable], equation: Equation) -> tuple[tuple[Element, ...], ...]:
    """Loops in the order in which a value would go round, each beginning with its first declared variable."""
    # What is solved for cuts a loop.
    edges = {
        name: [read for read in reads if not is_unknown(variables[read])]
        for name, reads in _reads(variables, equation).items()
    }
    order = {name: place for place, name in enumerate(variables)}
    loops: list[tuple[Element, ...]] = []
    for group in _groups(edges):
        if len(group) == 1 and group[0] not in edges[group[0]]:
            continue
        if all(not variables[name].axes for name in group):
            within = {name: [read for read in edges[name] if read in group] for name in group}
            loops.extend(tuple((name, ()) for name in loop) for loop in _rounds(within))
        else:
            _, loop = elements_in_order(group, variables, equation)
            if loop:
                loops.append(loop)
    return tuple(_turned(tuple(reversed(loop)), order) for loop in loops)


def _rounds(edges: Mapping[str, list[str]]) -> list[tuple[str, ...]]:
    """Every way back to a name that a walk over the edges meets."""
    done: set[str] = set()
    loops: list[tuple[str, ...]] = []
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
            elif following not in done:
                path.append(following)
                on_path[following] = len(path) - 1
                waiting.append(iter(edges[following]))
    return loops


def _reads_back(name: str, variables: Mapping[str, Variable], equation: Equation) -> int:
    """1 where it can be seen that a variable reads of itself only elements that stand before the one that reads them
    (in row-major order), -1 where they all stand behind it, 0 where neither can be seen."""
    expression = equation(variables[name])
    if expression is None or isinstance(expression, Vector | Memory | Draw):
        return 0
    ways = {
        _way(part.indices, variables[name].axes)
        for part in parts(expression)
        if isinstance(part, Reference) and part.name == name
    }
    return ways.pop() if len(ways) == 1 else 0


def _way(indices: tuple[Index, ...], axes: tuple[Axis, ...]) -> int:
    """Where an element is read from another: 1 from behind it, -1 from before it, 0 if that cannot be seen."""
    for index, axis in zip(indices, axes, strict=True):
        if index.loop != axis.loop or index.through is not None:
            return 0
        if index.shift:
            return 1 if index.shift < 0 else -1
    return 0


def elements_in_order(
    group: tuple[str, ...], variables: Mapping[str, Variable], equation: Equation
) -> tuple[tuple[Element, ...], tuple[Element, ...]]:
    """The elements of variables that read one another, each after those that it reads; and the first loop of elements
    that is met, empty where there is none."""
    way = _reads_back(group[0], variables, equation) if len(group) == 1 else 0
    if way:
        sizes = [range(axis.size) for axis in variables[group[0]].axes]
        natural = tuple((group[0], places) for places in product(*sizes))
        return (natural if way > 0 else natural[::-1]), ()
    members = frozenset(group)

    def reads(element: Element) -> Iterator[Element]:
        return _element_reads(element, equation, variables, members)

    ordered: list[Element] = []
    done: set[Element] = set()
    for name in group:
        axes = variables[name].axes
        for places in product(*(range(axis.size) for axis in axes)):
            start = (name, places)
            if start in done:
                continue
            path = [start]
            on_path = {start: 0}
            waiting = [reads(start)]
            while waiting:
                read = next(waiting[-1], None)
                if read is None:
                    waiting.pop()
                    finished = path.pop()
                    del on_path[finished]
                    done.add(finished)
                    ordered.append(finished)
                elif read in on_path:
                    return tuple(ordered), tuple(path[on_path[read] :])
                elif read not in done:
                    path.append(read)
                    on_path[read] = len(path) - 1
                    waiting.append(reads(read))
    return tuple(ordered), ()


def _element_reads(
    element: Element,
    equation: Equation,
    variables: Mapping[str, Variable],
    members: frozenset[str],
) -> Iterator[Element]:
    """The elements of `members` that the equation of an element reads."""
    name, places = element
    expression = equation(variables[name])
    if expression is None:
        return
    if isinstance(expression, Vector):
        # It is made for all elements of its axes at once, out of whole lists.
        outer = len(variables[name].axes) - len(expression.axes)
        at = {axis.loop: place for axis, place in zip(variables[name].axes[:outer], places, strict=False)}
        for inner in product(*(range(axis.size) for axis in expression.axes)):
            here = at | {axis.loop: place for axis, place in zip(expression.axes, inner, strict=True)}
            for argument in expression.arguments:
                yield from _reads_at(argument, here, members)
        return
    at = {axis.loop: place for axis, place in zip(variables[name].axes, places, strict=True)}
    whole = _arguments_read(expression, equation) if isinstance(expression, Memory) else (expression,)
    for part in whole:
        yield from _reads_at(part, at, members)


def _reads_at(expression: Expr, at: Mapping[str, int], members: frozenset[str]) -> Iterator[Element]:
    match expression:
        case Reference(name=name, indices=indices):
            if name in members:
                yield name, tuple(place_of(index, at) for index in indices)
        case Cases(loop=loop, choice=choice, branches=branches):
            yield from _reads_at(branches[choice[at[loop]]], at, members)
        case Apply(function="if", arguments=(test, yes, no)):
            decided = truth(test, at)
            yield from _reads_at(test, at, members)
            for branch, taken in ((yes, True), (no, False)):
                if decided in (taken, None):
                    yield from _reads_at(branch, at, members)
        case Reduce(axes=axes, body=body, where=where):
            if members.isdisjoint(references(expression)):
                return
            for places in product(*(range(axis.size) for axis in axes)):
                here = {**at, **{axis.loop: place for axis, place in zip(axes, places, strict=True)}}
                if where is not None:
                    yield from _reads_at(where, here, members)
                    if truth(where, here) is False:
                        continue
                yield from _reads_at(body, here, members)
        case Draw(where=where) if not is_meant(where, at):
            return
        case _:
            for part in inside(expression):
                yield from _reads_at(part, at, members)


def _turned(loop: tuple[Element, ...], order: Mapping[str, int]) -> tuple[Element, ...]:
    """The loop, beginning with the variable that was declared first; each name is read by the next one."""
    first = min(range(len(loop)), key=lambda place: (order[loop[place][0]], loop[place][1]))
    return loop[first:] + loop[:first]

"""What the text alone says about positions: where `age == 20` holds, before anything runs.

An `if` on a position leaves each of its branches with some elements only, so that `if age == 20 then 0 else x[age - 1]`
never reads past the end; the same is asked when elements are put into an order of computing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from sdlang.model.expressions import Apply, Constant, Expr, Index, Position
from sdlang.model.functions import FUNCTIONS
from sdlang.model.names import Loop, Scope
from sdlang.syntax.words import COMPARISONS

OPPOSITES: Mapping[str, str] = MappingProxyType({"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="})


def place_of(index: Index, places: Mapping[str, int]) -> int:
    """The position that an index means where the loops stand at `places`."""
    if not index.loop:
        return index.shift
    place = places[index.loop]
    return (place if index.through is None else index.through[place]) + index.shift


def placer(index: Index) -> Callable[[Mapping[str, int]], int]:
    """The same as a function of where the loops stand, for an index that is asked for often."""
    loop, shift, through = index.loop, index.shift, index.through
    if not loop:
        return lambda places: shift
    if through is not None:
        return lambda places: through[places[loop]] + shift
    if shift:
        return lambda places: places[loop] + shift
    return lambda places: places[loop]


def truth(test: Expr, places: Mapping[str, int]) -> bool | None:
    """Whether a condition holds at some positions; `None` where they do not decide it."""
    match test:
        case Apply(function="and" | "or" as function, arguments=(left, right)):
            a, b = truth(left, places), truth(right, places)
            decisive = function == "or"
            if a is decisive or b is decisive:
                return decisive
            return None if a is None or b is None else not decisive
        case Apply(function="not", arguments=(inner,)):
            value = truth(inner, places)
            return None if value is None else not value
        case Apply(function=function, arguments=(left, right)) if function in COMPARISONS:
            one, other = _number(left, places), _number(right, places)
            return None if one is None or other is None else bool(FUNCTIONS[function].value(one, other))
        case _:
            return None


def _number(side: Expr, places: Mapping[str, int]) -> float | None:
    match side:
        case Position(index=index, first=first):
            if index.loop and index.loop not in places:
                return None
            return place_of(index, places) + first
        case Constant(value=value, dimension=None):
            return float(value)
        case _:
            return None


def narrowed(scope: Scope, test: Expr, *, holds: bool) -> Scope:
    """The scope in which a condition holds (or does not): its loops at the positions where that can be."""
    loops = tuple(_narrowed(loop, test, holds) for loop in scope.loops)
    return scope if loops == scope.loops else replace(scope, loops=loops)


def everywhere_again(scope: Scope) -> Scope:
    """The scope at all positions again: what remembers or is an instance of a component is computed for every element,
    also where an `if` around its call does not read it."""
    loops = tuple(replace(loop, places=range(loop.axis.size)) for loop in scope.loops)
    return scope if loops == scope.loops else replace(scope, loops=loops)


def _narrowed(loop: Loop, test: Expr, holds: bool) -> Loop:
    if not _mentions(loop.axis.loop, test):
        return loop
    kept = _kept(loop.axis.loop, loop.places, test, holds)
    return loop if len(kept) == len(loop.places) else replace(loop, places=kept)


def _kept(loop: str, places: Sequence[int], test: Expr, holds: bool) -> Sequence[int]:
    """Those of ascending positions at which a condition can hold (or not)."""
    match test:
        case Apply(function="not", arguments=(inner,)):
            return _kept(loop, places, inner, not holds)
        case Apply(function="and" | "or" as function, arguments=(left, right)):
            first = _kept(loop, places, left, holds)
            if (function == "and") is holds:
                return _kept(loop, first, right, holds)
            return tuple(sorted({*first, *_kept(loop, places, right, holds)}))
        case Apply(
            function=function,
            arguments=(Position(index=Index(loop=own, through=None) as index, first=first), Constant(value=value)),
        ) if own == loop and function in OPPOSITES:
            wanted = function if holds else OPPOSITES[function]
            return _compared(wanted, places, value - first - index.shift)
        case _:
            return tuple(place for place in places if truth(test, {loop: place}) in (holds, None))


def _compared(function: str, places: Sequence[int], value: Fraction) -> Sequence[int]:
    """Those of ascending positions that compare so with a value: a piece of them, found without a look at each."""
    begin, end = bisect_left(places, value), bisect_right(places, value)
    match function:
        case "<":
            return places[:begin]
        case "<=":
            return places[:end]
        case ">":
            return places[end:]
        case ">=":
            return places[begin:]
        case "==":
            return places[begin:end]
        case _:
            before, behind = places[:begin], places[end:]
            return (*before, *behind) if before and behind else before or behind


def _mentions(loop: str, test: Expr) -> bool:
    match test:
        case Apply(arguments=arguments):
            return any(_mentions(loop, argument) for argument in arguments)
        case Position(index=index):
            return index.loop == loop
        case _:
            return False

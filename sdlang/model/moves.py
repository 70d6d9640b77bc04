"""What a flow moves, seen from the stock: for an element of the stock, the sum of the flow's elements that reach it.

A flow says for each of its own elements which element of a stock it leaves or enters. Turned round: an axis of the flow
that says where it goes is followed (backwards, where it is shifted), over all other axes is summed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from sdlang.model.expressions import Apply, Axis, Constant, Expr, Index, Position, Reduce, Reference
from sdlang.model.model import Flow
from sdlang.source import Span


def moved(flow: Flow, name: str, indices: Sequence[Index], axes: Sequence[Axis]) -> Expr:
    """What a flow (or what it wants, by another name) moves at each element of a stock with these axes, where `indices`
    say for the flow which element that is."""
    span = flow.span
    loops = {axis.loop: axis for axis in flow.axes}
    followed: dict[str, Index] = {}  # where a loop of the flow stands, told by a loop of the stock
    conditions: list[Expr] = []
    others: list[tuple[Axis, Index]] = []
    for axis, index in zip(axes, indices, strict=True):
        if index.loop and index.through is None and index.loop not in followed:
            followed[index.loop] = Index(axis.loop, -index.shift)
            conditions += _within(followed[index.loop], axis.size, loops[index.loop].size, span)
        else:
            others.append((axis, index))
    # The loops that are summed over get names of their own, apart from those of the stock.
    summed = {axis.loop: f"{flow.name}.{axis.loop}" for axis in flow.axes if axis.loop not in followed}
    for axis, index in others:
        there = Position(span, _turned(index, followed, summed, axes), 0)
        conditions.append(Apply(span, "==", (there, Position(span, Index(axis.loop), 0))))
    body = Reference(span, name, tuple(followed.get(loop) or Index(summed[loop]) for loop in loops))
    where: Expr | None = None
    for condition in conditions:
        where = condition if where is None else Apply(span, "and", (where, condition))
    if summed:
        over = tuple(replace(loops[loop], loop=inner) for loop, inner in summed.items())
        return Reduce(span, "sum", over, body, where)
    return body if where is None else Apply(span, "if", (where, body, Constant(span, Fraction(0), None)))


def _within(index: Index, positions: int, size: int, span: Span) -> list[Expr]:
    """That a shifted position lies within an axis of this size, where that is not so for all positions."""
    place = Position(span, index, 0)
    conditions: list[Expr] = []
    if index.shift < 0:
        conditions.append(Apply(span, ">=", (place, Constant(span, Fraction(0), None))))
    if positions - 1 + index.shift > size - 1:
        conditions.append(Apply(span, "<=", (place, Constant(span, Fraction(size - 1), None))))
    return conditions


def _turned(index: Index, followed: Mapping[str, Index], summed: Mapping[str, str], axes: Sequence[Axis]) -> Index:
    """An index of the flow, read from where the stock stands."""
    if not index.loop:
        return index
    if index.loop in summed:
        return replace(index, loop=summed[index.loop])
    known = followed[index.loop]
    if index.through is None:
        return Index(known.loop, known.shift + index.shift)
    size = next(axis.size for axis in axes if axis.loop == known.loop)
    nowhere = -1 - abs(index.shift)
    places = tuple(
        index.through[place + known.shift] if 0 <= place + known.shift < len(index.through) else nowhere
        for place in range(size)
    )
    return Index(known.loop, index.shift, places)

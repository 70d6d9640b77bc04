"""Where a run starts that shall start in equilibrium: the stocks of a kernel put where none of them changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from sdlang.engines.arithmetic import Values
from sdlang.engines.base import NumericFailure
from sdlang.engines.equilibrium import Moving, at_rest, derived
from sdlang.model.model import Rest
from sdlang.results.run import Array

if TYPE_CHECKING:
    from sdlang.engines.kernel import Kernel

# A stock that is less than this share of its first value below zero is not below zero.
ROUNDING = 1e-9
# What still moves by this share of what moves most is named.
NAMED = 0.1


def start_at_rest(kernel: Kernel, values: Values, rest: Rest) -> tuple[str, ...]:
    """Put the stocks where none of them changes, but for the exceptions; gives what is to be said of it.

    Raises NumericFailure where there is no such place, naming the stocks that cannot be at rest."""
    system = kernel.system
    names = [state.name for state in system.states if state.name not in rest.exceptions]
    slots = [kernel.slots[n] + place for n in names for place in range(prod(axis.size for axis in kernel.axes[n]))]
    places = [slot - kernel.stock_slots.start for slot in slots]

    def put(x: Array) -> None:
        for slot, value in zip(slots, x.tolist(), strict=True):
            values[slot] = value
        kernel.evaluate(values, float(system.clock.start))

    def rates(x: Array) -> Array:
        put(x)
        found = kernel.rates(values)
        return np.array([found[place] for place in places])

    def through(x: Array) -> Array:
        put(x)
        return np.array([sum(abs(values[slot]) for side in kernel.moves[p] for slot in side) for p in places])

    def point(x: Array) -> dict[str, float]:
        put(x)
        known = {"time": values[0]}
        for name in [*(each.name for each in system.parameters), *(each.name for each in system.states)]:
            begin = kernel.slots[name]
            known |= {element: values[begin + n] for n, element in enumerate(system.columns[name].elements)}
        return known

    whole = derived(system, point)

    def slopes(x: Array) -> Array | None:
        matrix = whole(x)
        return None if matrix is None else matrix[np.ix_(places, places)]

    start: Array = np.array([values[slot] for slot in slots], dtype=np.float64)
    try:
        found = at_rest(start, rates, through, slopes, _incidence(kernel, places))
    except Moving as moving:
        put(moving.values)
        raise _no_rest(kernel, slots, moving.left, values) from None
    put(found.values)
    return tuple(_said(kernel, slots, found.undetermined, start, found.values))


def _incidence(kernel: Kernel, places: Sequence[int]) -> Array:
    """A row a stock, a column a flow: 1 where it comes in, -1 where it goes out."""
    flows = sorted({slot for place in places for side in kernel.moves[place] for slot in side})
    columns = {slot: number for number, slot in enumerate(flows)}
    incidence: Array = np.zeros((len(places), len(flows)))
    for row, place in enumerate(places):
        for sign, side in zip((1.0, -1.0), kernel.moves[place], strict=True):
            for slot in side:
                incidence[row, columns[slot]] += sign
    return incidence


def _said(kernel: Kernel, slots: Sequence[int], undetermined: Sequence[int], start: Array, end: Array) -> Iterator[str]:
    """Stocks that the equilibrium leaves open, and those that came to lie below zero."""
    if undetermined:
        names = ", ".join(f"`{kernel.element_at(slots[place])}`" for place in undetermined)
        yield f"not determined by the equilibrium, so as near to their initial values as can be: {names}"
    below = [slot for slot, a, b in zip(slots, start, end, strict=True) if a >= 0 and b < -ROUNDING * max(abs(a), 1.0)]
    if below:
        names = ", ".join(f"`{kernel.element_at(slot)}`" for slot in below)
        yield f"the equilibrium is below zero for {names}; other initial values may lead to another one"


def _no_rest(kernel: Kernel, slots: Sequence[int], left: Array, values: Values) -> NumericFailure:
    """What contradicts: a stock that only fills or only empties, or else those whose flows cannot become equal."""
    moving = [slot for slot, share in zip(slots, left, strict=True) if share > NAMED * left.max()]
    for slot in moving:
        enters, leaves = kernel.moves[slot - kernel.stock_slots.start]
        if not enters or not leaves:
            what = "it only fills" if enters else "it only empties"
            stock = kernel.element_at(slot).partition("[")[0]
            cause = f"there is no equilibrium, since {what}; write `initial equilibrium except {stock}`"
            return kernel.failure_at(slot, values, cause)
    listed = ", ".join(f"`{kernel.element_at(slot)}`" for slot in moving)
    cause = f"no equilibrium was found: what flows into and out of {listed} does not become equal"
    return kernel.failure_at(moving[0], values, cause)

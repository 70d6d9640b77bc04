"""Events by the book: the oracle's own, over a dictionary of values, by the definition and nothing else.

At the beginning of each step all events are gone through in their order, again and again, until nothing happens. Which
times have come is counted: so many had come by the step before, so many have come by now.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, inf, isfinite
from typing import Protocol

import sympy

from sdlang.engines.base import NumericFailure
from sdlang.engines.clockwork import Times
from sdlang.engines.events import SLACK
from sdlang.engines.kernel import Kernel
from sdlang.equations.system import Condition, Event, Move, Schedule, System
from sdlang.limits import limit
from sdlang.model.constants import everywhere, said
from sdlang.model.expressions import Axis, Index
from sdlang.model.positions import place_of
from sdlang.results.run import Firing
from sdlang.units.dates import spoken_moment

# An element: the name of a variable, its positions.
Element = tuple[str, tuple[int, ...]]


class Oracle(Protocol):
    """What knows the system and the value of an expression."""

    system: System
    kernel: Kernel

    def value(self, expression: sympy.Basic, now: Mapping[Element, float], at: Mapping[str, int]) -> float: ...

    def compute_anew(self, now: dict[Element, float]) -> None: ...


class ReferenceEvents:
    """The events of one run. `armed` are those with a condition that has not held since they happened last."""

    def __init__(self, oracle: Oracle, now: Mapping[Element, float]) -> None:
        self.oracle = oracle
        self.events = oracle.system.events
        self.times = Times(oracle.system.clock)
        self.armed = set(range(len(self.events)))
        self.firings: list[Firing] = []
        self.schedules = {
            number: tuple(
                None if each is None else oracle.value(each, now, {})
                for each in (event.trigger.first, event.trigger.period, event.trigger.last)
            )
            for number, event in enumerate(self.events)
            if isinstance(event.trigger, Schedule)
        }
        for number, schedule in self.schedules.items():
            if not all(each is None or isfinite(each) for each in schedule):
                raise self.failure(number, self.times.at(0), "its time is not a number")
        before = self.times.at(0) - 3 * SLACK * self.times.step
        self.come = {number: self.times_come(number, before) for number in self.schedules}

    def times_come(self, number: int, now: float) -> int:
        """How many times of an event of known times lie at or before a time; those before the run do not count."""
        first, period, last = self.schedules[number]
        slack = SLACK * self.times.step
        assert first is not None
        until, begin = min(now + slack, inf if last is None else last + slack), self.times.at(0) - slack
        if period is None:
            return int(begin <= first <= until)
        if not period >= self.times.step * (1 - SLACK):
            raise self.failure(number, self.times.at(0), f"its period is {period:g}")
        return max(0, floor((until - first) / period) + 1)

    def happen(self, now: dict[Element, float]) -> None:
        """Let all that is due happen, and all that this makes true."""
        time = now["time", ()]
        due = set()
        for number in self.schedules:
            come = self.times_come(number, time)
            if come > self.come[number]:
                due.add(number)
            self.come[number] = come
        self.arm(now)
        happened = dict.fromkeys(range(len(self.events)), 0)
        again = True
        while again:
            again = False
            for number, event in enumerate(self.events):
                is_true = number not in self.schedules and number in self.armed and self.holds(event, now)
                if number not in due and not is_true:
                    continue
                happened[number] += 1
                if happened[number] > limit("firings"):
                    raise self.failure(number, time, f"it happens more than {limit('firings'):,} times within a step")
                due.discard(number)
                self.armed.discard(number)
                self.move(event, now)
                self.oracle.compute_anew(now)
                self.arm(now)
                again = True

    def arm(self, now: Mapping[Element, float]) -> None:
        for number, event in enumerate(self.events):
            if number not in self.schedules and not self.holds(event, now):
                self.armed.add(number)

    def holds(self, event: Event, now: Mapping[Element, float]) -> bool:
        assert isinstance(event.trigger, Condition)
        return bool(self.computed(event.text, event.trigger.holds, now, {}))

    def move(self, event: Event, now: dict[Element, float]) -> None:
        """All amounts by the values before, then all moves."""
        amounts = [
            (move, at, self.amount(move, now, at)) for move in event.moves for at in everywhere(move.equation.axes)
        ]
        for move, at, amount in amounts:
            leaves = self.reached(move.source, move.source_indices, at)
            enters = self.reached(move.target, move.target_indices, at)
            if leaves is not None:
                now[leaves] -= amount
            if enters is not None:
                now[enters] += amount
        moved = {
            move.equation.name: sum(amount for other, _, amount in amounts if other is move) / move.column.scale
            for move in event.moves
        }
        self.firings.append(Firing(event.text, now["time", ()], moved))

    def amount(self, move: Move, now: Mapping[Element, float], at: Mapping[str, int]) -> float:
        name = move.equation.name
        amount = self.computed(name, move.equation.expression, now, at)
        if not isfinite(amount):
            raise self.failure_of(name, now, at, "it is not a finite number")
        return amount

    def reached(self, stock: str | None, indices: tuple[Index, ...], at: Mapping[str, int]) -> Element | None:
        """The element of a stock that an element of a move leaves or enters; none past the end."""
        if stock is None:
            return None
        axes: tuple[Axis, ...] = self.oracle.kernel.axes[stock]
        places = tuple(place_of(index, at) for index in indices)
        inside = all(0 <= place < axis.size for place, axis in zip(places, axes, strict=True))
        return (stock, places) if inside else None

    def computed(self, name: str, expression: sympy.Expr, now: Mapping[Element, float], at: Mapping[str, int]) -> float:
        try:
            return self.oracle.value(expression, now, at)
        except (ArithmeticError, ValueError) as cause:
            raise self.failure_of(name, now, at, said(cause)) from None

    def failure_of(self, name: str, now: Mapping[Element, float], at: Mapping[str, int], cause: str) -> NumericFailure:
        kernel = self.oracle.kernel
        return kernel.failure_of(name, [*now.values(), *(at.get(loop, 0) for loop in kernel.loops)], cause)

    def failure(self, number: int, time: float, cause: str) -> NumericFailure:
        when = spoken_moment(time) if self.oracle.system.clock.is_calendar else ""
        return NumericFailure(self.events[number].text, time, cause, span=self.events[number].span, when=when)

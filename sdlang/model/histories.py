"""What was: the value of something at the start, a step ago, a time ago, or when a condition last held.

These recorders keep values and add nothing up. What they look back at, they are shown only when its step is over; so a
variable may read what it was itself (`previous(x, 0) + 1`), and the loop is none.

**A fixed delay** gives the value of its input exactly a time ago; the time is that of the moment of giving. Of the
past the values at the steps are known. In between lies the straight line; before the start stands `initial` at every
step. For an input that holds for a step each, the value on the line is the mean of the delayed input over the step,
so what flows out of a delay that is no whole number of steps adds up to what flowed in. A time below one step is
refused: the value would lie within the step that is not over yet. All values are kept, since the time may grow.
"""

from __future__ import annotations

from array import array
from math import floor

from sdlang.model.conveyors import SLACK
from sdlang.model.no_value import NoValue


class Initial:
    """What something was at the start of the run."""

    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:  # noqa: ARG002 (one protocol)
        (value,) = arguments
        return value


class Previous:
    """What something was when the step before began; at the start `initial`."""

    def __init__(self) -> None:
        self.is_new = True

    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:  # noqa: ARG002 (one protocol)
        before, initial = arguments
        if self.is_new:
            self.is_new = False
            return initial
        return before


class Sample:
    """What something was at the last step at which a condition held; `initial` until it first holds."""

    def __init__(self) -> None:
        self.sampled: float | None = None

    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:  # noqa: ARG002 (one protocol)
        condition, value, initial = arguments
        if condition:
            self.sampled = value
        return initial if self.sampled is None else self.sampled


class FixedDelay:
    """What something was a time ago."""

    def __init__(self) -> None:
        # The values when the steps began that are over, the first of all at place 0.
        self.past = array("d")
        self.is_new = True

    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:  # noqa: ARG002 (one protocol)
        before, delay, initial = arguments
        if self.is_new:
            self.is_new = False
        else:
            self.past.append(before)
        if not delay > 0:
            raise NoValue(f"a fixed delay looks back by a time above 0, not by {delay:g}")
        back = delay / length
        if back < 1 - SLACK:
            raise NoValue(
                f"a fixed delay looks back by at least one step, {length:g}, not by {delay:g}: take a smaller step"
            )
        place = len(self.past) - back
        if place <= -1:
            return initial
        if abs(place - round(place)) < SLACK:
            return self._at(round(place), initial)
        first = floor(place)
        one, other = self._at(first, initial), self._at(first + 1, initial)
        return one + (place - first) * (other - one)

    def _at(self, place: int, initial: float) -> float:
        return initial if place < 0 else self.past[place]

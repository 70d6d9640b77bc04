"""The times of a run, exactly rounded.

A clock's start and step are fractions. Over their common denominator d every time is a whole number over d, and one
division of two whole numbers below 2^53 is correctly rounded: the twelfth month after 2024 is 2025 and not a little
less, so that a step at 2025 happens at 2025 in every engine.
"""

from __future__ import annotations

from math import floor, lcm

from sdlang.model.model import Clock


class Times:
    """`at(k)` is the time after k steps, `middle(k)` that half a step later; `keeps(k)`: that point is kept."""

    def __init__(self, clock: Clock) -> None:
        self.denominator = 2 * lcm(clock.start.denominator, clock.step.denominator)
        self.first = int(clock.start * self.denominator)
        self.stride = int(clock.step * self.denominator)
        self.steps = clock.steps
        self.step = float(clock.step)
        self.save = clock.save
        self.in_period = None if clock.period is None else clock.step / clock.period

    def at(self, count: int) -> float:
        return (self.first + count * self.stride) / self.denominator

    def middle(self, count: int) -> float:
        return (self.first + count * self.stride + self.stride // 2) / self.denominator

    def keeps(self, count: int) -> bool:
        if count % self.save:
            return count == self.steps
        if self.in_period is None or count in (0, self.steps):
            return True
        above, below = self.in_period.numerator, self.in_period.denominator
        return count * above // below > (count - self.save) * above // below

    def number(self, time: float) -> int:
        """The number of the step that a time lies in."""
        return floor((time - self.at(0)) / self.step)

    def nearest(self, time: float, slack: float) -> float:
        """The time of a step that is nearer than this share of a step, else the time itself."""
        step = self.at(round((time - self.at(0)) / self.step))
        return step if abs(step - time) <= slack * self.step else time


def just_before(time: float) -> float:
    """A time so little earlier that only a jump at `time` itself makes a difference."""
    return time - 1e-11 * abs(time) if time else -5e-324


def just_after(time: float) -> float:
    """A time so little later that only a jump right behind `time` makes a difference."""
    return time + 1e-11 * abs(time) if time else 5e-324
